//! The path of an error, and the text of the error of a whole document.
//!
//! An error of a format is passed on unchanged. Its path is recorded separately, and added once, when the whole document fails.
//! Formatting the error again at each step would cost the product of its length and its depth. With CBOR, whose errors are
//! written in quotes, the escaped quotes would double at each step.

use alloc::format;
use alloc::string::{String, ToString};
use core::any::type_name;
use core::cell::RefCell;
use core::fmt;

use serde::de::Error;

/// The maximum number of characters of a path.
const PATH_MAX: usize = 200;

/// The maximum number of characters of an error without its path. The longest list of names that an error has takes about 300.
const TEXT_MAX: usize = 400;

/// The path from a document to the value that could not be read. Empty if there is no error.
///
/// Steps are added from the inside out: each list and object adds its own after its value has failed. A path costs nothing
/// unless there is an error.
#[derive(Debug, Default)]
pub(crate) struct ErrorPath(RefCell<String>);

impl ErrorPath {
    /// Adds a step, such as `.queues` or `[1]`, in front of the others.
    pub(crate) fn add_outer(&self, step: impl fmt::Display) {
        let path = format!("{step}{}", self.0.take());
        self.0.replace(shorten(path, PATH_MAX));
    }

    /// Returns the error of the whole document that was read from a `D`: in plain words, after its path.
    pub(crate) fn into_error<D, E: Error>(self, error: &E) -> E {
        let text = in_plain_words(error);
        let path = self.0.take();
        let path = path.strip_prefix('.').unwrap_or(&path);
        if path.is_empty() || adds_path::<D>() {
            return E::custom(text);
        }
        E::custom(format_args!("{path}: {text}"))
    }
}

/// Returns whether a deserializer adds paths to errors itself: one of the crate `serde_path_to_error`, which HTTP frameworks use.
///
/// Its type is the only sign of it. If the type is hidden behind another one, an error has its path twice.
fn adds_path<D>() -> bool {
    type_name::<D>().contains("serde_path_to_error")
}

/// Returns the text of an error with the terms of Rust and `serde` replaced by plain words. Cuts out the middle of a long text.
///
/// Administrators read these texts, and need not know what a `u32` or a variant is. A value that is quoted in the text is changed
/// as well, if it contains such a term.
pub(crate) fn in_plain_words(error: &impl Error) -> String {
    const WORDS: [(&str, &str); 5] = [
        (
            "expected u32",
            "expected a whole number from 0 to 4294967295",
        ),
        ("expected u64", "expected a whole number from 0"),
        ("expected i64", "expected a whole number"),
        ("expected a sequence", "expected a list"),
        ("unknown variant", "unknown name"),
    ];
    let words = WORDS.into_iter();
    // Shortened before and after: a long text is not searched, and a replaced word can be longer.
    let text = shorten(error.to_string(), TEXT_MAX);
    let text = words.fold(text, |text, (term, plain)| text.replace(term, plain));
    shorten(text, TEXT_MAX)
}

/// Shortens a text to about `max` characters: keeps the first third and the last two thirds of that length, with `…` between
/// them.
///
/// The end of an error states what was expected and, for JSON, the line and column.
fn shorten(text: String, max: usize) -> String {
    // A character has at least one byte.
    if text.len() <= max {
        return text;
    }
    let mut starts = text.char_indices().map(|(start, _)| start);
    let (head, tail) = (starts.nth(max / 3), starts.nth_back(max - max / 3 - 1));
    match head.zip(tail) {
        Some((head, tail)) => {
            let (head, tail) = (text.get(..head), text.get(tail..));
            format!("{}…{}", head.unwrap_or_default(), tail.unwrap_or_default())
        }
        // The text has more than `max` bytes, but at most `max` characters.
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::{ErrorPath, PATH_MAX, shorten};

    #[test]
    fn short_text_stays_and_long_text_keeps_both_ends() {
        for text in ["", "abc", "äöüäöü"] {
            assert_eq!(shorten(text.into(), 6), text);
        }
        assert_eq!(shorten("abcdefgh".into(), 6), "ab…efgh");
        assert_eq!(shorten("äbcdefgü".into(), 6), "äb…efgü");
        let long = "é".repeat(1_000_000);
        assert_eq!(shorten(long, 300).chars().count(), 301);
    }

    #[test]
    fn path_of_any_depth_and_width_stays_short() {
        let path = ErrorPath::default();
        for depth in 0..1_000 {
            path.add_outer(format!(".{depth}{}", "x".repeat(depth)));
        }
        path.add_outer(".outermost");
        let text: String = path.0.take();
        assert!(text.starts_with(".outermost.999x"), "{text}");
        assert_eq!(text.chars().count(), PATH_MAX + 1);
        assert_eq!(text.matches('…').count(), 1);
    }
}
