//! Matching of waiting items and agents after a change.

pub(crate) mod assignment;
pub(crate) mod candidate;
pub(crate) mod candidate_heaps;
pub(crate) mod dirty;
pub(crate) mod exhaustion;
pub(crate) mod for_agent;
pub(crate) mod mark;
pub(crate) mod rounds;
