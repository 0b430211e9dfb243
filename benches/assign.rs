//! How long it takes to give an item to an agent and to take it back, beside what one would write in an afternoon.
//!
//! `cargo bench --bench assign` prints a table, a checklist of the ratios that are required, a histogram, and criterion's
//! curves. `-- table` prints all but the curves; any other filter is criterion's, and runs the curves alone.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark computes and prints figures, its numbers fit into 32 bits, and it may fail loudly"
)]

/// What the benchmark is made of, one subject a file.
mod support {
    pub(crate) mod baseline;
    pub(crate) mod callgrind;
    pub(crate) mod checklist;
    pub(crate) mod config;
    pub(crate) mod curves;
    pub(crate) mod desk;
    pub(crate) mod histogram;
    pub(crate) mod latency;
    pub(crate) mod load;
    pub(crate) mod ours;
    pub(crate) mod paired;
    pub(crate) mod random;
    pub(crate) mod requirements;
    pub(crate) mod scan;
    pub(crate) mod staff;
    pub(crate) mod table;
    pub(crate) mod valgrind;
    pub(crate) mod workload;
}

use criterion::Criterion;

use support::baseline::Sets;
use support::desk::{Shift, assert_equal_answers, assert_same_holders};
use support::load::Load;
use support::ours::Ours;
use support::scan::{ScanOfEveryone, ScanOfMembers};
use support::table::{Case, Row};
use support::workload::{Shape, World};
use support::{callgrind, curves, latency, requirements, table, valgrind};

const USAGE: &str = "\
cargo bench --bench assign [-- ARGUMENTS]
    table   only the tables, without criterion's curves
    FILTER  only those curves of criterion's whose names hold this
    --test  everything once, at a small size";

fn main() {
    if callgrind::ran_as_counted_process() {
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if asked("--help") {
        println!("{USAGE}");
        return;
    }
    // As criterion does: without `--bench` this is a test run.
    let tiny = asked("--test") || !asked("--bench");
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let only_table = filter.is_some_and(|filter| filter == "table");
    if only_table || (filter.is_none() && !asked("--list")) {
        if tiny {
            try_everything_once();
        } else {
            print_everything();
        }
    }
    if !only_table {
        let agent_counts: &[u32] = if tiny {
            &[100, 1_000]
        } else {
            &[100, 1_000, 10_000, 100_000]
        };
        let mut criterion = Criterion::default().configure_from_args();
        curves::add(&mut criterion, agent_counts);
        criterion.final_summary();
    }
}

/// All parts at a small size: they work, and all desks agree.
fn try_everything_once() {
    assert_all_agree(1_000);
    table::print_header();
    for (shape, agents) in [
        (Shape::ManyGroups, 100),
        (Shape::ManyGroups, 1_000),
        (Shape::FewGroups, 1_000),
        (Shape::HardCase, 1_000),
    ] {
        let case = Case {
            shape,
            agents,
            percent: 70,
            steps: 500,
            scan_steps: 100,
            count_instructions: false,
        };
        case.measure().print();
    }
    print_histograms(1_000, 1_000);
}

fn print_everything() {
    assert_all_agree(30_000);
    let rows = print_table();
    let ours = print_histograms(10_000, 500_000);
    requirements::print(&rows, &ours);
    println!();
}

/// All four ways of assigning give the same answer to every single arrival, from empty desks to full ones.
fn assert_all_agree(step_count: usize) {
    for shape in [Shape::ManyGroups, Shape::FewGroups, Shape::HardCase] {
        let world = World::new(shape, 1_000);
        for percent in [70, 95, 120] {
            let mut load = Load::new(&world, percent);
            let steps = load.take(step_count);
            let sets = Sets::new(&world);
            let mut everyone = Shift::new(ScanOfEveryone::taking_over(&sets.staff), &load);
            let mut members = Shift::new(ScanOfMembers::taking_over(&sets.staff, &world), &load);
            assert_equal_answers(&mut everyone, &mut members, &steps);
            let mut sets = Shift::new(sets, &load);
            let mut ours = Shift::new(Ours::new(&world), &load);
            assert_equal_answers(&mut ours, &mut sets, &steps);
            assert_same_holders(&ours, &everyone);
            ours.desk.check();
        }
    }
    println!(
        "Ours, the BTreeSet and both scans agree on every one of {step_count} arrivals in each of 9 worlds."
    );
}

fn print_table() -> Vec<Row> {
    if !valgrind::is_installed() {
        println!("Valgrind is not installed: no instructions are counted.");
    }
    table::print_header();
    let mut rows = Vec::new();
    for case in cases() {
        let row = case.measure();
        row.print();
        rows.push(row);
    }
    rows
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for percent in [70, 95, 120] {
        for (agents, scan_steps) in [
            (100, 50_000),
            (1_000, 50_000),
            (10_000, 10_000),
            (100_000, 2_000),
        ] {
            cases.push(Case {
                shape: Shape::ManyGroups,
                agents,
                percent,
                steps: 1_600_000,
                scan_steps: if percent == 70 { scan_steps } else { 0 },
                count_instructions: percent == 70 && [1_000, 10_000].contains(&agents),
            });
        }
    }
    for (shape, agents, steps) in [
        (Shape::FewGroups, 100_000, 100_000),
        (Shape::HardCase, 1_000, 100_000),
        (Shape::HardCase, 10_000, 40_000),
        (Shape::HardCase, 100_000, 10_000),
    ] {
        cases.push(Case {
            shape,
            agents,
            percent: 70,
            steps,
            scan_steps: 0,
            count_instructions: false,
        });
    }
    cases
}

/// The times of single operations at 70 % load; those of ours are given back.
fn print_histograms(agents: u32, step_count: usize) -> latency::Latencies {
    let world = World::new(Shape::ManyGroups, agents);
    let mut load = Load::new(&world, 70);
    let mut ours = Shift::new(Ours::new(&world), &load);
    let mut sets = Shift::new(Sets::new(&world), &load);
    let warm_up = load.take(load.warm_up_steps());
    ours.run(&warm_up);
    sets.run(&warm_up);
    let steps = load.take(step_count);
    let clock = latency::time_nothing(step_count);
    println!(
        "\nSingle operations, {agents} agents at 70 %. The clock itself takes {} ns (p50) to {} ns (p99.9) of each.",
        clock.quantile(500),
        clock.quantile(999)
    );
    let of_ours = latency::time_each(&mut ours, &steps);
    latency::print("ours", &of_ours);
    latency::print("BTreeSet", &latency::time_each(&mut sets, &steps));
    of_ours
}
