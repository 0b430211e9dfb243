//! The tables of agents, groups and presence states.
//!
//! The list of an entity without entries is empty, so that a lookup by a handle of the plan never fails. The order of each
//! list is part of its meaning: members are in the order of the group, which `in_order` and `round_robin` follow; skills and
//! memberships are in the order of handles, so that they can be searched.

use alloc::vec;
use alloc::vec::Vec;

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Lists, PresenceStateHandle, Table,
};
use crate::model::{AgentKind, Capacity, Scope};
use crate::plan::compile::ids::{Source, handle};
use crate::plan::rows::{AgentPlan, HeldSkill, Membership, PresencePlan};

/// Compiles all agents in the order of their handles. An agent need not be in a group: it is then never assigned an item.
pub(crate) fn agent_plans(Source { config, ids, .. }: Source<'_>) -> Table<AgentHandle, AgentPlan> {
    let agents = ids.agents.iter().map(|(_, id)| {
        let agent = config.agents.at(id);
        let skills = agent.skills.keys();
        let skills = skills.map(|skill| handle(&ids.skills, skill));
        AgentPlan {
            position: config.agents.position_of(id),
            is_ai: agent.kind == AgentKind::Ai,
            universal_capacity: agent.universal_capacity,
            // Ignores levels: the filter only excludes agents, and the match checks skills and levels.
            skill_filter: skills.fold(0, |bits, skill| bits | skill.filter_bit()),
            highest_level: agent.skills.values().copied().max().unwrap_or_default(),
        }
    });
    agents.collect()
}

/// Returns the capacities that are configured for each agent, in the order of the channels' handles. Channels without one have
/// their default.
pub(crate) fn agent_capacities(
    Source { config, ids, .. }: Source<'_>,
) -> Lists<AgentHandle, (ChannelHandle, Capacity)> {
    let agents = ids.agents.iter().map(|(_, id)| {
        let capacities = config.agents.at(id).capacity.iter();
        let capacities = capacities.map(|(id, capacity)| (handle(&ids.channels, id), *capacity));
        let mut capacities: Vec<_> = capacities.collect();
        capacities.sort_unstable_by_key(|(channel, _)| *channel);
        capacities
    });
    agents.collect()
}

/// Returns the skills of each agent, in the order of their handles.
pub(crate) fn agent_skills(
    Source { config, ids, .. }: Source<'_>,
) -> Lists<AgentHandle, HeldSkill> {
    let agents = ids.agents.iter().map(|(_, id)| {
        let skills = config.agents.at(id).skills.iter();
        let skills = skills.map(|(skill, level)| {
            let (skill, level) = (handle(&ids.skills, skill), *level);
            HeldSkill { skill, level }
        });
        let mut held: Vec<_> = skills.collect();
        // PERF: sorted, since decisions find a skill by binary search.
        held.sort_unstable();
        held
    });
    agents.collect()
}

/// Returns the members of each group, in the order of the group. Groups of one agent and of 100,000 take one list each.
pub(crate) fn members(Source { config, ids, .. }: Source<'_>) -> Lists<GroupHandle, AgentHandle> {
    let groups = ids.groups.iter().map(|(_, id)| {
        let members = config.groups.at(id).members.iter();
        let members = members.map(|id| handle(&ids.agents, id));
        members.collect::<Vec<_>>()
    });
    groups.collect()
}

/// Returns the groups of each agent, in the order of their handles: the inverse of [`members`].
pub(crate) fn memberships(
    Source { ids, .. }: Source<'_>,
    members: &Lists<GroupHandle, AgentHandle>,
) -> Lists<AgentHandle, Membership> {
    let mut memberships = Vec::new();
    // Group by group, so that the memberships of an agent are in the order of their groups.
    for (group, _) in ids.groups.iter() {
        // With the positions, a roster of one queue restores the order of a group without reading all of its members.
        let members = (0..).zip(members.get(group));
        let own = members.map(|(position, agent)| (*agent, Membership { group, position }));
        memberships.extend(own);
    }
    // Stable, so that they stay in that order.
    memberships.sort_by_key(|(agent, _)| *agent);
    // Agents without a group get an empty list.
    Lists::from_sorted(ids.agents.len(), memberships)
}

/// Compiles all presence states in the order of their handles.
///
/// The cost per state is linear in the channels and in the entries of its scopes, apart from sorting.
pub(crate) fn presence_plans(
    Source { config, ids, .. }: Source<'_>,
) -> Table<PresenceStateHandle, PresencePlan> {
    let states = ids.presence_states.iter().map(|(_, id)| {
        let state = config.presence_states.at(id);
        let mut channels = vec![state.channels == Scope::All; ids.channels.len()];
        for id in state.channels.listed() {
            // INVARIANT: a handle of the plan is in range.
            if let Some(listed) = channels.get_mut(handle(&ids.channels, id).index()) {
                *listed = true;
            }
        }
        PresencePlan {
            position: config.presence_states.position_of(id),
            active: state.active,
            takes_work: state.takes_work,
            channels: channels.into(),
            // Most states apply to all groups, and need no list.
            groups: match &state.groups {
                Scope::All => None,
                Scope::Only(listed) => {
                    let listed = listed.iter().map(|id| handle(&ids.groups, id));
                    let mut groups: Vec<_> = listed.collect();
                    groups.sort_unstable();
                    Some(groups.into())
                }
            },
        }
    });
    states.collect()
}
