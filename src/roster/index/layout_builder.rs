//! Builds the [`Layout`]: decides which indexes exist, which rows they have, and where their words are.
//!
//! ```text
//!   stages ─► which groups are needed, on which channels, in which order of members, with or without skills
//!   groups ─► members, in the order of the group
//!          ─► skills: a row per skill and level, or an index of the holders if the skill is rare
//!          ─► one index per channel and order, with a slot per member
//! ```
//!
//! For example, two queues on one channel name the group `sales` of 600 members, and require skills. The rule of queue 1
//! compares `fewest_items`, that of queue 2 `most_capacity`. 5 members speak Welsh, and 300 speak French:
//!
//! ```text
//!   index 0    bitmap          the 5 who speak Welsh (rare)   for queue 1
//!   index 1    bitmap          600 members, row French        for queue 1, whose rule does not take the fast path
//!   index 2    bitmap          the 5 who speak Welsh (rare)   for queue 2
//!   index 3    recency index   600 members, row French        for queue 2, whose rule takes the fast path
//! ```
//!
//! Indexes 1 and 3 share their members and their skill rows.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::base::table::{
    AgentChannelHandle, ChannelHandle, GroupHandle, GroupIndexHandle, Handle, LocalAgent, Member,
    MemberRow, RareSkillHandle, RecencyHandle, SkillHandle, SkillRowHandle, Span,
};
use crate::plan::rows::StageGroup;
use crate::plan::{SMALL_GROUP_MAX, Tables};
use crate::roster::index::group_index::{GroupIndex, GroupIndexKind, RareSkillIndex, SkillRow};
use crate::roster::index::layout::{Layout, Slot};
use crate::roster::index::scope::RosterScope;

/// A skill is rare in a large group if fewer than one member in this many holds it.
const RARE_ONE_IN: usize = 64;
/// The most rows of one skill. A skill that is held at more levels has rows for some of them only.
pub(crate) const SKILL_ROWS_MAX: usize = 16;
/// A small group with this many skill rows or more has no rows for further skills. Bounds the memory of groups whose members
/// all hold different skills. In a large group, such skills are rare.
pub(crate) const SMALL_GROUP_ROWS_MAX: usize = 256;

/// The key of a group index: the stages of a group that share it have equal keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct IndexKey {
    group: GroupHandle,
    channel: ChannelHandle,
    /// Whether the index is a recency index.
    by_recency: bool,
}

/// The layout under construction: the rows of its tables.
struct LayoutBuilder<'a> {
    tables: &'a Tables,
    scope: &'a RosterScope,
    indexes: Vec<GroupIndex>,
    /// The members of the groups, and those who hold a rare skill.
    members: Vec<LocalAgent>,
    /// The slots of all agents, in the order of the indexes.
    slots: Vec<(AgentChannelHandle, Slot)>,
    skill_rows: Vec<SkillRow>,
    rare_skills: Vec<RareSkillIndex>,
    /// The number of recency indexes.
    recency_indexes: usize,
    /// The number of words of all bitmaps.
    words: usize,
}

/// The skills of a group's members, shared by the group's indexes on all channels.
struct GroupSkills {
    /// The skill rows of those skills that are not rare.
    rows: Span<SkillRowHandle>,
    /// See [`GroupIndex::dense_skills`].
    dense: u64,
    /// The rare skills, which have no rows, each with its holders.
    rare: Vec<(SkillHandle, Span<MemberRow>)>,
}

impl GroupSkills {
    /// No skills: for an index whose rules require none, and for the holders of a rare skill.
    const NONE: Self = Self {
        rows: Span::new(0..0),
        dense: 0,
        rare: Vec::new(),
    };
}

impl Layout {
    /// Builds the layout of a roster. Also returns the slots of its agents, in the order of the indexes: the caller stores them.
    ///
    /// The cost is O(n log n) in the memberships of its agents, times the skills of an agent.
    pub(crate) fn new(
        tables: &Tables,
        scope: RosterScope,
    ) -> (Self, Vec<(AgentChannelHandle, Slot)>) {
        let range = scope.stage_groups(tables);
        let stage_groups = || tables.stage_groups.span(Span::new(range.clone())).iter();
        // Sorted, so that the layout does not depend on a hash, and clones of a plan have equal layouts.
        let groups = stage_groups().map(|stage_group| stage_group.group);
        let groups: BTreeSet<GroupHandle> = groups.collect();
        let members = scope.members(tables, &groups);
        let key_of = |stage_group: &StageGroup| -> IndexKey {
            // In a small group, comparing sequence numbers is as fast, and an assignment moves no member.
            let size = members.get(&stage_group.group).map_or(0, Vec::len);
            let by_recency = stage_group.has_fast_rule && size > SMALL_GROUP_MAX;
            IndexKey {
                group: stage_group.group,
                channel: stage_group.channel,
                by_recency,
            }
        };

        // One index serves all stages that need the group on the channel in the same order. The value states whether one of
        // them requires skills.
        let mut needs: BTreeMap<GroupHandle, BTreeMap<IndexKey, bool>> = BTreeMap::new();
        for stage_group in stage_groups() {
            let of_group = needs.entry(stage_group.group).or_default();
            *of_group.entry(key_of(stage_group)).or_default() |= stage_group.requires_skills;
        }
        let mut builder = LayoutBuilder {
            tables,
            scope: &scope,
            indexes: Vec::new(),
            members: Vec::new(),
            slots: Vec::new(),
            skill_rows: Vec::new(),
            rare_skills: Vec::new(),
            recency_indexes: 0,
            words: 0,
        };
        let mut built = BTreeMap::new();
        for (group, needs) in needs {
            // INVARIANT: `members` has all groups of the stages.
            let agents = members.get(&group).map_or(&[][..], Vec::as_slice);
            builder.add_group(agents, needs, &mut built);
        }
        // In the order of the stage groups, so that those of a stage are adjacent. INVARIANT: all have been added.
        let stage_indexes = stage_groups()
            .filter_map(|stage_group| built.get(&key_of(stage_group)))
            .copied()
            .collect();
        let slots = builder.slots;
        let layout = Self {
            indexes: builder.indexes.into(),
            members: builder.members.into(),
            skill_rows: builder.skill_rows.into(),
            rare_skills: builder.rare_skills.into(),
            stage_indexes,
            first_stage_group: range.start,
            words: builder.words,
            scope,
        };
        (layout, slots)
    }
}

impl LayoutBuilder<'_> {
    /// Adds the indexes of a group. `needs` has the keys of the indexes, each with whether the index needs skills.
    fn add_group(
        &mut self,
        agents: &[LocalAgent],
        needs: BTreeMap<IndexKey, bool>,
        built: &mut BTreeMap<IndexKey, GroupIndexHandle>,
    ) {
        let members = self.add_members(agents);
        let needs_skills = needs.values().any(|needs_skills| *needs_skills);
        // Skills do not depend on the channel: their rows are laid out once for all indexes of the group.
        let group_skills = needs_skills.then(|| self.add_skills(agents));
        for (key, needs_skills) in needs {
            let skills = match &group_skills {
                Some(skills) if needs_skills => skills,
                _ => &GroupSkills::NONE,
            };
            let first = self.rare_skills.len();
            // PERF: a bitmap, since there are few holders.
            let mut rare_key = key;
            rare_key.by_recency = false;
            for (skill, holders) in &skills.rare {
                let index = self.add_index(rare_key, *holders, &GroupSkills::NONE, Span::new(0..0));
                let skill = *skill;
                self.rare_skills.push(RareSkillIndex { skill, index });
            }
            let rare = Span::new(first..self.rare_skills.len());
            let index = self.add_index(key, members, skills, rare);
            built.insert(key, index);
        }
    }

    /// Adds the members of an index. Indexes on several channels share them.
    fn add_members(&mut self, agents: &[LocalAgent]) -> Span<MemberRow> {
        let first = self.members.len();
        self.members.extend_from_slice(agents);
        Span::new(first..self.members.len())
    }

    /// Adds the skill rows of a group with these members, and finds its rare skills.
    fn add_skills(&mut self, agents: &[LocalAgent]) -> GroupSkills {
        let mut holders: BTreeMap<SkillHandle, Vec<(LocalAgent, u32)>> = BTreeMap::new();
        for agent in agents {
            for held in self.tables.agent_skills.get(self.scope.handle(*agent)) {
                let of_skill = holders.entry(held.skill).or_default();
                of_skill.push((*agent, held.level));
            }
        }
        // The rows of the group are adjacent, so that a span names them.
        let first = self.skill_rows.len();
        let mut rare = Vec::new();
        // In the order of the skills, so that both kinds can be found by binary search.
        for (skill, holders) in holders {
            // PERF: an item that requires a rare skill reads its few holders (80 ns), not the group's rows (6,060 ns).
            let is_small = agents.len() <= SMALL_GROUP_MAX;
            if is_small && self.skill_rows.len() - first >= SMALL_GROUP_ROWS_MAX {
                // The members are checked one by one, see `Layout::skill_row`.
                break;
            }
            if !is_small && holders.len() * RARE_ONE_IN < agents.len() {
                let holders: Vec<LocalAgent> = holders.iter().map(|(agent, _)| *agent).collect();
                rare.push((skill, self.add_members(&holders)));
            } else {
                let levels = holders.into_iter().map(|(_, level)| level).collect();
                self.skill_rows.extend(skill_rows_of(skill, levels));
            }
        }
        let rows = first..self.skill_rows.len();
        GroupSkills {
            dense: dense_skills(self.skill_rows.get(rows.clone()).unwrap_or_default()),
            rows: Span::new(rows),
            rare,
        }
    }

    /// Adds one index, with the slots of its members. The handles of the indexes are in the order of the calls.
    fn add_index(
        &mut self,
        key: IndexKey,
        members: Span<MemberRow>,
        skills: &GroupSkills,
        rare_skills: Span<RareSkillHandle>,
    ) -> GroupIndexHandle {
        let index = GroupIndexHandle::from_index(self.indexes.len());
        let agents = self.members.get(members.range()).unwrap_or_default();
        let is_ai = |agent: &LocalAgent| self.tables.is_ai(self.scope.handle(*agent));
        let mut group_index = GroupIndex {
            group: key.group,
            channel: key.channel,
            members,
            kind: GroupIndexKind::Recency(RecencyHandle::from_index(self.recency_indexes)),
            rows: 0,
            levels: self.tables.channel_plans.at(key.channel).levels,
            // Counts these members, and not those of the group: the holders of a rare skill can all be people.
            has_ai: agents.iter().any(is_ai),
            skill_rows: skills.rows,
            dense_skills: skills.dense,
            rare_skills,
        };
        group_index.rows = group_index.first_skill_row() + skills.rows.range().len();
        if key.by_recency {
            self.recency_indexes += 1;
        } else {
            // The number of words follows from the number of rows.
            let words = self.words..self.words + group_index.bitmap_words();
            self.words = words.end;
            group_index.kind = GroupIndexKind::Bitmap(Span::new(words));
        }
        for (member, agent) in agents.iter().enumerate() {
            let agent_channel = self.scope.agent_channel(*agent, key.channel);
            let member = Member::from_index(member);
            self.slots.push((agent_channel, Slot { index, member }));
        }
        self.indexes.push(group_index);
        index
    }
}

/// Returns the skills of some rows as a bitset by handle; 0 if that is not possible.
///
/// See [`GroupIndex::dense_skills`].
fn dense_skills(rows: &[SkillRow]) -> u64 {
    let bits = rows.iter().try_fold(0, |bits: u64, row| {
        let bit = row.skill.dense_bit()?;
        // A second row of a skill means that levels differ: then the number of lower skills is not the number of rows.
        (bits & bit == 0).then_some(bits | bit)
    });
    bits.unwrap_or(0)
}

/// Returns the rows of one skill: one per level at which it is held.
///
/// If these are more than [`SKILL_ROWS_MAX`], returns a row for some of them, the lowest included, spread evenly.
fn skill_rows_of(skill: SkillHandle, mut levels: Vec<u32>) -> impl Iterator<Item = SkillRow> {
    // A row holds everyone at its level or above, so the rows are in ascending order and levels that nobody holds need none.
    levels.sort_unstable();
    levels.dedup();
    if levels.len() > SKILL_ROWS_MAX {
        // INVARIANT: a skill whose levels are thinned out has exactly `SKILL_ROWS_MAX` rows, so that `Layout::skill_row` knows
        // that its rows are not exact.
        levels = (0..SKILL_ROWS_MAX)
            .filter_map(|row| levels.get(row * levels.len() / SKILL_ROWS_MAX).copied())
            .collect();
    }
    let levels = levels.into_iter();
    levels.map(move |level| SkillRow { skill, level })
}
