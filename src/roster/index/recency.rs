//! The index of a large group: the members in the order of their stamps, so that the first bit is the answer.
//!
//! Positions form a ring. Whoever is given something goes to the tail and leaves a hole behind; once the members are spread
//! over too long a stretch, two of them are moved up at each assignment, from the tail's side, each to the place right
//! below the one before. Nobody passes anybody, and no assignment waits for the others.

pub(crate) mod check;
pub(crate) mod ring;
pub(crate) mod rows;
pub(crate) mod search;

use crate::roster::index::level::CapacityLevel;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;

use crate::base::table::{Handle, Lists, LocalAgent, Member, Table};

use crate::roster::index::bits;
use ring::{Ring, SPREAD_MAX};
use rows::{MARKS_MAX, RecencyRows};

/// How many members are moved at each assignment, and how many positions are looked at for them.
const MOVES: usize = 2;
const LOOKS: usize = 64;
const NOBODY: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(crate) struct RecencyIndex {
    rows: RecencyRows,
    ring: Ring,
    /// By position.
    occupants: Box<[u32]>,
    members: Table<Member, RingPosition>,
    /// How many members are present. The row of presence is left empty.
    present: usize,
    /// The rows that never change, of each member: AI, skills.
    fixed_rows: Arc<Lists<Member, u32>>,
}

/// A member, and where it stands: half a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct RingPosition {
    stamp: u64,
    /// The first rows that never change, as bits.
    marks: u64,
    position: u32,
    agent: LocalAgent,
    level: CapacityLevel,
}

impl RecencyIndex {
    /// Makes a line of absent members who stand in the order given, each with its stamp and the agent who it is.
    ///
    /// `rows` counts all rows, `level_rows` those of presence and levels, which come first. `order` names every member once.
    pub(crate) fn new(
        rows: usize,
        level_rows: usize,
        fixed_rows: Arc<Lists<Member, u32>>,
        order: &[(u64, LocalAgent, Member)],
    ) -> Self {
        let place = |member| RingPosition {
            stamp: 0,
            marks: marks_of(fixed_rows.get(member), level_rows),
            position: NOBODY,
            agent: LocalAgent::from_index(0),
            level: CapacityLevel::ABSENT,
        };
        let members = (0..order.len()).map(Member::from_index);
        let members: Table<Member, RingPosition> = members.map(place).collect();
        // Room for what is appended while all members are moved, at least one of two assignments moving its two or looking at
        // all the positions it may, and a free word between the tail and the head.
        let positions = members.len() * (SPREAD_MAX + 1) + 128;
        let blocks = positions.div_ceil(64);
        let mut line = Self {
            rows: RecencyRows::new(rows, level_rows, blocks),
            ring: Ring::new(blocks as u64 * 64),
            occupants: vec![NOBODY; blocks * 64].into(),
            members,
            present: 0,
            fixed_rows,
        };
        for &(stamp, agent, member) in order {
            if let Some(place) = line.members.get_mut(member) {
                place.agent = agent;
            }
            line.enter_tail(member, stamp);
        }
        line
    }

    /// Changes how a member stands, where it is.
    #[inline]
    pub(crate) fn set_level(&mut self, member: Member, level: CapacityLevel) {
        let Some(place) = self.members.get_mut(member) else {
            return;
        };
        let (position, marks) = (place.position as usize, place.marks);
        let before = core::mem::replace(&mut place.level, level);
        self.present -= usize::from(before.is_present());
        self.present += usize::from(level.is_present());
        if let Some(row) = before.level_row() {
            self.rows.clear(row, position, marks);
        }
        if let Some(row) = level.level_row() {
            self.rows.set(row, position, marks);
        }
    }

    /// Puts a member, who was given something, behind all others.
    pub(crate) fn append(&mut self, member: Member, level: CapacityLevel, stamp: u64) {
        self.leave(member);
        if let Some(place) = self.members.get_mut(member) {
            self.present -= usize::from(place.level.is_present());
            self.present += usize::from(level.is_present());
            place.level = level;
        }
        self.enter_tail(member, stamp);
        self.move_up();
    }

    /// Takes a member off its position, which is left without a bit in the rows of levels.
    fn leave(&mut self, member: Member) {
        let Some(place) = self.members.get(member) else {
            return;
        };
        let RingPosition { marks, level, .. } = *place;
        let position = place.position as usize;
        if let Some(occupant) = self.occupants.get_mut(position) {
            *occupant = NOBODY;
        }
        if let Some(row) = level.level_row() {
            self.rows.clear(row, position, marks);
        }
    }

    /// Puts a member on the next position.
    fn enter_tail(&mut self, member: Member, stamp: u64) {
        let position = self.ring.append();
        let (_, bit) = bits::split(position);
        if bit == 0 {
            // Nobody stands in the whole block.
            self.rows.empty_block(position);
        }
        self.enter(member, position, stamp);
    }

    /// Puts a member on a free position, where no row that never changes has a bit.
    #[expect(clippy::cast_possible_truncation, reason = "positions have 32 bits")]
    fn enter(&mut self, member: Member, position: usize, stamp: u64) {
        let Some(place) = self.members.get_mut(member) else {
            return;
        };
        place.position = position as u32;
        place.stamp = stamp;
        let (level, marks) = (place.level, place.marks);
        self.rows.mark(position, marks);
        if self.rows.have_more_than_marks() {
            self.rows.set_fixed(position, self.fixed_rows.get(member));
        }
        if let Some(occupant) = self.occupants.get_mut(position) {
            *occupant = member.index() as u32;
        }
        if let Some(row) = level.level_row() {
            self.rows.set(row, position, marks);
        }
    }

    /// Moves a few members up, if they are spread too far.
    fn move_up(&mut self) {
        self.ring.begin_to_move(self.members.len());
        let mut moved = 0;
        for _ in 0..LOOKS {
            let Some(source) = self.ring.next_source() else {
                return;
            };
            if let Some(member) = self.occupant(source)
                && let Some(destination) = self.ring.next_destination()
            {
                self.relocate(member, source, destination);
                moved += 1;
                if moved == MOVES {
                    return;
                }
            }
        }
    }

    fn relocate(&mut self, member: Member, from: usize, to: usize) {
        if from != to {
            let stamp = self.stamp(member);
            self.leave(member);
            self.rows.empty(to);
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

    /// Returns how a member stands.
    pub(crate) fn level(&self, member: Member) -> Option<CapacityLevel> {
        self.members.get(member).map(|place| place.level)
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
