//! One binary of tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]
mod conditions;
mod json;
mod problems;
mod refusals;
mod wild;
