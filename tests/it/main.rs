//! One binary of tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    reason = "a test stops at what it does not expect"
)]

mod check;
mod lints;
mod reachability;
mod sound;
