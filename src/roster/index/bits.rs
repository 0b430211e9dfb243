//! Bit operations on words: bitmaps, rows and summaries are slices of `u64`.
//!
//! Bit `b` of word `w` is element `64 * w + b` of a bitmap. Bit 0 is the least significant one:
//!
//! ```text
//!   word            0                     1
//!   bit             0  1  2  …  63        0   1   2
//!   element         0  1  2  …  63        64  65  66
//! ```
//!
//! The layout computes all word positions, so one that is out of bounds is a fault of this crate and panics.

use core::ops::Range;

/// Splits the position of a bit into its word and the bit in that word.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "less than 64")]
pub(crate) const fn split(position: usize) -> (usize, u32) {
    (position / 64, (position % 64) as u32)
}

/// Returns a word.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "the one place that reads words by position"
)]
pub(crate) fn word(words: &[u64], index: usize) -> u64 {
    words[index]
}

/// Returns a word to be written.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "the one place that writes words by position"
)]
pub(crate) fn word_mut(words: &mut [u64], index: usize) -> &mut u64 {
    &mut words[index]
}

/// Sets a bit of a word.
#[inline]
pub(crate) fn set(words: &mut [u64], index: usize, bit: u32) {
    *word_mut(words, index) |= 1 << bit;
}

/// Clears a bit of a word and returns the remaining bits.
#[inline]
pub(crate) fn clear(words: &mut [u64], index: usize, bit: u32) -> u64 {
    // PERF: the caller updates summaries if nothing is left.
    let word = word_mut(words, index);
    *word &= !(1 << bit);
    *word
}

/// Returns `true` if a bit of a word is set.
pub(crate) fn is_set(words: &[u64], index: usize, bit: u32) -> bool {
    word(words, index) >> bit & 1 == 1
}

/// Returns the members in one of some rows of a block, as bits: the OR of the rows.
#[inline]
pub(crate) fn union(block: &[u64], rows: &Range<usize>) -> u64 {
    // PERF: one check of bounds for all rows.
    let rows = block.get(rows.clone()).unwrap_or_default();
    rows.iter().fold(0, |union, row| union | row)
}

/// Returns the last row that shares a bit with a mask, and the shared bits; 0 bits if no row shares one.
#[inline]
pub(crate) fn last_in(rows: &[u64], mask: u64) -> (usize, u64) {
    // PERF: the branch predictor often misses the early exit, but reading all rows takes longer.
    let mut from_last = rows.iter().enumerate().rev();
    let last = from_last.find(|(_, word)| **word & mask != 0);
    last.map_or((0, 0), |(row, word)| (row, word & mask))
}

/// Returns a mask of those bits of a word whose positions are in a range. `start` is the position of the word's bit 0.
///
/// For example, in the word that starts at position 64, the range 70..200 has the bits 6 to 63.
#[inline]
pub(crate) fn overlap(start: usize, range: &Range<usize>) -> u64 {
    // A shift by 64 bits is not defined, so a whole word is a case of its own.
    let below = |end: usize| match end.saturating_sub(start) {
        bits @ 0..64 => !(u64::MAX << bits),
        _ => u64::MAX,
    };
    // The bits below the end, without those below the start.
    below(range.end) & !below(range.start)
}

/// Iterates over the numbers of the set bits of a word, from the lowest.
#[derive(Clone, Debug)]
pub(crate) struct Ones(pub(crate) u64);

impl Iterator for Ones {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            // The number of trailing zeros would be 64.
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        // Clears the lowest set bit.
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
