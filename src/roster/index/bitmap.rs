//! A group index as a bitmap, with its members in the order in which the group lists them.
//!
//! A row has one bit per member. A member's bit position never changes: an
//! assignment moves one bit to another level row and writes one sequence number.
//!
//! Rows are cut into blocks of 64 members, so that a search intersects the rows of a block in registers. The words of all
//! bitmaps are in one slice; those of a group index are adjacent, block after block:
//!
//! ```text
//!            ┌─ one word per row ───────────────────────────────────┐┌─ one word per member ────┐
//!            │ level rows                          │ fixed rows     ││ assigned_seq             │
//!   block 0  │ present │ 1 │ 2 │ … │ more │ unlim. │ AI │ skill │ … ││ member 0  │ … │ member 63 │
//!   block 1  │ present │ 1 │ 2 │ … │ more │ unlim. │ AI │ skill │ … ││ member 64 │ … │ last      │
//! ```
//!
//! Bit `b` of every row word of block `k` is member `64 * k + b`. The last block has no words for members who do not exist.

use crate::base::table::{Member, Span, WordHandle};
use crate::roster::index::bits;
use crate::roster::index::group_index::{BLOCK_MEMBERS, GroupIndex};
use crate::roster::index::level::{CapacityLevel, PRESENT};

/// Words.
impl GroupIndex {
    /// Returns the number of words of the bitmap.
    pub(crate) fn bitmap_words(&self) -> usize {
        let members = self.members.range().len();
        // A sequence number per member, and a word of each row per block.
        // For example, 100 members and 10 rows take 100 + 2 * 10 words.
        members + members.div_ceil(BLOCK_MEMBERS) * self.rows
    }

    /// Iterates over the blocks of the bitmap, given its words.
    #[inline]
    pub(crate) fn blocks<'a>(&self, words: &'a [u64]) -> impl Iterator<Item = Block<'a>> + use<'a> {
        let rows = self.rows;
        // The last chunk is shorter if the last block has fewer members.
        let blocks = words.chunks(rows + BLOCK_MEMBERS);
        blocks.filter_map(move |block| {
            // INVARIANT: a block has at least one member, so it has a word of each row.
            let (rows, assigned_seqs) = block.split_at_checked(rows)?;
            Some(Block {
                rows,
                assigned_seqs,
            })
        })
    }

    /// Returns the position of a member in the bitmap, given its words.
    #[inline]
    pub(crate) fn bit_position(&self, words: Span<WordHandle>, member: Member) -> BitPosition {
        // INVARIANT: agrees with the chunks of `blocks`, of which all but the last have 64 members.
        // For example, a block with 10 rows has 74 words. Member 70 is bit 6 of block 1: the rows of the block start at word 74,
        // and its sequence number is word 74 + 10 + 6.
        let (block, bit) = bits::split(member.index());
        let block = words.range().start + block * (self.rows + BLOCK_MEMBERS);
        BitPosition {
            block,
            assigned_seq: block + self.rows + bit as usize,
            bit,
        }
    }
}

/// A block of a bitmap: 64 members, or fewer in the last one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// A word per row.
    pub(crate) rows: &'a [u64],
    /// A word per member: the sequence number of its last assignment, 0 if there was none.
    pub(crate) assigned_seqs: &'a [u64],
}

/// The position of a member in the words of all bitmaps. It never changes, so that an assignment writes without a search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitPosition {
    /// The first word of the member's block.
    block: usize,
    /// The word of the member's sequence number.
    assigned_seq: usize,
    /// The member's bit in the row words of the block.
    bit: u32,
}

impl BitPosition {
    /// Sets the bit of a fixed row, when the index is built. Fixed rows follow from the plan and never change.
    pub(crate) fn set_row(self, words: &mut [u64], row: usize) {
        bits::set(words, self.block + row, self.bit);
    }

    /// Moves the bit from the rows of one level to the rows of another level.
    #[inline]
    pub(crate) fn set_level(
        self,
        words: &mut [u64],
        (before, after): (CapacityLevel, CapacityLevel),
    ) {
        // PERF: most changes keep the agent present, and write two words.
        if before.is_present() != after.is_present() {
            if after.is_present() {
                bits::set(words, self.block + PRESENT, self.bit);
            } else {
                bits::clear(words, self.block + PRESENT, self.bit);
            }
        }
        // Level 0 and absence have no row.
        if let Some(row) = before.row() {
            bits::clear(words, self.block + row, self.bit);
        }
        if let Some(row) = after.row() {
            bits::set(words, self.block + row, self.bit);
        }
    }

    /// Writes the sequence number of the member's last assignment.
    #[inline]
    pub(crate) fn set_assigned_seq(self, words: &mut [u64], seq: u64) {
        *bits::word_mut(words, self.assigned_seq) = seq;
    }
}
