//! The index of a group on a channel: rows of bits over its members' places, and beside them a column of stamps.
//!
//! A member's place never changes: it is the member's place in the group's list. A row says who is present, who has so
//! many spare units, who is an AI agent, who holds a skill at a level. Whoever is assigned moves nothing: a level bit moves
//! to another row, and a stamp is written.
//!
//! All groups' rows and stamps lie in one piece of memory, each group's together: block by block of 64 places, each with a
//! word of every row, the levels first; then the stamps.

use crate::roster::bits::{self, word};
use crate::roster::state::Standing;
use crate::table::{
    ChannelHandle, GroupHandle, Handle, HolderPlace, Member, ShapeHandle, SkillHandle,
    SkillRowPlace, Span,
};

/// The row of who is present.
pub(crate) const PRESENT: usize = 0;

/// An index of a group's members on a channel: where its rows are, in one cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Shape {
    pub(crate) kind: ShapeKind,
    pub(crate) group: GroupHandle,
    pub(crate) channel: ChannelHandle,
    /// Blocks of 64 places. A line has its own.
    pub(crate) blocks: u32,
    /// Its members, in the order in which the group lists them, as a span of the layout's.
    pub(crate) members: Span<Member>,
    /// Its rows of skills, as a span of the layout's.
    pub(crate) skill_rows: Span<SkillRowPlace>,
    /// The indexes of those of its members who hold a rare skill, as a span of the layout's.
    pub(crate) holders: Span<HolderPlace>,
    /// Bit `s` stands for the skill of number `s`, where all rows of skills are of such skills, one each; else 0.
    pub(crate) few_skills: u64,
    /// All rows: so many words has a block.
    pub(crate) rows: u32,
    /// Up to how many spare units members are told apart exactly.
    pub(crate) levels: u8,
    pub(crate) has_ai: bool,
}

/// Where the rows of a shape are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShapeKind {
    /// In the memory of all places, from this word on; the stamps behind the rows.
    Places { base: u32 },
    /// In the line of this number.
    Line { line: u32 },
}

/// A row of who holds a skill at a level or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SkillRow {
    pub(crate) skill: SkillHandle,
    pub(crate) level: u32,
}

/// The index of the members who hold a rare skill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) skill: SkillHandle,
    pub(crate) shape: ShapeHandle,
}

impl Shape {
    /// Counts the rows, once they are all known.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rows are counted with 32 bits"
    )]
    pub(crate) fn count_rows(&mut self) {
        self.rows = (self.first_skill_row() + self.skill_rows.range().len()) as u32;
    }

    /// The rows of presence and levels: present, one for each level told apart, more, unlimited.
    pub(crate) fn level_rows(&self) -> usize {
        usize::from(self.levels) + 3
    }

    /// The row of those who have more spare units than are told apart.
    pub(crate) fn more_row(&self) -> usize {
        usize::from(self.levels) + 1
    }

    /// The row of AI agents.
    pub(crate) fn ai_row(&self) -> usize {
        self.level_rows()
    }

    /// The first row of skills.
    pub(crate) fn first_skill_row(&self) -> usize {
        self.level_rows() + 1
    }

    /// The row of a skill among few skills.
    #[inline]
    pub(crate) fn few_skills_row(&self, skill: SkillHandle) -> Option<usize> {
        let bit = skill_bit(skill)?;
        let below = (self.few_skills & (bit - 1)).count_ones();
        (self.few_skills & bit != 0).then(|| self.first_skill_row() + below as usize)
    }

    /// All rows: so many words has a block.
    #[inline]
    pub(crate) fn rows(&self) -> usize {
        self.rows as usize
    }

    /// The levels of those who may have room for an item of this size; in the row *more* it has to be asked.
    #[inline]
    pub(crate) fn roomy_rows(&self, size: u32) -> core::ops::Range<usize> {
        (size as usize).min(self.more_row())..self.level_rows()
    }

    /// The words of memory that the shape's rows take.
    #[inline]
    pub(crate) fn row_words(&self) -> usize {
        self.rows() * self.blocks as usize
    }

    /// The words of memory that the shape takes: its rows, then its stamps.
    #[inline]
    pub(crate) fn words(&self) -> usize {
        self.row_words() + self.members.range().len()
    }
}

/// The bit of a skill among few skills, none for one of a larger number.
#[inline]
pub(crate) fn skill_bit(skill: SkillHandle) -> Option<u64> {
    let number = u32::try_from(skill.index()).ok()?;
    1_u64.checked_shl(number)
}

/// Where an agent stands: in which index, and as which of its members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) shape: ShapeHandle,
    pub(crate) member: Member,
}

/// The rows of a shape in the memory of all places, from a base on.
impl Shape {
    /// Moves a member's bit from the row of one standing to that of another.
    #[inline]
    pub(crate) fn set_standing(
        &self,
        memory: &mut [u64],
        base: u32,
        member: Member,
        (before, after): (Standing, Standing),
    ) {
        if before == after {
            return;
        }
        let (index, bit) = bits::split(member.index());
        let word = |row: usize| base as usize + index * self.rows() + row;
        if before.is_present() != after.is_present() {
            bits::write(memory, word(PRESENT), bit, after.is_present());
        }
        if let Some(row) = before.level_row() {
            bits::clear(memory, word(row), bit);
        }
        if let Some(row) = after.level_row() {
            bits::set(memory, word(row), bit);
        }
    }

    /// Writes a member's stamp.
    #[inline]
    pub(crate) fn set_stamp(&self, memory: &mut [u64], base: u32, member: Member, stamp: u64) {
        let at = base as usize + self.row_words() + member.index();
        if let Some(at) = memory.get_mut(at) {
            *at = stamp;
        }
    }
}

/// So many rows are demanded of all members at once.
const DEMANDS_MAX: usize = 6;

/// The rows that a member must stand in, whatever its level: the skills asked for, AI or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sieve {
    rows: [u32; DEMANDS_MAX],
    len: u32,
    ai: AiSieve,
}

/// Which of people and AI agents pass.
#[derive(Clone, Copy, Debug)]
enum AiSieve {
    Both,
    /// The row of AI agents, all its bits turned round where people pass.
    Row {
        row: u32,
        turned: u64,
    },
}

impl Sieve {
    /// Lets everyone pass.
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            rows: [0; DEMANDS_MAX],
            len: 0,
            ai: AiSieve::Both,
        }
    }

    /// Demands a bit in a row. Says whether it does: it has room for some demands only.
    #[inline]
    #[must_use]
    pub(crate) fn demand(&mut self, row: usize) -> bool {
        let Some(slot) = self.rows.get_mut(self.len as usize) else {
            return false;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rows are counted with 32 bits"
        )]
        let row = row as u32;
        *slot = row;
        self.len += 1;
        true
    }

    /// Lets only AI agents pass, or only people, by the row of AI agents.
    #[inline]
    pub(crate) fn only_ai(&mut self, row: usize, is_ai: bool) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rows are counted with 32 bits"
        )]
        let row = row as u32;
        self.ai = AiSieve::Row {
            row,
            turned: if is_ai { 0 } else { u64::MAX },
        };
    }

    /// Returns who of a block passes.
    #[inline]
    pub(crate) fn word(&self, block: &[u64]) -> u64 {
        let rows = self.rows.get(..self.len as usize).unwrap_or_default();
        let passed = rows
            .iter()
            .fold(u64::MAX, |passed, row| passed & word(block, *row as usize));
        match self.ai {
            AiSieve::Both => passed,
            AiSieve::Row { row, turned } => passed & (word(block, row as usize) ^ turned),
        }
    }
}
