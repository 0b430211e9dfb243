//! Small examples, each a sentence of the rules.

mod losses;
mod moves;
mod offers;
mod plans;
mod refusals;
mod waits;
