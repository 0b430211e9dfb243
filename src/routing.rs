//! Routing: which queue takes a work item, and what it asks of an agent.

pub(crate) mod resolve;
pub(crate) mod route;
pub(crate) mod routed;
pub(crate) mod skills;
