//! What a service knows of an agent, to make a roster of.

use alloc::vec::Vec;

use crate::id::{AgentId, ChannelId, PresenceStateId};
use crate::model::Capacity;
use crate::time::Timestamp;

/// What is true of one agent, as a service keeps it in a row of its own.
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
    /// The presence state that the agent has chosen. By default none. It is not asked whether the agent could choose it now.
    pub presence: Option<PresenceStateId>,
    /// When its hand emptied or its presence began to take work, whichever is later. By default the epoch.
    pub idle_since: Timestamp,
    /// The units that the agent may hold over all channels, instead of what is configured.
    pub universal_capacity: Option<Capacity>,
    /// What is true of it on the channels on which there is something to say.
    pub channels: Vec<ChannelRow>,
}

impl AgentRow {
    /// Makes a row of an agent who has chosen no presence state and has nothing in hand.
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

    /// Adds what is true of the agent on one channel.
    #[must_use]
    pub fn channel(mut self, channel: ChannelRow) -> Self {
        self.channels.push(channel);
        self
    }
}

/// What is true of one agent on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelRow {
    /// The channel.
    pub channel: ChannelId,
    /// Whether the agent has it switched on. By default yes.
    pub on: bool,
    /// The units that the agent holds. By default 0.
    pub load: u64,
    /// How many items it has in hand: offered, accepted or being wrapped up. By default 0.
    pub items: u32,
    /// How many items it has accepted, open offers included. By default 0.
    pub handled: u32,
    /// When it was last given something. By default never.
    pub last_assigned: Option<Timestamp>,
    /// The units that it may hold, instead of what is configured.
    pub capacity: Option<Capacity>,
}

impl ChannelRow {
    /// Makes a row of an agent who has a channel switched on and nothing in hand there.
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
