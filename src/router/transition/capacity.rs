//! Capacity: [`Input::SetCapacity`](crate::Input::SetCapacity).

use crate::id::{AgentId, ChannelId};
use crate::model::Capacity;
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::store::capacity_overrides::{CapacityKey, CapacityOverride};
use crate::router::store::timers::TimerKey;
use crate::time::Timestamp;

impl Router {
    /// Handles [`Input::SetCapacity`](crate::Input::SetCapacity): sets a capacity of an agent, for good or until a moment. Without a
    /// capacity, the configured one applies again.
    pub(crate) fn set_capacity(
        &mut self,
        agent: &AgentId,
        channel: Option<&ChannelId>,
        capacity: Option<Capacity>,
        until: Option<Timestamp>,
    ) -> Result {
        let agent = self.find_agent(agent)?;
        let channel = channel.map(|channel| self.find_channel(channel));
        let channel = channel.transpose()?;
        // Without a capacity, `until` is ignored and need not be in the future.
        let until = until.filter(|_| capacity.is_some());
        if let Some(until) = until.filter(|until| *until <= self.now) {
            let now = self.now;
            return Err(RouterError::UntilNotAhead { until, now });
        }
        let key = (agent, channel);
        let mut set = self.capacity_overrides.get(key);
        match (capacity, until) {
            (None, _) => set = CapacityOverride::default(),
            (Some(capacity), None) => set.permanent = Some(capacity),
            (Some(capacity), Some(until)) => set.temporary = Some((until, capacity)),
        }
        self.set_capacity_override(key, set);
        self.mark_freed(agent);
        Ok(())
    }

    /// Ends a temporary capacity.
    pub(crate) fn end_temporary_capacity(&mut self, key: CapacityKey) {
        let mut set = self.capacity_overrides.get(key);
        set.temporary = None;
        self.set_capacity_override(key, set);
        self.mark_freed(key.0);
    }

    /// Replaces a capacity override, its timer, and the capacity in the roster.
    pub(crate) fn set_capacity_override(&mut self, key: CapacityKey, new: CapacityOverride) {
        let old = self.capacity_overrides.replace(key, new);
        let timer = TimerKey::Capacity(key);
        // The old timer is removed first: if both moments are equal, a later removal would remove the new timer.
        if let Some((until, _)) = old.temporary {
            self.timers.remove(until, timer);
        }
        if let Some((until, _)) = new.temporary {
            self.timers.insert(until, timer);
        }
        let (agent, channel) = key;
        self.roster
            .change_capacity(self.roster.local(agent), channel, new.effective());
    }
}
