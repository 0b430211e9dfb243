//! Rows: the state of an agent as a service stores it, from which a roster is built.

use alloc::vec::Vec;

use crate::id::{AgentId, ChannelId, PresenceStateId};
use crate::model::Capacity;
use crate::time::Timestamp;

/// The state of one agent, from which a [`Roster`](crate::Roster) is built.
///
/// For services that store the state of agents in a database: one row per agent, with a [`ChannelRow`] per channel. Everything
/// that is not set is as for an agent of a new roster.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new().assign_by([AssignBy::LastAssigned]))
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha", "ben"]))
///     .agent("asha", Agent::new())
///     .agent("ben", Agent::new());
/// let plan = Plan::new(config)?;
/// let row = |agent, millis| {
///     let channel = ChannelRow::new("chat").last_assigned(Timestamp::saturating_from_millis(millis));
///     AgentRow::new(agent).presence("available").channel(channel)
/// };
/// let roster = Roster::from_rows(&plan, [row("asha", 9_000), row("ben", 5_000)])?;
///
/// let now = Timestamp::saturating_from_millis(10_000);
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// // Ben's last assignment is longer ago.
/// let assignment = assign(&roster, &item, now)?.assignment().expect("both are present");
/// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("ben")));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentRow {
    /// The agent.
    pub agent: AgentId,
    /// The presence state that the agent has chosen. By default `None`. Not checked: the agent may be unable to choose it now.
    pub presence: Option<PresenceStateId>,
    /// The later of two moments: the end of the agent's last item, and the moment since which the presence state takes work.
    /// By default the epoch.
    pub idle_since: Timestamp,
    /// The capacity over all channels. By default the configured one.
    pub universal_capacity: Option<Capacity>,
    /// The state of the agent per channel. A channel without a row has the state of [`ChannelRow::new`].
    pub channels: Vec<ChannelRow>,
}

impl AgentRow {
    /// Creates the row of an agent who has chosen no presence state and holds no item.
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
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true).default_capacity(3))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
///
/// let row = AgentRow::new("asha").channel(ChannelRow::new("chat").load(2).items(1));
/// let roster = Roster::from_rows(&plan, [row])?;
/// let asha = roster.agent("asha").expect("she is configured");
/// assert_eq!(asha.spare("chat"), Some(Capacity::Units(1)));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelRow {
    /// The channel.
    pub channel: ChannelId,
    /// Whether the agent has the channel switched on. By default `true`.
    pub on: bool,
    /// The units that the agent holds. By default 0.
    pub load: u64,
    /// The number of items that the agent holds: offered, accepted or being wrapped up. By default 0.
    pub items: u32,
    /// The number of items that the agent has accepted, open offers included. By default 0. The key `fewest_handled` compares
    /// it.
    pub handled: u32,
    /// The time of the last assignment to the agent. By default `None`: there was none.
    pub last_assigned: Option<Timestamp>,
    /// The capacity on the channel. By default the configured one.
    pub capacity: Option<Capacity>,
}

impl ChannelRow {
    /// Creates the row of an agent who has a channel switched on and holds no item there.
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
