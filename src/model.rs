//! The configuration and the work items: plain data in the shape of a file that an administrator could write.
//!
//! Each value has public fields, a constructor, chainable setters named after the fields, and a JSON form with the names of
//! the fields. A value only has a form; `plan::validate` checks what it means.
//!
//! ```text
//! Config ─► channels: ServiceChannel ─► SizeRule, SkillRule ─► Condition
//!        ─► queues: Queue ─► Routing ─► Condition ─► Comparison ─► Fact, Scalar
//!                         ─► EligibilityPool, SortKey, Affinity, WhenExhausted, Trigger
//!        ─► rules: AssignmentRule ─► AssignBy, Offer ─► Ask, SkillMode
//!        ─► presence_states: PresenceState ─► Scope
//!        ─► groups: AgentGroup    agents: Agent ─► Capacity    reject_reasons: RejectReason
//!
//! WorkItem ─► Facts ─► Fact       ─► SkillRequest
//! ```

pub(crate) mod agent;
pub(crate) mod capacity;
pub(crate) mod channel;
pub(crate) mod condition;
pub(crate) mod config;
pub(crate) mod fact;
pub(crate) mod group;
pub(crate) mod presence;
pub(crate) mod queue;
pub(crate) mod reject_reason;
pub(crate) mod rule;
pub(crate) mod scope;
pub(crate) mod skill;
pub(crate) mod work_item;

pub use crate::base::map::{Iter, Map};
pub use agent::{Agent, AgentKind};
pub use capacity::Capacity;
pub use channel::{ChannelKind, ServiceChannel, SizeRule, SkillRule};
pub use condition::{Comparison, Condition, NESTING_MAX, Nested};
pub use config::{AGENT_SKILLS_MAX, CHANNELS_MAX, Config, POOLS_MAX, TRIGGERS_MAX};
pub use fact::{FACTS_MAX, Fact, Facts, Scalar};
pub use group::AgentGroup;
pub use presence::PresenceState;
pub use queue::{
    Affinity, Direction, EligibilityPool, Queue, Routing, SortKey, Trigger, WhenExhausted,
};
pub use reject_reason::RejectReason;
pub use rule::{Ask, AssignBy, AssignmentRule, Offer, OnPresenceLost, SkillMode};
pub use scope::Scope;
pub use skill::{SKILLS_MAX, SkillRequest};
pub use work_item::WorkItem;

/// Implements `Default` by `new`, for values whose defaults are not those of the field types.
macro_rules! default_is_new {
    ($($type:ident)*) => {$(
        impl Default for $type {
            fn default() -> Self {
                Self::new()
            }
        }
    )*};
}

default_is_new!(ServiceChannel AssignmentRule Ask PresenceState RejectReason);
