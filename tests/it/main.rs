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

// Reference implementations, written from the rules alone.
mod oracle;
mod router_model;

// Random configurations, states and inputs; helpers.
mod generators;
mod support;

// Tests by subject.
mod api;
mod cli;
mod config;
mod decision;
mod router;
mod source;
