//! Routing: finds the queue of a work item, its size and the skills that it requests.
//!
//! `route` holds the public functions, `error` the errors, `resolve` what they do, `requested_skills` the skills by handle, and
//! `routed` the result: an item that a decision can read without looking up a text. `extras` holds what most items lack. `decline`
//! and `last_agent` define how long a decline and a last agent count.

pub(crate) mod decline;
pub(crate) mod error;
pub(crate) mod extras;
pub(crate) mod last_agent;
pub(crate) mod requested_skills;
pub(crate) mod resolve;
pub(crate) mod route;
pub(crate) mod routed;
