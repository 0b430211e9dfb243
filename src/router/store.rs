//! The items, agents and timers that the router stores. Data only.

pub(crate) mod capacity_overrides;
pub(crate) mod deadline;
pub(crate) mod held;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod last_agents;
pub(crate) mod order_key;
pub(crate) mod timers;
