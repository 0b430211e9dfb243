//! The index of a group on a channel as a bitmap, with its members in the order in which the group lists them.
//!
//! A row has one bit per member. *Level rows* hold the members who are present and those of each [`CapacityLevel`]; *fixed
//! rows* hold AI agents and the members with a skill at a level or above. A member's bit position never changes: an
//! assignment moves one bit to another level row and writes one sequence number.
//!
//! Rows are cut into blocks of 64 members, so that a search intersects the rows of a block in registers. The words of all
//! bitmaps are in one slice; those of a group index are adjacent, block after block:
//!
//! ```text
//!            ┌─ one word per row ───────────────────────────────────┐┌─ one word per member ────┐
//!            │ level rows                          │ fixed rows     ││ assigned_seq             │
//!   block 0  │ present │ 1 │ 2 │ … │ more │ unlim. │ AI │ skill │ … ││ member 0  │ … │ member 63 │
//!   block 1  │ present │ 1 │ 2 │ … │ more │ unlim. │ AI │ skill │ … ││ member 64 │ … │ last      │
//! ```
//!
//! Bit `b` of every row word of block `k` is member `64 * k + b`. The last block has no words for members who do not exist.

use crate::base::table::{
    ChannelHandle, GroupHandle, GroupIndexHandle, Member, MemberRow, RareSkillHandle,
    RecencyHandle, SkillHandle, SkillRowHandle, Span, WordHandle,
};
use crate::roster::index::bits;
use crate::roster::index::level::{CapacityLevel, PRESENT};

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
        let bit = dense_bit(skill)?;
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

/// Words.
impl GroupIndex {
    /// Returns the number of words of the bitmap.
    pub(crate) fn bitmap_words(&self) -> usize {
        let members = self.members.range().len();
        // A sequence number per member, and a word of each row per block.
        // For example, 100 members and 10 rows take 100 + 2 * 10 words.
        members + members.div_ceil(BLOCK_MEMBERS) * self.rows
    }

    /// Iterates over the blocks of the bitmap, given its words.
    #[inline]
    pub(crate) fn blocks<'a>(&self, words: &'a [u64]) -> impl Iterator<Item = Block<'a>> + use<'a> {
        let rows = self.rows;
        // The last chunk is shorter if the last block has fewer members.
        let blocks = words.chunks(rows + BLOCK_MEMBERS);
        blocks.filter_map(move |block| {
            // INVARIANT: a block has at least one member, so it has a word of each row.
            let (rows, assigned_seqs) = block.split_at_checked(rows)?;
            Some(Block {
                rows,
                assigned_seqs,
            })
        })
    }

    /// Returns the position of a member in the bitmap, given its words.
    #[inline]
    pub(crate) fn bit_position(&self, words: Span<WordHandle>, member: Member) -> BitPosition {
        // INVARIANT: agrees with the chunks of `blocks`, of which all but the last have 64 members.
        // For example, a block with 10 rows has 74 words. Member 70 is bit 6 of block 1: the rows of the block start at word 74,
        // and its sequence number is word 74 + 10 + 6.
        let (block, bit) = bits::split(member.index());
        let block = words.range().start + block * (self.rows + BLOCK_MEMBERS);
        BitPosition {
            block,
            assigned_seq: block + self.rows + bit as usize,
            bit,
        }
    }
}

/// A block of a bitmap: 64 members, or fewer in the last one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// A word per row.
    pub(crate) rows: &'a [u64],
    /// A word per member: the sequence number of its last assignment, 0 if there was none.
    pub(crate) assigned_seqs: &'a [u64],
}

/// The position of a member in the words of all bitmaps. It never changes, so that an assignment writes without a search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitPosition {
    /// The first word of the member's block.
    block: usize,
    /// The word of the member's sequence number.
    assigned_seq: usize,
    /// The member's bit in the row words of the block.
    bit: u32,
}

impl BitPosition {
    /// Sets the bit of a fixed row, when the index is built. Fixed rows follow from the plan and never change.
    pub(crate) fn set_row(self, words: &mut [u64], row: usize) {
        bits::set(words, self.block + row, self.bit);
    }

    /// Moves the bit from the rows of one level to the rows of another level.
    #[inline]
    pub(crate) fn set_level(
        self,
        words: &mut [u64],
        (before, after): (CapacityLevel, CapacityLevel),
    ) {
        // PERF: most changes keep the agent present, and write two words.
        if before.is_present() != after.is_present() {
            if after.is_present() {
                bits::set(words, self.block + PRESENT, self.bit);
            } else {
                bits::clear(words, self.block + PRESENT, self.bit);
            }
        }
        // Level 0 and absence have no row.
        if let Some(row) = before.row() {
            bits::clear(words, self.block + row, self.bit);
        }
        if let Some(row) = after.row() {
            bits::set(words, self.block + row, self.bit);
        }
    }

    /// Writes the sequence number of the member's last assignment.
    #[inline]
    pub(crate) fn set_assigned_seq(self, words: &mut [u64], seq: u64) {
        *bits::word_mut(words, self.assigned_seq) = seq;
    }
}

/// Returns the bit of a skill in [`GroupIndex::dense_skills`]; `None` for a handle above 63.
#[inline]
pub(crate) fn dense_bit(skill: SkillHandle) -> Option<u64> {
    let number = u32::try_from(skill.index()).ok()?;
    // `None` for a shift by 64 or more.
    1_u64.checked_shl(number)
}
