//! The decision: which agent gets a work item, and why.
//!
//! [`search`] answers with the index of the roster, as fast as possible. [`explain`] answers the same question for every
//! agent, without the index. Both only read the roster.

pub(crate) mod affinity;
pub(crate) mod explain;
pub(crate) mod explain_keys;
pub(crate) mod explanation;
pub(crate) mod explanation_table;
pub(crate) mod fast_path;
pub(crate) mod filter;
pub(crate) mod scan;
pub(crate) mod search;
