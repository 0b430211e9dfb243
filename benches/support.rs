//! Code that several benchmarks use.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    dead_code,
    reason = "the numbers of a workload are small, and each benchmark uses only a part of the code"
)]

pub(crate) mod arrivals;
pub(crate) mod assigner;
pub(crate) mod callgrind;
pub(crate) mod chart;
pub(crate) mod conditions;
pub(crate) mod config;
pub(crate) mod random;
pub(crate) mod router;
#[expect(unsafe_code, reason = "the counting allocator is unsafe")]
pub(crate) mod scale;
pub(crate) mod workload;

use std::time::Instant;

/// Whether each benchmark runs once at a small size.
///
/// This applies to `cargo bench -- --test`, and to a test runner, which omits `--bench`.
pub(crate) fn is_test() -> bool {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    has("--test") || !has("--bench")
}

/// Whether a part of a benchmark is selected by the command line.
///
/// A part is selected if its name contains one of the filters, or if there is no filter. `--list` selects nothing.
pub(crate) fn is_selected(name: &str) -> bool {
    let (flags, filters): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let matches = |filter: &String| name.contains(filter);
    (filters.is_empty() || filters.iter().any(matches)) && !flags.contains(&"--list".into())
}

pub(crate) fn nanos_since(start: Instant) -> f64 {
    start.elapsed().as_nanos() as f64
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
