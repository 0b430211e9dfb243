//! Rows: the state of an agent as a service keeps it, to build a roster from.

use alloc::vec::Vec;

use crate::id::{AgentId, ChannelId, PresenceStateId};
use crate::model::Capacity;
use crate::time::Timestamp;

/// The state of one agent, to build a [`Roster`](crate::Roster) from.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let row = AgentRow::new("asha")
///     .presence("available")
///     .channel(ChannelRow::new("whatsapp").load(2).items(2).last_assigned(Timestamp::from_millis(5_000)));
/// assert_eq!(row.channels.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentRow {
    /// The agent.
    pub agent: AgentId,
    /// The presence state that the agent has chosen. By default none. Whether the agent could choose it now is not checked.
    pub presence: Option<PresenceStateId>,
    /// When the agent last ran out of items or its presence began to take work, whichever is later. By default the epoch.
    pub idle_since: Timestamp,
    /// The units that the agent can hold over all channels. By default what is configured.
    pub universal_capacity: Option<Capacity>,
    /// The state of the agent on those channels where it differs from that of [`ChannelRow::new`].
    pub channels: Vec<ChannelRow>,
}

impl AgentRow {
    /// Creates the row of an agent who has chosen no presence state and holds nothing.
    pub fn new(agent: impl Into<AgentId>) -> Self {
        Self {
            agent: agent.into(),
            presence: None,
            idle_since: Timestamp::EPOCH,
            universal_capacity: None,
            channels: Vec::new(),
        }
    }

    setters! {
        presence: PresenceStateId => Some;
        idle_since: Timestamp;
        universal_capacity: Capacity => Some;
    }

    /// Adds the state of the agent on one channel.
    #[must_use]
    pub fn channel(mut self, channel: ChannelRow) -> Self {
        self.channels.push(channel);
        self
    }
}

/// The state of one agent on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelRow {
    /// The channel.
    pub channel: ChannelId,
    /// Whether the agent has it switched on. By default yes.
    pub on: bool,
    /// The units that the agent holds. By default 0.
    pub load: u64,
    /// The number of items that the agent holds: offered, accepted or being wrapped up. By default 0.
    pub items: u32,
    /// The number of items that the agent has accepted, open offers included. By default 0.
    pub handled: u32,
    /// The time of the last assignment to the agent. By default there was none.
    pub last_assigned: Option<Timestamp>,
    /// The units that the agent can hold. By default what is configured.
    pub capacity: Option<Capacity>,
}

impl ChannelRow {
    /// Creates the row of an agent who has a channel switched on and holds nothing there.
    pub fn new(channel: impl Into<ChannelId>) -> Self {
        Self {
            channel: channel.into(),
            on: true,
            load: 0,
            items: 0,
            handled: 0,
            last_assigned: None,
            capacity: None,
        }
    }

    setters! {
        on: bool;
        last_assigned: Timestamp => Some;
        capacity: Capacity => Some;
    }

    number_setters! {
        load: u64;
        items: u32;
        handled: u32;
    }
}
