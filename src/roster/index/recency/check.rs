//! What must always be true of a line.

use core::ops::Range;

use crate::base::table::Member;
use crate::roster::index::bits;
use crate::roster::index::bits::word;
use crate::roster::index::recency::RecencyIndex;
use crate::roster::index::recency::rows::RecencyRows;

impl RecencyIndex {
    /// Returns what is wrong of the line, if anything: who stands where, in which order, with which bits.
    pub(crate) fn fault(
        &self,
        stamps: impl Fn(Member) -> u64,
        fixed: Range<usize>,
    ) -> Option<&'static str> {
        let mut last = 0;
        let mut seen = 0;
        for position in self.ring.in_use() {
            let Some(member) = self.occupant(position) else {
                continue;
            };
            seen += 1;
            if self
                .members
                .get(member)
                .is_none_or(|place| place.position as usize != position)
            {
                return Some("a member stands where it does not know of");
            }
            let stamp = stamps(member);
            if stamp < last || self.stamp(member) != stamp {
                return Some("the members do not stand in the order of their stamps");
            }
            last = stamp;
        }
        if seen != self.members.len() {
            return Some("a member is missing or stands twice");
        }
        let present = self.members.iter();
        let present = present.filter(|(_, place)| place.level.is_present());
        if present.count() != self.present {
            return Some("those who are present are counted wrongly");
        }
        self.bits_fault(&fixed)
    }

    /// Compares every bit with what the members are.
    fn bits_fault(&self, fixed: &Range<usize>) -> Option<&'static str> {
        let level_rows = self.rows.levels;
        for position in 0..self.rows.blocks * 64 {
            let occupant = self.occupant(position);
            let place = occupant.and_then(|member| self.members.get(member));
            let (index, bit) = bits::split(position);
            let is_set = |row: usize| self.rows.word(index, row) >> bit & 1 == 1;
            let level = |row: usize| match place {
                Some(place) => place.level.level_row() == Some(row),
                None => false,
            };
            if (0..level_rows).any(|row| is_set(row) != level(row)) {
                return Some("a row of levels is wrong");
            }
            let Some(member) = occupant else {
                continue;
            };
            let own = self.fixed_rows.get(member);
            let has = |row: usize| own.iter().any(|own| *own as usize == row);
            if fixed.clone().any(|row| is_set(row) != has(row)) {
                return Some("a row of skills is wrong");
            }
        }
        self.rows.summaries_fault()
    }
}

impl RecencyRows {
    /// Compares the summaries with what they sum up.
    fn summaries_fault(&self) -> Option<&'static str> {
        let marks = |above: &[u64],
                     above_stride: usize,
                     below: usize,
                     is_set: &dyn Fn(usize, usize) -> bool| {
            (0..self.levels).all(|row| {
                (0..below).all(|index| {
                    let (above_index, bit) = bits::split(index);
                    let marked = word(above, row * above_stride + above_index) >> bit & 1 == 1;
                    marked == is_set(row, index)
                })
            })
        };
        let word_is_set = |row, index| self.word(index, row) != 0;
        let summary_is_set =
            |row, index| word(&self.summaries, row * self.summary_stride + index) != 0;
        let summaries = marks(
            &self.summaries,
            self.summary_stride,
            self.blocks,
            &word_is_set,
        );
        let tops = marks(
            &self.tops,
            self.top_stride,
            self.summary_stride,
            &summary_is_set,
        );
        (!summaries || !tops || !self.are_marks_right()).then_some("a summary is wrong")
    }

    /// Whether the summaries of marks say in which words somebody with the mark stands.
    fn are_marks_right(&self) -> bool {
        (1..self.levels).all(|row| {
            (0..self.marks).all(|mark| {
                (0..self.blocks).all(|index| {
                    let own = |row: usize| self.word(index, row);
                    let (summary, bit) = bits::split(index);
                    let marked = word(&self.marked, self.mark_row(row, mark) + summary);
                    (marked >> bit & 1 == 1) == (own(row) & own(self.levels + mark) != 0)
                })
            })
        })
    }
}
