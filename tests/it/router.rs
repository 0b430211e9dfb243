//! The router: its steps, its laws, its stored form.

mod behaviour;
mod differential;
mod examples;
mod exhaustive;
mod first_matches;
mod gate_calls;
mod laws;
mod limits;
mod panicking_rules;
mod scenarios;
mod simulated_day;
mod snapshots;
mod unstable_gates;
