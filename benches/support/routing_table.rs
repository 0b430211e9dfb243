//! The table of routing conditions: by condition and by number of queues.

use super::markdown;
use super::numbers::{grouped, rounded};
use super::routing::{self, Conditions};

/// A line of the table. Times are nanoseconds an item.
pub(crate) struct Row {
    conditions: Conditions,
    queues: u32,
    /// With the queue found by its condition.
    found: f64,
    /// With the queue named.
    named: f64,
}

pub(crate) fn measure(queue_counts: &[u32], items: usize) -> Vec<Row> {
    println!(
        "\nns to route an item that waits, by its queue's condition and with the queue named:"
    );
    println!(
        "{:<30} {:>7} {:>10} {:>8} {:>6}",
        "condition", "queues", "by itself", "named", "ratio"
    );
    let mut rows = Vec::new();
    for conditions in Conditions::ALL {
        for &queues in queue_counts {
            let (found, named) = routing::time(conditions, queues, items);
            let row = Row {
                conditions,
                queues,
                found,
                named,
            };
            row.print();
            rows.push(row);
        }
    }
    rows
}

/// How many times as long it takes to find the queue among the most queues, by one value, as when it is named.
pub(crate) fn ratio_by_one_value(rows: &[Row]) -> Option<f64> {
    let by_one_value = |row: &&Row| matches!(row.conditions, Conditions::OneValue);
    rows.iter().rfind(by_one_value).map(Row::ratio)
}

pub(crate) fn print_markdown(rows: &[Row]) {
    let cells: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
    markdown::print(
        "ns to route an item that waits, by its queue's condition and with the queue named.",
        &["condition", "queues", "by itself", "named", "ratio"],
        &cells,
    );
}

impl Row {
    fn ratio(&self) -> f64 {
        self.found / self.named
    }

    fn print(&self) {
        println!(
            "{:<30} {:>7} {:>10.0} {:>8.0} {:>6.2}",
            self.conditions.words(),
            self.queues,
            self.found,
            self.named,
            self.ratio()
        );
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.conditions.words().to_owned(),
            grouped(self.queues.into()),
            rounded(self.found),
            rounded(self.named),
            format!("{:.2}", self.ratio()),
        ]
    }
}
