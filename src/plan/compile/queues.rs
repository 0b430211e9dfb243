//! The tables of queues, pools and stages.
//!
//! A stage is the groups of one pool that share one tier. For example, group `a` works on this queue first and group `b`
//! works on another queue before:
//!
//! ```text
//! pool 0: groups a, b        stage 0: tier 1, pool 0, group a
//! pool 1: group c            stage 1: tier 1, pool 1, group c
//!                            stage 2: tier 2, pool 0, group b
//! ```
//!
//! A decision tries the stages in this order and takes an agent of the first open stage that has an eligible one.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Handle, Lists, PoolHandle, QueueHandle, RuleHandle,
    Span, StageHandle, Table,
};
use crate::model::{EligibilityPool, Queue, Routing};
use crate::plan::compile::ids::{Source, handle};
use crate::plan::coverage::groups_of;
use crate::plan::rows::{Listing, Pool, QueuePlan, RoutingPlan, RulePlan, Stage, StageGroup};

/// The rows of the compiled queues. Those of one queue are adjacent.
#[derive(Default)]
pub(crate) struct QueueTables {
    /// By handle.
    pub(crate) queue_plans: Vec<QueuePlan>,
    /// In the order in which the pools of a queue open.
    pub(crate) pools: Vec<Pool>,
    /// By tier, then by pool.
    pub(crate) stages: Vec<Stage>,
    /// The groups of all stages.
    pub(crate) stage_groups: Vec<StageGroup>,
}

/// Compiles all queues in the order of their handles, with their pools and stages.
///
/// The cost is linear in the groups that pools name, apart from sorting.
pub(crate) fn queue_tables<'a>(
    source: Source<'a>,
    rule_plans: &'a Table<RuleHandle, RulePlan>,
    members: &'a Lists<GroupHandle, AgentHandle>,
) -> QueueTables {
    let mut compiler = QueueCompiler {
        source,
        rule_plans,
        members,
        tiers: tiers(source),
        tables: QueueTables::default(),
    };
    // In the order of handles, so that the row of a queue is at its handle.
    for (queue, id) in source.ids.queues.iter() {
        compiler.add_queue(queue, source.config.queues.position_of(id));
    }
    compiler.tables
}

/// The state of the compilation of queues, one after the other.
struct QueueCompiler<'a> {
    source: Source<'a>,
    rule_plans: &'a Table<RuleHandle, RulePlan>,
    members: &'a Lists<GroupHandle, AgentHandle>,
    /// The tier of each queue for each group, see [`tiers`].
    tiers: BTreeMap<(GroupHandle, QueueHandle), u32>,
    /// The rows so far.
    tables: QueueTables,
}

impl QueueCompiler<'_> {
    /// Adds the rows of the queue at a position of the configuration.
    fn add_queue(&mut self, queue: QueueHandle, position: u32) {
        let config = self.source.config.queues.at_position(position);
        let channel = handle(&self.source.ids.channels, &config.channel);
        let pools = self.pools(queue, config);
        // INVARIANT: the stages are made before the pools are added, so that the first pool gets the next handle.
        let stages = self.add_stages(channel, &pools);
        let rules = || pools.iter().map(|pool| self.rule_plans.at(pool.rule));
        let tiers = pools.iter().flat_map(|pool| &pool.groups);
        // PERF: the `has_`, `always_` and `is_` fields summarize the pools, so that a decision reads one row.
        let plan = QueuePlan {
            position,
            channel,
            active: config.active,
            has_custom_gates: rules().any(|rule| !rule.custom_gates.is_empty()),
            always_requires_skills: rules().all(|rule| rule.skills.requires_mandatory()),
            always_requires_levels: rules().all(|rule| rule.skills.requires_levels()),
            lowest_tier: tiers.map(|(_, tier)| *tier).min().unwrap_or(1),
            max_length: config.max_length,
            // A queue without any of these needs no timer for its items.
            is_timed: config.target_wait_secs.is_some()
                || config.max_wait_secs.is_some()
                || !config.triggers.is_empty()
                || pools.iter().any(|pool| pool.opens_after_millis > 0),
            affinity: config.affinity.clone().into(),
            routing: match &config.routing {
                Routing::Manual => RoutingPlan::Manual,
                Routing::When(condition) => RoutingPlan::When(condition.clone()),
                Routing::Custom(name) => {
                    let routing = self.source.custom.routing_conditions.at(name);
                    RoutingPlan::Custom(routing.clone())
                }
            },
            stages,
            // Move the pools last, since the fields above borrow them.
            pools: append(&mut self.tables.pools, pools),
        };
        self.tables.queue_plans.push(plan);
    }

    /// Returns a queue's pools in the order in which they open. Pools that open at the same moment stay in the order of the
    /// configuration.
    fn pools(&self, queue: QueueHandle, config: &Queue) -> Vec<Pool> {
        let mut pools: Vec<_> = (0..).zip(&config.eligibility).collect();
        // A stable sort, so that ties keep their order.
        pools.sort_by_key(|(_, pool)| pool.eligible_at_secs);
        let pools = pools.into_iter();
        let pools = pools.map(|(position, pool)| self.pool(queue, position, pool));
        pools.collect()
    }

    /// Compiles one pool. `position` is its position in the queue's `eligibility`.
    fn pool(&self, queue: QueueHandle, position: u32, config: &EligibilityPool) -> Pool {
        let groups = config.groups.iter().map(|id| {
            let group = handle(&self.source.ids.groups, id);
            // INVARIANT: `tiers` has every group of every pool.
            (group, self.tiers.get(&(group, queue)).copied().unwrap_or(1))
        });
        let groups: Box<[_]> = groups.collect();
        Pool {
            position,
            opens_after_millis: u64::from(config.eligible_at_secs) * 1000,
            rule: handle(&self.source.ids.rules, &config.rule),
            listing: self.listing(&groups),
            groups,
        }
    }

    /// Returns the listing of a pool.
    fn listing(&self, groups: &[(GroupHandle, u32)]) -> Listing {
        let mut len = 0;
        let starts = groups.iter().map(|(group, _)| {
            let start = len;
            len += self.members.get(*group).len() as u64;
            (*group, start)
        });
        let mut starts: Box<[_]> = starts.collect();
        starts.sort_unstable();
        Listing { starts, len }
    }

    /// Adds the stages of a queue by tier, then by pool. A pool has one stage per tier of its groups.
    fn add_stages(&mut self, channel: ChannelHandle, pools: &[Pool]) -> Span<StageHandle> {
        // The map orders the stages by tier, then by pool. The handles of the pools are the next ones of the table.
        let mut stages: BTreeMap<(u32, PoolHandle), (&Pool, Vec<GroupHandle>)> = BTreeMap::new();
        for (index, pool) in (self.tables.pools.len()..).zip(pools) {
            for (group, tier) in &pool.groups {
                // The groups of a stage stay in the order of the pool.
                let stage = stages.entry((*tier, PoolHandle::from_index(index)));
                stage.or_insert((pool, Vec::new())).1.push(*group);
            }
        }
        let stages = stages.into_iter().map(|((_, handle), (pool, groups))| {
            let rule = self.rule_plans.at(pool.rule);
            let stage_groups = groups.into_iter().map(|group| StageGroup {
                group,
                channel,
                has_fast_rule: rule.fast_rule.is_some(),
                requires_skills: rule.skills.requires_mandatory(),
            });
            Stage {
                opens_after_millis: pool.opens_after_millis,
                pool: handle,
                rule: pool.rule,
                groups: append(&mut self.tables.stage_groups, stage_groups),
            }
        });
        append(&mut self.tables.stages, stages)
    }
}

/// Appends rows to a table and returns their handles. The rows of one call are adjacent.
fn append<H: Handle, T>(table: &mut Vec<T>, rows: impl IntoIterator<Item = T>) -> Span<H> {
    let start = table.len();
    table.extend(rows);
    Span::new(start..table.len())
}

/// Returns the tier of each queue for each group: the queue's level among the group's queues, from 1.
///
/// A group's queues are the queues of all channels with a pool that names the group, active or not. Queues of equal order
/// share a level. For example, a group with the orders 10, 20, 20 and 100 gives its queues the tiers 1, 2, 2 and 3.
fn tiers(Source { config, ids, .. }: Source<'_>) -> BTreeMap<(GroupHandle, QueueHandle), u32> {
    // A map, since several pools of a queue may name the same group.
    let mut orders: BTreeMap<GroupHandle, BTreeMap<QueueHandle, i64>> = BTreeMap::new();
    for (queue, id) in ids.queues.iter() {
        for group in groups_of(config.queues.at(id)) {
            let orders = orders.entry(handle(&ids.groups, group)).or_default();
            orders.insert(queue, config.groups.at(group).order_of(id));
        }
    }
    let mut tiers = BTreeMap::new();
    for (group, orders) in orders {
        // Equal orders share a level.
        let mut levels: Vec<i64> = orders.values().copied().collect();
        levels.sort_unstable();
        levels.dedup();
        for (queue, order) in orders {
            // The number of levels up to and including this one.
            let tier = levels.partition_point(|level| *level <= order);
            tiers.insert((group, queue), u32::try_from(tier).unwrap_or(u32::MAX));
        }
    }
    tiers
}

/// Returns the queues of each group, in the order of their handles.
pub(crate) fn queues_of_groups(source: Source<'_>) -> Lists<GroupHandle, QueueHandle> {
    // A set, since two pools of a queue may name the same group.
    let mut pairs = BTreeSet::new();
    for (queue, id) in source.ids.queues.iter() {
        let groups = groups_of(source.config.queues.at(id));
        pairs.extend(groups.map(|group| (handle(&source.ids.groups, group), queue)));
    }
    Lists::from_sorted(source.ids.groups.len(), pairs.into_iter().collect())
}
