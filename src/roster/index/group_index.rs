//! A group index: the index of a group's members on a channel.
//!
//! A group index is a [bitmap](super::bitmap) or a [recency index](super::recency). Both kinds have the same rows: *level rows*
//! for the members who are present and those of each capacity level, then *fixed rows* for AI agents and for the members with a
//! skill at a level or above.
//!
//! The rows by number:
//!
//! ```text
//!   0          present
//!   1 … n      that many spare units           n = the channel's levels, at most 31
//!   n + 1      more than n spare units         ─┐ level rows, above
//!   n + 2      unlimited                       ─┘
//!   n + 3      AI agents                       ─┐ fixed rows, from here
//!   n + 4 …    a skill at a level or above     ─┘ sorted by skill and level
//! ```

use crate::base::table::{
    ChannelHandle, GroupHandle, GroupIndexHandle, MemberRow, RareSkillHandle, RecencyHandle,
    SkillHandle, SkillRowHandle, Span, WordHandle,
};

/// The number of members of a block: one per bit of a word.
pub(crate) const BLOCK_MEMBERS: usize = 64;

/// The index of a group's members on a channel: which rows it has, and where its words are.
#[derive(Clone, Debug)]
pub(crate) struct GroupIndex {
    /// The group. If the index holds only those members who hold a rare skill, the group that they are members of.
    pub(crate) group: GroupHandle,
    pub(crate) channel: ChannelHandle,
    /// The members, in the order in which the group lists them. Shared by the group's indexes on all channels.
    pub(crate) members: Span<MemberRow>,
    pub(crate) kind: GroupIndexKind,
    /// The number of rows, and so of the row words of a block. The level rows come first, then AI, then the skill rows.
    pub(crate) rows: usize,
    /// The number of spare units up to which each number has a row of its own.
    pub(crate) levels: u8,
    /// PERF: whether any member is an AI agent. If not, the row of AI agents is not read.
    pub(crate) has_ai: bool,
    /// The skill rows, sorted by skill and level.
    pub(crate) skill_rows: Span<SkillRowHandle>,
    /// PERF: the skills of the skill rows as a bitset by handle, so that a popcount finds the row of a skill. 0 if a skill has
    /// two rows or a handle above 63.
    pub(crate) dense_skills: u64,
    /// The indexes of those members who hold a rare skill, sorted by skill.
    pub(crate) rare_skills: Span<RareSkillHandle>,
}

/// The location and the order of the rows of a group index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GroupIndexKind {
    /// In these words, in the order of the members.
    Bitmap(Span<WordHandle>),
    /// In this recency index, in the order of the last assignments.
    Recency(RecencyHandle),
}

/// A row of the members who hold a skill at a level or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SkillRow {
    pub(crate) skill: SkillHandle,
    pub(crate) level: u32,
}

/// The index of the members who hold a rare skill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RareSkillIndex {
    pub(crate) skill: SkillHandle,
    pub(crate) index: GroupIndexHandle,
}

/// Rows.
impl GroupIndex {
    /// Returns the number of level rows: present, one per level, more, unlimited. They come first.
    #[inline]
    pub(crate) fn level_rows(&self) -> usize {
        usize::from(self.levels) + 3
    }

    /// Returns the row *more*: members with more spare units than any level, but not unlimited.
    #[inline]
    pub(crate) fn more_row(&self) -> usize {
        usize::from(self.levels) + 1
    }

    /// Returns the row of AI agents, the first fixed row. Every index has it, even without AI agents.
    #[inline]
    pub(crate) fn ai_row(&self) -> usize {
        self.level_rows()
    }

    /// Returns the first skill row. The others follow it.
    #[inline]
    pub(crate) fn first_skill_row(&self) -> usize {
        self.level_rows() + 1
    }

    /// Returns the row of a skill among the [dense skills](Self::dense_skills); `None` if no member holds the skill.
    #[inline]
    pub(crate) fn dense_skill_row(&self, skill: SkillHandle) -> Option<usize> {
        let bit = skill.dense_bit()?;
        // The rows are sorted by skill, so the row number is the number of dense skills with a lower handle.
        // For example, with the skills 0, 2 and 3 the bitset is 1101. Two lower bits are set, so skill 3 is the third row.
        let rows_below = (self.dense_skills & (bit - 1)).count_ones();
        (self.dense_skills & bit != 0).then(|| self.first_skill_row() + rows_below as usize)
    }

    /// Returns the level rows of the members who can have enough spare capacity for an item.
    ///
    /// INVARIANT: a member of these rows has enough, except for a member of the row *more* if the item is larger than that
    /// row's number.
    ///
    /// For example, with 5 levels, *more* is row 6 and unlimited is row 7. An item of size 2 gets the rows 2 to 7, and an item of
    /// size 9 gets the rows 6 and 7.
    #[inline]
    pub(crate) fn level_rows_for(&self, size: u32) -> core::ops::Range<usize> {
        // INVARIANT: the size of a routed item is at least 1, so `PRESENT` is not among the rows.
        (size as usize).min(self.more_row())..self.level_rows()
    }
}
