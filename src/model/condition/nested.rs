//! The parts of a condition, with their number of levels.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Deref;

use serde::Serialize;

use crate::model::condition::{Condition, NESTING_MAX};

/// The parts of a [`Condition`]: a list or a single one.
///
/// The parts can be read, as this type dereferences to them, but not changed in place. Making them takes O(1) per part. A part
/// that already has [`NESTING_MAX`] levels is replaced by [`Condition::TooDeep`]. A condition therefore never has more than
/// `NESTING_MAX + 1` levels, so that no operation on it can overflow the stack.
///
/// # Examples
///
/// ```
/// use handover::{Condition, NESTING_MAX};
///
/// let nested = |levels| (1..levels).fold(Condition::Always, |part, _| Condition::all([part]));
/// assert!(nested(NESTING_MAX).can_hold());
/// assert!(!nested(NESTING_MAX + 1).can_hold());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Nested<T> {
    parts: T,
    /// The levels of the condition that has these parts, at most `NESTING_MAX + 1`.
    #[serde(skip)]
    levels: usize,
}

impl<T> Nested<T> {
    /// Returns the number of levels of the condition that has these parts.
    pub(super) fn levels(&self) -> usize {
        self.levels
    }
}

impl Nested<Vec<Condition>> {
    /// Adds a part to the end of the list.
    pub(super) fn push(&mut self, mut part: Condition) {
        self.levels = self.levels.max(levels_around(&mut part));
        self.parts.push(part);
    }
}

impl From<Vec<Condition>> for Nested<Vec<Condition>> {
    fn from(mut parts: Vec<Condition>) -> Self {
        // A condition without parts has one level.
        let levels = parts.iter_mut().map(levels_around).max().unwrap_or(1);
        Self { parts, levels }
    }
}

impl From<Condition> for Nested<Box<Condition>> {
    fn from(mut part: Condition) -> Self {
        let levels = levels_around(&mut part);
        let parts = Box::new(part);
        Self { parts, levels }
    }
}

impl<T> Deref for Nested<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.parts
    }
}

impl<'a> IntoIterator for &'a Nested<Vec<Condition>> {
    type Item = &'a Condition;
    type IntoIter = core::slice::Iter<'a, Condition>;

    fn into_iter(self) -> Self::IntoIter {
        self.parts.iter()
    }
}

/// Returns the number of levels of a condition around a part. Replaces a part that has too many.
fn levels_around(part: &mut Condition) -> usize {
    if part.levels() >= NESTING_MAX {
        // INVARIANT: the part has at most `NESTING_MAX + 1` levels, so that dropping it cannot overflow the stack.
        *part = Condition::TooDeep;
    }
    part.levels() + 1
}
