//! The code that the benchmarks share.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    dead_code,
    reason = "the numbers of a workload are small, and no benchmark uses all of the code"
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

/// Whether every benchmark runs once at a small size: `cargo bench -- --test`, or a test runner, which omits `--bench`.
pub(crate) fn is_test() -> bool {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    has("--test") || !has("--bench")
}

/// Whether a part of a benchmark is selected: its name contains a word of the command line, or there is no such word.
/// `--list` selects nothing.
pub(crate) fn is_selected(name: &str) -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut filters = words
        .iter()
        .filter(|word| !word.starts_with('-'))
        .peekable();
    let has_match = filters.peek().is_none() || filters.any(|filter| name.contains(filter));
    has_match && !words.iter().any(|word| word == "--list")
}

pub(crate) fn nanos_since(start: Instant) -> f64 {
    start.elapsed().as_nanos() as f64
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
