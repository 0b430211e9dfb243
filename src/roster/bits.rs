//! Rows of bits: the words that the index is made of.

use core::ops::Range;

/// Returns a word, 0 for one that is not there.
#[inline]
pub(crate) fn word(words: &[u64], index: usize) -> u64 {
    words.get(index).copied().unwrap_or(0)
}

/// Returns what stands in any of some rows of a block.
#[inline]
pub(crate) fn any_of(block: &[u64], rows: &Range<usize>) -> u64 {
    let rows = block.get(rows.clone()).unwrap_or_default();
    rows.iter().fold(0, |any, row| any | row)
}

/// Returns the last of some rows in which a bit of a mask is set, with those bits; no bits if there is none.
///
/// It looks at all of them, without a branch: which one it is cannot be foreseen.
#[inline]
pub(crate) fn last_in(rows: &[u64], mask: u64) -> (usize, u64) {
    rows.iter().enumerate().fold((0, 0), |last, (row, word)| {
        let found = word & mask;
        if found == 0 { last } else { (row, found) }
    })
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
    if let Some(word) = words.get_mut(index) {
        *word |= 1 << bit;
    }
}

/// Clears a bit of a word and returns what is left of the word.
#[inline]
pub(crate) fn clear(words: &mut [u64], index: usize, bit: u32) -> u64 {
    match words.get_mut(index) {
        Some(word) => {
            *word &= !(1 << bit);
            *word
        }
        None => 0,
    }
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
