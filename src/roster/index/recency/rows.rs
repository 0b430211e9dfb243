//! The rows of a recency index, over the positions of its ring, with summaries to skip empty blocks.
//!
//! A summary has one bit per block. There is one for each level row, and one for each pair of a level row and a fixed row:
//!
//! ```text
//!   block              0               1               2
//!   2 spare units      0 0 1 … 0       1 1 0 … 0       0 0 0 … 0
//!   speaks Spanish     0 0 0 … 1       0 1 0 … 0       1 0 0 … 0
//!   summary of 2       1               1               0
//!   summary of both    0               1               0              only block 1 is read
//! ```
//!
//! So a search for a skill that few members hold skips the blocks of the others: in a group of 10,000 members, whose ring has
//! 627 blocks, it reads 10 summary words and the blocks of the holders.

use alloc::boxed::Box;
use alloc::vec;
use core::ops::Range;

use crate::roster::index::bits::{self, Ones, word, word_mut};
use crate::roster::index::group_index::GroupIndex;
use crate::roster::index::row_mask::RowMask;

/// The most fixed rows that have pair summaries: those in the first word of [`FixedRows`](super::fixed_rows::FixedRows).
const PAIRED_MAX: usize = 64;

/// The rows of a recency index.
///
/// INVARIANT: in a level row, a bit is set exactly if a member with that level occupies the position. A summary bit is set
/// exactly if a bit of the block is. In a fixed row, the bits of positions without a member have no meaning.
///
/// There is no row of presence: the index has the present members as bits, in the order of the group.
#[derive(Clone, Debug)]
pub(crate) struct RecencyRows {
    /// The number of rows, and so of the words of a block. The level rows come first, then the fixed rows.
    pub(crate) rows: usize,
    pub(crate) level_rows: usize,
    pub(crate) blocks: usize,
    /// Block by block, a word per row.
    words: Box<[u64]>,
    /// The number of words of a summary.
    summary_words: usize,
    /// A summary per level row: a bit for each block with a member in the row.
    pub(crate) summaries: Box<[u64]>,
    /// The number of fixed rows with pair summaries.
    pub(crate) paired: usize,
    /// A summary per pair of a level row and a fixed row: a bit for each block with a member in both.
    pub(crate) pair_summaries: Box<[u64]>,
    /// The number of members in each level row. PERF: a search of an empty row reads no summary.
    pub(crate) counts: Box<[u64]>,
}

impl RecencyRows {
    /// Creates empty rows, given the number of blocks.
    pub(crate) fn new(index: &GroupIndex, blocks: usize) -> Self {
        let (rows, level_rows) = (index.rows, index.level_rows());
        let summary_words = blocks.div_ceil(64);
        // A required row without pair summaries is looked up in the blocks only.
        let paired = (rows - level_rows).min(PAIRED_MAX);
        Self {
            rows,
            level_rows,
            blocks,
            words: vec![0; rows * blocks].into(),
            summary_words,
            summaries: vec![0; level_rows * summary_words].into(),
            paired,
            pair_summaries: vec![0; level_rows * paired * summary_words].into(),
            counts: vec![0; level_rows].into(),
        }
    }

    /// Sets a bit of a level row, given the fixed rows of the member at the position.
    #[inline]
    pub(crate) fn set(&mut self, row: usize, position: usize, fixed: &[u64]) {
        let (block, bit) = bits::split(position);
        let (summary, summary_bit) = bits::split(block);
        bits::set(&mut self.words, block * self.rows + row, bit);
        // Another member of the block may have set these bits before.
        let in_summaries = self.summary_index(row) + summary;
        bits::set(&mut self.summaries, in_summaries, summary_bit);
        // INVARIANT: there is a first word, since the row of AI agents is a fixed row. Only its rows are paired.
        for fixed_row in Ones(word(fixed, 0)) {
            let in_pairs = self.pair_index(row, fixed_row) + summary;
            bits::set(&mut self.pair_summaries, in_pairs, summary_bit);
        }
        *word_mut(&mut self.counts, row) += 1;
    }

    /// Clears a bit of a level row, given the fixed rows of the member at the position.
    #[inline]
    pub(crate) fn clear(&mut self, row: usize, position: usize, fixed: &[u64]) {
        let (block, bit) = bits::split(position);
        let (summary, summary_bit) = bits::split(block);
        let first = block * self.rows;
        let left = bits::clear(&mut self.words, first + row, bit);
        // A summary keeps its bit as long as another member of the block is in the row.
        for fixed_row in Ones(word(fixed, 0)) {
            // A fixed row can have stale bits at holes. `left` has none, so the AND ignores them.
            if left & word(&self.words, first + self.level_rows + fixed_row) == 0 {
                let in_pairs = self.pair_index(row, fixed_row) + summary;
                bits::clear(&mut self.pair_summaries, in_pairs, summary_bit);
            }
        }
        if left == 0 {
            let in_summaries = self.summary_index(row) + summary;
            bits::clear(&mut self.summaries, in_summaries, summary_bit);
        }
        *word_mut(&mut self.counts, row) -= 1;
    }

    /// Sets the bits of a member's fixed rows at its position.
    #[inline]
    pub(crate) fn set_fixed(&mut self, position: usize, fixed: &[u64]) {
        let (block, bit) = bits::split(position);
        let mut first = block * self.rows + self.level_rows;
        for word in fixed {
            for fixed_row in Ones(*word) {
                bits::set(&mut self.words, first + fixed_row, bit);
            }
            // Each word of the bitset has 64 fixed rows.
            first += 64;
        }
    }

    /// Clears the bits of a position in the fixed rows.
    #[inline]
    pub(crate) fn clear_fixed(&mut self, position: usize) {
        let (_, bit) = bits::split(position);
        for word in self.fixed_words(position) {
            *word &= !(1 << bit);
        }
    }

    /// Clears the bits of a position's whole block in the fixed rows.
    #[inline]
    pub(crate) fn clear_fixed_block(&mut self, position: usize) {
        // PERF: one write per row for 64 positions, instead of one per row and position.
        self.fixed_words(position).fill(0);
    }

    /// Returns the words of the fixed rows in the block of a position.
    fn fixed_words(&mut self, position: usize) -> &mut [u64] {
        let (block, _) = bits::split(position);
        // The fixed rows follow the level rows of the block.
        let fixed = block * self.rows + self.level_rows..(block + 1) * self.rows;
        self.words.get_mut(fixed).unwrap_or_default()
    }

    /// Returns the words of a block.
    #[inline]
    pub(crate) fn block(&self, block: usize) -> &[u64] {
        let first = block * self.rows;
        self.words.get(first..first + self.rows).unwrap_or_default()
    }

    /// Returns the index of the first word of a level row's summary.
    #[inline]
    pub(crate) fn summary_index(&self, row: usize) -> usize {
        row * self.summary_words
    }

    /// Returns the index of the first word of a pair's summary. Fixed rows are counted from 0 here.
    ///
    /// The pair summaries of one level row are adjacent:
    ///
    /// ```text
    ///   level row 0   AI │ Spanish │ French     level row 1   AI │ Spanish │ French     each `summary_words` long
    /// ```
    #[inline]
    pub(crate) fn pair_index(&self, row: usize, fixed_row: usize) -> usize {
        (row * self.paired + fixed_row) * self.summary_words
    }

    /// Returns one word of a summary: the blocks in which a member of a level row may pass a mask.
    ///
    /// A pair summary does not mean that one member is in all required rows: the rows of the block decide.
    #[inline]
    pub(crate) fn summary(&self, row: usize, mask: &RowMask, summary: usize) -> u64 {
        // Starts with the blocks of the level row, and removes those in which no member of it is in a required fixed row.
        let in_row = word(&self.summaries, self.summary_index(row) + summary);
        // INVARIANT: a mask requires fixed rows only, which follow the level rows.
        let fixed_rows = mask.required().iter().map(|row| row - self.level_rows);
        fixed_rows
            .filter(|fixed_row| *fixed_row < self.paired)
            .map(|fixed_row| self.pair_index(row, fixed_row) + summary)
            .fold(in_row, |blocks, pair| {
                blocks & word(&self.pair_summaries, pair)
            })
    }

    /// Returns `true` if one of some level rows has a member.
    #[inline]
    pub(crate) fn is_any_in(&self, rows: &Range<usize>) -> bool {
        // The count of `PRESENT` stays 0: no member has a bit there.
        let counts = self.counts.get(rows.clone()).unwrap_or_default();
        counts.iter().any(|count| *count > 0)
    }
}
