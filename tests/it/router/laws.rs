//! What must be so of a router, whatever happens to it. That it agrees with the definition of a step is said beside that.

mod declines;
mod item_log;
mod offers;
mod replay;
mod snapshots;
mod state;
mod steps;
mod unassignable_items;
