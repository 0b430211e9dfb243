//! State transitions: each file handles one kind of input.

pub(crate) mod capacity;
pub(crate) mod complete;
pub(crate) mod deadlines;
pub(crate) mod offer;
pub(crate) mod presence;
pub(crate) mod requeue;
pub(crate) mod route;
pub(crate) mod timers;
pub(crate) mod transfer;
