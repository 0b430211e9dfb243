//! The JSON lines that the program reads and prints.

use handover::{Input, Output, Timestamp};
use serde::{Deserialize, Serialize};

use super::load::shorten;

/// A line of the input file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputLine {
    pub(super) at_ms: Timestamp,
    pub(super) input: Input,
}

impl InputLine {
    /// Parses a line. The text of an error has the column, but not the line number.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let text = text.trim_ascii_end();
        if !text.trim_ascii_start().starts_with(b"{") {
            return Err("expected an object with `at_ms` and `input`".into());
        }
        serde_json::from_slice(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let error = error.to_string();
            // The parser's line number is always 1. Next to the line number in the file it would be confusing.
            match error.strip_suffix(&format!(" at line {line} column {column}")) {
                Some(error) => format!("{} at column {column}", shorten(error)),
                None => shorten(&error),
            }
        })
    }
}

/// A line with an output of the router.
#[derive(Serialize)]
pub(super) struct OutputLine {
    pub(super) at_ms: Timestamp,
    pub(super) output: Output,
}

/// A line that reports a refused input line.
#[derive(Serialize)]
pub(super) struct RefusedLine {
    pub(super) at_ms: Timestamp,
    pub(super) refused: Refusal,
}

/// The number of a refused input line, from 1, and the reason.
#[derive(Serialize)]
pub(super) struct Refusal {
    pub(super) line: u64,
    /// The code of the router's error, or `unreadable`.
    pub(super) code: &'static str,
    pub(super) error: String,
}

/// The line that `--digest` adds at the end.
#[derive(Serialize)]
pub(super) struct DigestLine {
    pub(super) digest: String,
}
