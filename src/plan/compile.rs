//! From a checked configuration to handles and tables.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::hash::{Seeded, fingerprint};
use crate::id::{ChannelId, QueueId, SkillId};
use crate::model::{
    AgentKind, AssignBy, AssignmentRule, Capacity, Config, Queue, Routing, ServiceChannel, SizeRule,
};
use crate::plan::routing::RoutingIndex;
use crate::plan::{
    AgentPlan, ChannelPlan, Compiled, Entry, HeldSkill, Key, Listing, Membership, Pool,
    PresencePlan, QueuePlan, Quick, RoutingPlan, RulePlan, SizeRulePlan, Stage,
};
use crate::rule::{Custom, Ranking, ranking};
use crate::table::{
    AgentHandle, ChannelHandle, EntryHandle, GroupHandle, Handle, Ids, Lists, PoolHandle,
    QueueHandle, RuleHandle, Span, Table,
};

/// The most spare units that levels tell apart.
const LEVELS_MAX: u32 = 31;

/// All ids, with their handles.
struct AllIds {
    channels: Ids<ChannelHandle, ChannelId>,
    queues: Ids<QueueHandle, QueueId>,
    groups: Ids<GroupHandle, crate::id::GroupId>,
    agents: Ids<AgentHandle, crate::id::AgentId>,
    rules: Ids<RuleHandle, crate::id::RuleId>,
}

impl Compiled {
    /// Compiles a configuration in which no problem was found.
    pub(crate) fn new(config: Config, custom: &Custom, hasher: Seeded) -> Self {
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
        let agent_capacities: Lists<AgentHandle, (ChannelHandle, Capacity)> = ids
            .agents
            .iter()
            .map(|(_, id)| {
                let own = &config.agents.at(id).capacity;
                own.iter()
                    .filter_map(|(on, capacity)| Some((ids.channels.find(on.as_str())?, *capacity)))
                    .collect()
            })
            .collect();
        Self {
            fingerprint: fingerprint(&config),
            channel_plans: channel_plans(&config, &ids, custom, &queue_plans, &agent_capacities),
            queue_plans,
            pools: pools.into(),
            stages: stages.into(),
            entries: entries.into(),
            rule_plans,
            presence_plans: presence_states
                .iter()
                .map(|(_, id)| presence_plan(&config, &ids, id))
                .collect(),
            memberships: memberships(&ids, &members),
            members,
            agent_skills: ids
                .agents
                .iter()
                .map(|(_, id)| {
                    let held = config.agents.at(id).skills.iter();
                    let mut held: Vec<HeldSkill> = held
                        .filter_map(|(skill, level)| {
                            Some(HeldSkill {
                                skill: skills.find(skill.as_str())?,
                                level: *level,
                            })
                        })
                        .collect();
                    held.sort_unstable();
                    held
                })
                .collect(),
            agent_plans: ids
                .agents
                .iter()
                .map(|(_, id)| {
                    let agent = config.agents.at(id);
                    AgentPlan {
                        place: config.agents.place_of(id),
                        is_ai: agent.kind == AgentKind::Ai,
                        universal_capacity: agent.universal_capacity,
                    }
                })
                .collect(),
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
        crate::model::Scope::All => None,
        scope @ crate::model::Scope::Only(_) => Some(
            ids.groups
                .iter()
                .map(|(_, id)| scope.includes(id))
                .collect(),
        ),
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
        sizes: channel.sizes.iter().filter_map(size_rule).collect(),
        skills: channel.skills.clone().into(),
        routing,
        levels,
    }
}

fn rule_plan(rule: &AssignmentRule, custom: &Custom) -> RulePlan {
    let mut keys: Vec<Key> = Vec::new();
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
            [] | [AssignBy::LastAssigned] => Some(Quick::LastAssigned),
            [AssignBy::MostCapacity] | [AssignBy::MostCapacity, AssignBy::LastAssigned] => {
                Some(Quick::MostCapacity)
            }
            _ => None,
        },
        leads_with_capacity: asked.first() == Some(&&AssignBy::MostCapacity),
        skills: rule.skills,
        include_ai: rule.include_ai,
        gates: gates.collect(),
    }
}

fn compile_key(key: &AssignBy, custom: &Custom) -> Option<Key> {
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
    Some(Key {
        name: name.into(),
        ranking,
    })
}

/// The queues as they are compiled one after the other, and what each of them needs of the rest.
struct Queues<'a> {
    config: &'a Config,
    ids: &'a AllIds,
    rule_plans: &'a Table<RuleHandle, RulePlan>,
    members: &'a Lists<GroupHandle, AgentHandle>,
    custom: &'a Custom,
    hasher: Seeded,
    tiers: BTreeMap<(GroupHandle, QueueHandle), u32>,
    queue_plans: Vec<QueuePlan>,
    pools: Vec<Pool>,
    stages: Vec<Stage>,
    entries: Vec<Entry>,
}

impl<'a> Queues<'a> {
    fn new(
        config: &'a Config,
        ids: &'a AllIds,
        rule_plans: &'a Table<RuleHandle, RulePlan>,
        members: &'a Lists<GroupHandle, AgentHandle>,
        custom: &'a Custom,
        hasher: Seeded,
    ) -> Self {
        let (queue_plans, pools, stages, entries) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let tiers = tiers(config, ids);
        Self {
            config,
            ids,
            rule_plans,
            members,
            custom,
            hasher,
            tiers,
            queue_plans,
            pools,
            stages,
            entries,
        }
    }

    /// Adds the queue of the next handle.
    fn add(&mut self, queue: &Queue) {
        let handle = QueueHandle::from_index(self.queue_plans.len());
        // INVARIANT: all references of a configuration without problems are found.
        let Some(channel) = self.ids.channels.find(queue.channel.as_str()) else {
            return;
        };
        let first_pool = self.pools.len();
        self.add_pools(queue, handle);
        let pools = Span::new(first_pool..self.pools.len());
        let first_stage = self.stages.len();
        self.add_stages(channel, pools);
        self.queue_plans.push(QueuePlan {
            channel,
            active: queue.active,
            stages: Span::new(first_stage..self.stages.len()),
            pools,
            affinity: queue.affinity.clone().into(),
            routing: match &queue.routing {
                Routing::Manual => RoutingPlan::Manual,
                Routing::When(condition) => RoutingPlan::When(condition.clone()),
                Routing::Custom(name) => match self.custom.routing_conditions.get(name) {
                    Some(routing) => RoutingPlan::Custom(routing.clone()),
                    None => RoutingPlan::Manual,
                },
            },
        });
    }

    /// Adds a queue's pools, in the order in which they count: by when they open, then by place.
    fn add_pools(&mut self, queue: &Queue, handle: QueueHandle) {
        let mut pools: Vec<_> = (0_u32..).zip(&queue.eligibility).collect();
        pools.sort_by_key(|(place, pool)| (pool.eligible_at_secs, *place));
        for (place, pool) in pools {
            let Some(rule) = self.ids.rules.find(pool.rule.as_str()) else {
                continue;
            };
            let groups: Box<[_]> = pool
                .groups
                .iter()
                .filter_map(|group| self.ids.groups.find(group.as_str()))
                .map(|group| {
                    (
                        group,
                        self.tiers.get(&(group, handle)).copied().unwrap_or(1),
                    )
                })
                .collect();
            let asks_for_places = self
                .config
                .rules
                .at(&pool.rule)
                .assign_by
                .iter()
                .any(|key| {
                    matches!(
                        key,
                        AssignBy::InOrder | AssignBy::RoundRobin | AssignBy::Custom(_)
                    )
                });
            let order = asks_for_places.then(|| {
                let mut order = Listing::with_hasher(self.hasher);
                order.extend(
                    groups
                        .iter()
                        .flat_map(|(group, _)| self.members.get(*group)),
                );
                order
            });
            let opens_after_millis = u64::from(pool.eligible_at_secs) * 1000;
            self.pools.push(Pool {
                place,
                opens_after_millis,
                rule,
                groups,
                order,
            });
        }
    }

    /// Adds a queue's stages: each pool once for each tier in which its groups stand, by tier, then by pool.
    fn add_stages(&mut self, channel: ChannelHandle, pools: Span<PoolHandle>) {
        let mut stages: BTreeMap<(u32, PoolHandle), Vec<GroupHandle>> = BTreeMap::new();
        for (pool, plan) in pools
            .handles()
            .zip(self.pools.get(pools.range()).unwrap_or_default())
        {
            for (group, tier) in &plan.groups {
                stages.entry((*tier, pool)).or_default().push(*group);
            }
        }
        for ((_, pool), groups) in stages {
            let Some(Pool {
                opens_after_millis,
                rule,
                ..
            }) = self.pools.get(pool.index())
            else {
                continue;
            };
            let rule_plan = self.rule_plans.at(*rule);
            let first = self.entries.len();
            self.entries.extend(groups.into_iter().map(|group| Entry {
                group,
                channel,
                quick: rule_plan.quick.is_some(),
                requires_skills: rule_plan.skills.requires(),
            }));
            let entries: Span<EntryHandle> = Span::new(first..self.entries.len());
            self.stages.push(Stage {
                opens_after_millis: *opens_after_millis,
                pool,
                rule: *rule,
                entries,
            });
        }
    }
}

/// The tier of each queue for each group: its level among the group's queues, from 1.
///
/// A group's queues are those with a pool that names it, active or not, on all channels; equal orders share a level.
fn tiers(config: &Config, ids: &AllIds) -> BTreeMap<(GroupHandle, QueueHandle), u32> {
    let mut orders: BTreeMap<GroupHandle, BTreeMap<QueueHandle, i64>> = BTreeMap::new();
    for (queue, id) in ids.queues.iter() {
        for group in config
            .queues
            .at(id)
            .eligibility
            .iter()
            .flat_map(|pool| &pool.groups)
        {
            if let Some(handle) = ids.groups.find(group.as_str()) {
                orders
                    .entry(handle)
                    .or_default()
                    .insert(queue, config.groups.at(group).order_of(id));
            }
        }
    }
    let mut tiers = BTreeMap::new();
    for (group, queues) in orders {
        let mut levels: Vec<i64> = queues.values().copied().collect();
        levels.sort_unstable();
        levels.dedup();
        for (queue, order) in queues {
            let level = levels.binary_search(&order).unwrap_or_default();
            tiers.insert(
                (group, queue),
                u32::try_from(level).unwrap_or(u32::MAX).saturating_add(1),
            );
        }
    }
    tiers
}
