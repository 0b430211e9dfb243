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

// The decision: its laws, the definition it is compared with, and the worlds it is asked in.

// What it is told as a story.

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
