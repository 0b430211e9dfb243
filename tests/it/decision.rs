//! Tests of one decision: `route`, `assign`, `explain` and the roster.

mod awa_examples;
pub(crate) mod comparison;
mod errors;
mod generator_coverage;
mod index_limits;
mod invalid_calls;
mod large_groups;
mod laws;
mod limits;
mod random_changes;
mod rare_skills;
mod routing;
pub(crate) mod scenarios;
mod stale_assignments;
