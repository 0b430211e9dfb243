//! Lints about what a channel asks of its agents: sizes and skills.

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::id::{GroupId, SkillId};
use crate::model::{AgentKind, AssignmentRule, Capacity, Config, SizeRule, SkillRule};
use crate::plan::coverage::members;
use crate::plan::lint::live::LiveChannel;
use crate::plan::lint::{Findings, LintCode};

/// The most units that one agent may hold of those who work on a channel.
pub(crate) fn most_room(live: &LiveChannel<'_>) -> Capacity {
    live.pools()
        .map(|pool| pool.members.room())
        .max()
        .unwrap_or(Capacity::Units(0))
}

/// Finds sizes for which nobody has room.
pub(crate) fn sizes(live: &LiveChannel<'_>, found: &mut Findings) {
    let room = most_room(live);
    for (place, rule) in live.channel.sizes.iter().enumerate() {
        if let SizeRule::When { size, .. } = rule
            && !room.holds(u64::from(*size))
        {
            let id = live.id;
            found.add(
                LintCode::SizeNobodyHasRoomFor,
                format_args!("channels.{id}.sizes[{place}].size"),
                format_args!("An item of channel `{id}` may have size {size}, but nobody who works on it has a capacity above {room}."),
                "Raise the capacity of someone, or lower the size.",
            );
        }
    }
}

/// Finds skills that are asked for in vain.
pub(crate) fn skills(config: &Config, live: &[LiveChannel<'_>], found: &mut Findings) {
    if live.iter().all(|live| live.channel.skills.is_empty()) {
        return;
    }
    let known = config
        .agents
        .values()
        .flat_map(|agent| agent.skills.keys())
        .collect::<IndexSet<_, Seeded>>();
    for live in live {
        let holders = Holders::of(config, live);
        for (place, asked) in live.channel.skills.iter().enumerate() {
            let id = live.id;
            let skill = &asked.skill;
            if !known.contains(skill) {
                found.add(
                    LintCode::SkillUnknown,
                    format_args!("channels.{id}.skills[{place}].skill"),
                    format_args!("Channel `{id}` asks for skill `{skill}`, which no agent has."),
                    format_args!("Give the skill to those who have it, or correct its name."),
                );
            } else if holders.lack(asked) {
                let level = asked.level;
                found.add(
                    LintCode::SkillNobodyHas,
                    format_args!("channels.{id}.skills[{place}]"),
                    format_args!("Channel `{id}` requires skill `{skill}` at level {level}, but nobody in the pools that require skills has it so."),
                    "Give the skill to a member of such a pool, or do not make it mandatory.",
                );
            }
        }
    }
}

/// Which of a channel's mandatory skills are held in the pools that require skills.
struct Holders<'a> {
    /// The highest level asked for that someone meets, 0 for nobody.
    level_met: IndexMap<&'a SkillId, u32, Seeded>,
    /// Whether any pool requires skills.
    required: bool,
}

impl<'a> Holders<'a> {
    fn of(config: &'a Config, live: &LiveChannel<'a>) -> Self {
        let mandatory = live.channel.skills.iter().filter(|asked| asked.mandatory);
        let mut holders = Self {
            level_met: mandatory.map(|asked| (&asked.skill, 0)).collect(),
            required: false,
        };
        if holders.level_met.is_empty() {
            return holders;
        }
        let mut walked = IndexSet::<_, Seeded>::default();
        for pool in live.pools().filter(|pool| pool.rule.skills.requires()) {
            holders.required = true;
            for group in &pool.pool.groups {
                if walked.insert((group, pool.rule.skills.levels(), pool.rule.include_ai)) {
                    holders.walk(config, group, pool.rule);
                }
            }
        }
        holders
    }

    fn walk(&mut self, config: &'a Config, group: &GroupId, rule: &AssignmentRule) {
        let taken = |kind| rule.include_ai || kind == AgentKind::Human;
        for (_, agent) in members(config, group).filter(|(_, agent)| taken(agent.kind)) {
            for (skill, level) in &agent.skills {
                if let Some(met) = self.level_met.get_mut(skill) {
                    let meets = if rule.skills.levels() {
                        *level
                    } else {
                        u32::MAX
                    };
                    *met = meets.max(*met);
                }
            }
        }
    }

    /// Whether a skill is required and nobody has it as it is asked for.
    fn lack(&self, asked: &SkillRule) -> bool {
        self.required
            && asked.mandatory
            && self
                .level_met
                .get(&asked.skill)
                .is_some_and(|met| *met < asked.level)
    }
}

/// Whether items larger than one unit are possible for which somebody has room.
pub(crate) fn has_large_items(live: &LiveChannel<'_>) -> bool {
    let room = most_room(live);
    let large = |size: u32| size > 1 && room.holds(size.into());
    large(live.channel.default_size)
        || live.channel.sizes.iter().any(|rule| match rule {
            SizeRule::When { size, .. } => large(*size),
            SizeRule::Custom(_) => true,
        })
}
