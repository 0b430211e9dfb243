#![doc = include_str!("../README.md")]
// Without `std`, the library cannot read a clock, use randomness or do input and output.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::allow_attributes,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        reason = "tests may panic"
    )
)]

extern crate alloc;

// Layers, from the top: router, decide, roster, decision, agent_version, routing, lookup, plan, rule, model, time, id, base.
// A module imports only from layers below its own. The one exception: the traits of `rule` take a `Case` and a `Candidate`,
// which are views of a plan, an item and a roster. A test checks this; `LAYERS` in tests/it/source/layers.rs also has the layers
// inside `router`.
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

#[doc = include_str!("docs/keeping.md")]
pub mod keeping {}

pub use base::table::{AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle};
pub use decide::explain::explain;
pub use decide::explanation::{CandidateReport, Explanation, Gate, Outcome, RankKey};
pub use decide::search::assign;
pub use decision::{Assignment, Decision, PlanMismatch, Wait, WaitReason};
pub use id::*;
pub use lookup::Lookup;
pub use model::*;
pub use plan::*;
pub use roster::{
    AgentRow, AgentStatus, BrokenInvariant, ChannelRow, CommitError, Roster, RosterError,
};
pub use router::*;
pub use routing::decline::Decline;
pub use routing::error::{
    ErrorKind, RouteError, RouteErrorKind, RoutedError, UnroutableReason, WrongCall,
};
pub use routing::route::{route, route_to};
pub use routing::routed::Routed;
pub use rule::{Eligibility, Ranking, RoutingCondition, Sizing};
pub use time::{Timestamp, TimestampError};
