//! The rows of a line: bits over positions, with summaries that say where it is worth looking.

use crate::roster::index::row_mask::RowMask;
use alloc::boxed::Box;
use alloc::vec;
use core::ops::Range;

use crate::roster::index::bits;
use crate::roster::index::bits::{Ones, word};

/// So many of the rows that never change of a member are kept with its place.
pub(crate) const MARKS_MAX: usize = 64;

/// All rows of a line, in blocks of 64 positions.
#[derive(Clone, Debug)]
pub(crate) struct RecencyRows {
    /// Words of a block: one of each row. The rows of presence and levels come first, then those that never change of a
    /// member.
    pub(crate) stride: usize,
    /// How many rows there are of presence and levels.
    pub(crate) levels: usize,
    /// How many of the rows that never change are also kept as marks of each member.
    pub(crate) marks: usize,
    pub(crate) blocks: usize,
    /// Words of a row's summary: a bit for each of the row's words that is not 0.
    pub(crate) summary_stride: usize,
    /// Words of a row's top: a bit for each word of the summary that is not 0.
    pub(crate) top_stride: usize,
    /// Block by block. In the rows that never change a position that nobody holds may have any bit.
    pub(crate) words: Box<[u64]>,
    pub(crate) summaries: Box<[u64]>,
    /// For each mark of each level row another summary: a bit for each of the row's words in which somebody with the mark
    /// stands.
    pub(crate) marked: Box<[u64]>,
    pub(crate) tops: Box<[u64]>,
}

/// The summaries of a level row, and of up to two marks in it.
#[derive(Clone, Copy)]
pub(crate) struct SummaryTrail<'l> {
    level: &'l [u64],
    first: &'l [u64],
    second: &'l [u64],
}

impl SummaryTrail<'_> {
    /// In which words of a summary somebody may stand who is looked for.
    #[inline]
    pub(crate) fn at(&self, summary: usize) -> u64 {
        word(self.level, summary) & word(self.first, summary) & word(self.second, summary)
    }
}

impl RecencyRows {
    /// Makes empty rows. `rows` counts all of them, `level_rows` those of presence and levels, which come first.
    pub(crate) fn new(rows: usize, level_rows: usize, blocks: usize) -> Self {
        let marks = (rows - level_rows).min(MARKS_MAX);
        let summary_stride = blocks.div_ceil(64);
        let top_stride = summary_stride.div_ceil(64);
        Self {
            stride: rows,
            levels: level_rows,
            marks,
            blocks,
            summary_stride,
            top_stride,
            words: vec![0; rows * blocks].into(),
            summaries: vec![0; level_rows * summary_stride].into(),
            marked: vec![0; level_rows * summary_stride * marks].into(),
            tops: vec![0; level_rows * top_stride].into(),
        }
    }

    /// Sets a bit of a level row, for a member with these marks.
    #[inline]
    pub(crate) fn set(&mut self, row: usize, position: usize, marks: u64) {
        let (index, bit) = bits::split(position);
        let (summary, summary_bit) = bits::split(index);
        let (top, top_bit) = bits::split(summary);
        let above = row * self.summary_stride + summary;
        bits::set(&mut self.words, index * self.stride + row, bit);
        bits::set(&mut self.summaries, above, summary_bit);
        bits::set(&mut self.tops, row * self.top_stride + top, top_bit);
        for mark in Ones(marks) {
            let above = self.mark_row(row, mark) + summary;
            bits::set(&mut self.marked, above, summary_bit);
        }
    }

    /// Where the summary of a mark of a level row begins.
    #[inline]
    pub(crate) fn mark_row(&self, row: usize, mark: usize) -> usize {
        (row * self.marks + mark) * self.summary_stride
    }

    /// Clears a bit of a level row, of a member with these marks.
    #[inline]
    pub(crate) fn clear(&mut self, row: usize, position: usize, marks: u64) {
        let (index, bit) = bits::split(position);
        let first = index * self.stride;
        let left = bits::clear(&mut self.words, first + row, bit);
        let (summary, summary_bit) = bits::split(index);
        for mark in Ones(marks) {
            if left == 0 || left & word(&self.words, first + self.levels + mark) == 0 {
                let above = self.mark_row(row, mark) + summary;
                bits::clear(&mut self.marked, above, summary_bit);
            }
        }
        let above = row * self.summary_stride + summary;
        if left == 0 && bits::clear(&mut self.summaries, above, summary_bit) == 0 {
            let (top, top_bit) = bits::split(summary);
            bits::clear(&mut self.tops, row * self.top_stride + top, top_bit);
        }
    }

    /// Sets the bits of marks of a member on a position.
    #[inline]
    pub(crate) fn mark(&mut self, position: usize, marks: u64) {
        let (index, bit) = bits::split(position);
        let first = index * self.stride + self.levels;
        for mark in Ones(marks) {
            bits::set(&mut self.words, first + mark, bit);
        }
    }

    /// Whether there are rows that never change and are nobody's marks.
    #[inline]
    pub(crate) fn have_more_than_marks(&self) -> bool {
        self.stride > self.levels + MARKS_MAX
    }

    /// Sets the bits of rows that never change of a member on a position.
    pub(crate) fn set_fixed(&mut self, position: usize, rows: &[u32]) {
        let (index, bit) = bits::split(position);
        for row in rows {
            bits::set(&mut self.words, index * self.stride + *row as usize, bit);
        }
    }

    /// Empties the rows that never change of the whole block of a position.
    #[inline]
    pub(crate) fn empty_block(&mut self, position: usize) {
        let (index, _) = bits::split(position);
        self.fixed_words(index).fill(0);
    }

    /// Empties the rows that never change on one position.
    #[inline]
    pub(crate) fn empty(&mut self, position: usize) {
        let (index, bit) = bits::split(position);
        for word in self.fixed_words(index) {
            *word &= !(1 << bit);
        }
    }

    /// The words of a block's rows that never change.
    fn fixed_words(&mut self, index: usize) -> &mut [u64] {
        let fixed = index * self.stride + self.levels..(index + 1) * self.stride;
        self.words.get_mut(fixed).unwrap_or_default()
    }

    /// The word of a row in a block.
    #[inline]
    pub(crate) fn word(&self, index: usize, row: usize) -> u64 {
        word(&self.words, index * self.stride + row)
    }

    /// Where in a level row somebody may stand who has the first two of the marks that are demanded.
    #[inline]
    pub(crate) fn trail(&self, row: usize, mask: &RowMask) -> SummaryTrail<'_> {
        let start = row * self.summary_stride;
        let level = self.summaries.get(start..start + self.summary_stride);
        let level = level.unwrap_or_default();
        let demands = mask.demands().iter();
        let mut marks = demands.filter_map(|row| (*row as usize).checked_sub(self.levels));
        let mut next = || match marks.next().filter(|row| *row < self.marks) {
            Some(skill) => {
                let start = self.mark_row(row, skill);
                let marked = self.marked.get(start..start + self.summary_stride);
                marked.unwrap_or_default()
            }
            None => level,
        };
        SummaryTrail {
            level,
            first: next(),
            second: next(),
        }
    }

    #[inline]
    pub(crate) fn is_anyone_in_any(&self, rows: &Range<usize>) -> bool {
        (0..self.top_stride).any(|top| bits::any(&self.tops, rows, self.top_stride, top) != 0)
    }
}
