//! Small examples, each a sentence of the rules.

mod losses;
mod offers;
mod reconfigure;
mod refusals;
pub(crate) mod router_pair;
mod transfers;
mod waits;
