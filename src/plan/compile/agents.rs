//! The tables of agents, groups and presence states.
//!
//! The list of an entity without entries is empty, so that a lookup by a handle of the plan never fails.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Lists, PresenceStateHandle, Table,
};
use crate::model::{AgentKind, Capacity, Scope};
use crate::plan::compile::ids::{Source, handle};
use crate::plan::tables::{AgentPlan, HeldSkill, Membership, PresencePlan};

/// Compiles all agents in the order of their handles.
pub(crate) fn agent_plans(Source { config, ids, .. }: Source<'_>) -> Table<AgentHandle, AgentPlan> {
    let agents = ids.agents.iter().map(|(_, id)| {
        let agent = config.agents.at(id);
        let skills = agent.skills.keys();
        let skills = skills.map(|skill| handle(&ids.skills, skill));
        AgentPlan {
            position: config.agents.position_of(id),
            is_ai: agent.kind == AgentKind::Ai,
            universal_capacity: agent.universal_capacity,
            skill_fingerprint: skills.fold(0, |bits, skill| bits | skill.fingerprint_bit()),
        }
    });
    agents.collect()
}

/// Returns the capacities that are configured for each agent.
pub(crate) fn agent_capacities(
    Source { config, ids, .. }: Source<'_>,
) -> Lists<AgentHandle, (ChannelHandle, Capacity)> {
    let agents = ids.agents.iter().map(|(_, id)| {
        let capacities = config.agents.at(id).capacity.iter();
        capacities
            .map(|(channel, capacity)| (handle(&ids.channels, channel), *capacity))
            .collect::<Vec<_>>()
    });
    agents.collect()
}

/// Returns the skills of each agent, in the order of their handles.
pub(crate) fn agent_skills(
    Source { config, ids, .. }: Source<'_>,
) -> Lists<AgentHandle, HeldSkill> {
    let agents = ids.agents.iter().map(|(_, id)| {
        let skills = config.agents.at(id).skills.iter();
        let mut held: Vec<_> = skills
            .map(|(skill, level)| HeldSkill {
                skill: handle(&ids.skills, skill),
                level: *level,
            })
            .collect();
        // PERF: sorted, since decisions find a skill by binary search.
        held.sort_unstable();
        held
    });
    agents.collect()
}

/// Returns the members of each group, in the order of the group.
pub(crate) fn members(Source { config, ids, .. }: Source<'_>) -> Lists<GroupHandle, AgentHandle> {
    let groups = ids.groups.iter().map(|(_, id)| {
        let members = config.groups.at(id).members.iter();
        members
            .map(|member| handle(&ids.agents, member))
            .collect::<Vec<_>>()
    });
    groups.collect()
}

/// Returns the groups of each agent, in the order of their handles.
pub(crate) fn memberships(
    Source { ids, .. }: Source<'_>,
    members: &Lists<GroupHandle, AgentHandle>,
) -> Lists<AgentHandle, Membership> {
    let mut memberships = Vec::new();
    for (group, _) in ids.groups.iter() {
        let members = (0..).zip(members.get(group));
        memberships
            .extend(members.map(|(position, agent)| (*agent, Membership { group, position })));
    }
    // Stable, so that the memberships of an agent stay in the order of their groups.
    memberships.sort_by_key(|(agent, _)| *agent);
    Lists::from_sorted(ids.agents.len(), memberships)
}

/// Compiles all presence states in the order of their handles.
pub(crate) fn presence_plans(
    Source { config, ids, .. }: Source<'_>,
) -> Table<PresenceStateHandle, PresencePlan> {
    let states = ids.presence_states.iter().map(|(_, id)| {
        let state = config.presence_states.at(id);
        let channels = ids.channels.iter();
        PresencePlan {
            position: config.presence_states.position_of(id),
            active: state.active,
            takes_work: state.takes_work,
            channels: channels
                .map(|(_, id)| state.channels.includes(id))
                .collect(),
            groups: match &state.groups {
                Scope::All => None,
                Scope::Only(listed) => {
                    // PERF: a set, since a state may list thousands of groups.
                    let listed: BTreeSet<_> = listed.iter().collect();
                    let groups = ids.groups.iter();
                    Some(groups.map(|(_, id)| listed.contains(id)).collect())
                }
            },
        }
    });
    states.collect()
}
