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
use crate::roster::places::{PRESENT, Sieve};
use crate::roster::state::Standing;
use crate::table::{Handle, Lists, LocalAgent, Member, Table};

/// Members are moved up once they are spread over so many times their number.
const SPREAD_MAX: usize = 3;
/// How many members are moved at each assignment, and how many positions are looked at for them.
const MOVES: usize = 2;
const LOOKS: usize = 64;
const NOBODY: u32 = u32::MAX;
/// So many of the rows that never change of a member are kept with its place.
const MARKS_MAX: usize = 64;

#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Words of a block: one of each row, for 64 positions. The rows of presence and levels come first, then those that
    /// never change of a member.
    rows: usize,
    level_rows: usize,
    /// How many of the rows that never change are also kept as marks of each member.
    marks: usize,
    blocks: usize,
    /// Words of a row's summary: a bit for each of the row's words that is not 0.
    summary_stride: usize,
    /// Words of a row's top: a bit for each word of the summary that is not 0.
    top_stride: usize,
    /// Block by block. In the rows that never change a position that nobody holds may have any bit.
    words: Box<[u64]>,
    summaries: Box<[u64]>,
    /// For each mark of each level row another summary: a bit for each of the row's words in which somebody with the mark
    /// stands.
    marked: Box<[u64]>,
    tops: Box<[u64]>,
    /// By position.
    occupants: Box<[u32]>,
    members: Table<Member, Place>,
    /// How many members are present. The row of presence is left empty.
    present: usize,
    /// The rows that never change, of each member: AI, skills.
    fixed_rows: Arc<Lists<Member, u32>>,
    /// The first position that may be occupied, and the one behind the last, counted without end.
    head: u64,
    tail: u64,
    /// Where the round of the ring began in which the head is.
    round: u64,
    moving: Option<Moving>,
}

/// A member, and where it stands: half a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Place {
    stamp: u64,
    /// The first rows that never change, as bits.
    marks: u64,
    position: u32,
    agent: LocalAgent,
    standing: Standing,
}

/// Members below `source` are still to be moved, to right below `destination`.
#[derive(Clone, Copy, Debug)]
struct Moving {
    source: u64,
    destination: u64,
}

/// The summaries of a level row, and of up to two marks in it.
#[derive(Clone, Copy)]
struct Trail<'l> {
    level: &'l [u64],
    first: &'l [u64],
    second: &'l [u64],
}

impl Trail<'_> {
    /// In which words of a summary somebody may stand who is looked for.
    #[inline]
    fn at(&self, summary: usize) -> u64 {
        word(self.level, summary) & word(self.first, summary) & word(self.second, summary)
    }
}

impl Line {
    /// Makes a line of absent members who stand in the order given, each with its stamp and the agent who it is.
    ///
    /// `rows` counts all rows, `level_rows` those of presence and levels, which come first. `order` names every member once.
    pub(crate) fn new(
        rows: usize,
        level_rows: usize,
        fixed_rows: Arc<Lists<Member, u32>>,
        order: &[(u64, LocalAgent, Member)],
    ) -> Self {
        let marks = (rows - level_rows).min(MARKS_MAX);
        let place = |member| Place {
            stamp: 0,
            marks: marks_of(fixed_rows.get(member), level_rows),
            position: NOBODY,
            agent: LocalAgent::from_index(0),
            standing: Standing::ABSENT,
        };
        let members = (0..order.len()).map(Member::from_index);
        let members: Table<Member, Place> = members.map(place).collect();
        // Room for what is appended while all members are moved, at least one of two assignments moving its two or looking at
        // all the positions it may, and a free word between the tail and the head.
        let positions = members.len() * (SPREAD_MAX + 1) + 128;
        let blocks = positions.div_ceil(64);
        let summary_stride = blocks.div_ceil(64);
        let top_stride = summary_stride.div_ceil(64);
        let mut line = Self {
            rows,
            level_rows,
            marks,
            blocks,
            summary_stride,
            top_stride,
            words: vec![0; rows * blocks].into(),
            summaries: vec![0; level_rows * summary_stride].into(),
            marked: vec![0; level_rows * summary_stride * marks].into(),
            tops: vec![0; level_rows * top_stride].into(),
            occupants: vec![NOBODY; blocks * 64].into(),
            members,
            present: 0,
            fixed_rows,
            head: 0,
            tail: 0,
            round: 0,
            moving: None,
        };
        for &(stamp, agent, member) in order {
            if let Some(place) = line.members.get_mut(member) {
                place.agent = agent;
            }
            line.enter_tail(member, stamp);
        }
        line
    }

    /// Positions in the ring, counted once round.
    #[inline]
    fn positions(&self) -> u64 {
        self.blocks as u64 * 64
    }

    /// The place in the ring of a position from the head to the tail.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "not more than the number of positions"
    )]
    fn physical(&self, position: u64) -> usize {
        let in_round = position - self.round;
        in_round.checked_sub(self.positions()).unwrap_or(in_round) as usize
    }

    fn move_head(&mut self, head: u64) {
        self.head = head;
        if head - self.round >= self.positions() {
            self.round += self.positions();
        }
    }

    /// Changes how a member stands, where it is.
    #[inline]
    pub(crate) fn set_standing(&mut self, member: Member, standing: Standing) {
        let Some(place) = self.members.get_mut(member) else {
            return;
        };
        let (position, marks) = (place.position as usize, place.marks);
        let before = core::mem::replace(&mut place.standing, standing);
        self.present -= usize::from(before.is_present());
        self.present += usize::from(standing.is_present());
        if let Some(row) = before.level_row() {
            self.clear(row, position, marks);
        }
        if let Some(row) = standing.level_row() {
            self.set(row, position, marks);
        }
    }

    /// Puts a member, who was given something, behind all others.
    pub(crate) fn append(&mut self, member: Member, standing: Standing, stamp: u64) {
        self.leave(member);
        if let Some(place) = self.members.get_mut(member) {
            self.present -= usize::from(place.standing.is_present());
            self.present += usize::from(standing.is_present());
            place.standing = standing;
        }
        self.enter_tail(member, stamp);
        self.move_up();
    }

    /// Sets a bit of a level row, for a member with these marks.
    #[inline]
    fn set(&mut self, row: usize, position: usize, marks: u64) {
        let (index, bit) = bits::split(position);
        let (summary, summary_bit) = bits::split(index);
        let (top, top_bit) = bits::split(summary);
        let above = row * self.summary_stride + summary;
        bits::set(&mut self.words, index * self.rows + row, bit);
        bits::set(&mut self.summaries, above, summary_bit);
        bits::set(&mut self.tops, row * self.top_stride + top, top_bit);
        for mark in Ones(marks) {
            let above = self.mark_row(row, mark) + summary;
            bits::set(&mut self.marked, above, summary_bit);
        }
    }

    /// Where the summary of a mark of a level row begins.
    #[inline]
    fn mark_row(&self, row: usize, mark: usize) -> usize {
        (row * self.marks + mark) * self.summary_stride
    }

    /// Clears a bit of a level row, of a member with these marks.
    #[inline]
    fn clear(&mut self, row: usize, position: usize, marks: u64) {
        let (index, bit) = bits::split(position);
        let first = index * self.rows;
        let left = bits::clear(&mut self.words, first + row, bit);
        let (summary, summary_bit) = bits::split(index);
        for mark in Ones(marks) {
            if left == 0 || left & word(&self.words, first + self.level_rows + mark) == 0 {
                let above = self.mark_row(row, mark) + summary;
                bits::clear(&mut self.marked, above, summary_bit);
            }
        }
        let above = row * self.summary_stride + summary;
        if left == 0 && bits::clear(&mut self.summaries, above, summary_bit) == 0 {
            let (top, top_bit) = bits::split(summary);
            bits::clear(&mut self.tops, row * self.top_stride + top, top_bit);
        }
    }

    /// Takes a member off its position, which is left without a bit in the rows of levels.
    fn leave(&mut self, member: Member) {
        let Some(place) = self.members.get(member) else {
            return;
        };
        let Place {
            marks, standing, ..
        } = *place;
        let position = place.position as usize;
        if let Some(occupant) = self.occupants.get_mut(position) {
            *occupant = NOBODY;
        }
        if let Some(row) = standing.level_row() {
            self.clear(row, position, marks);
        }
    }

    /// Puts a member on the next position.
    fn enter_tail(&mut self, member: Member, stamp: u64) {
        let position = self.physical(self.tail);
        self.tail += 1;
        let (index, bit) = bits::split(position);
        if bit == 0 {
            // Nobody stands in the whole block.
            self.fixed_words(index).fill(0);
        }
        self.enter(member, position, stamp);
    }

    /// The words of a block's rows that never change.
    fn fixed_words(&mut self, index: usize) -> &mut [u64] {
        let fixed = index * self.rows + self.level_rows..(index + 1) * self.rows;
        self.words.get_mut(fixed).unwrap_or_default()
    }

    /// Puts a member on a free position, where no row that never changes has a bit.
    #[expect(clippy::cast_possible_truncation, reason = "positions have 32 bits")]
    fn enter(&mut self, member: Member, position: usize, stamp: u64) {
        let Some(place) = self.members.get_mut(member) else {
            return;
        };
        place.position = position as u32;
        place.stamp = stamp;
        let (standing, marks) = (place.standing, place.marks);
        let (index, bit) = bits::split(position);
        let first = index * self.rows + self.level_rows;
        for mark in Ones(marks) {
            bits::set(&mut self.words, first + mark, bit);
        }
        if self.rows > self.level_rows + MARKS_MAX {
            for row in self.fixed_rows.get(member) {
                bits::set(&mut self.words, index * self.rows + *row as usize, bit);
            }
        }
        if let Some(occupant) = self.occupants.get_mut(position) {
            *occupant = member.index() as u32;
        }
        if let Some(row) = standing.level_row() {
            self.set(row, position, marks);
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
        let mut moved = 0;
        for _ in 0..LOOKS {
            let Some(moving) = &mut self.moving else {
                return;
            };
            if moving.source == self.head {
                let head = moving.destination;
                self.move_head(head);
                self.moving = None;
                return;
            }
            moving.source -= 1;
            let source = moving.source;
            if self.occupant(self.physical(source)).is_some() {
                let Some(moving) = &mut self.moving else {
                    return;
                };
                moving.destination -= 1;
                let destination = moving.destination;
                self.relocate(source, destination);
                moved += 1;
                if moved == MOVES {
                    return;
                }
            }
        }
    }

    fn relocate(&mut self, source: u64, destination: u64) {
        let (from, to) = (self.physical(source), self.physical(destination));
        let member = self.occupant(from).filter(|_| from != to);
        if let Some(member) = member {
            let stamp = self.stamp(member);
            self.leave(member);
            let (index, bit) = bits::split(to);
            for word in self.fixed_words(index) {
                *word &= !(1 << bit);
            }
            self.enter(member, to, stamp);
        }
    }

    /// Returns who stands at a position.
    #[inline]
    pub(crate) fn occupant(&self, position: usize) -> Option<Member> {
        self.occupants
            .get(position)
            .filter(|member| **member != NOBODY)
            .map(|member| Member::from_index(*member as usize))
    }

    /// Returns who a member is.
    #[inline]
    pub(crate) fn agent(&self, member: Member) -> Option<LocalAgent> {
        self.members.get(member).map(|place| place.agent)
    }

    /// Returns the stamp of a member.
    #[inline]
    pub(crate) fn stamp(&self, member: Member) -> u64 {
        self.members.get(member).map_or(0, |place| place.stamp)
    }

    /// Visits, in the order of stamps, the members who stand in one of the level rows and pass the sieve.
    #[inline]
    pub(crate) fn visit<B>(
        &self,
        rows: &Range<usize>,
        sieve: &Sieve,
        mut visit: impl FnMut(Member, u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if !self.is_anyone_in_any(rows) {
            return ControlFlow::Continue(());
        }
        let mut visit_position = |position| match self.occupant(position) {
            Some(member) => visit(member, self.stamp(member)),
            None => ControlFlow::Continue(()),
        };
        if rows.len() == 1 {
            let trail = self.trail(rows.start, sieve);
            let at = |summary| trail.at(summary);
            let found = |first| word(&self.words, first + rows.start);
            self.follow(sieve, at, found, &mut visit_position)
        } else {
            let at = |summary| {
                let trails = rows.clone().map(|row| self.trail(row, sieve));
                trails.fold(0, |any, trail| any | trail.at(summary))
            };
            let found = |first| bits::any(&self.words, rows, 1, first);
            self.follow(sieve, at, found, &mut visit_position)
        }
    }

    /// Visits the positions from the head once round the ring: in the words to which the trail of a summary leads, those who
    /// are found there and pass the sieve.
    #[inline]
    fn follow<B>(
        &self,
        sieve: &Sieve,
        trail: impl Fn(usize) -> u64,
        found: impl Fn(usize) -> u64,
        visit: &mut impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let head = self.physical(self.head) / 64;
        for range in [head..self.blocks, 0..head] {
            for summary in range.start / 64..range.end.div_ceil(64) {
                let indexes = trail(summary);
                if indexes == 0 {
                    continue;
                }
                for index in Ones(indexes & bits::overlap(summary * 64, &range)) {
                    let index = summary * 64 + index;
                    let first = index * self.rows;
                    let members = found(first) & sieve.word_from(&self.words, first);
                    for bit in Ones(members) {
                        visit(index * 64 + bit)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Where in a level row somebody may stand who has the first two of the marks that are demanded.
    #[inline]
    fn trail(&self, row: usize, sieve: &Sieve) -> Trail<'_> {
        let start = row * self.summary_stride;
        let level = self.summaries.get(start..start + self.summary_stride);
        let level = level.unwrap_or_default();
        let demands = sieve.demands().iter();
        let mut marks = demands.filter_map(|row| (*row as usize).checked_sub(self.level_rows));
        let mut next = || match marks.next().filter(|mark| *mark < self.marks) {
            Some(mark) => {
                let start = self.mark_row(row, mark);
                let marked = self.marked.get(start..start + self.summary_stride);
                marked.unwrap_or_default()
            }
            None => level,
        };
        Trail {
            level,
            first: next(),
            second: next(),
        }
    }

    #[inline]
    fn is_anyone_in_any(&self, rows: &Range<usize>) -> bool {
        (0..self.top_stride).any(|top| bits::any(&self.tops, rows, self.top_stride, top) != 0)
    }

    /// Whether anyone stands in a row of presence or a level.
    pub(crate) fn is_anyone_in(&self, row: usize) -> bool {
        if row == PRESENT {
            self.present > 0
        } else {
            self.is_anyone_in_any(&(row..row + 1))
        }
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
            if stamp < last || self.stamp(member) != stamp {
                return Some("the members do not stand in the order of their stamps");
            }
            last = stamp;
        }
        if seen != self.members.len() {
            return Some("a member is missing or stands twice");
        }
        let present = self.members.iter();
        let present = present.filter(|(_, place)| place.standing.is_present());
        if present.count() != self.present {
            return Some("those who are present are counted wrongly");
        }
        self.bits_fault(&fixed)
    }

    /// Compares every bit with what the members are.
    fn bits_fault(&self, fixed: &Range<usize>) -> Option<&'static str> {
        let level_rows = self.level_rows;
        for position in 0..self.blocks * 64 {
            let occupant = self.occupant(position);
            let place = occupant.and_then(|member| self.members.get(member));
            let (index, bit) = bits::split(position);
            let is_set = |row: usize| word(&self.words, index * self.rows + row) >> bit & 1 == 1;
            let level = |row: usize| match place {
                Some(place) => place.standing.level_row() == Some(row),
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
        let marks = |above: &[u64],
                     above_stride: usize,
                     below: usize,
                     is_set: &dyn Fn(usize, usize) -> bool| {
            (0..level_rows).all(|row| {
                (0..below).all(|index| {
                    let (above_index, bit) = bits::split(index);
                    let marked = word(above, row * above_stride + above_index) >> bit & 1 == 1;
                    marked == is_set(row, index)
                })
            })
        };
        let word_is_set = |row, index| word(&self.words, index * self.rows + row) != 0;
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
        (1..self.level_rows).all(|row| {
            (0..self.marks).all(|mark| {
                (0..self.blocks).all(|index| {
                    let own = |row: usize| word(&self.words, index * self.rows + row);
                    let (summary, bit) = bits::split(index);
                    let marked = word(&self.marked, self.mark_row(row, mark) + summary);
                    (marked >> bit & 1 == 1) == (own(row) & own(self.level_rows + mark) != 0)
                })
            })
        })
    }

    /// Returns how a member stands.
    pub(crate) fn standing(&self, member: Member) -> Option<Standing> {
        self.members.get(member).map(|place| place.standing)
    }
}

/// The first rows that never change of a member, as bits.
fn marks_of(fixed_rows: &[u32], level_rows: usize) -> u64 {
    let marks = fixed_rows
        .iter()
        .map(|row| *row as usize - level_rows)
        .filter(|mark| *mark < MARKS_MAX);
    marks.fold(0, |marks, mark| marks | 1 << mark)
}
