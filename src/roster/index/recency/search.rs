//! Looking for members in a line, in the order of their stamps.

use crate::roster::index::row_mask::RowMask;
use core::ops::{ControlFlow, Range};

use crate::base::table::Member;
use crate::roster::index::bitmap::PRESENT;
use crate::roster::index::bits;
use crate::roster::index::bits::{Ones, word};
use crate::roster::index::recency::RecencyIndex;

impl RecencyIndex {
    /// Visits, in the order of stamps, the members who stand in one of the level rows and pass the sieve.
    #[inline]
    pub(crate) fn visit<B>(
        &self,
        rows: &Range<usize>,
        mask: &RowMask,
        mut visit: impl FnMut(Member, u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if !self.rows.is_anyone_in_any(rows) {
            return ControlFlow::Continue(());
        }
        let mut visit_position = |position| match self.occupant(position) {
            Some(member) => visit(member, self.stamp(member)),
            None => ControlFlow::Continue(()),
        };
        if rows.len() == 1 {
            let trail = self.rows.trail(rows.start, mask);
            let at = |summary| trail.at(summary);
            let found = |first| word(&self.rows.words, first + rows.start);
            self.follow(mask, at, found, &mut visit_position)
        } else {
            let at = |summary| {
                let trails = rows.clone().map(|row| self.rows.trail(row, mask));
                trails.fold(0, |any, trail| any | trail.at(summary))
            };
            let found = |first| bits::any(&self.rows.words, rows, 1, first);
            self.follow(mask, at, found, &mut visit_position)
        }
    }

    /// Visits the positions from the head once round the ring: in the words to which the trail of a summary leads, those who
    /// are found there and pass the sieve.
    #[inline]
    fn follow<B>(
        &self,
        mask: &RowMask,
        trail: impl Fn(usize) -> u64,
        found: impl Fn(usize) -> u64,
        visit: &mut impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let head = self.ring.head() / 64;
        for range in [head..self.rows.blocks, 0..head] {
            for summary in range.start / 64..range.end.div_ceil(64) {
                let indexes = trail(summary);
                if indexes == 0 {
                    continue;
                }
                for index in Ones(indexes & bits::overlap(summary * 64, &range)) {
                    let index = summary * 64 + index;
                    let first = index * self.rows.stride;
                    let members = found(first) & mask.word_from(&self.rows.words, first);
                    for bit in Ones(members) {
                        visit(index * 64 + bit)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether anyone stands in a row of presence or a level.
    pub(crate) fn is_anyone_in(&self, row: usize) -> bool {
        if row == PRESENT {
            self.present > 0
        } else {
            self.rows.is_anyone_in_any(&(row..row + 1))
        }
    }
}
