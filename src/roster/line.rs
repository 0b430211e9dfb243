//! The index of a large group: the members in the order of their stamps, so that the first bit is the answer.
//!
//! Positions form a ring. Whoever is given something goes to the tail and leaves a hole behind; once the members are spread
//! over too long a stretch, two of them are moved up at each assignment, from the tail's side, each to the place right
//! below the one before. Nobody passes anybody, and no assignment waits for the others.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use core::ops::{ControlFlow, Range};

use crate::roster::bits::{self, Ones, word};
use crate::roster::places::Sieve;
use crate::roster::state::Standing;
use crate::table::{Handle, Lists, Member, Table};

/// Members are moved up once they are spread over so many times their number.
const SPREAD_MAX: usize = 3;
/// How many members are moved at each assignment.
const MOVES: usize = 2;
const NOBODY: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Words of a row.
    stride: usize,
    /// Words of a row's summary: a bit for each word that is not 0.
    summary_stride: usize,
    /// The rows of presence and levels; behind them stand the rows that never change of a member.
    words: Box<[u64]>,
    summaries: Box<[u64]>,
    /// A row of its own: where anyone stands.
    occupied: Box<[u64]>,
    /// By position.
    occupants: Box<[u32]>,
    /// By position.
    stamps: Box<[u64]>,
    members: Table<Member, Place>,
    /// The rows that never change, of each member: AI, skills.
    fixed_rows: Arc<Lists<Member, u32>>,
    /// The first position that may be occupied, and the one behind the last, counted without end.
    head: u64,
    tail: u64,
    moving: Option<Moving>,
}

/// Where a member stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    position: u32,
    standing: Standing,
}

/// Members below `source` are still to be moved, to right below `destination`.
#[derive(Clone, Copy, Debug)]
struct Moving {
    source: u64,
    destination: u64,
}

impl Line {
    /// Makes a line of absent members who stand in the order given, each with its stamp.
    ///
    /// `rows` counts all rows, `level_rows` those of presence and levels, which come first. `order` names every member once.
    pub(crate) fn new(
        rows: usize,
        level_rows: usize,
        fixed_rows: Arc<Lists<Member, u32>>,
        order: &[(Member, u64)],
    ) -> Self {
        let nowhere = Place {
            position: NOBODY,
            standing: Standing::ABSENT,
        };
        let members: Table<Member, Place> = vec![nowhere; order.len()].into();
        // Room for what is appended while all members are moved, and a free word between the tail and the head.
        let positions = members.len() * SPREAD_MAX + members.len().div_ceil(MOVES) + 128;
        let stride = positions.div_ceil(64);
        let summary_stride = stride.div_ceil(64);
        let mut line = Self {
            stride,
            summary_stride,
            words: vec![0; rows * stride].into(),
            summaries: vec![0; level_rows * summary_stride].into(),
            occupied: vec![0; stride].into(),
            occupants: vec![NOBODY; stride * 64].into(),
            stamps: vec![0; stride * 64].into(),
            members,
            fixed_rows,
            head: 0,
            tail: 0,
            moving: None,
        };
        for &(member, stamp) in order {
            let position = line.physical(line.tail);
            line.tail += 1;
            line.enter(member, position, stamp);
        }
        line
    }

    #[inline]
    fn physical(&self, position: u64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "not more than the number of positions"
        )]
        let physical = (position % (self.stride as u64 * 64)) as usize;
        physical
    }

    /// Changes how a member stands, where it is.
    #[inline]
    pub(crate) fn set_standing(&mut self, member: Member, standing: Standing) {
        let Some(place) = self.members.get_mut(member) else {
            return;
        };
        let (position, before) = (place.position as usize, place.standing);
        place.standing = standing;
        if before.is_present() != standing.is_present() {
            self.write(0, position, standing.is_present());
        }
        if let Some(row) = before.level_row() {
            self.write(row, position, false);
        }
        if let Some(row) = standing.level_row() {
            self.write(row, position, true);
        }
    }

    /// Puts a member, who was given something, behind all others.
    pub(crate) fn append(&mut self, member: Member, standing: Standing, stamp: u64) {
        self.leave(member);
        if let Some(place) = self.members.get_mut(member) {
            place.standing = standing;
        }
        let position = self.physical(self.tail);
        self.tail += 1;
        self.enter(member, position, stamp);
        self.move_up();
    }

    fn write(&mut self, row: usize, position: usize, on: bool) {
        let (index, bit) = bits::split(position);
        let (summary, summary_bit) = bits::split(index);
        let summary = row * self.summary_stride + summary;
        if on {
            bits::set(&mut self.words, row * self.stride + index, bit);
            bits::set(&mut self.summaries, summary, summary_bit);
        } else if bits::clear(&mut self.words, row * self.stride + index, bit) == 0 {
            bits::clear(&mut self.summaries, summary, summary_bit);
        }
    }

    /// Takes a member off its position, which is left without any bit.
    fn leave(&mut self, member: Member) {
        let Some(place) = self.members.get(member) else {
            return;
        };
        let (position, standing) = (place.position as usize, place.standing);
        let (index, bit) = bits::split(position);
        for row in self.fixed_rows.get(member) {
            bits::clear(&mut self.words, *row as usize * self.stride + index, bit);
        }
        bits::clear(&mut self.occupied, index, bit);
        if let Some(occupant) = self.occupants.get_mut(position) {
            *occupant = NOBODY;
        }
        if standing.is_present() {
            self.write(0, position, false);
        }
        if let Some(row) = standing.level_row() {
            self.write(row, position, false);
        }
    }

    /// Puts a member on a free position.
    #[expect(clippy::cast_possible_truncation, reason = "positions have 32 bits")]
    fn enter(&mut self, member: Member, position: usize, stamp: u64) {
        let Some(place) = self.members.get_mut(member) else {
            return;
        };
        place.position = position as u32;
        let standing = place.standing;
        let (index, bit) = bits::split(position);
        for row in self.fixed_rows.get(member) {
            bits::set(&mut self.words, *row as usize * self.stride + index, bit);
        }
        bits::set(&mut self.occupied, index, bit);
        if let (Some(occupant), Some(at)) = (
            self.occupants.get_mut(position),
            self.stamps.get_mut(position),
        ) {
            *occupant = member.index() as u32;
            *at = stamp;
        }
        if standing.is_present() {
            self.write(0, position, true);
        }
        if let Some(row) = standing.level_row() {
            self.write(row, position, true);
        }
    }

    /// Moves a few members up, if they are spread too far.
    fn move_up(&mut self) {
        if self.moving.is_none()
            && self.tail - self.head >= (self.members.len() * SPREAD_MAX) as u64
        {
            self.moving = Some(Moving {
                source: self.tail,
                destination: self.tail,
            });
        }
        for _ in 0..MOVES {
            let Some(moving) = self.moving else { return };
            let Some(source) = self.last_occupied_below(moving.source) else {
                self.head = moving.destination;
                self.moving = None;
                return;
            };
            let destination = moving.destination - 1;
            self.relocate(source, destination);
            self.moving = Some(Moving {
                source,
                destination,
            });
        }
    }

    fn relocate(&mut self, source: u64, destination: u64) {
        let (from, to) = (self.physical(source), self.physical(destination));
        if let (Some(member), Some(stamp), true) = (
            self.occupant(from),
            self.stamps.get(from).copied(),
            from != to,
        ) {
            self.leave(member);
            self.enter(member, to, stamp);
        }
    }

    /// The highest occupied position below one, not below the head.
    fn last_occupied_below(&self, end: u64) -> Option<u64> {
        let mut end = end;
        while end > self.head {
            let (index, bit) = bits::split(self.physical(end - 1));
            let below = word(&self.occupied, index) << (63 - bit);
            if below != 0 {
                let position = end - 1 - u64::from(below.leading_zeros());
                return (position >= self.head).then_some(position);
            }
            end = end.saturating_sub(u64::from(bit) + 1);
        }
        None
    }

    /// Returns who stands at a position.
    #[inline]
    pub(crate) fn occupant(&self, position: usize) -> Option<Member> {
        self.occupants
            .get(position)
            .filter(|member| **member != NOBODY)
            .map(|member| Member::from_index(*member as usize))
    }

    /// Returns the stamp of who stands at a position.
    #[inline]
    pub(crate) fn stamp(&self, position: usize) -> u64 {
        word(&self.stamps, position)
    }

    #[inline]
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// Visits, in the order of stamps, the positions that stand in one of the level rows and pass the sieve.
    #[inline]
    pub(crate) fn visit<B>(
        &self,
        rows: &Range<usize>,
        sieve: &Sieve,
        mut visit: impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let first = self.physical(self.head) / 64;
        self.visit_words(first..self.stride, rows, sieve, &mut visit)?;
        self.visit_words(0..first, rows, sieve, &mut visit)
    }

    #[inline]
    fn visit_words<B>(
        &self,
        range: Range<usize>,
        rows: &Range<usize>,
        sieve: &Sieve,
        visit: &mut impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        for summary in range.start / 64..range.end.div_ceil(64) {
            let any = bits::any(&self.summaries, rows, self.summary_stride, summary);
            for index in Ones(any).map(|bit| summary * 64 + bit) {
                if !range.contains(&index) {
                    continue;
                }
                let level = bits::any(&self.words, rows, self.stride, index);
                for bit in Ones(level & sieve.word(&self.words, index)) {
                    visit(index * 64 + bit)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether anyone stands in a level row.
    pub(crate) fn is_anyone_in(&self, row: usize) -> bool {
        let start = row * self.summary_stride;
        let summary = self.summaries.get(start..start + self.summary_stride);
        summary.unwrap_or_default().iter().any(|word| *word != 0)
    }

    /// Returns what is wrong of the line, if anything: who stands where, in which order, with which bits.
    pub(crate) fn fault(
        &self,
        stamps: impl Fn(Member) -> u64,
        fixed: Range<usize>,
    ) -> Option<&'static str> {
        let mut last = 0;
        let mut seen = 0;
        for position in (self.head..self.tail).map(|position| self.physical(position)) {
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
            if stamp < last || self.stamps.get(position) != Some(&stamp) {
                return Some("the members do not stand in the order of their stamps");
            }
            last = stamp;
        }
        if seen != self.members.len() {
            return Some("a member is missing or stands twice");
        }
        self.bits_fault(&fixed)
    }

    /// Compares every bit with what the members are.
    fn bits_fault(&self, fixed: &Range<usize>) -> Option<&'static str> {
        let level_rows = self.summaries.len() / self.summary_stride.max(1);
        for position in 0..self.stride * 64 {
            let occupant = self.occupant(position);
            let place = occupant.and_then(|member| self.members.get(member));
            let (index, bit) = bits::split(position);
            let is_set = |row: usize| word(&self.words, row * self.stride + index) >> bit & 1 == 1;
            if (word(&self.occupied, index) >> bit & 1 == 1) != place.is_some() {
                return Some("the row of occupied positions is wrong");
            }
            let level = |row: usize| match place {
                Some(place) if row == 0 => place.standing.is_present(),
                Some(place) => place.standing.level_row() == Some(row),
                None => false,
            };
            if (0..level_rows).any(|row| is_set(row) != level(row)) {
                return Some("a row of levels is wrong");
            }
            let own = occupant.map_or(&[][..], |member| self.fixed_rows.get(member));
            let has = |row: usize| own.iter().any(|own| *own as usize == row);
            if fixed.clone().any(|row| is_set(row) != has(row)) {
                return Some("a row of skills is wrong");
            }
        }
        let summaries_agree = (0..level_rows).all(|row| {
            (0..self.stride).all(|index| {
                let (summary, bit) = bits::split(index);
                let marked =
                    word(&self.summaries, row * self.summary_stride + summary) >> bit & 1 == 1;
                marked == (word(&self.words, row * self.stride + index) != 0)
            })
        });
        (!summaries_agree).then_some("a summary is wrong")
    }

    /// Returns how a member stands.
    pub(crate) fn standing(&self, member: Member) -> Option<Standing> {
        self.members.get(member).map(|place| place.standing)
    }
}
