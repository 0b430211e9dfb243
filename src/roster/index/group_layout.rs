//! What the indexes of a group have in common, whatever their channel: its members, and the rows of their skills.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::base::table::{GroupHandle, LocalAgent, Member, SkillHandle, SkillRowHandle, Span};
use crate::plan::{LARGE_GROUP, Tables};
use crate::roster::index::bitmap::{SkillRow, skill_bit};
use crate::roster::index::scope::RosterScope;

/// A skill that fewer than one member of a large group in so many has is looked for among its holders.
const RARE: usize = 64;
/// A skill held at more levels than this has rows for some of them only.
pub(crate) const LEVEL_ROWS_MAX: usize = 16;

/// The groups as far as they are listed. Nothing of a group is listed twice.
pub(crate) struct GroupLayouts<'a> {
    plan: &'a Tables,
    scope: &'a RosterScope,
    pub(crate) members: Vec<LocalAgent>,
    pub(crate) skill_rows: Vec<SkillRow>,
    listed: BTreeMap<GroupHandle, Span<Member>>,
    skills: BTreeMap<GroupHandle, GroupSkills>,
}

/// The skills of a group's members.
#[derive(Clone)]
pub(crate) struct GroupSkills {
    pub(crate) rows: Span<SkillRowHandle>,
    /// The skills of the rows as bits, if each has one row and their numbers are small; else 0.
    pub(crate) few: u64,
    /// The skills that have no rows, each with its holders.
    pub(crate) rare: Vec<(SkillHandle, Span<Member>)>,
}

impl GroupSkills {
    /// Where no skills are asked for.
    pub(crate) const NONE: Self = Self {
        rows: Span::EMPTY,
        few: 0,
        rare: Vec::new(),
    };
}

impl<'a> GroupLayouts<'a> {
    pub(crate) fn new(plan: &'a Tables, scope: &'a RosterScope) -> Self {
        Self {
            plan,
            scope,
            members: Vec::new(),
            skill_rows: Vec::new(),
            listed: BTreeMap::new(),
            skills: BTreeMap::new(),
        }
    }

    /// The agents of a run of members.
    pub(crate) fn agents(&self, members: Span<Member>) -> &[LocalAgent] {
        self.members.get(members.range()).unwrap_or_default()
    }

    /// Lists a group's members, who are these agents.
    pub(crate) fn list(&mut self, group: GroupHandle, agents: &[LocalAgent]) -> Span<Member> {
        if let Some(listed) = self.listed.get(&group) {
            return *listed;
        }
        let listed = self.append(agents);
        self.listed.insert(group, listed);
        listed
    }

    fn append(&mut self, agents: &[LocalAgent]) -> Span<Member> {
        let first = self.members.len();
        self.members.extend_from_slice(agents);
        Span::new(first..self.members.len())
    }

    /// Lists the skills of a group, whose members are these agents.
    pub(crate) fn skills(&mut self, group: GroupHandle, agents: &[LocalAgent]) -> GroupSkills {
        if let Some(skills) = self.skills.get(&group) {
            return skills.clone();
        }
        let mut holders: BTreeMap<SkillHandle, Vec<(LocalAgent, u32)>> = BTreeMap::new();
        for agent in agents {
            for held in self.plan.agent_skills.get(self.scope.handle(*agent)) {
                holders
                    .entry(held.skill)
                    .or_default()
                    .push((*agent, held.level));
            }
        }
        let first = self.skill_rows.len();
        let mut rare = Vec::new();
        for (skill, holders) in holders {
            if agents.len() > LARGE_GROUP && holders.len() * RARE < agents.len() {
                let holders: Vec<LocalAgent> =
                    holders.into_iter().map(|(agent, _)| agent).collect();
                rare.push((skill, self.append(&holders)));
            } else {
                let levels = holders.into_iter().map(|(_, level)| level).collect();
                self.skill_rows.extend(level_rows(skill, levels));
            }
        }
        let rows = first..self.skill_rows.len();
        let skills = GroupSkills {
            few: dense_skills(self.skill_rows.get(rows.clone()).unwrap_or_default()),
            rows: Span::new(rows),
            rare,
        };
        self.skills.insert(group, skills.clone());
        skills
    }
}

/// The skills of some rows as bits, if each has one row and their numbers are small; else 0.
fn dense_skills(rows: &[SkillRow]) -> u64 {
    rows.iter()
        .try_fold(0, |bits: u64, row| {
            let bit = skill_bit(row.skill)?;
            (bits & bit == 0).then_some(bits | bit)
        })
        .unwrap_or(0)
}

/// The rows of one skill: one for each level at which it is held, or for some of them, the lowest included.
fn level_rows(skill: SkillHandle, mut levels: Vec<u32>) -> impl Iterator<Item = SkillRow> {
    levels.sort_unstable();
    levels.dedup();
    let step = levels.len().div_ceil(LEVEL_ROWS_MAX).max(1);
    if step > 1 {
        // INVARIANT: a skill whose levels are thinned out has exactly LEVEL_ROWS_MAX rows, as one that has that many levels.
        levels = (0..LEVEL_ROWS_MAX)
            .filter_map(|place| levels.get(place * levels.len() / LEVEL_ROWS_MAX).copied())
            .collect();
    }
    levels
        .into_iter()
        .map(move |level| SkillRow { skill, level })
}
