//! Helpers that tests of several subjects share.

pub(crate) mod random;
