//! The table of the router's benchmark, as the README shows it.

use super::markdown;
use super::numbers::{grouped, rounded};
use super::router_table::Row;
use super::traffic::Kind;

/// A table for what is accepted at once, and one for what is accepted by an input, of those that were measured.
pub(crate) fn print(rows: &[Row]) {
    for asks in [false, true] {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.asks == asks).collect();
        if let Some(first) = rows.first() {
            let title = format!(
                "Accepted {}: ns an input, medians over chunks; then the medians of ours, by kind of input.",
                first.accepted()
            );
            print_table(&title, &rows);
        }
    }
}

fn print_table(title: &str, rows: &[&Row]) {
    let occurs = |kind: &Kind| rows.iter().any(|row| row.median(*kind).is_some());
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(occurs).collect();
    let mut header = vec!["agents", "load", "handover", "afternoon", "ratio"];
    header.extend(kinds.iter().map(|kind| kind.words()));
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &kinds)).collect();
    markdown::print(title, &header, &cells);
}

fn cells(row: &Row, kinds: &[Kind]) -> Vec<String> {
    let mut cells = vec![
        grouped(row.agents.into()),
        format!("{} %", row.percent),
        rounded(row.in_turn.first),
        rounded(row.in_turn.second),
        format!("{:.2}", row.in_turn.ratio),
    ];
    cells.extend(kinds.iter().map(|kind| {
        let median = row.median(*kind);
        median.map_or_else(|| "–".to_owned(), grouped)
    }));
    cells
}
