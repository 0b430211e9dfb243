//! Warnings about the skills that a channel asks for.
//!
//! A skill that nobody in the whole configuration holds is most likely misspelt. A mandatory skill that nobody holds in the
//! pools that require skills keeps items waiting, unless a pool that ignores skills takes them.

use alloc::vec::Vec;

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::id::SkillId;
use crate::model::{AgentKind, Config};
use crate::plan::coverage::members;
use crate::plan::lint::code::Lint;
use crate::plan::lint::usable::{UsableChannel, UsablePool};

/// Adds the lints `skill_unknown` and `skill_nobody_has`. A request has at most one of them: an unknown skill is not held.
pub(crate) fn lint(config: &Config, channels: &[UsableChannel<'_>], lints: &mut Vec<Lint>) {
    // PERF: most configurations have no skill rules, and need no visit of all agents.
    let mut rules = channels.iter().flat_map(|channel| &channel.settings.skills);
    if rules.next().is_none() {
        return;
    }
    let agents = config.agents.values();
    let known: IndexSet<_, Seeded> = agents.flat_map(|agent| agent.skills.keys()).collect();
    for channel in channels {
        let held = levels_held(config, channel);
        for (index, request) in channel.settings.skills.iter().enumerate() {
            let (id, skill, level) = (channel.id, &request.skill, request.level);
            if !known.contains(skill) {
                lints.push(Lint::skill_unknown(id, index, skill));
            // Without a pool that requires skills, `held` is empty: the request only orders agents.
            } else if request.mandatory && held.get(skill).is_some_and(|held| *held < level) {
                lints.push(Lint::skill_nobody_has(id, index, skill, level));
            }
        }
    }
}

/// Returns the highest level at which each mandatory skill is held in the pools that require skills.
///
/// The level is 0 if nobody holds the skill, and `u32::MAX` if somebody does in a pool that ignores levels. The map is
/// empty if no pool requires skills.
fn levels_held<'a>(
    config: &'a Config,
    channel: &UsableChannel<'a>,
) -> IndexMap<&'a SkillId, u32, Seeded> {
    let requires_skills = |pool: &&UsablePool<'_>| pool.rule.skills.requires_mandatory();
    let pools: Vec<_> = channel.pools().filter(requires_skills).collect();
    let skills = channel.settings.skills.iter();
    let mandatory = skills.filter(|request| request.mandatory && !pools.is_empty());
    let mut held: IndexMap<_, _, _> = mandatory.map(|request| (&request.skill, 0)).collect();
    // The key has the two settings of a rule that decide which skills of a group count.
    let mut visited = IndexSet::<_, Seeded>::default();
    for UsablePool { settings, rule, .. } in pools {
        let has_levels = rule.skills.uses_levels();
        for group in &settings.groups {
            // PERF: visits a group once, however many pools name it.
            if held.is_empty() || !visited.insert((group, has_levels, rule.include_ai)) {
                continue;
            }
            for (_, agent) in members(config, group) {
                // The skills of an agent whom the rule never chooses do not help.
                if !rule.include_ai && agent.kind == AgentKind::Ai {
                    continue;
                }
                for (skill, level) in &agent.skills {
                    // Only the skills that the channel requires are in the map.
                    if let Some(held) = held.get_mut(skill) {
                        *held = (*held).max(if has_levels { *level } else { u32::MAX });
                    }
                }
            }
        }
    }
    held
}
