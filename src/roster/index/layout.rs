//! Which agents a roster is about, and where each of them stands in the index. It is worked out once and never changes.

use crate::roster::index::slots::Slot;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, GroupHandle, GroupIndexHandle, Handle, Lists,
    LocalAgent, Member, RareSkillHandle, SkillHandle, SkillRowHandle, SlotHandle, Span,
    StageGroupHandle, Table,
};
use crate::plan::{LARGE_GROUP, Tables};
use crate::roster::index::bitmap::{GroupIndex, GroupIndexKind, RareSkillIndex, SkillRow};
use crate::roster::index::group_layout::{GroupLayouts, GroupSkills, LEVEL_ROWS_MAX};
use crate::roster::index::scope::RosterScope;
use crate::roster::index::slots::Slots;

/// Where everyone stands.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) scope: RosterScope,
    pub(crate) shapes: Table<GroupIndexHandle, GroupIndex>,
    /// The seats of agents who have more of them than a cell holds.
    pub(crate) slots: Table<SlotHandle, Slot>,
    pub(crate) members: Table<Member, LocalAgent>,
    pub(crate) skill_rows: Table<SkillRowHandle, SkillRow>,
    pub(crate) holders: Table<RareSkillHandle, RareSkillIndex>,
    /// By line: the rows that never change, of each member.
    pub(crate) line_rows: Vec<Arc<Lists<Member, u32>>>,
    /// The index of each group of the stages in scope.
    stage_indexes: Box<[GroupIndexHandle]>,
    /// The first group of the stages in scope.
    first_entry: usize,
    /// How many words the rows and stamps of all places take.
    pub(crate) memory: usize,
}

impl Layout {
    /// Works out where everyone stands; also the seats of each cell, in the order of the cells.
    pub(crate) fn new(plan: &Tables, scope: RosterScope) -> (Self, Vec<Slots>) {
        let entries = scope.entries(plan);
        let plans = || {
            entries
                .clone()
                .map(|entry| plan.entries.at(StageGroupHandle::from_index(entry)))
        };
        let groups: BTreeSet<GroupHandle> = plans().map(|entry| entry.group).collect();
        let members = scope.members(plan, &groups);

        // An index serves all entries of one group, channel and kind.
        let mut wanted: BTreeMap<(GroupHandle, ChannelHandle, bool), IndexNeeds> = BTreeMap::new();
        for entry in plans() {
            let size = members.get(&entry.group).map_or(0, Vec::len);
            let as_line = entry.quick && size > LARGE_GROUP;
            let wanted = wanted
                .entry((entry.group, entry.channel, as_line))
                .or_default();
            wanted.skills |= entry.requires_skills;
        }
        let mut builder = LayoutBuilder::new(plan, &scope);
        for ((group, channel, as_line), wanted) in &mut wanted {
            let list = members.get(group).map(Vec::as_slice).unwrap_or_default();
            wanted.shape =
                Some(builder.add_group((*group, *channel), list, *as_line, wanted.skills));
        }
        let stage_indexes = plans().filter_map(|entry| {
            let size = members.get(&entry.group).map_or(0, Vec::len);
            let wanted = wanted.get(&(
                entry.group,
                entry.channel,
                entry.quick && size > LARGE_GROUP,
            ));
            wanted.and_then(|wanted| wanted.shape)
        });
        let stage_indexes = stage_indexes.collect();
        let (members, skill_rows) = (builder.groups.members, builder.groups.skill_rows);
        let (shapes, holders, line_rows) = (builder.shapes, builder.holders, builder.line_rows);
        let memory = builder.memory;
        let agent_channels = scope.agents() * scope.channels();
        let (slots, beyond) = slots(agent_channels, builder.slots);
        let layout = Self {
            shapes: shapes.into(),
            slots: beyond.into(),
            members: members.into(),
            skill_rows: skill_rows.into(),
            holders: holders.into(),
            line_rows,
            stage_indexes,
            first_entry: entries.start,
            memory,
            scope,
        };
        (layout, slots)
    }

    /// Returns the indexes of the groups of a stage.
    #[inline]
    pub(crate) fn indexes_of(
        &self,
        groups: Span<StageGroupHandle>,
    ) -> impl Iterator<Item = &GroupIndex> {
        let range = groups.range();
        let own =
            range.start.wrapping_sub(self.first_entry)..range.end.wrapping_sub(self.first_entry);
        let own = self.stage_indexes.get(own).unwrap_or_default();
        own.iter().map(|index| self.shapes.at(*index))
    }

    /// The row of who holds a skill at a level or above, none if nobody of the shape does; and whether everyone in it
    /// does, or that has to be asked.
    #[inline]
    pub(crate) fn skill_row(
        &self,
        shape: &GroupIndex,
        skill: SkillHandle,
        level: u32,
    ) -> Option<(usize, bool)> {
        if level == 0 && shape.dense_skills != 0 {
            return shape.dense_skill_row(skill).map(|row| (row, true));
        }
        let rows = self.skill_rows.span(shape.skill_rows);
        let first = rows.partition_point(|row| row.skill < skill);
        let levels = rows
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(|row| row.skill == skill);
        let (below, all) = levels.fold((0, 0), |(below, all), row| {
            (below + usize::from(row.level < level), all + 1)
        });
        let found = |place: usize| shape.first_skill_row() + first + place;
        if all == LEVEL_ROWS_MAX {
            Some((found(below.saturating_sub(1)), false))
        } else {
            (below < all).then(|| (found(below), true))
        }
    }

    /// The index of who of a shape holds a rare skill, if it is one.
    pub(crate) fn holders_of(
        &self,
        shape: &GroupIndex,
        skill: SkillHandle,
    ) -> Option<GroupIndexHandle> {
        let holders = self.holders.span(shape.holders);
        let place = holders
            .binary_search_by_key(&skill, |holder| holder.skill)
            .ok()?;
        holders.get(place).map(|holder| holder.shape)
    }

    /// The agent at a member's place.
    #[inline]
    pub(crate) fn member(&self, shape: &GroupIndex, member: Member) -> Option<LocalAgent> {
        let members = self.members.span(shape.members);
        members.get(member.index()).copied()
    }

    /// The rows of a shape in which an agent always stands: AI, and its skills at each level up to its own.
    pub(crate) fn fixed_rows(
        &self,
        plan: &Tables,
        shape: &GroupIndex,
        agent: LocalAgent,
    ) -> impl Iterator<Item = usize> {
        let rows = self.skill_rows.span(shape.skill_rows);
        fixed_rows(plan, shape, rows, self.scope.handle(agent))
    }
}

fn fixed_rows(
    plan: &Tables,
    shape: &GroupIndex,
    rows: &[SkillRow],
    agent: AgentHandle,
) -> impl Iterator<Item = usize> {
    let first = shape.first_skill_row();
    let ai = plan.is_ai(agent).then_some(shape.ai_row());
    let skills = plan.agent_skills.get(agent).iter().flat_map(move |held| {
        let start = rows.partition_point(|row| row.skill < held.skill);
        let end = rows.partition_point(|row| (row.skill, row.level) <= (held.skill, held.level));
        first + start..first + end
    });
    ai.into_iter().chain(skills)
}

/// The seats of each cell, and those that the cells do not hold.
fn slots(
    agent_channels: usize,
    mut all: Vec<(AgentChannelHandle, Slot)>,
) -> (Vec<Slots>, Vec<Slot>) {
    all.sort_by_key(|(agent_channel, _)| *agent_channel);
    let all: Lists<AgentChannelHandle, Slot> = Lists::from_sorted(agent_channels, all);
    let mut beyond = Vec::new();
    let each = (0..agent_channels).map(|agent_channel| {
        Slots::new(
            all.get(AgentChannelHandle::from_index(agent_channel)),
            &mut beyond,
        )
    });
    (each.collect(), beyond)
}

/// What is asked of the index of one group on one channel.
#[derive(Default)]
struct IndexNeeds {
    skills: bool,
    shape: Option<GroupIndexHandle>,
}

/// The layout as it grows.
struct LayoutBuilder<'a> {
    plan: &'a Tables,
    scope: &'a RosterScope,
    groups: GroupLayouts<'a>,
    shapes: Vec<GroupIndex>,
    slots: Vec<(AgentChannelHandle, Slot)>,
    holders: Vec<RareSkillIndex>,
    line_rows: Vec<Arc<Lists<Member, u32>>>,
    memory: usize,
}

impl<'a> LayoutBuilder<'a> {
    fn new(plan: &'a Tables, scope: &'a RosterScope) -> Self {
        Self {
            plan,
            scope,
            groups: GroupLayouts::new(plan, scope),
            shapes: Vec::new(),
            slots: Vec::new(),
            holders: Vec::new(),
            line_rows: Vec::new(),
            memory: 0,
        }
    }

    /// Adds the index of a group on a channel; for a large one also those of the holders of its rare skills.
    fn add_group(
        &mut self,
        of: (GroupHandle, ChannelHandle),
        agents: &[LocalAgent],
        as_line: bool,
        skills: bool,
    ) -> GroupIndexHandle {
        let members = self.groups.list(of.0, agents);
        let skills = if skills {
            self.groups.skills(of.0, agents)
        } else {
            GroupSkills::NONE
        };
        let mut rare = Vec::new();
        for (skill, holders) in &skills.rare {
            let shape = self.add_shape(of, *holders, false, &GroupSkills::NONE, Vec::new());
            rare.push(RareSkillIndex {
                skill: *skill,
                shape,
            });
        }
        self.add_shape(of, members, as_line, &skills, rare)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index is addressed with 32 bits"
    )]
    fn add_shape(
        &mut self,
        (group, channel): (GroupHandle, ChannelHandle),
        members: Span<Member>,
        as_line: bool,
        skills: &GroupSkills,
        holders: Vec<RareSkillIndex>,
    ) -> GroupIndexHandle {
        let first_holder = self.holders.len();
        self.holders.extend(holders);
        let mut agents = self.groups.agents(members).iter();
        let mut shape = GroupIndex {
            rows: 0,
            kind: GroupIndexKind::Bitmap { base: 0 },
            group,
            channel,
            words: 0,
            members,
            skill_rows: skills.rows,
            holders: Span::new(first_holder..self.holders.len()),
            dense_skills: skills.few,
            levels: self.plan.channel_plans.at(channel).levels,
            has_ai: agents.any(|agent| self.plan.is_ai(self.scope.handle(*agent))),
        };
        shape.count_rows();
        if as_line {
            shape.kind = GroupIndexKind::Recency {
                line: self.line_rows.len() as u32,
            };
            self.add_line_rows(&shape);
        } else {
            shape.words = shape.words_for(members.range().len());
            self.memory += shape.words as usize;
            let base = self.memory.saturating_sub(shape.rows()) as u32;
            shape.kind = GroupIndexKind::Bitmap { base };
        }
        self.add_seats(&shape);
        self.shapes.push(shape);
        GroupIndexHandle::from_index(self.shapes.len() - 1)
    }

    fn add_seats(&mut self, shape: &GroupIndex) {
        let agents = self.groups.agents(shape.members).iter();
        for (place, agent) in agents.enumerate() {
            let member = Member::from_index(place);
            if let Some(agent_channel) = self.scope.agent_channel(*agent, shape.channel) {
                self.slots.push((agent_channel, Slot::new(shape, member)));
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index is addressed with 32 bits"
    )]
    fn add_line_rows(&mut self, shape: &GroupIndex) {
        let rows = self
            .groups
            .skill_rows
            .get(shape.skill_rows.range())
            .unwrap_or_default();
        let of_agent = |agent: &LocalAgent| -> Vec<u32> {
            fixed_rows(self.plan, shape, rows, self.scope.handle(*agent))
                .map(|row| row as u32)
                .collect()
        };
        let agents = self.groups.agents(shape.members).iter();
        self.line_rows
            .push(Arc::new(agents.map(of_agent).collect()));
    }
}
