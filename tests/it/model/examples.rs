//! Small examples, each a sentence of the rules.

mod moves;
mod offers;
mod plans;
mod waits;
