//! Helpers for tests of several subjects.

pub(crate) mod cases;
pub(crate) mod json;
pub(crate) mod plans;
pub(crate) mod random;
pub(crate) mod scenario_file;
