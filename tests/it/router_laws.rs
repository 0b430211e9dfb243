//! What must be so of a router, whatever happens to it. That it agrees with the definition of a step is said beside that.

mod declines;
mod ledger;
mod offers;
mod restored;
mod state;
mod steps;
mod stuck;
mod walk;
