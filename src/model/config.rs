//! The configuration: all values together.

use serde::Serialize;

use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RejectReasonId, RuleId};
use crate::model::{
    Agent, AgentGroup, AssignmentRule, Map, PresenceState, Queue, RejectReason, ServiceChannel,
};

/// All that an administrator configures, as plain data.
///
/// It is read with `serde` from JSON, or from another format that describes itself and writes a variant with a value as a
/// map of one entry (CBOR, MessagePack with names), or built in Rust. Reading checks the shape;
/// [`Plan::new`](crate::Plan::new) checks the meaning.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new().active(true).default_capacity(4))
///     .queue(
///         "agent-whatsapp",
///         Queue::new("whatsapp")
///             .active(true)
///             .routing(Routing::always())
///             .pool(EligibilityPool::new(["agent-whatsapp"], "most-capacity")),
///     )
///     .rule("most-capacity", AssignmentRule::new().assign_by([AssignBy::MostCapacity]))
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["whatsapp"]))
///     .group("agent-whatsapp", AgentGroup::new(["asha", "ben"]))
///     .agent("asha", Agent::new())
///     .agent("ben", Agent::new().skill("spanish", 2));
///
/// let json = serde_json::to_string(&config)?;
/// assert_eq!(serde_json::from_str::<Config>(&json)?, config);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Config {
    /// The service channels.
    pub channels: Map<ChannelId, ServiceChannel>,
    /// The queues.
    pub queues: Map<QueueId, Queue>,
    /// The assignment rules.
    pub rules: Map<RuleId, AssignmentRule>,
    /// The presence states.
    pub presence_states: Map<PresenceStateId, PresenceState>,
    /// The agent groups.
    pub groups: Map<GroupId, AgentGroup>,
    /// The agents.
    pub agents: Map<AgentId, Agent>,
    /// The reasons for which offers are rejected.
    pub reject_reasons: Map<RejectReasonId, RejectReason>,
}

macro_rules! adders {
    ($($(#[$doc:meta])* $name:ident($id:ty, $value:ty) => $field:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, id: impl Into<$id>, value: $value) -> Self {
            self.$field.insert(id.into(), value);
            self
        }
    )*};
}

impl Config {
    /// Makes a configuration in which there is nothing.
    pub fn new() -> Self {
        Self::default()
    }

    adders! {
        /// Adds a service channel, or replaces the one of that id.
        channel(ChannelId, ServiceChannel) => channels;
        /// Adds a queue, or replaces the one of that id.
        queue(QueueId, Queue) => queues;
        /// Adds an assignment rule, or replaces the one of that id.
        rule(RuleId, AssignmentRule) => rules;
        /// Adds a presence state, or replaces the one of that id.
        presence_state(PresenceStateId, PresenceState) => presence_states;
        /// Adds an agent group, or replaces the one of that id.
        group(GroupId, AgentGroup) => groups;
        /// Adds an agent, or replaces the one of that id.
        agent(AgentId, Agent) => agents;
        /// Adds a reject reason, or replaces the one of that id.
        reject_reason(RejectReasonId, RejectReason) => reject_reasons;
    }
}

read_object!(Config, "a configuration: an object", outermost, {
    channels: default(Map::new()),
    queues: default(Map::new()),
    rules: default(Map::new()),
    presence_states: default(Map::new()),
    groups: default(Map::new()),
    agents: default(Map::new()),
    reject_reasons: default(Map::new()),
});
