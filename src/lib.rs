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

// Layers, from the bottom up. Each may use those above it in this list.
#[macro_use]
mod base;
mod agent_version;
mod decide;
mod decision;
mod id;
mod lookup;
mod model;
mod plan;
mod roster;
mod router;
mod routing;
pub mod rule;
mod time;

#[doc = include_str!("docs/design.md")]
pub mod design {}

#[doc = include_str!("docs/json.md")]
pub mod json {}

pub use base::table::{AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle};
pub use decide::explain::{Considered, Explanation, Gate, Outcome, RankKey, explain};
pub use decide::search::assign;
pub use decision::{Assignment, Decision, OtherPlan, Wait, WaitReason};
pub use id::*;
pub use lookup::Names;
pub use model::*;
pub use plan::*;
pub use roster::{
    AgentRow, AgentStatus, BrokenInvariant, ChannelRow, CommitError, Roster, RosterError,
};
pub use router::*;
pub use routing::route::{Unroutable, WhyUnroutable, route, route_to};
pub use routing::routed::{Decline, Routed, RoutedError};
pub use rule::{Eligibility, Ranking, RoutingCondition, Sizing};
pub use time::{Timestamp, TimestampError};
