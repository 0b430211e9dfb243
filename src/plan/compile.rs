//! From a checked configuration to handles and tables.

pub(crate) mod compact;
pub(crate) mod queues;

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::base::hash::{Seeded, fingerprint};
use crate::base::id_table::Ids;
use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Lists, PoolHandle, QueueHandle, RuleHandle,
    SkillHandle, Table,
};
use crate::id::{ChannelId, QueueId, SkillId};
use crate::model::{
    AgentKind, AssignBy, AssignmentRule, Capacity, Condition, Config, Offer, Scope, ServiceChannel,
    SizeRule,
};
use crate::plan::routing_index::RoutingIndex;
use crate::plan::{
    AgentPlan, ChannelPlan, ConfigPlaces, HeldSkill, IndexedRule, Membership, Pool, PresencePlan,
    QueuePlan, RankingKey, RoutingPlan, RulePlan, SizeRulePlan, Tables,
};
use crate::rule::{Custom, Ranking, ranking};
use queues::Queues;

/// The most spare units that levels tell apart.
const LEVELS_MAX: u32 = 31;

/// All ids, with their handles.
pub(crate) struct AllIds {
    channels: Ids<ChannelHandle, ChannelId>,
    queues: Ids<QueueHandle, QueueId>,
    groups: Ids<GroupHandle, crate::id::GroupId>,
    agents: Ids<AgentHandle, crate::id::AgentId>,
    rules: Ids<RuleHandle, crate::id::RuleId>,
}

impl Tables {
    /// Compiles a configuration in which no problem was found.
    pub(crate) fn new(mut config: Config, custom: &Custom, hasher: Seeded) -> Self {
        let ids = AllIds {
            channels: Ids::new(config.channels.keys(), hasher),
            queues: Ids::new(config.queues.keys(), hasher),
            groups: Ids::new(config.groups.keys(), hasher),
            agents: Ids::new(config.agents.keys(), hasher),
            rules: Ids::new(config.rules.keys(), hasher),
        };
        let presence_states = Ids::new(config.presence_states.keys(), hasher);
        let held = config.agents.values().flat_map(|agent| agent.skills.keys());
        let skills: Ids<_, SkillId> = Ids::new(held, hasher);
        compact::compact(&mut config, &ids, &skills);
        let members = members(&config, &ids);
        let rule_plans: Table<RuleHandle, RulePlan> = ids
            .rules
            .iter()
            .map(|(_, id)| rule_plan(config.rules.at(id), custom))
            .collect();
        let mut queues = Queues::new(&config, &ids, &rule_plans, &members, custom, hasher);
        ids.queues
            .iter()
            .for_each(|(_, id)| queues.add(config.queues.at(id)));
        let Queues {
            queue_plans,
            pools,
            stages,
            entries,
            ..
        } = queues;
        let queue_plans: Table<QueueHandle, QueuePlan> = queue_plans.into();
        let agent_capacities = agent_capacities(&config, &ids);
        let pools: Table<PoolHandle, Pool> = pools.into();
        let served = served(&ids, &queue_plans, &pools);
        let has_gates = queue_plans.iter().any(|(_, queue)| queue.has_gates);
        let agent_plans = agent_plans(&config, &ids);
        let has_ai = agent_plans.iter().any(|(_, agent)| agent.is_ai);
        Self {
            fingerprint: fingerprint(&config),
            channel_plans: channel_plans(&config, &ids, custom, &queue_plans, &agent_capacities),
            queue_plans,
            pools,
            stages: stages.into(),
            entries: entries.into(),
            rule_plans,
            presence_plans: presence_states
                .iter()
                .map(|(_, id)| presence_plan(&config, &ids, id))
                .collect(),
            memberships: memberships(&ids, &members),
            served,
            has_gates,
            places: ConfigPlaces {
                channels: ids
                    .channels
                    .iter()
                    .map(|(_, id)| config.channels.place_of(id))
                    .collect(),
                queues: ids
                    .queues
                    .iter()
                    .map(|(_, id)| config.queues.place_of(id))
                    .collect(),
                rules: ids
                    .rules
                    .iter()
                    .map(|(_, id)| config.rules.place_of(id))
                    .collect(),
            },
            custom: custom.clone(),
            hasher,
            members,
            agent_skills: agent_skills(&config, &ids, &skills),
            has_ai,
            agent_plans,
            agent_capacities,
            channels: ids.channels,
            queues: ids.queues,
            groups: ids.groups,
            agents: ids.agents,
            rules: ids.rules,
            presence_states,
            skills,
            config,
        }
    }
}

/// The capacities of each agent that differ from their channel's default.
fn agent_capacities(
    config: &Config,
    ids: &AllIds,
) -> Lists<AgentHandle, (ChannelHandle, Capacity)> {
    let of_agent = |(_, id)| -> Vec<(ChannelHandle, Capacity)> {
        let own = config.agents.at(id).capacity.iter();
        own.filter_map(|(on, capacity)| Some((ids.channels.find(on.as_str())?, *capacity)))
            .collect()
    };
    ids.agents.iter().map(of_agent).collect()
}

/// The skills of each agent, by handle.
fn agent_skills(
    config: &Config,
    ids: &AllIds,
    skills: &Ids<SkillHandle, SkillId>,
) -> Lists<AgentHandle, HeldSkill> {
    let of_agent = |(_, id)| -> Vec<HeldSkill> {
        let own = config.agents.at(id).skills.iter();
        let held = |(skill, level): (&SkillId, &u32)| {
            Some(HeldSkill {
                skill: skills.find(skill.as_str())?,
                level: *level,
            })
        };
        let mut held: Vec<HeldSkill> = own.filter_map(held).collect();
        held.sort_unstable();
        held
    };
    ids.agents.iter().map(of_agent).collect()
}

fn agent_plans(config: &Config, ids: &AllIds) -> Table<AgentHandle, AgentPlan> {
    let of_agent = |(_, id)| {
        let agent = config.agents.at(id);
        AgentPlan {
            place: config.agents.place_of(id),
            is_ai: agent.kind == AgentKind::Ai,
            universal_capacity: agent.universal_capacity,
        }
    };
    ids.agents.iter().map(of_agent).collect()
}

/// The members of each group, in the group's order.
fn members(config: &Config, ids: &AllIds) -> Lists<GroupHandle, AgentHandle> {
    let of_group = |(_, id)| -> Vec<AgentHandle> {
        config
            .groups
            .at(id)
            .members
            .iter()
            .filter_map(|member| ids.agents.find(member.as_str()))
            .collect()
    };
    ids.groups.iter().map(of_group).collect()
}

/// The queues of each group.
fn served(
    ids: &AllIds,
    queue_plans: &Table<QueueHandle, QueuePlan>,
    pools: &Table<PoolHandle, Pool>,
) -> Lists<GroupHandle, QueueHandle> {
    let mut lists: Vec<Vec<QueueHandle>> = Vec::new();
    lists.resize_with(ids.groups.len(), Vec::new);
    for (queue, plan) in queue_plans.iter() {
        let groups = pools.span(plan.pools).iter().flat_map(|pool| &*pool.groups);
        for (group, _) in groups {
            if let Some(list) = lists.get_mut(group.index())
                && list.last() != Some(&queue)
            {
                list.push(queue);
            }
        }
    }
    lists.into_iter().collect()
}

/// The groups of each agent, with its place in them.
fn memberships(
    ids: &AllIds,
    members: &Lists<GroupHandle, AgentHandle>,
) -> Lists<AgentHandle, Membership> {
    let mut lists: Vec<Vec<Membership>> = Vec::new();
    lists.resize_with(ids.agents.len(), Vec::new);
    for (group, _) in ids.groups.iter() {
        for (place, agent) in (0_u32..).zip(members.get(group)) {
            if let Some(list) = lists.get_mut(agent.index()) {
                list.push(Membership { group, place });
            }
        }
    }
    lists.into_iter().collect()
}

fn presence_plan(config: &Config, ids: &AllIds, id: &crate::id::PresenceStateId) -> PresencePlan {
    let state = config.presence_states.at(id);
    let groups = match &state.groups {
        Scope::All => None,
        Scope::Only(listed) => {
            let mut is_listed = vec![false; ids.groups.len()];
            for group in listed.iter().filter_map(|id| ids.groups.find(id.as_str())) {
                if let Some(is_listed) = is_listed.get_mut(group.index()) {
                    *is_listed = true;
                }
            }
            Some(is_listed.into())
        }
    };
    PresencePlan {
        place: config.presence_states.place_of(id),
        active: state.active,
        takes_work: state.takes_work,
        channels: ids
            .channels
            .iter()
            .map(|(_, id)| state.channels.includes(id))
            .collect(),
        groups,
    }
}

fn channel_plans(
    config: &Config,
    ids: &AllIds,
    custom: &Custom,
    queue_plans: &Table<QueueHandle, QueuePlan>,
    agent_capacities: &Lists<AgentHandle, (ChannelHandle, Capacity)>,
) -> Table<ChannelHandle, ChannelPlan> {
    let largest = largest_capacities(config, ids, agent_capacities);
    let mut queues: BTreeMap<ChannelHandle, Vec<(i64, QueueHandle)>> = BTreeMap::new();
    for ((queue, plan), (_, id)) in queue_plans.iter().zip(ids.queues.iter()) {
        if plan.active {
            queues
                .entry(plan.channel)
                .or_default()
                .push((config.queues.at(id).order, queue));
        }
    }
    let compile = |((channel, id), largest): ((ChannelHandle, &ChannelId), u32)| {
        let mut queues = queues.remove(&channel).unwrap_or_default();
        queues.sort_unstable();
        let asked =
            queues
                .into_iter()
                .filter_map(|(_, queue)| match &queue_plans.at(queue).routing {
                    RoutingPlan::Manual => None,
                    RoutingPlan::When(condition) => Some((queue, Some(condition))),
                    RoutingPlan::Custom(_) => Some((queue, None)),
                });
        channel_plan(
            config.channels.at(id),
            custom,
            RoutingIndex::new(asked),
            largest,
        )
    };
    ids.channels.iter().zip(largest).map(compile).collect()
}

/// The largest number of units that an agent may hold on each channel.
fn largest_capacities(
    config: &Config,
    ids: &AllIds,
    agent_capacities: &Lists<AgentHandle, (ChannelHandle, Capacity)>,
) -> Vec<u32> {
    let default =
        |(_, id): (ChannelHandle, &ChannelId)| units(config.channels.at(id).default_capacity);
    let mut largest: Vec<u32> = ids.channels.iter().map(default).collect();
    for (agent, _) in ids.agents.iter() {
        for (channel, capacity) in agent_capacities.get(agent) {
            if let Some(largest) = largest.get_mut(channel.index()) {
                *largest = (*largest).max(units(*capacity));
            }
        }
    }
    largest
}

/// The number of a capacity, 0 for the one that has none: unlimited is a level of its own.
fn units(capacity: Capacity) -> u32 {
    match capacity {
        Capacity::Units(units) => units,
        Capacity::Unlimited => 0,
    }
}

fn channel_plan(
    channel: &ServiceChannel,
    custom: &Custom,
    routing: RoutingIndex,
    largest: u32,
) -> ChannelPlan {
    let size_rule = |rule: &SizeRule| match rule {
        SizeRule::When { when, size } => Some(SizeRulePlan::When(when.clone(), *size)),
        SizeRule::Custom(name) => custom.sizings.get(name).cloned().map(SizeRulePlan::Custom),
    };
    let levels = largest.clamp(1, LEVELS_MAX) as u8;
    ChannelPlan {
        active: channel.active,
        condition: channel.condition.clone(),
        default_size: channel.default_size,
        default_capacity: channel.default_capacity,
        wrap_up_secs: channel.wrap_up_secs,
        always_counts: channel.utilization == Condition::Always,
        sizes: channel.sizes.iter().filter_map(size_rule).collect(),
        skills: channel.skills.clone().into(),
        routing,
        levels,
    }
}

fn rule_plan(rule: &AssignmentRule, custom: &Custom) -> RulePlan {
    let mut keys: Vec<RankingKey> = Vec::new();
    let mut asked: Vec<&AssignBy> = Vec::new();
    for key in &rule.assign_by {
        if !asked.contains(&key) {
            asked.push(key);
            keys.extend(compile_key(key, custom));
        }
    }
    let gates = rule
        .gates
        .iter()
        .filter_map(|name| Some((name.clone(), custom.eligibilities.get(name)?.clone())));
    RulePlan {
        keys: keys.into(),
        quick: match asked.as_slice() {
            [] | [AssignBy::LastAssigned] => Some(IndexedRule::LastAssigned),
            [AssignBy::MostCapacity] | [AssignBy::MostCapacity, AssignBy::LastAssigned] => {
                Some(IndexedRule::MostCapacity)
            }
            _ => None,
        },
        leads_with_capacity: asked.first() == Some(&&AssignBy::MostCapacity),
        skills: rule.skills,
        include_ai: rule.include_ai,
        timeout_secs: match &rule.offer {
            Offer::Ask(ask) => ask.timeout_secs,
            Offer::AutoAccept => None,
        },
        auto_accept: rule.offer == Offer::AutoAccept,
        gates: gates.collect(),
    }
}

fn compile_key(key: &AssignBy, custom: &Custom) -> Option<RankingKey> {
    let (name, ranking): (&str, Arc<dyn Ranking>) = match key {
        AssignBy::MostCapacity => ("most_capacity", Arc::new(ranking::MostCapacity)),
        AssignBy::LastAssigned => ("last_assigned", Arc::new(ranking::LastAssigned)),
        AssignBy::LongestIdle => ("longest_idle", Arc::new(ranking::LongestIdle)),
        AssignBy::FewestItems => ("fewest_items", Arc::new(ranking::FewestItems)),
        AssignBy::LowestUtilization => ("lowest_utilization", Arc::new(ranking::LowestUtilization)),
        AssignBy::RoundRobin => ("round_robin", Arc::new(ranking::RoundRobin)),
        AssignBy::InOrder => ("in_order", Arc::new(ranking::InOrder)),
        AssignBy::FewestHandled => ("fewest_handled", Arc::new(ranking::FewestHandled)),
        AssignBy::SpecialistsFirst => ("specialists_first", Arc::new(ranking::SpecialistsFirst)),
        AssignBy::Custom(name) => (name.as_str(), custom.rankings.get(name)?.clone()),
    };
    Some(RankingKey {
        is_custom: matches!(key, AssignBy::Custom(_)),
        name: name.into(),
        ranking,
    })
}
