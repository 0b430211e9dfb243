//! The layout of the index: the part that follows from the plan and never changes.
//!
//! ```text
//!   stage ─► stage group ─► group index ─► members ─► agent
//!                                       ─► skill rows, indexes of rare skills
//!   agent on a channel ─► slots ─► (group index, member)
//! ```
//!
//! The two directions serve the two uses: a search starts from a stage, and a change starts from an agent. The slots are
//! computed with the layout, but stored with the state of the agents.
//!
//! The rows of a group index, by number, are those of [`group_index`](super::group_index).

use alloc::boxed::Box;

use crate::base::table::{
    GroupIndexHandle, Handle, LocalAgent, Member, MemberRow, RareSkillHandle, SkillHandle,
    SkillRowHandle, Span, StageGroupHandle, Table,
};
use crate::plan::{SMALL_GROUP_MAX, Tables};
use crate::roster::index::group_index::{GroupIndex, RareSkillIndex, SkillRow};
use crate::roster::index::layout_builder::{SKILL_ROWS_MAX, SMALL_GROUP_ROWS_MAX};
use crate::roster::index::level::PRESENT;
use crate::roster::index::scope::RosterScope;

/// The parts of the index that follow from the plan. Computed once for a plan and a scope, and shared by all clones of a roster.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) scope: RosterScope,
    pub(crate) indexes: Table<GroupIndexHandle, GroupIndex>,
    /// The members of all group indexes, index after index.
    pub(crate) members: Table<MemberRow, LocalAgent>,
    /// The skill rows of all group indexes.
    pub(crate) skill_rows: Table<SkillRowHandle, SkillRow>,
    pub(crate) rare_skills: Table<RareSkillHandle, RareSkillIndex>,
    /// The index of each stage group in scope.
    pub(crate) stage_indexes: Box<[GroupIndexHandle]>,
    /// The number of the first stage group in scope, which `stage_indexes` begins with.
    pub(crate) first_stage_group: usize,
    /// The number of words of all bitmaps.
    pub(crate) words: usize,
}

/// The slot of an agent in one group index.
///
/// On each channel, an agent has one slot per group index of which it is a member: those of its groups, and those of its rare
/// skills. They are stored in [`AgentChannel::slots`](crate::roster::agent::AgentChannel::slots).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) index: GroupIndexHandle,
    /// The number of the agent among the members of the index.
    pub(crate) member: Member,
}

impl Layout {
    /// Iterates over the indexes of the groups of a stage, in the order of the groups.
    #[inline]
    pub(crate) fn indexes_of(
        &self,
        groups: Span<StageGroupHandle>,
    ) -> impl Iterator<Item = &GroupIndex> {
        let groups = groups.range();
        let first = groups.start.wrapping_sub(self.first_stage_group);
        // INVARIANT: the roster covers the stage. A stage out of scope would have no indexes.
        let indexes = self.stage_indexes.get(first..first + groups.len());
        let indexes = indexes.unwrap_or_default().iter();
        indexes.map(|index| self.indexes.at(*index))
    }

    /// Returns the agent who is a member of a group index. The cost is O(1).
    #[inline]
    pub(crate) fn member(&self, index: &GroupIndex, member: Member) -> LocalAgent {
        // INVARIANT: the members of an index are adjacent.
        let row = index.members.range().start + member.index();
        *self.members.at(MemberRow::from_index(row))
    }

    /// Iterates over the members of a group index, each with its agent.
    pub(crate) fn members_of(
        &self,
        index: &GroupIndex,
    ) -> impl ExactSizeIterator<Item = (Member, LocalAgent)> {
        let agents = self.members.span(index.members).iter().enumerate();
        agents.map(|(member, agent)| (Member::from_index(member), *agent))
    }

    /// Returns the row of the members who hold a skill at a level or above, and whether the row is exact.
    ///
    /// A row that is not exact also has members with a lower level, or without the skill, so the caller checks each member.
    /// Returns `None` if no member holds the skill at the level.
    #[inline]
    pub(crate) fn skill_row(
        &self,
        index: &GroupIndex,
        skill: SkillHandle,
        level: u32,
    ) -> Option<(usize, bool)> {
        // PERF: most plans have few skills and no levels; then a popcount replaces the binary search.
        if level == 0 && index.dense_skills != 0 {
            return index.dense_skill_row(skill).map(|row| (row, true));
        }
        // INVARIANT: the rows are sorted by skill, then by level.
        let rows = self.skill_rows.span(index.skill_rows);
        let first = rows.partition_point(|row| row.skill < skill);
        // A skill has at most 16 rows, so they are counted one by one.
        let of_skill = rows.get(first..).unwrap_or_default().iter();
        let levels = of_skill.take_while(|row| row.skill == skill);
        let (lower, all) = levels.fold((0, 0), |(lower, all), row| {
            (lower + usize::from(row.level < level), all + 1)
        });
        let first = index.first_skill_row() + first;
        let is_cut =
            rows.len() >= SMALL_GROUP_ROWS_MAX && index.members.range().len() <= SMALL_GROUP_MAX;
        if all == 0 && is_cut {
            // The skill may be one without rows. All eligible members are present, and the caller checks each.
            Some((PRESENT, false))
        } else if all == SKILL_ROWS_MAX {
            // Some levels may lack a row of their own. The next lower row has every member who qualifies.
            Some((first + lower.saturating_sub(1), false))
        } else {
            // The lowest row that is high enough. There is none if all levels are lower than the requested one.
            (lower < all).then_some((first + lower, true))
        }
    }

    /// Returns the index of the members who hold a skill; `None` if the skill is not rare in the group.
    ///
    /// The cost is logarithmic in the rare skills of the group.
    pub(crate) fn rare_skill_index(
        &self,
        index: &GroupIndex,
        skill: SkillHandle,
    ) -> Option<&GroupIndex> {
        let rare_skills = self.rare_skills.span(index.rare_skills);
        // INVARIANT: sorted by skill.
        let position = rare_skills.binary_search_by_key(&skill, |rare| rare.skill);
        let rare = rare_skills.get(position.ok()?)?;
        Some(self.indexes.at(rare.index))
    }

    /// Iterates over the fixed rows of an agent: that of AI agents, and for each of its skills those up to its level.
    pub(crate) fn fixed_rows(
        &self,
        tables: &Tables,
        index: &GroupIndex,
        agent: LocalAgent,
    ) -> impl Iterator<Item = usize> {
        let agent = self.scope.handle(agent);
        let rows = self.skill_rows.span(index.skill_rows);
        let first = index.first_skill_row();
        let skills = tables.agent_skills.get(agent).iter();
        let skill_rows = skills.flat_map(move |held| {
            // INVARIANT: the rows are sorted by skill and level, so those of the skill up to the level are adjacent. A rare
            // skill has none.
            let start = rows.partition_point(|row| row.skill < held.skill);
            let last = (held.skill, held.level);
            let end = rows.partition_point(|row| (row.skill, row.level) <= last);
            first + start..first + end
        });
        // Every index has the row of AI agents.
        let ai_row = tables.is_ai(agent).then_some(index.ai_row());
        ai_row.into_iter().chain(skill_rows)
    }
}
