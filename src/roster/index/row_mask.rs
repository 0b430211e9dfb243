//! Row masks: the rows in which a member must have a bit.

use crate::roster::index::bits::word;

/// So many rows are demanded of all members at once.
const DEMANDS_MAX: usize = 6;

/// The rows that a member must stand in, whatever its level: the skills asked for, AI or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowMask {
    rows: [u32; DEMANDS_MAX],
    len: u32,
    ai: AiMask,
}

/// Which of people and AI agents pass.
#[derive(Clone, Copy, Debug)]
enum AiMask {
    Both,
    /// The row of AI agents, all its bits turned round where people pass.
    Row {
        row: u32,
        turned: u64,
    },
}

impl RowMask {
    /// Lets everyone pass.
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            rows: [0; DEMANDS_MAX],
            len: 0,
            ai: AiMask::Both,
        }
    }

    /// Demands a bit in a row. Says whether it does: it has room for some demands only.
    #[inline]
    #[must_use]
    pub(crate) fn demand(&mut self, row: usize) -> bool {
        let Some(slot) = self.rows.get_mut(self.len as usize) else {
            return false;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rows are counted with 32 bits"
        )]
        let row = row as u32;
        *slot = row;
        self.len += 1;
        true
    }

    /// The rows that are demanded.
    #[inline]
    pub(crate) fn demands(&self) -> &[u32] {
        self.rows.get(..self.len as usize).unwrap_or_default()
    }

    /// Lets only AI agents pass, or only people, by the row of AI agents.
    #[inline]
    pub(crate) fn only_ai(&mut self, row: usize, is_ai: bool) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rows are counted with 32 bits"
        )]
        let row = row as u32;
        self.ai = AiMask::Row {
            row,
            turned: if is_ai { 0 } else { u64::MAX },
        };
    }

    /// Returns who of a block passes.
    #[inline]
    pub(crate) fn word(&self, block: &[u64]) -> u64 {
        self.word_from(block, 0)
    }

    /// Returns who of a block passes, whose words begin at a position.
    #[inline]
    pub(crate) fn word_from(&self, words: &[u64], first: usize) -> u64 {
        let passed = self.demands().iter().fold(u64::MAX, |passed, row| {
            passed & word(words, first + *row as usize)
        });
        match self.ai {
            AiMask::Both => passed,
            AiMask::Row { row, turned } => passed & (word(words, first + row as usize) ^ turned),
        }
    }
}
