//! The `Display` of an explanation: the decision, and a table with one row per agent.
//!
//! ```text
//! chat-1 in support at 61000 ms: to asha
//! #  agent  tier  pool  group  why
//! 1  asha   1     0     all    2 spare, last assignment no. 3
//! -  ben    1     0     all    presence: has chosen no presence state
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::decide::explanation::{CandidateReport, Explanation, Outcome, RankKey};
use crate::decision::Decision;
use crate::rule::Score;

/// The number of padded columns. The last column, `why`, is not padded.
const COLUMNS: usize = 5;

/// A row of the table: the padded cells, and the last one.
type Row = ([String; COLUMNS], String);

impl fmt::Display for Explanation {
    /// Writes the decision, the moment at which time alone can change it, and one row per agent.
    ///
    /// The text is for supervisors. It is not a format to parse: the getters return the same values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (item, queue, now) = (&self.item, &self.queue, self.now);
        write!(f, "{item} in {queue} at {now}")?;
        match (self.decision, &self.agent) {
            (Decision::Wait(wait), _) => writeln!(f, ": waits, {}", wait.reason())?,
            (Decision::Assign(_), Some(agent)) => writeln!(f, ": to {agent}")?,
            // The assignment is of another plan, which cannot be in a value that `explain` returned.
            (Decision::Assign(_), None) => writeln!(f)?,
        }
        if let Some(until) = self.until {
            let left = until.millis_since(now);
            let (secs, millis) = (left / 1000, left % 1000);
            writeln!(
                f,
                "the answer can change by time alone in {secs}.{millis:03} s"
            )?;
        }
        let header = ["#", "agent", "tier", "pool", "group"].map(String::from);
        // The header is the first row, so that it is padded like the others.
        let mut rows: Vec<Row> = Vec::from([(header, "why".into())]);
        // INVARIANT: the eligible agents come first, so the position of an eligible agent is its rank.
        rows.extend((1..).zip(&self.candidates).map(row));
        // Widths are in characters, as the formatter pads by them.
        let mut widths = [0; COLUMNS];
        for (cells, _) in &rows {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for (cells, why) in &rows {
            for (width, cell) in widths.iter().zip(cells) {
                write!(f, "{cell:<width$}  ")?;
            }
            // Not padded, so that no line ends with blanks.
            writeln!(f, "{why}")?;
        }
        Ok(())
    }
}

/// Returns the row of an agent, given its rank. An agent who is not eligible shows a dash as its rank.
fn row((rank, report): (usize, &CandidateReport)) -> Row {
    let (rank, why) = match &report.outcome {
        Outcome::Eligible { keys } => {
            let keys: Vec<String> = keys.iter().map(describe_key).collect();
            (rank.to_string(), keys.join(", "))
        }
        Outcome::Excluded { gate, exclusion } => ("-".into(), format!("{gate}: {exclusion}")),
    };
    let (agent, group) = (report.agent.to_string(), report.group.to_string());
    let (tier, pool) = (report.tier.to_string(), report.pool.to_string());
    ([rank, agent, tier, pool, group], why)
}

/// Returns a key in words, with the number that a reader expects instead of the score that is compared.
///
/// | key | score | text |
/// |---|---|---|
/// | `most_capacity` | -2 | `2 spare` |
/// | `longest_idle` | `i128::MAX` | `not idle` |
/// | a custom key | 7 | its name and `7` |
fn describe_key(key: &RankKey) -> String {
    let Score(score) = key.score;
    let name = &key.name;
    if key.is_custom {
        // The meaning of the number is unknown. The extremes are what a ranking returns for yes and no.
        return match key.score {
            Score::FIRST => format!("{name} first"),
            Score::LAST => format!("{name} last"),
            Score(score) => format!("{name} {score}"),
        };
    }
    // The names are those of `ranking_key` and `Affinity::name`, and those that `explain_keys` passes to `RankKey::built_in`. A
    // key without an entry shows its name and score. Scores of which more is preferred are negative.
    match (&**name, score) {
        ("most_capacity", i128::MIN) => "unlimited spare".into(),
        ("most_capacity", _) => format!("{} spare", score.unsigned_abs()),
        ("skills", _) => format!("holds {} of the skills asked for", score.unsigned_abs()),
        ("skills_at_level", _) => format!("{} at the level asked for", score.unsigned_abs()),
        ("last_agent", 0) => "has other work of the requester".into(),
        ("last_agent", _) => "the requester's last agent".into(),
        ("ai", _) => "an AI agent".into(),
        ("preferred", _) => format!("preferred agent {}", score.saturating_add(1)),
        ("last_assigned", 0) => "never assigned".into(),
        ("last_assigned", _) => format!("last assignment no. {score}"),
        ("longest_idle", i128::MAX) => "not idle".into(),
        ("longest_idle", _) => format!("idle since {score} ms"),
        ("fewest_items", _) => format!("{score} in hand"),
        // The score is a fraction of 2⁶⁴.
        ("lowest_utilization", _) => format!("{} % in use", score.saturating_mul(100) >> 64),
        ("fewest_handled", _) => format!("{score} handled"),
        ("specialists_first", _) => format!("{score} other skills"),
        ("round_robin" | "in_order", _) => format!("{name} {}", score.saturating_add(1)),
        _ => format!("{name} {score}"),
    }
}
