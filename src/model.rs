//! The values: plain data, in the shape of a file that an administrator could write.

#[macro_use]
mod read;
mod agent;
mod capacity;
mod channel;
mod condition;
mod config;
mod fact;
mod group;
mod map;
mod presence;
mod queue;
mod reject_reason;
mod rule;
mod scope;
mod skill;
mod work_item;

pub use agent::{Agent, AgentKind};
pub use capacity::Capacity;
pub use channel::{ChannelKind, ServiceChannel, SizeRule, SkillRule};
pub use condition::{Comparison, Condition, NESTING_MAX};
pub use config::Config;
pub use fact::{FACTS_MAX, Fact, Facts, Scalar};
pub use group::AgentGroup;
pub use map::{Iter, Map};
pub use presence::PresenceState;
pub use queue::{
    Affinity, Direction, EligibilityPool, Queue, Routing, SortKey, Trigger, WhenExhausted,
};
pub(crate) use read::{NamingFields, in_plain_words, no_more, outermost, value_with};
pub use reject_reason::RejectReason;
pub use rule::{Ask, AssignBy, AssignmentRule, Offer, OnPresenceLost, SkillMode};
pub use scope::Scope;
pub use skill::{SKILLS_MAX, SkillRequest};
pub use work_item::WorkItem;
