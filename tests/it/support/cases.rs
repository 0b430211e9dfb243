//! The number of cases of expensive tests.
//!
//! By default, an expensive test runs a quarter of its cases. With `PROPTEST_CASES=256`, it runs all cases, and with a larger
//! value proportionally more. Other property tests run `PROPTEST_CASES` cases, 256 by default.

use std::env;

use proptest::prelude::ProptestConfig;

/// The value of `PROPTEST_CASES` at which an expensive test runs all its cases.
const FULL: u32 = 256;
/// The value of `PROPTEST_CASES` if it is not set.
const DEFAULT: u32 = FULL / 4;

/// Returns the configuration of an expensive property test with `full` cases.
pub(crate) fn config(full: u32) -> ProptestConfig {
    ProptestConfig {
        cases: count(full),
        max_shrink_iters: 10_000,
        ..ProptestConfig::default()
    }
}

/// Returns the number of cases of an expensive test with `full` cases.
pub(crate) fn count(full: u32) -> u32 {
    let cases = env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok());
    let cases: u32 = cases.unwrap_or(DEFAULT);
    full.saturating_mul(cases).div_ceil(FULL)
}

/// Whether expensive tests run all their cases.
pub(crate) fn is_full() -> bool {
    count(FULL) >= FULL
}
