//! How long a router takes for an input, beside what one would write in an afternoon.
//!
//! `cargo bench --bench router` prints a table, what routing conditions cost, both once more in Markdown for the README, and
//! a checklist of what is required. `-- --chart benches/cost.svg` draws the same rows; `-- --agents 1000 --load 70` and the
//! like measure less; `-- --help` names all of it. `-- --test` tries everything once at a small size.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark computes and prints figures, its numbers fit into 32 bits, and it may fail loudly; its parts are shared"
)]

/// What the benchmark is made of, one subject a file.
mod support {
    pub(crate) mod afternoon;
    pub(crate) mod arguments;
    pub(crate) mod baseline;
    pub(crate) mod chart;
    pub(crate) mod checklist;
    pub(crate) mod config;
    pub(crate) mod desk;
    pub(crate) mod histogram;
    pub(crate) mod load;
    pub(crate) mod machine;
    pub(crate) mod markdown;
    pub(crate) mod numbers;
    pub(crate) mod office;
    pub(crate) mod profile;
    pub(crate) mod queues;
    pub(crate) mod random;
    pub(crate) mod router_chart;
    pub(crate) mod router_markdown;
    pub(crate) mod router_table;
    pub(crate) mod routing;
    pub(crate) mod routing_table;
    pub(crate) mod staff;
    pub(crate) mod stream;
    pub(crate) mod traffic;
    pub(crate) mod workload;
}

use std::error::Error;
use std::process::ExitCode;

use support::arguments::{Arguments, USAGE};
use support::router_table::{Case, Row, print_header};
use support::{checklist, machine, profile, router_chart, router_markdown, routing_table};

fn main() -> ExitCode {
    if profile::ran_as_counted_process() {
        return ExitCode::SUCCESS;
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| words.iter().any(|word| word == flag);
    if asked("--list") {
        return ExitCode::SUCCESS;
    }
    if asked("--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let done = Arguments::parse(&words)
        .map_err(Into::into)
        .and_then(|arguments| run(&arguments));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let rows = measure(arguments);
    let routing = if arguments.is_test {
        routing_table::measure(&[10, 100], 640)
    } else {
        routing_table::measure(&[10, 100, 500, 1_000, 2_000], 20_000)
    };
    router_markdown::print(&rows);
    routing_table::print_markdown(&routing);
    if !arguments.is_test {
        check(&rows, &routing);
    }
    if let Some(file) = &arguments.chart {
        let machine = arguments.machine.clone();
        let machine = machine.unwrap_or_else(machine::description);
        router_chart::draw(file, &rows, arguments.steps, &machine)?;
        println!("\nThe chart: {}", file.display());
    }
    Ok(())
}

fn measure(arguments: &Arguments) -> Vec<Row> {
    print_header();
    let mut rows = Vec::new();
    for &asks in &arguments.asks {
        for &percent in &arguments.loads {
            for &agents in &arguments.agents {
                let case = Case {
                    agents,
                    percent,
                    asks,
                    steps: arguments.steps,
                };
                let row = case.measure();
                row.print();
                rows.push(row);
            }
        }
    }
    rows
}

fn check(rows: &[Row], routing: &[routing_table::Row]) {
    println!("\nRequired of this run:");
    for row in rows {
        row.check();
    }
    if let Some(ratio) = routing_table::ratio_by_one_value(routing) {
        checklist::say_at_most(
            "2,000 queues of one value each: times what naming the queue takes",
            ratio,
            2.0,
        );
    }
}
