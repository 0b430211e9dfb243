//! The index of a group on a channel: rows of bits over its members' places, and beside them a column of stamps.
//!
//! A member's place never changes: it is the member's place in the group's list. A row says who is present, who has so
//! many spare units, who is an AI agent, who holds a skill at a level. Whoever is assigned moves nothing: a level bit moves
//! to another row, and a stamp is written.
//!
//! All groups' rows and stamps lie in one piece of memory, each group's together, block by block of 64 places. A block's
//! position in memory is that of its rows, a word of each, the levels first. Right below lie two words of each place, its
//! stamp and its agent, the first place topmost: so the block's position and a place's bit are all that has to be known to
//! write either, and who has the least stamp is in the cache with that stamp. The first block is topmost too: the last,
//! lowest one takes no more memory than it has places.

use crate::base::hint::cold_path;
use crate::base::table::{
    ChannelHandle, GroupHandle, GroupIndexHandle, Handle, LocalAgent, Member, RareSkillHandle,
    SkillHandle, SkillRowHandle, Span,
};
use crate::roster::index::level::CapacityLevel;

use crate::roster::index::bits;
use crate::roster::index::bits::word;

/// The row of who is present.
pub(crate) const PRESENT: usize = 0;

/// An index of a group's members on a channel: where its rows are, in one cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct GroupIndex {
    pub(crate) kind: GroupIndexKind,
    pub(crate) group: GroupHandle,
    pub(crate) channel: ChannelHandle,
    /// The words of memory that its blocks take. A line has its own.
    pub(crate) words: u32,
    /// Its members, in the order in which the group lists them, as a span of the layout's.
    pub(crate) members: Span<Member>,
    /// Its rows of skills, as a span of the layout's.
    pub(crate) skill_rows: Span<SkillRowHandle>,
    /// The indexes of those of its members who hold a rare skill, as a span of the layout's.
    pub(crate) holders: Span<RareSkillHandle>,
    /// Bit `s` stands for the skill of number `s`, where all rows of skills are of such skills, one each; else 0.
    pub(crate) dense_skills: u64,
    /// All rows: so many words has a block.
    pub(crate) rows: u32,
    /// Up to how many spare units members are told apart exactly.
    pub(crate) levels: u8,
    pub(crate) has_ai: bool,
}

/// Where the rows of a shape are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupIndexKind {
    /// In the memory of all places: its first block is at this position.
    Bitmap { base: u32 },
    /// In the line of this number.
    Recency { line: u32 },
}

/// A row of who holds a skill at a level or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SkillRow {
    pub(crate) skill: SkillHandle,
    pub(crate) level: u32,
}

/// The index of the members who hold a rare skill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RareSkillIndex {
    pub(crate) skill: SkillHandle,
    pub(crate) shape: GroupIndexHandle,
}

impl GroupIndex {
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
    pub(crate) fn dense_skill_row(&self, skill: SkillHandle) -> Option<usize> {
        let bit = skill_bit(skill)?;
        let below = (self.dense_skills & (bit - 1)).count_ones();
        (self.dense_skills & bit != 0).then(|| self.first_skill_row() + below as usize)
    }

    /// All rows: so many words has a block.
    #[inline]
    pub(crate) fn rows(&self) -> usize {
        self.rows as usize
    }

    /// The levels of those who may have room for an item of this size; in the row *more* it has to be asked.
    #[inline]
    pub(crate) fn level_rows_for(&self, size: u32) -> core::ops::Range<usize> {
        (size as usize).min(self.more_row())..self.level_rows()
    }

    /// The words of memory that blocks for so many places take.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index is addressed with 32 bits"
    )]
    pub(crate) fn words_for(&self, places: usize) -> u32 {
        (places * WORDS + places.div_ceil(64) * self.rows()) as u32
    }

    /// The position in memory of a block, given that of the first.
    #[inline]
    pub(crate) fn position(&self, base: u32, index: usize) -> usize {
        base as usize - index * (BLOCK_PLACES + self.rows())
    }

    /// Its blocks in the memory of all places, given the position of the first.
    #[inline]
    pub(crate) fn blocks_in<'m>(&self, memory: &'m [u64], base: u32) -> Blocks<'m> {
        let end = base as usize + self.rows();
        let all = memory.get(end.wrapping_sub(self.words as usize)..end);
        Blocks {
            left: all.unwrap_or_default(),
            rows: self.rows(),
        }
    }
}

/// The blocks of a shape in the memory of all places, from the topmost down.
pub(crate) struct Blocks<'m> {
    left: &'m [u64],
    rows: usize,
}

impl<'m> Iterator for Blocks<'m> {
    type Item = Block<'m>;

    #[inline]
    fn next(&mut self) -> Option<Block<'m>> {
        // Every block has rows: what is left becomes less, and is none in the end.
        let places = self.left.len().checked_sub(self.rows)?;
        let (places, rows) = self.left.split_at_checked(places)?;
        let below = places.len().saturating_sub(BLOCK_PLACES);
        self.left = places.get(..below).unwrap_or_default();
        Some(Block { rows, places })
    }
}

/// A block of a shape in the memory of all places.
#[derive(Clone, Copy)]
pub(crate) struct Block<'m> {
    /// A word of each row.
    pub(crate) rows: &'m [u64],
    /// Ends with stamp and agent of its places, the first place's last.
    places: &'m [u64],
}

impl<'m> Block<'m> {
    /// Stands for one member, whose place is the first, with its stamp.
    pub(crate) fn of_one(place: &'m [u64; WORDS]) -> Self {
        Self {
            rows: &[],
            places: place,
        }
    }

    /// The stamp of a place.
    #[inline]
    pub(crate) fn stamp(&self, bit: usize) -> u64 {
        word(self.places, below(self.places.len(), bit))
    }
}

/// The words of a place: its stamp, and the agent.
const WORDS: usize = 2;
/// The words of all places of a full block.
const BLOCK_PLACES: usize = 64 * WORDS;

/// Where the words of a place are, below its block.
#[inline]
fn below(block: usize, bit: usize) -> usize {
    block.wrapping_sub((bit + 1) * WORDS)
}

/// The bit of a skill among few skills, none for one of a larger number.
#[inline]
pub(crate) fn skill_bit(skill: SkillHandle) -> Option<u64> {
    let number = u32::try_from(skill.index()).ok()?;
    1_u64.checked_shl(number)
}

/// A place in the memory of all places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitPosition {
    /// The position of its block.
    pub(crate) block: u32,
    pub(crate) bit: u32,
}

impl BitPosition {
    /// The place of a member, given the position of the shape's first block.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index is addressed with 32 bits"
    )]
    pub(crate) fn new(shape: &GroupIndex, base: u32, member: Member) -> Self {
        let (index, bit) = bits::split(member.index());
        Self {
            block: shape.position(base, index) as u32,
            bit,
        }
    }

    /// Moves the place's bit from the row of one standing to that of another, which is another one.
    #[inline]
    pub(crate) fn set_level(
        self,
        memory: &mut [u64],
        (before, after): (CapacityLevel, CapacityLevel),
    ) {
        let row = |row: usize| self.block as usize + row;
        if before.is_present() != after.is_present() {
            cold_path();
            bits::write(memory, row(PRESENT), self.bit, after.is_present());
        }
        if let Some(level) = before.level_row() {
            bits::clear(memory, row(level), self.bit);
        }
        if let Some(level) = after.level_row() {
            bits::set(memory, row(level), self.bit);
        }
    }

    /// Writes the place's stamp.
    #[inline]
    pub(crate) fn set_stamp(self, memory: &mut [u64], stamp: u64) {
        let at = below(self.block as usize, self.bit as usize);
        if let Some(word) = memory.get_mut(at) {
            *word = stamp;
        }
    }

    /// Writes whose place it is.
    pub(crate) fn set_agent(self, memory: &mut [u64], agent: LocalAgent) {
        let at = below(self.block as usize, self.bit as usize) + 1;
        if let Some(word) = memory.get_mut(at) {
            *word = agent.index() as u64;
        }
    }

    /// Whose place it is.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "an index was written")]
    pub(crate) fn agent(self, memory: &[u64]) -> LocalAgent {
        let at = below(self.block as usize, self.bit as usize) + 1;
        LocalAgent::from_index(word(memory, at) as usize)
    }
}
