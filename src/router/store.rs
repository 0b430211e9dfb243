//! The data of the router: items, timers, and the records of agents.
//!
//! No file here names [`Router`](crate::Router): each is a data structure with its own methods, which the
//! [transitions](crate::router::transition) call.
//!
//! | file | holds |
//! |---|---|
//! | `item`, `phase`, `wait` | one work item: its phase, and the state of its wait |
//! | `items` | all live items, in a slab with an index of their ids |
//! | `waiting_order` | the order of waiting items |
//! | `deadline` | the next deadline of an item, derived from the item and the plan |
//! | `timers`, `due_events` | the earliest deadlines of all items; the deadlines that one step processes |
//! | `agent_items` | the items of each agent, open offers included |
//! | `declined` | the queued items with declines |
//! | `capacity_overrides` | capacities that inputs have set |
//! | `current_agents` | the agents who hold, or are offered, live items of each requester |
//! | `last_agent_memory` | the last agent of each requester |

pub(crate) mod agent_items;
pub(crate) mod capacity_overrides;
pub(crate) mod current_agents;
pub(crate) mod deadline;
pub(crate) mod declined;
pub(crate) mod due_events;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod last_agent_memory;
pub(crate) mod phase;
pub(crate) mod timers;
pub(crate) mod wait;
pub(crate) mod waiting_order;
