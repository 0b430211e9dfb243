//! Measures routers with many waiting items, and many agents who sign in and out: time and live heap bytes.
//!
//! `cargo bench --bench scale` prints all parts. A filter runs the parts whose name contains it: `freed`, `growth`, `memory`
//! or `presence`. The bytes are exact and have limits; the benchmark fails if one is exceeded.

#![allow(clippy::restriction, reason = "a benchmark may panic")]

mod support;

use std::process::ExitCode;

use handover::{Ask, Offer};

use support::scale::allocator::CountingAllocator;
use support::scale::freed::Backlog;
use support::scale::growth::Growth;
use support::scale::memory;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
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
    if support::is_selected("memory") && !measure_memory(divisor) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn print(measurement: &str, value: f64, unit: &str) {
    println!("| {measurement} | {value:.1} {unit} |");
}

/// Measures a completion that frees an agent, who gets the next of few or of many waiting items.
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

/// Measures how long a single input can take while the number of waiting items grows.
fn measure_growth(divisor: u32) {
    let waiting = 1_000_000 / divisor;
    let growth = Growth::new(10_000 / divisor, waiting, Offer::AutoAccept);
    let measurement = format!("growth to {waiting} waiting items, mean input");
    print(&measurement, growth.mean, "ns");
    print("growth, longest input", growth.longest / 1e6, "ms");
}

fn measure_presence(divisor: u32, offer: Offer, accepted: &str) {
    let (agents, waiting) = (10_000 / divisor, 100_000 / divisor);
    let mut growth = Growth::new(agents, waiting, offer);
    for (event, available) in [
        ("sign in", true),
        ("sign out", false),
        ("sign in again", true),
    ] {
        let nanos = growth.set_presence(available);
        let measurement =
            format!("presence: {agents} agents {event}, {waiting} items wait, {accepted}");
        print(&measurement, nanos / 1e6, "ms");
    }
}

/// Measures live heap bytes. Returns `false` if one exceeds its limit.
fn measure_memory(divisor: u32) -> bool {
    let [few, many] =
        [100_000, 1_100_000].map(|waiting| memory::bytes_per_waiting_item(waiting / divisor));
    let (router, plan) = memory::bytes_per_agent(10_000 / divisor);
    let mut is_ok = true;
    for (name, bytes, limit) in [
        ("waiting item among 100,000", few, 250.0),
        ("waiting item among 1,100,000", many, 250.0),
        ("agent of a router", router, 600.0),
        ("agent of a plan", plan, 1_000.0),
    ] {
        let measurement = format!("memory per {name} (limit {limit})");
        print(&measurement, bytes, "bytes");
        // The sizes of a test run have a larger share of fixed costs.
        is_ok &= bytes <= limit || divisor > 1;
    }
    is_ok
}
