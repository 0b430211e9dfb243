//! The layout of the index: the part that follows from the plan and never changes.

use alloc::boxed::Box;

use crate::base::table::{
    AgentChannelHandle, GroupIndexHandle, Handle, Lists, LocalAgent, Member, MemberRow,
    RareSkillHandle, SkillHandle, SkillRowHandle, Span, StageGroupHandle, Table,
};
use crate::plan::Tables;
use crate::roster::index::bitmap::{GroupIndex, RareSkillIndex, SkillRow};
use crate::roster::index::layout_builder::LEVEL_ROWS_MAX;
use crate::roster::index::scope::RosterScope;

/// Where everything is in the index. It is computed once for a plan and a scope, and shared by all clones.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) scope: RosterScope,
    pub(crate) indexes: Table<GroupIndexHandle, GroupIndex>,
    /// The members of all group indexes.
    pub(crate) members: Table<MemberRow, LocalAgent>,
    /// The slots of each agent on each channel.
    pub(crate) slots: Lists<AgentChannelHandle, Slot>,
    pub(crate) skill_rows: Table<SkillRowHandle, SkillRow>,
    pub(crate) rare_skills: Table<RareSkillHandle, RareSkillIndex>,
    /// The index of each group of the stages in scope.
    pub(crate) stage_indexes: Box<[GroupIndexHandle]>,
    /// The first group of the stages in scope.
    pub(crate) first_stage_group: usize,
    /// The number of words of all bitmaps.
    pub(crate) words: usize,
}

/// The slot of an agent in one group index.
///
/// On a channel, an agent has a slot for each of its groups that a stage names, and for each of its rare skills in them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) index: GroupIndexHandle,
    pub(crate) member: Member,
}

impl Layout {
    /// Returns the indexes of the groups of a stage.
    #[inline]
    pub(crate) fn indexes_of(
        &self,
        groups: Span<StageGroupHandle>,
    ) -> impl Iterator<Item = &GroupIndex> {
        let groups = groups.range();
        let first = groups.start.wrapping_sub(self.first_stage_group);
        let own = self.stage_indexes.get(first..first + groups.len());
        let own = own.unwrap_or_default().iter();
        own.map(|index| self.indexes.at(*index))
    }

    /// Returns the agent who is a member of a group index.
    #[inline]
    pub(crate) fn member(&self, index: &GroupIndex, member: Member) -> LocalAgent {
        let first = index.members.range().start;
        *self
            .members
            .at(MemberRow::from_index(first + member.index()))
    }

    /// Iterates over the members of a group index, with the agents who they are.
    pub(crate) fn members_of(
        &self,
        index: &GroupIndex,
    ) -> impl ExactSizeIterator<Item = (Member, LocalAgent)> {
        let agents = self.members.span(index.members).iter().enumerate();
        agents.map(|(member, agent)| (Member::from_index(member), *agent))
    }

    /// Returns the row of the members who hold a skill at a level or above, and whether the row is exact: otherwise it holds
    /// some members at a lower level too. Returns none if no member holds the skill at the level.
    #[inline]
    pub(crate) fn skill_row(
        &self,
        index: &GroupIndex,
        skill: SkillHandle,
        level: u32,
    ) -> Option<(usize, bool)> {
        // PERF: most plans ask for few skills and for no levels; then a popcount replaces the binary search.
        if level == 0 && index.dense_skills != 0 {
            return index.dense_skill_row(skill).map(|row| (row, true));
        }
        let rows = self.skill_rows.span(index.skill_rows);
        let first = rows.partition_point(|row| row.skill < skill);
        let of_skill = rows.get(first..).unwrap_or_default().iter();
        let levels = of_skill.take_while(|row| row.skill == skill);
        let (lower, all) = levels.fold((0, 0), |(lower, all), row| {
            (lower + usize::from(row.level < level), all + 1)
        });
        let first = index.first_skill_row() + first;
        if all == LEVEL_ROWS_MAX {
            // Some levels may have no row of their own: the next lower row holds everyone who qualifies.
            Some((first + lower.saturating_sub(1), false))
        } else {
            (lower < all).then_some((first + lower, true))
        }
    }

    /// Returns the index of the members who hold a rare skill; none if the skill is not rare in the group.
    pub(crate) fn rare_skill_index(
        &self,
        index: &GroupIndex,
        skill: SkillHandle,
    ) -> Option<&GroupIndex> {
        let rare_skills = self.rare_skills.span(index.rare_skills);
        let found = rare_skills.binary_search_by_key(&skill, |rare| rare.skill);
        let rare = rare_skills.get(found.ok()?)?;
        Some(self.indexes.at(rare.index))
    }

    /// Iterates over the fixed rows of an agent: AI, and those of its skills, at each level up to its own.
    pub(crate) fn fixed_rows(
        &self,
        plan: &Tables,
        index: &GroupIndex,
        agent: LocalAgent,
    ) -> impl Iterator<Item = usize> {
        let (rows, first) = (
            self.skill_rows.span(index.skill_rows),
            index.first_skill_row(),
        );
        let agent = self.scope.handle(agent);
        let skills = plan.agent_skills.get(agent).iter().flat_map(move |held| {
            let start = rows.partition_point(|row| row.skill < held.skill);
            let end =
                rows.partition_point(|row| (row.skill, row.level) <= (held.skill, held.level));
            first + start..first + end
        });
        plan.is_ai(agent)
            .then_some(index.ai_row())
            .into_iter()
            .chain(skills)
    }
}
