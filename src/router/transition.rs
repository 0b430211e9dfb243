//! State transitions of the router. No file here defines data.
//!
//! Each input has a method that finds what it names, checks that the transition is allowed, and only then changes anything: a
//! refused input leaves no trace. A change goes through shared parts, each of which keeps the indexes in step:
//!
//! - [`enter_queue`](crate::Router::enter_queue) and [`leave_queue`](crate::Router::leave_queue) keep classes and declines;
//! - [`add_to_agent`](crate::Router::add_to_agent) and [`release_item`](crate::Router::release_item) keep the items and the load of agents;
//! - [`arm`](crate::Router::arm) keeps timers;
//! - a change that can make an agent eligible for an item marks it in the [dirty set](crate::router::matching::dirty). Only `route`
//!   matches, and only its own new item.
//!
//! | file | inputs | also |
//! |---|---|---|
//! | `route` | `Route` | |
//! | `offer` | `Accept` | opens offers for assignments, transfers and allocations |
//! | `offer_end` | `Reject` | ends offers: time-out, withdrawal; records declines |
//! | `update` | `Update` | |
//! | `complete` | `Complete`, `Close`, `Cancel` | removes items |
//! | `transfer` | `Transfer`, `Release`, `Allocate`, `AssignDirectly` | |
//! | `presence` | `SetPresence`, `SetChannel` | withdraws the offers of an agent who is no longer present |
//! | `capacity` | `SetCapacity` | ends temporary capacities |
//! | `forget` | `Forget` | drops last agents that no queue uses |
//! | `skip_time` | `SkipTime` | how far a step may be ahead |
//! | `load` | | adds items to agents and removes them, with their load |
//! | `lookups` | | finds what an input names, adds outputs |
//! | `requeue` | | queues, wait |
//! | `deadlines` | all, with `Tick` | processes what is due, sets the timers of items |
//!
//! `SetAgent` and `Reconfigure` are in [`reconfigure`](crate::router::reconfigure): there an agent, a queue or a channel is removed.

pub(crate) mod capacity;
pub(crate) mod complete;
pub(crate) mod deadlines;
pub(crate) mod forget;
pub(crate) mod load;
pub(crate) mod lookups;
pub(crate) mod offer;
pub(crate) mod offer_end;
pub(crate) mod presence;
pub(crate) mod requeue;
pub(crate) mod route;
pub(crate) mod skip_time;
pub(crate) mod transfer;
pub(crate) mod update;
