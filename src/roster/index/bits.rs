//! Rows of bits: the words that the index is made of.

use core::ops::Range;

use crate::base::hint::cold_path;

/// Returns a word, 0 for one that is not there.
#[inline]
pub(crate) fn word(words: &[u64], index: usize) -> u64 {
    let Some(word) = words.get(index) else {
        cold_path();
        return 0;
    };
    *word
}

/// Returns what stands in any of some rows of a block.
#[inline]
pub(crate) fn any_of(block: &[u64], rows: &Range<usize>) -> u64 {
    let rows = block.get(rows.clone()).unwrap_or_default();
    rows.iter().fold(0, |any, row| any | row)
}

/// Returns the last of some rows in which a bit of a mask is set, with those bits; no bits if there is none.
///
/// It looks from the last on. Where it will stop cannot be foreseen, but to look at all of them takes longer than to guess.
#[inline]
pub(crate) fn last_in(rows: &[u64], mask: u64) -> (usize, u64) {
    let mut from_last = rows.iter().enumerate().rev();
    let last = from_last.find(|(_, word)| **word & mask != 0);
    last.map_or((0, 0), |(row, word)| (row, word & mask))
}

/// Returns the word at an index of any of some rows.
#[inline]
pub(crate) fn any(words: &[u64], rows: &Range<usize>, stride: usize, index: usize) -> u64 {
    let mut any = word(words, rows.start * stride + index);
    for row in rows.start + 1..rows.end {
        any |= word(words, row * stride + index);
    }
    any
}

/// The bits of a word that begins at a place, as far as they are in a range.
#[inline]
pub(crate) fn overlap(start: usize, range: &Range<usize>) -> u64 {
    let below = |end: usize| match end.saturating_sub(start) {
        bits @ 0..64 => !(u64::MAX << bits),
        _ => u64::MAX,
    };
    below(range.end) & !below(range.start)
}

/// Sets a bit of a word.
#[inline]
pub(crate) fn set(words: &mut [u64], index: usize, bit: u32) {
    match words.get_mut(index) {
        Some(word) => *word |= 1 << bit,
        None => cold_path(),
    }
}

/// Clears a bit of a word and returns what is left of the word.
#[inline]
pub(crate) fn clear(words: &mut [u64], index: usize, bit: u32) -> u64 {
    let Some(word) = words.get_mut(index) else {
        cold_path();
        return 0;
    };
    *word &= !(1 << bit);
    *word
}

/// Sets or clears a bit of a word.
#[inline]
pub(crate) fn write(words: &mut [u64], index: usize, bit: u32, on: bool) {
    if on {
        set(words, index, bit);
    } else {
        clear(words, index, bit);
    }
}

/// Splits a place into the word it stands in and its bit there.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "less than 64")]
pub(crate) const fn split(place: usize) -> (usize, u32) {
    (place / 64, (place % 64) as u32)
}

/// The bits that are set in a word, from the lowest.
#[derive(Clone, Debug)]
pub(crate) struct Ones(pub(crate) u64);

impl Iterator for Ones {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
