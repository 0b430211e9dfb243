//! Compares the time per input of the router with a baseline that returns the same outputs.
//!
//! `cargo bench --bench router` prints a table and draws `target/tmp/cost.svg`. A filter runs the rows whose name contains
//! the filter: `cargo bench --bench router -- '1000 agents, 95 %'`.

#![allow(clippy::restriction, reason = "a benchmark may panic")]

mod support;

use std::path::Path;

use support::chart::{self, Line};
use support::router::stream::Pair;
use support::router::traffic::KINDS;
use support::workload::{Shape, Workload};
use support::{is_selected, is_test};

/// The measured loads in percent of the capacity, with colors that color-blind readers can distinguish.
const LOADS: [(u32, &str); 3] = [(70, "#0072b2"), (95, "#d55e00"), (120, "#6e6e6e")];

fn main() {
    let mut lines = empty_lines("handover", false);
    lines.extend(empty_lines("baseline", true));
    measure(&mut lines);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cost.svg");
    let title = "Time per input of a router, on logarithmic axes";
    std::fs::write(&file, chart::draw(title, &lines)).expect("the chart can be written");
    println!("\nThe chart is in {}", file.display());
}

/// Returns the lines of a router in the chart, one for each load, without points.
fn empty_lines(router: &str, is_dashed: bool) -> Vec<Line> {
    let line = |(load, color)| Line {
        label: format!("{router}, load {load} %"),
        color,
        is_dashed,
        points: Vec::new(),
    };
    LOADS.map(line).into()
}

/// Measures the selected rows, and prints them as a Markdown table. Adds the rows with automatic acceptance to the chart.
fn measure(lines: &mut [Line]) {
    let (sizes, steps): (&[u32], usize) = if is_test() {
        (&[100, 1_000], 100)
    } else {
        (&[100, 1_000, 10_000, 100_000], 20_000)
    };
    println!(
        "Median ns per input. The last columns are the inputs of handover by kind, each measured alone.\n"
    );
    let kinds = KINDS.join(" | ");
    println!("| row | handover | baseline | ratio | {kinds} |");
    println!("|---{}|", "|---:".repeat(3 + KINDS.len()));
    for acceptance in ["at once", "asked"] {
        for (index, (load, _)) in LOADS.into_iter().enumerate() {
            for &agents in sizes {
                let row = format!("{agents} agents, {load} %, {acceptance}");
                if !is_selected(&row) {
                    continue;
                }
                let workload = Workload::new(Shape::ManyGroups, agents);
                let mut pair = Pair::new(&workload, load, acceptance == "asked");
                let [handover, baseline, ratio] = pair.measure(steps);
                let medians = pair.medians_by_kind(20 * steps).map(|median| {
                    median.map_or_else(|| "–".to_owned(), |nanos| format!("{nanos:.0}"))
                });
                let medians = medians.join(" | ");
                println!("| {row} | {handover:.0} | {baseline:.0} | {ratio:.2} | {medians} |");
                if acceptance == "at once" {
                    let agents = f64::from(agents);
                    lines[index].points.push((agents, handover));
                    lines[index + LOADS.len()].points.push((agents, baseline));
                }
            }
        }
    }
}
