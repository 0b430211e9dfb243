//! The laws of a router. Each is a property test over random input sequences.

mod declines;
mod exhaustion;
mod hash_seeds;
mod item_log;
mod last_agents;
mod mutated_snapshots;
mod offers;
pub(super) mod replay;
mod snapshots;
mod state;
mod steps;
mod time;
mod unassignable_items;
mod who_acts;
