//! The configuration: one map per kind of entity. Entities refer to each other by id, and `Plan::new` checks the references.

use serde::Serialize;

use crate::base::map::Map;
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RejectReasonId, RuleId};
use crate::model::agent::Agent;
use crate::model::channel::ServiceChannel;
use crate::model::group::AgentGroup;
use crate::model::presence::PresenceState;
use crate::model::queue::Queue;
use crate::model::reject_reason::RejectReason;
use crate::model::rule::AssignmentRule;

/// The maximum number of service channels of a configuration.
///
/// A roster keeps 64 bytes for each pair of an agent and a channel, whether a queue uses the channel or not. A change of an agent's
/// presence visits all channels. With 256 channels, an agent takes 16 KiB.
pub const CHANNELS_MAX: usize = 256;

/// The maximum number of skills of an agent.
///
/// A roster indexes the skills of an agent once for each of its groups and each channel with a queue that names the group and
/// requires skills. The limit bounds the cost of one membership: 1,000 groups of one agent with 1,000 skills took 16 MB.
pub const AGENT_SKILLS_MAX: usize = 256;

/// The maximum number of eligibility pools of a queue.
///
/// [`explain`](crate::explain) evaluates each agent once per pool and group of the agent. The limit bounds its cost for a queue whose
/// pools all name the same group.
pub const POOLS_MAX: usize = 256;

/// The maximum number of triggers of a queue.
///
/// The next trigger of an item is found by comparing all of them. The limit bounds the cost of a wait in which all fire.
pub const TRIGGERS_MAX: usize = 256;

strict_type! {
/// The configuration: everything that an administrator sets, as plain data.
///
/// Build it in Rust, or read it with `serde` from JSON. Other formats must be self-describing and represent an enum variant
/// with a value as a map with one entry, as CBOR and MessagePack with field names do. Reading checks the form;
/// [`Plan::new`](crate::Plan::new) checks the meaning. The JSON form is documented in [`json`](crate::json).
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
    /// The service channels, at most [`CHANNELS_MAX`].
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
    /// The reject reasons.
    pub reject_reasons: Map<RejectReasonId, RejectReason>,
}

#[derive(Default)]
#[serde(remote = "Config", default, deny_unknown_fields)]
#[serde(expecting = "a configuration: an object")]
ConfigForm, Refused
}

/// Defines the methods that add an entity to a section.
macro_rules! adders {
    ($($(#[$doc:meta])* $name:ident($id:ty, $value:ty) => $field:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, id: impl Into<$id>, value: $value) -> Self {
            // An entry that is replaced keeps its position.
            self.$field.insert(id.into(), value);
            self
        }
    )*};
}

impl Config {
    /// Creates an empty configuration.
    pub fn new() -> Self {
        Self::default()
    }

    adders! {
        /// Adds a service channel, or replaces the one with this id.
        channel(ChannelId, ServiceChannel) => channels;
        /// Adds a queue, or replaces the one with this id.
        queue(QueueId, Queue) => queues;
        /// Adds an assignment rule, or replaces the one with this id.
        rule(RuleId, AssignmentRule) => rules;
        /// Adds a presence state, or replaces the one with this id.
        presence_state(PresenceStateId, PresenceState) => presence_states;
        /// Adds an agent group, or replaces the one with this id.
        group(GroupId, AgentGroup) => groups;
        /// Adds an agent, or replaces the one with this id.
        agent(AgentId, Agent) => agents;
        /// Adds a reject reason, or replaces the one with this id.
        reject_reason(RejectReasonId, RejectReason) => reject_reasons;
    }
}
