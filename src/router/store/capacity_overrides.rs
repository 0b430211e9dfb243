//! Capacities that were set at run time, for good or for a time.

use crate::base::table::AgentHandle;
use crate::base::table::ChannelHandle;
use crate::model::capacity::Capacity;
use crate::router::store::timers::TimerOf;
use crate::time::Timestamp;
use alloc::collections::BTreeMap;

/// The agent and the channel of a capacity; without a channel, it applies over all channels.
pub(crate) type CapacityKey = (AgentHandle, Option<ChannelHandle>);

/// The capacities that inputs have set, by agent and channel; without a channel, over all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct CapacityOverrides {
    pub(crate) set: BTreeMap<CapacityKey, CapacityOverride>,
}

/// What inputs have set: the temporary capacity lies above the one for good, which lies above the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CapacityOverride {
    pub(crate) for_good: Option<Capacity>,
    pub(crate) temporary: Option<(Timestamp, Capacity)>,
}

impl CapacityOverrides {
    pub(crate) fn of(
        &self,
        agent: AgentHandle,
        channel: Option<ChannelHandle>,
    ) -> CapacityOverride {
        let set = self.set.get(&(agent, channel)).copied();
        set.unwrap_or_default()
    }

    /// Puts one in the place of another, which is returned; nothing is kept of what sets nothing.
    pub(crate) fn put(
        &mut self,
        agent: AgentHandle,
        channel: Option<ChannelHandle>,
        set: CapacityOverride,
    ) -> CapacityOverride {
        let before = if set.shown().is_some() {
            self.set.insert((agent, channel), set)
        } else {
            self.set.remove(&(agent, channel))
        };
        before.unwrap_or_default()
    }

    /// The timers of temporary capacities.
    pub(crate) fn timers(&self) -> impl Iterator<Item = (Timestamp, TimerOf)> {
        self.set.iter().filter_map(|((agent, channel), set)| {
            let (agent, channel) = (*agent, *channel);
            Some((set.temporary?.0, TimerOf::Capacity { agent, channel }))
        })
    }
}

impl CapacityOverride {
    /// What shows: none where the configuration does.
    pub(crate) fn shown(self) -> Option<Capacity> {
        self.temporary
            .map(|(_, capacity)| capacity)
            .or(self.for_good)
    }
}
