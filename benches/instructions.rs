//! Checks the required performance as instruction counts, which vary by less than 0.1 % between runs.
//!
//! `cargo bench --bench instructions` needs Valgrind. It prints each count with its limit, and fails if a count exceeds its
//! limit. A filter runs the checks whose task contains the filter.

#![allow(clippy::restriction, reason = "a benchmark may panic")]

mod support;

use std::process::ExitCode;

use support::callgrind::{TASK, instructions_per_operation, is_installed};
use support::{assigner, conditions, is_selected, is_test, router, scale};

/// The tasks, with the limits of their instructions per operation: the counts at commit a4cbd03 for streams, and at commit 2b9bbf1 for
/// the other tasks, plus an allowance.
const COUNTS: [(&str, f64); 8] = [
    // An operation is an input: agents, percent of load, how offers are accepted, and which router.
    ("stream 1000 70 at-once ours", 2_663.0 * 1.05),
    ("stream 1000 95 at-once ours", 2_848.0 * 1.05),
    ("stream 10000 70 at-once ours", 2_631.0 * 1.05),
    ("stream 10000 95 at-once ours", 2_879.0 * 1.05),
    // An operation is an `assign` with its `commit`, or a `release`, at 70 % load.
    ("assign ManyGroups 1000", 752.0 * 1.03),
    ("assign ManyGroups 10000", 755.0 * 1.03),
    ("assign FourGroups 10000", 1_801.0 * 1.08),
    ("assign RareSkill 10000", 887.0 * 1.08),
];

/// Pairs of tasks, with the limits of the ratios of their counts.
const RATIOS: [(&str, &str, f64); 3] = [
    // A freed agent gets its next item. The numbers are the queues and the waiting items.
    // Removing an item from its class updates O(log n) subtree sizes, which `ItemStatus::position` needs.
    ("freed 1 1000000", "freed 1 1000", 1.35),
    ("freed 4 1000000", "freed 4 1000", 1.35),
    // An item is routed to one of 2,000 queues, by condition or by name.
    ("route 2000 condition", "route 2000 name", 2.0),
];

/// The tasks of a test run (`--test`), which does not need Valgrind.
const TEST_TASKS: [&str; 4] = [
    "stream 100 95 at-once ours",
    "assign ManyGroups 100",
    "freed 1 100",
    "route 10 condition",
];

fn main() -> ExitCode {
    if let Ok(task) = std::env::var(TASK) {
        println!("{}", run_counted(&task).expect("the task is valid"));
    } else if is_test() {
        for task in TEST_TASKS {
            assert!(run_counted(task).is_some_and(|operations| operations > 0));
        }
    } else if !is_installed() {
        eprintln!(
            "`valgrind` cannot be started: install it to count instructions (`apt-get install valgrind`)"
        );
        return ExitCode::FAILURE;
    } else if !check_all() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Runs a task and returns the number of counted operations. The first word selects the kind of operation.
fn run_counted(task: &str) -> Option<u64> {
    let (kind, arguments) = task.split_once(' ')?;
    match kind {
        "stream" => router::stream::run_counted(arguments),
        "assign" => assigner::run_counted(arguments),
        "freed" => scale::freed::run_counted(arguments),
        "route" => conditions::run_counted(arguments),
        _ => None,
    }
}

/// Runs and prints all selected checks. Returns `true` if all of them pass.
fn check_all() -> bool {
    println!("{:<40} {:>12} {:>9}", "task", "instructions", "limit");
    let mut all_pass = true;
    for (task, limit) in COUNTS.iter().filter(|(task, _)| is_selected(task)) {
        all_pass &= check(task, instructions_per_operation(task), *limit, 0);
    }
    for (task, divisor, limit) in RATIOS.iter().filter(|(task, ..)| is_selected(task)) {
        let counts = instructions_per_operation(task).zip(instructions_per_operation(divisor));
        let ratio = counts.map(|(count, divisor)| count / divisor);
        all_pass &= check(&format!("{task} / {divisor}"), ratio, *limit, 3);
    }
    all_pass
}

/// Prints a count or ratio with its limit. Returns `true` if it does not exceed the limit.
///
/// `measured` is `None` if Valgrind failed.
fn check(name: &str, measured: Option<f64>, limit: f64, decimals: usize) -> bool {
    let passes = measured.is_some_and(|measured| measured <= limit);
    let measured =
        measured.map_or_else(|| "none".to_owned(), |count| format!("{count:.decimals$}"));
    let verdict = if passes { "ok" } else { "FAILED" };
    println!("{name:<40} {measured:>12} {limit:>9.decimals$}  {verdict}");
    passes
}
