//! Suggestions for a name that does not exist: the nearest existing name, or else a few of the existing names.
//!
//! The distance of two names is the number of letters that have to be inserted, removed or replaced. The table is computed row
//! by row, and only one row is kept: `capcity` and `capacity` differ by one letter.
//!
//! ```text
//!          c a p a c i t y
//!     c    0 1 2 3 4 5 6 7
//!     a    1 0 1 2 3 4 5 6
//!     p    2 1 0 1 2 3 4 5
//!     c    3 2 1 1 1 2 3 4
//!     …                    last cell of the last row: 1
//! ```
//!
//! The edit distance is written out here: `strsim` needs `std`, and the `no_std` crates that have one cannot stop at a
//! maximum, so that long names would make a refusal slow.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::id::check_id;
use crate::plan::error::Suggestion;

/// The number of existing names that are listed if none is near.
const NAMES_LISTED_MAX: usize = 4;
/// The number of existing names that are read to find valid ones for the list.
const NAMES_READ_MAX: usize = 64;

/// Makes suggestions, within a budget of comparisons for the whole configuration.
#[derive(Debug)]
pub(crate) struct Suggester {
    /// The bytes of wrong names that may still be compared, each once per existing name. At 0, suggestions only list names.
    bytes_left: usize,
}

impl Suggester {
    /// Makes a suggester with the whole budget.
    pub(crate) const fn new() -> Self {
        Self {
            // PERF: bounds the time in which a large configuration with many wrong names is refused: 100,000 wrong
            // names beside 1,000 existing ones would need 10^8 comparisons. In bytes, since names can be short or long.
            bytes_left: 1 << 22,
        }
    }

    /// Returns a suggestion for `name`, which is not one of the `existing` names.
    ///
    /// Takes the names as a function, since it goes through them up to three times: to count, to compare and to list them.
    pub(crate) fn suggest<'a, I>(&mut self, name: &str, existing: impl Fn() -> I) -> Suggestion
    where
        I: ExactSizeIterator<Item = &'a str>,
    {
        let count = existing().len();
        let bytes = count.saturating_mul(name.len());
        if let Some(left) = self.bytes_left.checked_sub(bytes) {
            self.bytes_left = left;
            if let Some(nearest) = nearest(name, existing()) {
                return Suggestion::Nearest(nearest.to_string());
            }
        }
        // A name that cannot be an id is a problem itself, and could be a page long.
        let first = existing().take(NAMES_READ_MAX);
        let valid = first.filter(|other| check_id(other).is_ok());
        let names: Vec<_> = valid
            .take(NAMES_LISTED_MAX)
            .map(ToString::to_string)
            .collect();
        if names.is_empty() {
            return Suggestion::Nothing;
        }
        let more = count - names.len();
        Suggestion::OneOf { names, more }
    }
}

/// Returns the nearest name, the first of several. At most a third of the letters may differ, and at most 3.
fn nearest<'a>(name: &str, existing: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // In a short name, every letter counts: `ben` is not `ann`.
    let max = (name.chars().count() / 3).min(3);
    existing
        .filter_map(|other| Some((distance(name, other, max)?, other)))
        .filter(|(_, other)| check_id(other).is_ok())
        // The first of several, so that a suggestion does not depend on hashes.
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// Returns the Levenshtein distance of two texts, or `None` if it exceeds `max` or `right` is empty.
///
/// The cost is O(`max` · length).
fn distance(left: &str, right: &str, max: usize) -> Option<usize> {
    // PERF: skips texts whose lengths differ too much. A letter has up to 4 bytes.
    if left.len().abs_diff(right.len()) > max * 4 {
        return None;
    }
    // INVARIANT: cell j is the distance between the letters of `left` so far and the first j + 1 letters of `right`, if that is at
    // most `max`. Otherwise it is any greater number.
    let mut row: Vec<(usize, char)> = (1..).zip(right.chars()).collect();
    for (index, letter) in left.chars().enumerate() {
        // PERF: a cell that is more than `max` from the diagonal is greater than `max`, and is not computed.
        let first = index.saturating_sub(max);
        // The cells above to the left and to the left, of which the first column is not stored.
        let (mut diagonal, mut previous) = match first.checked_sub(1) {
            None => (index, index + 1),
            Some(before) => (row.get(before)?.0, max + 1),
        };
        let mut least = previous;
        for (cell, other) in row.iter_mut().skip(first).take(2 * max + 1) {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(previous + 1);
            previous = *cell;
            least = least.min(previous);
        }
        // PERF: the least distance of a row never decreases in the next one.
        if least > max {
            return None;
        }
    }
    let (distance, _) = *row.last()?;
    (distance <= max).then_some(distance)
}
