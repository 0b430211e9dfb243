//! Routing: finds the queue of a work item, its size and the skills that it requests.

pub(crate) mod requested_skills;
pub(crate) mod resolve;
pub(crate) mod route;
pub(crate) mod routed;
