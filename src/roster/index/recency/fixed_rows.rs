//! The fixed rows of each member: a bitset per member.
//!
//! A ring has the bits of a fixed row by position. A member that moves takes its bits along, so they are also kept by member.

use alloc::boxed::Box;
use alloc::vec;

use crate::base::table::Member;
use crate::roster::index::bits;

/// The fixed rows of each member, AI and skills, as a bitset: bit `i` is the `i`-th fixed row.
#[derive(Clone, Debug)]
pub(crate) struct FixedRows {
    /// The number of words of a member.
    stride: usize,
    /// Member by member.
    words: Box<[u64]>,
}

impl FixedRows {
    /// Creates the bitsets of members who are in no fixed row.
    pub(crate) fn new(fixed_rows: usize, members: usize) -> Self {
        // INVARIANT: at least 1, since every index has the row of AI agents.
        let stride = fixed_rows.div_ceil(64);
        Self {
            stride,
            words: vec![0; members * stride].into(),
        }
    }

    /// Adds a fixed row, counted from 0, to the bitset of a member.
    pub(crate) fn insert(&mut self, member: Member, fixed_row: usize) {
        let (word, bit) = bits::split(fixed_row);
        bits::set(&mut self.words, member.index() * self.stride + word, bit);
    }

    /// Returns the bitset of a member.
    #[inline]
    pub(crate) fn of(&self, member: Member) -> &[u64] {
        // INVARIANT: a member of the index. A member that does not exist would have no rows.
        let first = member.index() * self.stride;
        self.words
            .get(first..first + self.stride)
            .unwrap_or_default()
    }
}
