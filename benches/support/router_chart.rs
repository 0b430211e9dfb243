//! What an input costs against the number of agents: a chart of the rows that were measured.

use std::error::Error;
use std::path::Path;

use plotters::style::RGBColor;

use super::chart::{Chart, Line};
use super::numbers::grouped;
use super::router_table::Row;

/// The colour-blind tell them apart, too.
const COLOURS: [RGBColor; 3] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(110, 110, 110),
];

/// A line for each load, and a dashed one of the same colour for the afternoon's. All are accepted as in the first row.
pub(crate) fn draw(
    file: &Path,
    rows: &[Row],
    steps: usize,
    machine: &str,
) -> Result<(), Box<dyn Error>> {
    let Some(first) = rows.first() else {
        return Err("nothing was measured that a chart could show".into());
    };
    let measured = format!(
        "Items accepted {}, outputs drained; {} steps a point",
        first.accepted(),
        grouped(steps as u64)
    );
    let rows: Vec<&Row> = rows.iter().filter(|row| row.asks == first.asks).collect();
    let chart = Chart {
        title: "What an input costs a router",
        notes: [measured, machine.to_owned()],
        x_axis: "agents",
        y_axis: "nanoseconds an input",
        lines: &lines(&rows),
    };
    chart.draw(file)
}

/// First ours of all loads, then the afternoon's.
fn lines(rows: &[&Row]) -> Vec<Line> {
    let mut loads: Vec<u32> = rows.iter().map(|row| row.percent).collect();
    loads.dedup();
    let mut lines = Vec::new();
    for is_ours in [true, false] {
        for (&percent, &colour) in loads.iter().zip(COLOURS.iter().cycle()) {
            let of_load = rows.iter().filter(|row| row.percent == percent);
            let cost = |row: &Row| {
                if is_ours {
                    row.in_turn.first
                } else {
                    row.in_turn.second
                }
            };
            let whose = if is_ours { "handover" } else { "afternoon" };
            lines.push(Line {
                label: format!("{whose}, load {percent} %"),
                colour,
                is_dashed: !is_ours,
                points: of_load
                    .map(|row| (f64::from(row.agents), cost(row)))
                    .collect(),
            });
        }
    }
    lines
}
