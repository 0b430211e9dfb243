//! Measures routers with many waiting items, and with many agents who sign in and out: time and live heap bytes.
//!
//! `cargo bench --bench scale` prints all parts. A filter runs the parts whose name contains the filter: `freed`, `growth`,
//! `hostile`, `memory` or `presence`. The bytes are exact. The benchmark fails if they exceed a limit. `hostile` needs Valgrind: it
//! counts the instructions of loads of size n and 2n, and the benchmark fails if a count grows by more than a factor of 2.5.

#![allow(clippy::restriction, reason = "a benchmark may panic")]

mod support;

use std::process::ExitCode;

use handover::{Ask, Offer};

use support::callgrind::{TASK, instructions_per_operation};
use support::scale::allocator::CountingAllocator;
use support::scale::freed::Backlog;
use support::scale::growth::Growth;
use support::scale::{hostile, memory};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// The greatest factor by which the cost of a step may grow when the load doubles.
const GROWTH_MAX: f64 = 2.5;

fn main() -> ExitCode {
    if let Ok(task) = std::env::var(TASK) {
        println!(
            "{}",
            hostile::run_counted(&task).expect("the task is valid")
        );
        return ExitCode::SUCCESS;
    }
    // A test run divides all sizes.
    let divisor = if support::is_test() { 100 } else { 1 };
    println!("| measurement | result |\n|---|---:|");
    if support::is_selected("freed") {
        measure_freed(divisor);
    }
    if support::is_selected("growth") {
        measure_growth(divisor);
    }
    if support::is_selected("presence") {
        measure_presence(divisor, Offer::AutoAccept, "accepted at once");
        measure_presence(divisor, Offer::Ask(Ask::new()), "offered");
    }
    let mut all_pass = true;
    if support::is_selected("memory") {
        all_pass &= measure_memory(divisor);
    }
    if support::is_selected("hostile") {
        all_pass &= measure_hostile(divisor);
    }
    if all_pass {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints a row of the table.
fn print(measurement: &str, value: f64, unit: &str) {
    println!("| {measurement} | {value:.1} {unit} |");
}

/// Measures a completion after which the freed agent gets its next item, with few and with many waiting items.
fn measure_freed(divisor: u32) {
    for (queues, name) in [
        (1, "1 queue, 1 set of skills"),
        (4, "4 queues, 200 sets of skills each"),
    ] {
        for waiting in [1_000, 1_000_000 / divisor] {
            let nanos = Backlog::new(queues, waiting).median(20_000 / divisor);
            let measurement = format!("freed agent gets the next of {waiting} items; {name}");
            print(&measurement, nanos, "ns");
        }
    }
}

/// Measures the mean and the longest input while the number of waiting items grows.
fn measure_growth(divisor: u32) {
    let (agents, waiting) = (10_000 / divisor, 1_000_000 / divisor);
    let few = Growth::new(agents, 10_000 / divisor, Offer::AutoAccept);
    print("positions of 10,000 items", few.positions() / 1e6, "ms");
    let growth = Growth::new(agents, waiting, Offer::AutoAccept);
    let measurement = format!("growth to {waiting} waiting items, mean input");
    print(&measurement, growth.mean, "ns");
    print("growth, longest input", growth.longest / 1e6, "ms");
    print("growth, 10,000 positions", growth.positions() / 1e6, "ms");
}

/// Measures how long it takes until all agents have signed in, signed out, and signed in again.
fn measure_presence(divisor: u32, offer: Offer, accepted: &str) {
    let (agents, waiting) = (10_000 / divisor, 100_000 / divisor);
    let mut growth = Growth::new(agents, waiting, offer);
    let events = [
        ("sign in", true),
        ("sign out", false),
        ("sign in again", true),
    ];
    for (event, is_available) in events {
        let nanos = growth.set_presence(is_available);
        let measurement =
            format!("presence: {agents} agents {event}, {waiting} items wait, {accepted}");
        print(&measurement, nanos / 1e6, "ms");
    }
}

/// Prints how the cost of each hostile load grows when its size doubles. Returns `true` if no factor exceeds the limit.
fn measure_hostile(divisor: u32) -> bool {
    let n = 2_000 / divisor;
    let mut all_pass = true;
    println!("\n| load | n = {n} | 2n | 8n | factor of instructions |\n|---|---:|---:|---:|---:|");
    for (shape, (name, load)) in hostile::SHAPES.iter().enumerate() {
        let [one, two, eight] = [1, 2, 8].map(|times| hostile::millis(load(n * times)));
        // A test run does not need Valgrind.
        let factor = (divisor == 1).then(|| {
            let count = |n| instructions_per_operation(&format!("{shape} {n}"));
            count(2 * n)
                .zip(count(n))
                .map_or(f64::NAN, |(two, one)| two / one)
        });
        all_pass &= factor.is_none_or(|factor| factor <= GROWTH_MAX);
        let factor = factor.unwrap_or_default();
        println!("| {name} | {one:.1} ms | {two:.1} ms | {eight:.1} ms | {factor:.2} |");
    }
    all_pass
}

/// Measures live heap bytes. Returns `true` if no limit is exceeded.
fn measure_memory(divisor: u32) -> bool {
    let [few_items, many_items] =
        [100_000, 1_100_000].map(|waiting| memory::bytes_per_waiting_item(waiting / divisor));
    let (router, plan) = memory::bytes_per_agent(10_000 / divisor);
    let mut all_pass = true;
    for (name, bytes, limit) in [
        ("waiting item among 100,000", few_items, 250.0),
        ("waiting item among 1,100,000", many_items, 250.0),
        ("agent of a router", router, 600.0),
        ("agent of a plan", plan, 1_000.0),
    ] {
        let measurement = format!("memory per {name} (limit {limit})");
        print(&measurement, bytes, "bytes");
        // With the small sizes of a test run, fixed costs have a larger share.
        all_pass &= bytes <= limit || divisor > 1;
    }
    all_pass
}
