//! One binary of tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    clippy::duplicate_mod,
    reason = "a test stops at what it does not expect"
)]

// The decision: its laws, the definition it is compared with, and the worlds it is asked in.
mod coverage;
mod dice;
mod edges;
mod explained;
mod exploration;
mod gates;
mod generate;
mod keys;
mod large;
mod laws;
mod oracle;
mod question;
mod rare;
mod refused;
mod router_scenarios;
mod routing;
mod share;
mod stale;
mod steps;

// The router: the definition of a step, its laws, and long days.
mod fickle;
mod model;
mod restores;
mod router_costs;
mod router_edges;
mod router_laws;
mod simulated_day;

// What it is told as a story.
mod awa;
mod desk;
mod library;
mod replay;
mod scenarios;
mod script;

// Values and their forms, problems, lints, reachability.
mod check;
mod conditions;
mod json;
mod lints;
mod problems;
mod reachability;
mod refusals;
mod sound;
mod wild;

// The public face.
mod api;
