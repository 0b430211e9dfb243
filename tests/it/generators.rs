//! Generators of random configurations, agent states, items and inputs.

pub(crate) mod arbitrary;
pub(crate) mod fixture;
pub(crate) mod input_sequence;
pub(crate) mod large_fixture;
pub(crate) mod lint_free;
pub(crate) mod router_config;
pub(crate) mod router_input;
