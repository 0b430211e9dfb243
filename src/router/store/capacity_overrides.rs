//! Capacities that inputs have set, for good or until a moment.
//!
//! An agent's capacity on a channel is the first of these that is set: the temporary one, the permanent one, the one in the
//! agent's configuration, the default of the channel. The first two are stored here, and survive a reconfiguration.

use alloc::collections::BTreeMap;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::model::Capacity;
use crate::router::store::timers::TimerKey;
use crate::time::Timestamp;

/// The agent and the channel of a capacity. Without a channel, it applies over all channels.
pub(crate) type CapacityKey = (AgentHandle, Option<ChannelHandle>);

/// The capacities that inputs have set, by agent and channel. `None` is the universal capacity, over all channels.
#[derive(Clone, Debug, Default)]
pub(crate) struct CapacityOverrides {
    overrides: BTreeMap<CapacityKey, CapacityOverride>,
}

/// The capacities that inputs have set for one agent and channel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CapacityOverride {
    /// In force until it is replaced. Takes precedence over the configuration.
    pub(crate) permanent: Option<Capacity>,
    /// In force until a moment. Takes precedence over the permanent one and the configuration.
    pub(crate) temporary: Option<(Timestamp, Capacity)>,
}

impl CapacityOverride {
    /// Returns the capacity in force, or `None` if the configuration decides.
    pub(crate) fn effective(self) -> Option<Capacity> {
        let temporary = self.temporary.map(|(_, capacity)| capacity);
        temporary.or(self.permanent)
    }
}

impl CapacityOverrides {
    /// Returns the override of an agent and channel.
    pub(crate) fn get(&self, key: CapacityKey) -> CapacityOverride {
        self.overrides.get(&key).copied().unwrap_or_default()
    }

    /// Sets the override of an agent and channel, and returns the previous one.
    pub(crate) fn replace(&mut self, key: CapacityKey, new: CapacityOverride) -> CapacityOverride {
        // An override without a capacity is removed, so that a snapshot has no empty rows.
        let old = if new.effective().is_some() {
            self.overrides.insert(key, new)
        } else {
            self.overrides.remove(&key)
        };
        old.unwrap_or_default()
    }

    /// Returns all overrides, by agent and channel.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (CapacityKey, CapacityOverride)> {
        self.overrides.iter().map(|(key, set)| (*key, *set))
    }

    /// Returns the timers of the temporary capacities.
    pub(crate) fn timers(&self) -> impl Iterator<Item = (Timestamp, TimerKey)> {
        self.iter()
            .filter_map(|(key, set)| Some((set.temporary?.0, TimerKey::Capacity(key))))
    }
}
