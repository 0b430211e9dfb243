//! Examples of single rules, checked against the router and the model.

mod assign_orders;
mod last_agents;
mod losses;
mod offers;
mod rechecks;
mod reconfigure;
mod refusal_order;
mod refusals;
mod repeats;
pub(crate) mod router_pair;
mod time;
mod transfers;
mod waits;
mod who_acts;
