#![doc = include_str!("../README.md")]
// Purity is a compile error away: without `std` there is no clock to read, no die to roll and nothing to print to.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::allow_attributes,
        clippy::unwrap_used,
        reason = "a test may fail loudly"
    )
)]

extern crate alloc;

// What an administrator writes, and what is worked out from it.
#[macro_use]
mod model;
mod id;
mod plan;
mod time;

// What is true now, and what follows.
mod assign;
mod decision;
mod explain;
mod names;
mod roster;
mod route;
mod routed;
mod router;
pub mod rule;

// What all of it stands on.
mod hash;
mod hash_index;
mod hint;
mod id_table;
mod table;

pub mod design;
pub mod json;

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
pub use routed::{Decline, Routed, RoutedError};
pub use router::*;
pub use rule::{Eligibility, Ranking, RoutingCondition, Sizing};
pub use table::{AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle};
pub use time::{Timestamp, TimestampError};
