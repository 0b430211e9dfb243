//! The invariants of a recency index:
//!
//! 1. Each member has one position in the ring, and is its occupant.
//! 2. The members are in the order of their last assignments.
//! 3. A member has the level and the sequence number of its agent.
//! 4. Each bit of a row agrees with the member at its position, and each summary with the rows.

use crate::base::table::Member;
use crate::roster::index::bits::{self, is_set, word};
use crate::roster::index::level::CapacityLevel;
use crate::roster::index::recency::RecencyIndex;
use crate::roster::index::recency::rows::RecencyRows;

impl RecencyIndex {
    /// Returns the first invariant that does not hold; `None` if all hold: the order of the members, their positions, and
    /// their bits.
    ///
    /// `expected` returns the level of a member and the sequence number of its last assignment. The cost is linear in the
    /// positions times the rows.
    pub(crate) fn broken_invariant(
        &self,
        members: usize,
        expected: impl Fn(Member) -> (CapacityLevel, u64),
    ) -> Option<&'static str> {
        // In the order of the ring, so that the sequence numbers must ascend.
        let (mut last, mut seen) = (0, 0);
        // Absent and busy members have positions as well, so the loop visits every member.
        for position in self.ring.in_use() {
            let Some(member) = self.occupant(position) else {
                continue;
            };
            seen += 1;
            let Some(state) = self.members.get(member) else {
                return Some("an occupant is not a member");
            };
            if state.position != position {
                return Some("a member is not at its position");
            }
            if (state.level, state.assigned_seq) != expected(member) {
                return Some("a member has another level or sequence number than its agent");
            }
            if state.assigned_seq < last {
                return Some("the members are not in the order of their last assignments");
            }
            last = state.assigned_seq;
        }
        // Every member has been seen once: each was at its own position.
        if seen != members || self.members.len() != members {
            return Some("a member is missing or has two positions");
        }
        let is_wrong = |member: Member, level: CapacityLevel| {
            let (word, bit) = bits::split(member.index());
            is_set(&self.present, word, bit) != level.is_present()
        };
        let mut states = self.members.iter();
        if states.any(|(member, state)| is_wrong(member, state.level)) {
            return Some("the bits of the present members are wrong");
        }
        self.broken_row()
    }

    /// Compares every bit with the member at its position. Positions without a member have bits in no level row.
    fn broken_row(&self) -> Option<&'static str> {
        // All positions, also those that are not in use: a bit that was left there would be found later.
        for position in 0..self.rows.blocks * 64 {
            let (block, bit) = bits::split(position);
            let words = self.rows.block(block);
            let occupant = self.occupant(position);
            let level = occupant.map(|member| self.members.at(member).level);
            // Level 0 and absence have no row, as in the rows themselves.
            let row = level.and_then(CapacityLevel::row);
            if (0..self.rows.level_rows).any(|own| is_set(words, own, bit) != (row == Some(own))) {
                return Some("a level row is wrong");
            }
            // Bits of fixed rows have no meaning at a position without a member.
            let Some(member) = occupant else {
                continue;
            };
            let has = |fixed_row: usize| {
                let (word, bit) = bits::split(fixed_row);
                is_set(self.fixed.of(member), word, bit)
            };
            let fixed_rows = 0..self.rows.rows - self.rows.level_rows;
            let differs = |fixed_row: usize| {
                is_set(words, self.rows.level_rows + fixed_row, bit) != has(fixed_row)
            };
            if { fixed_rows }.any(differs) {
                return Some("a fixed row is wrong");
            }
        }
        (!self.rows.are_summaries_right()).then_some("a summary is wrong")
    }
}

impl RecencyRows {
    /// Returns `true` if the summaries and counts agree with the rows.
    fn are_summaries_right(&self) -> bool {
        (0..self.level_rows).all(|row| {
            let words = (0..self.blocks).map(|block| word(self.block(block), row));
            let count: u64 = words.map(|word| u64::from(word.count_ones())).sum();
            self.counts.get(row) == Some(&count)
                && (0..self.blocks).all(|block| self.is_block_summarized(row, block))
        })
    }

    /// Returns `true` if the bit of a block is right in the summary of a level row and in its pair summaries.
    fn is_block_summarized(&self, row: usize, block: usize) -> bool {
        let words = self.block(block);
        let (summary, bit) = bits::split(block);
        // A missing summary bit hides members. A stale one only costs time, but it is a fault as well.
        let in_row = word(words, row);
        is_set(&self.summaries, self.summary_index(row) + summary, bit) == (in_row != 0)
            && (0..self.paired).all(|fixed_row| {
                let in_both = in_row & word(words, self.level_rows + fixed_row);
                let pair = self.pair_index(row, fixed_row) + summary;
                is_set(&self.pair_summaries, pair, bit) == (in_both != 0)
            })
    }
}
