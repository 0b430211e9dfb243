//! The ratios that are required of a run, and whether this run reached them. A busy machine can miss one: it is said
//! plainly, and nothing fails.

use super::checklist::{say_at_least, say_at_most};
use super::latency::Latencies;
use super::table::{Row, shape_name};
use super::workload::Shape;

const MOST_GROWTH: f64 = 2.5;
const MOST_HIGH_QUANTILE: f64 = 6.0;
const MOST_HIGHEST_QUANTILE: f64 = 25.0;

/// Prints the checklist.
pub(crate) fn print(rows: &[Row], ours: &Latencies) {
    println!("\nRequired of this run:");
    check_growth(rows);
    for (percent, agents, least) in [
        (70, 1_000, 2.0),
        (70, 10_000, 1.7),
        (70, 100_000, 1.6),
        (95, 1_000, 1.0 / 1.1),
        (95, 10_000, 1.0 / 1.1),
        (95, 100_000, 1.0 / 1.1),
        (120, 1_000, 1.0 / 1.5),
        (120, 10_000, 1.0 / 1.5),
        (120, 100_000, 1.0 / 1.5),
    ] {
        check_against_sets(rows, Shape::ManyGroups, agents, percent, least);
    }
    check_against_sets(rows, Shape::HardCase, 10_000, 70, 100.0);
    check_against_sets(rows, Shape::HardCase, 100_000, 70, 300.0);
    check_against_sets(rows, Shape::FewGroups, 100_000, 70, 5.0);
    check_against_scan(rows, 10_000, 100.0);
    check_against_scan(rows, 100_000, 500.0);
    check_quantiles(ours);
}

fn check_growth(rows: &[Row]) {
    let times =
        find(rows, Shape::ManyGroups, 100, 70).zip(find(rows, Shape::ManyGroups, 10_000, 70));
    if let Some((few, many)) = times {
        say_at_most(
            "mean of an event, 100 to 10,000 agents at 70 %: growth",
            many.ours / few.ours,
            MOST_GROWTH,
        );
    }
}

fn check_against_sets(rows: &[Row], shape: Shape, agents: u32, percent: u32, least: f64) {
    let Some(row) = find(rows, shape, agents, percent) else {
        return;
    };
    let world = shape_name(shape);
    if least < 1.0 {
        let subject =
            format!("{world}, {agents} agents at {percent} %: share of the BTreeSet's time");
        say_at_most(&subject, row.ours / row.sets, 1.0 / least);
    } else {
        let subject = format!("{world}, {agents} agents at {percent} %: faster than the BTreeSet");
        say_at_least(&subject, row.sets / row.ours, least);
    }
}

fn check_against_scan(rows: &[Row], agents: u32, least: f64) {
    let row = find(rows, Shape::ManyGroups, agents, 70);
    if let Some((row, scans)) = row.and_then(|row| row.scans.as_ref().map(|scans| (row, scans))) {
        let subject = format!("{agents} agents at 70 %: faster than the scan of all agents");
        say_at_least(&subject, scans.everyone / row.ours, least);
    }
}

fn check_quantiles(ours: &Latencies) {
    for (kind, times) in ours.kinds() {
        let median = times.quantile(500).max(1) as f64;
        let high = times.quantile(990) as f64 / median;
        let highest = times.quantile(999) as f64 / median;
        say_at_most(
            &format!("{kind}: 99th percentile in medians"),
            high,
            MOST_HIGH_QUANTILE,
        );
        say_at_most(
            &format!("{kind}: 99.9th percentile in medians"),
            highest,
            MOST_HIGHEST_QUANTILE,
        );
    }
}

fn find(rows: &[Row], shape: Shape, agents: u32, percent: u32) -> Option<&Row> {
    rows.iter()
        .find(|row| row.shape == shape && row.agents == agents && row.percent == percent)
}
