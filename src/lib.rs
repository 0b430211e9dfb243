//! handover
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

#[macro_use]
mod model;
mod assign;
mod decision;
pub mod design;
mod explain;
mod hash;
mod id;
mod names;
mod plan;
mod roster;
mod route;
mod routed;
pub mod rule;
mod table;
mod time;

pub use assign::assign;
pub use decision::{Assignment, Decision, OtherPlan, Wait, WaitReason};
pub use explain::{Considered, Explanation, Gate, Outcome, RankKey, explain};
pub use id::*;
pub use model::*;
pub use names::Names;
pub use plan::*;
pub use roster::{
    AgentRow, AgentStatus, BrokenInvariant, ChannelRow, CommitError, Roster, RosterError,
};
pub use route::{Unroutable, WhyUnroutable, route, route_to};
pub use routed::{Decline, Routed, UnknownAgent};
pub use rule::{Eligibility, Ranking, RoutingCondition, Sizing};
pub use table::{AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle};
pub use time::{Timestamp, TimestampError};
