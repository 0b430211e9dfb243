//! The `Display` of an explanation: a table.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::decide::explanation::{CandidateReport, Explanation, Outcome, RankKey};
use crate::decision::Decision;
use crate::rule::Score;

/// The number of columns before the last one, which is not padded.
const COLUMNS: usize = 5;

impl fmt::Display for Explanation {
    /// Writes the decision, then one row per agent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (item, queue, now) = (&self.item, &self.queue, self.now);
        match (self.decision, &self.agent) {
            (Decision::Wait(wait), _) => {
                writeln!(f, "{item} in {queue} at {now}: waits, {}", wait.reason())?;
            }
            (Decision::Assign(_), Some(agent)) => {
                writeln!(f, "{item} in {queue} at {now}: to {agent}")?;
            }
            (Decision::Assign(_), None) => writeln!(f, "{item} in {queue} at {now}")?,
        }
        if let Some(until) = self.until {
            let left = until.millis_since(now);
            writeln!(
                f,
                "the answer can change by time alone in {}.{:03} s",
                left / 1000,
                left % 1000
            )?;
        }
        let rows: Vec<([String; COLUMNS], String)> = (1..)
            .zip(&self.candidates)
            .map(|(place, row)| cells(place, row))
            .collect();
        let header = ["#", "agent", "tier", "pool", "group"].map(String::from);
        let mut widths = header.clone().map(|name| name.len());
        for (row, _) in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        write_row(f, &widths, &header, "why")?;
        rows.iter()
            .try_for_each(|(row, why)| write_row(f, &widths, row, why))
    }
}

fn write_row(
    f: &mut fmt::Formatter<'_>,
    widths: &[usize; COLUMNS],
    row: &[String; COLUMNS],
    why: &str,
) -> fmt::Result {
    for (width, cell) in widths.iter().zip(row) {
        write!(f, "{cell:<width$}  ")?;
    }
    writeln!(f, "{why}")
}

fn cells(place: usize, considered: &CandidateReport) -> ([String; COLUMNS], String) {
    let (place, why) = match &considered.outcome {
        Outcome::Eligible { keys } => (
            place.to_string(),
            keys.iter().map(shown).collect::<Vec<_>>().join(", "),
        ),
        Outcome::Excluded { gate, exclusion } => ("-".into(), format!("{gate}: {exclusion}")),
    };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let tier = or_dash(considered.tier.map(|tier| tier.to_string()));
    let pool = or_dash(considered.pool.map(|pool| pool.to_string()));
    let group = or_dash(considered.group.as_ref().map(ToString::to_string));
    (
        [place, considered.agent.to_string(), tier, pool, group],
        why,
    )
}

/// Returns a key in words, with the number that a reader expects instead of the score that is compared.
fn shown(key: &RankKey) -> String {
    let Score(score) = key.score;
    let name = &key.name;
    if key.is_custom {
        return match key.score {
            Score::FIRST => format!("{name} first"),
            Score::LAST => format!("{name} last"),
            Score(score) => format!("{name} {score}"),
        };
    }
    match (&**name, score) {
        ("most_capacity", i128::MIN) => "unlimited spare".into(),
        ("most_capacity", _) => format!("{} spare", score.unsigned_abs()),
        ("skills", _) => format!("holds {} of the skills asked for", score.unsigned_abs()),
        ("skills_at_level", _) => format!("{} at the level asked for", score.unsigned_abs()),
        ("last_agent", _) => "the requester's last agent".into(),
        ("ai", _) => "an AI agent".into(),
        ("preferred", _) => format!("preferred agent {}", score.saturating_add(1)),
        ("last_assigned", 0) => "never assigned".into(),
        ("last_assigned", _) => format!("last assignment no. {score}"),
        ("longest_idle", i128::MAX) => "not idle".into(),
        ("longest_idle", _) => format!("idle since {score} ms"),
        ("fewest_items", _) => format!("{score} in hand"),
        ("lowest_utilization", _) => format!("{} % in use", score.saturating_mul(100) >> 64),
        ("fewest_handled", _) => format!("{score} handled"),
        ("specialists_first", _) => format!("{score} other skills"),
        ("round_robin" | "in_order", _) => format!("{name} {}", score.saturating_add(1)),
        _ => format!("{name} {score}"),
    }
}
