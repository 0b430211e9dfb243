//! Searches a recency index, in the order of the last assignments.
//!
//! ```text
//!   summary word:  one bit per block, 64 blocks        skips blocks in which nobody can pass
//!   └► block:      one bit per position                AND of a level row and the fixed rows
//!      └► member
//! ```

use core::ops::{ControlFlow, Range};

use crate::base::table::Member;
use crate::roster::index::bits::{self, Ones};
use crate::roster::index::recency::RecencyIndex;
use crate::roster::index::row_mask::RowMask;

impl RecencyIndex {
    /// Visits the members who are in one of the level rows and pass the mask, with the sequence numbers of their last
    /// assignments, in ascending order of these. Stops when `visit` returns `Break`.
    ///
    /// The cost is linear in the blocks with such a member, plus one word per 64 blocks and row.
    #[inline]
    pub(crate) fn visit(
        &self,
        rows: &Range<usize>,
        mask: &RowMask,
        mut visit: impl FnMut(Member, u64) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        // PERF: if the whole group is busy, no summary is read.
        if !self.rows.is_any_in(rows) {
            return ControlFlow::Continue(());
        }
        // Once round the ring, from the block of the head. INVARIANT: no member near the tail is in that block, since a block
        // between the tail and the head is free.
        let head = self.ring.head() / 64;
        for blocks in [head..self.rows.blocks, 0..head] {
            for summary in blocks.start / 64..blocks.end.div_ceil(64) {
                let summaries = rows
                    .clone()
                    .map(|row| self.rows.summary(row, mask, summary));
                let in_any = summaries.fold(0, |union, blocks| union | blocks);
                if in_any == 0 {
                    continue;
                }
                // The block of the head can be in the middle of a summary word, which both ranges then read.
                for block in Ones(in_any & bits::overlap(summary * 64, &blocks)) {
                    let block = summary * 64 + block;
                    let words = self.rows.block(block);
                    // Bits ascend with the positions, so the members of a block are visited in the order of last assignments.
                    for bit in Ones(bits::union(words, rows) & mask.passing(words)) {
                        // INVARIANT: a bit of a level row has an occupant.
                        if let Some(member) = self.occupant(block * 64 + bit) {
                            visit(member, self.assigned_seq(member))?;
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Returns `true` if a level row has a member.
    pub(crate) fn is_any_in(&self, row: usize) -> bool {
        self.rows.is_any_in(&(row..row + 1))
    }
}
