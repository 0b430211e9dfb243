//! How long a router takes for an input, beside what one would write in an afternoon.
//!
//! `cargo bench --bench router` prints a table, what routing conditions cost, and a checklist of what is required.
//! `-- table` does the same, `-- --test` tries everything once at a small size.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark computes and prints figures, its numbers fit into 32 bits, and it may fail loudly; its parts are shared"
)]

/// What the benchmark is made of, one subject a file.
mod support {
    pub(crate) mod afternoon;
    pub(crate) mod baseline;
    pub(crate) mod checklist;
    pub(crate) mod config;
    pub(crate) mod desk;
    pub(crate) mod histogram;
    pub(crate) mod load;
    pub(crate) mod office;
    pub(crate) mod profile;
    pub(crate) mod queues;
    pub(crate) mod random;
    pub(crate) mod router_table;
    pub(crate) mod routing;
    pub(crate) mod staff;
    pub(crate) mod stream;
    pub(crate) mod traffic;
    pub(crate) mod workload;
}

use support::router_table::{Case, Row, print_header};
use support::routing::{self, Conditions};
use support::{checklist, profile};

fn main() {
    if profile::ran_as_counted_process() {
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if asked("--list") {
        return;
    }
    // As criterion does: without `--bench` this is a test run.
    if asked("--test") || !asked("--bench") {
        measure(&[100, 1_000], 2_000);
        print_routing(&[10, 100], 640);
        return;
    }
    let rows = measure(&[100, 1_000, 10_000, 100_000], 200_000);
    let per_queue = print_routing(&[10, 100, 500, 1_000, 2_000], 20_000);
    println!("\nRequired of this run:");
    for row in &rows {
        row.check();
    }
    checklist::say_at_most(
        "2,000 queues of one value each: times what naming the queue takes",
        per_queue,
        2.0,
    );
}

fn measure(agent_counts: &[u32], steps: usize) -> Vec<Row> {
    print_header();
    let mut rows = Vec::new();
    for asks in [false, true] {
        for percent in [70, 95, 120] {
            for &agents in agent_counts {
                let case = Case {
                    agents,
                    percent,
                    asks,
                    steps,
                };
                let row = case.measure();
                row.print();
                rows.push(row);
            }
        }
    }
    rows
}

/// Says how many times as long it takes to find the queue among the most queues, by one value, as when it is named.
fn print_routing(queue_counts: &[u32], items: usize) -> f64 {
    println!(
        "\nns to route an item that waits, by its queue's condition and with the queue named:"
    );
    println!(
        "{:<30} {:>7} {:>10} {:>8} {:>6}",
        "condition", "queues", "by itself", "named", "ratio"
    );
    let mut by_index = 0.0;
    for conditions in Conditions::ALL {
        for &queues in queue_counts {
            let (found, named) = routing::time(conditions, queues, items);
            println!(
                "{:<30} {queues:>7} {found:>10.0} {named:>8.0} {:>6.2}",
                conditions.words(),
                found / named
            );
            if matches!(conditions, Conditions::OneValue) {
                by_index = found / named;
            }
        }
    }
    by_index
}
