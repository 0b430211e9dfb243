//! The decision: which agent gets a work item, and why.
//!
//! [`search`] finds the agent with the index of the roster. [`explain`] evaluates every agent, without the index, and reports
//! the reasons. Both only read the roster.

pub(crate) mod explain;
pub(crate) mod explain_keys;
pub(crate) mod explanation;
pub(crate) mod explanation_table;
pub(crate) mod fast_path;
pub(crate) mod few_agents;
pub(crate) mod filter;
pub(crate) mod one_agent;
pub(crate) mod scan;
pub(crate) mod search;
