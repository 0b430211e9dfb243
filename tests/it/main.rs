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

mod api;
mod awa;
mod coverage;
mod desk;
mod dice;
mod explained;
mod gates;
mod generate;
mod keys;
mod large;
mod laws;
mod library;
mod oracle;
mod question;
mod refused;
mod routing;
mod scenarios;
mod script;
mod share;
mod steps;
