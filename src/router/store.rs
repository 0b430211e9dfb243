//! The data of the router: items, timers, and what is stored for each agent. No file here names `Router`.

pub(crate) mod capacity_overrides;
pub(crate) mod deadline;
pub(crate) mod declined;
pub(crate) mod due_queue;
pub(crate) mod held;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod last_agents;
pub(crate) mod order_key;
pub(crate) mod phase;
pub(crate) mod timers;
pub(crate) mod wait;
