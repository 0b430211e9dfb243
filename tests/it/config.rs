//! Configurations: JSON forms, problems, lints, reachability.

mod conditions;
mod formats;
mod json;
pub(crate) mod lints;
mod problems;
mod reachability;
mod read_errors;
