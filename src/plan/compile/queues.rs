//! Queues with their pools and stages.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::base::hash::Seeded;
use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Handle, Lists, PoolHandle, QueueHandle, RuleHandle,
    Span, StageGroupHandle, Table,
};
use crate::model::{AssignBy, Config, Queue, Routing};
use crate::plan::compile::AllIds;
use crate::plan::{Listing, Pool, QueuePlan, RoutingPlan, RulePlan, Stage, StageGroup};
use crate::rule::Custom;

/// The queues as they are compiled one after the other, and what each of them needs of the rest.
pub(crate) struct Queues<'a> {
    config: &'a Config,
    ids: &'a AllIds,
    rule_plans: &'a Table<RuleHandle, RulePlan>,
    members: &'a Lists<GroupHandle, AgentHandle>,
    custom: &'a Custom,
    hasher: Seeded,
    tiers: BTreeMap<(GroupHandle, QueueHandle), u32>,
    listings: BTreeMap<Vec<GroupHandle>, Arc<Listing>>,
    pub(crate) queue_plans: Vec<QueuePlan>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) entries: Vec<StageGroup>,
}

impl<'a> Queues<'a> {
    pub(crate) fn new(
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
            listings: BTreeMap::new(),
            queue_plans,
            pools,
            stages,
            entries,
        }
    }

    /// Adds the queue of the next handle.
    pub(crate) fn add(&mut self, queue: &Queue) {
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
            has_gates: self.has_gates(pools),
            requires_skills: self.requires_skills(pools),
            lowest_tier: self.lowest_tier(pools),
            max_length: queue.max_length,
            is_timed: self.is_timed(queue, pools),
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

    fn rules(&self, pools: Span<PoolHandle>) -> impl Iterator<Item = &RulePlan> {
        let pools = self.pools.get(pools.range()).unwrap_or_default();
        pools.iter().map(|pool| self.rule_plans.at(pool.rule))
    }

    fn has_gates(&self, pools: Span<PoolHandle>) -> bool {
        self.rules(pools).any(|rule| !rule.gates.is_empty())
    }

    fn requires_skills(&self, pools: Span<PoolHandle>) -> bool {
        self.rules(pools).all(|rule| rule.skills.requires())
    }

    fn lowest_tier(&self, pools: Span<PoolHandle>) -> u32 {
        let pools = self.pools.get(pools.range()).unwrap_or_default();
        let groups = pools.iter().flat_map(|pool| &pool.groups);
        groups.map(|(_, tier)| *tier).min().unwrap_or(1)
    }

    fn is_timed(&self, queue: &Queue, pools: Span<PoolHandle>) -> bool {
        let pools = self.pools.get(pools.range()).unwrap_or_default();
        queue.target_wait_secs.is_some()
            || queue.max_wait_secs.is_some()
            || !queue.triggers.is_empty()
            || pools.iter().any(|pool| pool.opens_after_millis > 0)
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
            let order = asks_for_places.then(|| self.listing(&groups));
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

    /// The agents of some groups in listed order: worked out once for all pools of the same groups.
    fn listing(&mut self, groups: &[(GroupHandle, u32)]) -> Arc<Listing> {
        let key: Vec<GroupHandle> = groups.iter().map(|(group, _)| *group).collect();
        let (members, hasher) = (self.members, self.hasher);
        let make = |groups: &Vec<GroupHandle>| {
            let mut order = Listing::with_hasher(hasher);
            order.extend(groups.iter().flat_map(|group| members.get(*group)));
            Arc::new(order)
        };
        let listing = self.listings.entry(key);
        listing.or_insert_with_key(make).clone()
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
            self.entries
                .extend(groups.into_iter().map(|group| StageGroup {
                    group,
                    channel,
                    quick: rule_plan.quick.is_some(),
                    requires_skills: rule_plan.skills.requires(),
                }));
            let entries: Span<StageGroupHandle> = Span::new(first..self.entries.len());
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
