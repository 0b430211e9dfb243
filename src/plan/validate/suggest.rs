//! What a wrong name could have meant.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::id::check_id;
use crate::plan::validate::problem::Instead;

/// How many of the names that exist are told where none is near.
const NAMES_TOLD_MAX: usize = 4;

/// Looks for the nearest name, until enough has been looked at.
///
/// A configuration with very many names, most of them wrong, is still to be refused at once; so not all of them are
/// looked for.
#[derive(Debug)]
pub(crate) struct Nearest {
    comparisons_left: usize,
}

impl Nearest {
    pub(crate) const fn new() -> Self {
        Self {
            comparisons_left: 1 << 18,
        }
    }

    /// Returns what could have been meant by `name`, which is not among the `existing` names.
    pub(crate) fn instead<'a, I>(&mut self, name: &str, existing: impl Fn() -> I) -> Instead
    where
        I: ExactSizeIterator<Item = &'a str>,
    {
        let found = existing().len();
        if let Some(left) = self.comparisons_left.checked_sub(found) {
            self.comparisons_left = left;
            if let Some(nearest) = nearest(name, existing()) {
                return Instead::Nearest(nearest.to_string());
            }
        }
        let names: Vec<_> = existing()
            .filter(|other| check_id(other).is_ok())
            .take(NAMES_TOLD_MAX)
            .map(ToString::to_string)
            .collect();
        if names.is_empty() {
            return Instead::Nothing;
        }
        Instead::OneOf {
            more: found - names.len(),
            names,
        }
    }
}

/// Returns the first of the nearest names, if one is near: at most a third of the letters are to be changed.
fn nearest<'a>(name: &str, existing: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance_max = (name.chars().count() / 3).min(3);
    existing
        .filter(|other| check_id(other).is_ok())
        .filter_map(|other| Some((distance(name, other, distance_max)?, other)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// How many letters must be put in, left out or replaced to make one text of the other, if it is not more than `max`.
fn distance(left: &str, right: &str, max: usize) -> Option<usize> {
    // A letter has up to four bytes.
    if left.len().abs_diff(right.len()) > max * 4 {
        return None;
    }
    // The row of the table for the letters of `left` so far; its first column, which counts them, is left away.
    let mut row: Vec<usize> = (1..=right.chars().count()).collect();
    for (above, letter) in left.chars().enumerate() {
        let (mut diagonal, mut before, mut least) = (above, above + 1, above + 1);
        for (cell, other) in row.iter_mut().zip(right.chars()) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(before + 1);
            before = *cell;
            least = least.min(before);
        }
        if least > max {
            return None;
        }
    }
    let distance = row.last().copied().unwrap_or_else(|| left.chars().count());
    (distance <= max).then_some(distance)
}
