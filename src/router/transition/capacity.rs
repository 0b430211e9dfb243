//! Capacity: [`Input::SetCapacity`](crate::Input::SetCapacity), and the load of items that agents get and give back.

use crate::base::table::AgentHandle;
use crate::id::{AgentId, ChannelId};
use crate::model::Capacity;
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::{Output, ReleaseReason};
use crate::router::store::capacity_overrides::{CapacityKey, CapacityOverride};
use crate::router::store::phase::HeldUnits;
use crate::router::store::timers::TimerKey;
use crate::time::Timestamp;

/// Capacities that inputs set.
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

/// The load of items.
impl Router {
    /// Adds an item to an agent who was not chosen by an assignment. Its size counts as load.
    pub(crate) fn add_to_agent(&mut self, handle: ItemHandle, agent: AgentHandle) {
        let item = self.items.item(handle);
        self.roster
            .add_item(self.roster.local(agent), item.channel(), item.size());
        self.mark_changed(agent);
        self.agent_items.add(agent, handle);
    }

    /// Removes an item from its holder, and marks the agent as freed. The caller changes the phase of the item.
    #[inline]
    pub(crate) fn release_item(&mut self, handle: ItemHandle, held: HeldUnits) {
        let HeldUnits {
            agent,
            channel,
            units,
        } = held;
        // INVARIANT: the caller has read `held` before it changes the phase, from which the units follow.
        self.agent_items.remove(agent, handle);
        self.roster
            .remove_item(self.roster.local(agent), channel, units, self.now);
        self.mark_spare_gained(agent, channel, units);
    }

    /// Removes an item from its holder, if it has one, and returns the agent.
    pub(crate) fn release_from_holder(&mut self, handle: ItemHandle) -> Option<AgentHandle> {
        let held = self.items.item(handle).held_units()?;
        self.release_item(handle, held);
        Some(held.agent)
    }

    /// Outputs that an agent no longer holds an item.
    pub(crate) fn output_released(
        &mut self,
        handle: ItemHandle,
        agent: AgentHandle,
        why: ReleaseReason,
    ) {
        let item = self.items.item(handle).id().clone();
        let agent = self.agent_id(agent);
        self.output(Output::Released { item, agent, why });
    }

    /// Evaluates again whether an accepted item counts as load, after its facts, its holder or the configuration have changed.
    ///
    /// An item that has none of the facts that the channel's `utilization` names counts.
    pub(crate) fn recount_load(&mut self, handle: ItemHandle) {
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        let channel = item.channel();
        let counts_as_load = tables.channel_plans.at(channel).always_counts || {
            let utilization = &tables.channel(channel).utilization;
            let facts = &item.work_item().facts;
            !utilization.names_one_of(facts) || utilization.holds(facts)
        };
        if let Some((agent, before, after)) = item.set_counts_as_load(counts_as_load) {
            self.roster
                .set_units(self.roster.local(agent), channel, (before, after));
            // `before` is 0 if the item counts from now on: the agent has gained nothing then.
            self.mark_spare_gained(agent, channel, before);
        }
    }
}
