//! Row masks: the fixed rows that a member must be in to take an item.
//!
//! A mask is applied to a block of 64 members at a time, with one AND per required row:
//!
//! ```text
//!   row Spanish     1 0 1 1 0 …
//!   row French  AND 1 1 1 0 0 …
//!   not AI      AND 1 1 0 1 1 …
//!   passing       = 1 0 0 0 0 …    the first member of the block
//! ```

use crate::roster::index::bits::word;

/// The number of rows that a mask can require. Few items request more mandatory skills.
const REQUIRED_MAX: usize = 6;

/// The fixed rows that a member must be in to take an item, whatever its capacity: skills, AI or human.
///
/// All members pass the default mask.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RowMask {
    /// The required rows, of which the first `len` are set. PERF: an array, so that a mask allocates nothing.
    rows: [usize; REQUIRED_MAX],
    len: usize,
    /// The row of AI agents, and the bits to flip in its words: none if AI agents pass, all if people pass. `None` if both
    /// pass.
    ai: Option<(usize, u64)>,
}

impl RowMask {
    /// Requires a fixed row. Returns `false` if the mask is full: the caller then has to check each member.
    #[inline]
    #[must_use]
    pub(crate) fn require(&mut self, row: usize) -> bool {
        // Requiring fewer rows admits more members, so a full mask is not an error.
        let Some(free) = self.rows.get_mut(self.len) else {
            return false;
        };
        *free = row;
        self.len += 1;
        true
    }

    /// Returns the rows that are required, without the row of AI agents.
    #[inline]
    pub(crate) fn required(&self) -> &[usize] {
        self.rows.get(..self.len).unwrap_or_default()
    }

    /// Requires AI agents, or excludes them, given the row of AI agents.
    #[inline]
    pub(crate) fn require_ai(&mut self, ai_row: usize, is_ai: bool) {
        // Flipping all bits turns the row of AI agents into the row of people. It also sets the unused bits of the last block,
        // which is harmless: a search also requires a bit of a level row.
        self.ai = Some((ai_row, if is_ai { 0 } else { u64::MAX }));
    }

    /// Returns the members of a block who pass, as bits, given a word per row.
    #[inline]
    pub(crate) fn passing(&self, block: &[u64]) -> u64 {
        // PERF: at most six ANDs for 64 members, without a branch per member.
        let required = self.required().iter();
        let passing = required.fold(u64::MAX, |passing, row| passing & word(block, *row));
        // PERF: the flip inverts the row without a branch on what is required.
        match self.ai {
            None => passing,
            Some((row, flip)) => passing & (word(block, row) ^ flip),
        }
    }
}
