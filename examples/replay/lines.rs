//! The JSON lines of the inputs and the outputs.

use handover::{Input, Output, Timestamp};
use serde::{Deserialize, Serialize};

use super::load::shorten;

/// A line of the inputs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputLine {
    pub(super) at_ms: Timestamp,
    pub(super) input: Input,
}

impl InputLine {
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let text = text.trim_ascii_end();
        if !text.trim_ascii_start().starts_with(b"{") {
            return Err("expected an object with `at_ms` and `input`".into());
        }
        serde_json::from_slice(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let error = error.to_string();
            // The parser's line number is always 1, and would be mistaken for the line number in the file.
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

/// A line about a refused line.
#[derive(Serialize)]
pub(super) struct RefusedLine {
    pub(super) at_ms: Timestamp,
    pub(super) refused: Refusal,
}

#[derive(Serialize)]
pub(super) struct Refusal {
    pub(super) line: u64,
    pub(super) error: String,
}

/// The last line with `--digest`.
#[derive(Serialize)]
pub(super) struct DigestLine {
    pub(super) digest: String,
}
