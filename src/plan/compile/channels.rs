//! The table of channels, each with its routing index.
//!
//! A channel also gets the number of capacity levels that its group indexes need: one row of bits per number of spare units,
//! from 0 up to the largest capacity of any agent on it.

use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, Lists, QueueHandle, Table};
use crate::model::{Capacity, Condition, SizeRule};
use crate::plan::compile::ids::Source;
use crate::plan::routing_index::RoutingIndex;
use crate::plan::rows::{ChannelPlan, QueuePlan, RoutingPlan, SizeRulePlan};

/// The largest number of spare units that has a capacity level of its own. Agents with more share the level `more`, and are
/// compared one by one.
const LEVELS_MAX: u32 = 31;

/// Compiles all channels in the order of their handles. Reads the rows of queues, which must be compiled before.
pub(crate) fn channel_plans(
    source: Source<'_>,
    queue_plans: &Table<QueueHandle, QueuePlan>,
    agent_capacities: &Lists<AgentHandle, (ChannelHandle, Capacity)>,
) -> Table<ChannelHandle, ChannelPlan> {
    let queues = active_queues(source, queue_plans);
    // A group index has a row of bits for each number of spare units that an agent can have.
    let largest = largest_capacities(source, agent_capacities);
    let last_agent_days = last_agent_days(source, queue_plans);
    let size_rule = |rule: &SizeRule| match rule {
        SizeRule::When { when, size } => SizeRulePlan::When(when.clone(), *size),
        SizeRule::Custom(name) => SizeRulePlan::Custom(source.custom.sizings.at(name).clone()),
    };
    let channels = source.ids.channels.iter().map(|(handle, id)| {
        let channel = source.config.channels.at(id);
        ChannelPlan {
            position: source.config.channels.position_of(id),
            active: channel.active,
            condition: channel.condition.clone(),
            default_size: channel.default_size,
            default_capacity: channel.default_capacity,
            wrap_up_secs: channel.wrap_up_secs,
            // PERF: most channels have no such condition, and their items need not be asked.
            always_counts: channel.utilization == Condition::Always,
            last_agent_days: *last_agent_days.at(handle),
            sizes: channel.sizes.iter().map(size_rule).collect(),
            skills: channel.skills.clone().into(),
            routing: routing_index(queues.get(handle), queue_plans),
            // INVARIANT: `LEVELS_MAX` fits into a `u8`.
            levels: (*largest.at(handle)).clamp(1, LEVELS_MAX) as u8,
        }
    });
    channels.collect()
}

/// Returns the active queues of each channel in routing order: by `order`, then by id. An inactive queue takes no items.
fn active_queues(
    Source { config, ids, .. }: Source<'_>,
    queue_plans: &Table<QueueHandle, QueuePlan>,
) -> Lists<ChannelHandle, QueueHandle> {
    let queues = ids.queues.iter().map(|(queue, id)| {
        let (plan, order) = (queue_plans.at(queue), config.queues.at(id).order);
        plan.active.then_some((plan.channel, order, queue))
    });
    // INVARIANT: handles are in the order of the ids, so that equal orders are sorted by id.
    let mut queues: Vec<_> = queues.flatten().collect();
    // Sort by channel first, as `Lists::from_sorted` requires.
    queues.sort_unstable();
    let queues = queues.into_iter();
    let queues = queues.map(|(channel, _, queue)| (channel, queue));
    Lists::from_sorted(ids.channels.len(), queues.collect())
}

/// Returns the largest `within_days` of a `last_agent` in the queues of each channel.
fn last_agent_days(
    Source { ids, .. }: Source<'_>,
    queue_plans: &Table<QueueHandle, QueuePlan>,
) -> Table<ChannelHandle, Option<u32>> {
    let mut largest: Table<ChannelHandle, Option<u32>> =
        ids.channels.iter().map(|_| None).collect();
    for queue in queue_plans.rows() {
        let days = queue
            .affinity
            .iter()
            .filter_map(|entry| entry.within_days());
        let largest = largest.at_mut(queue.channel);
        // `None` is less than any number.
        *largest = (*largest).max(days.max());
    }
    largest
}

/// Indexes some queues of one channel, which are in routing order. Manual queues are left out: routing never tries them.
fn routing_index(
    queues: &[QueueHandle],
    queue_plans: &Table<QueueHandle, QueuePlan>,
) -> RoutingIndex {
    let candidates = queues.iter().filter_map(|queue| {
        match &queue_plans.at(*queue).routing {
            RoutingPlan::Manual => None,
            RoutingPlan::When(condition) => Some((*queue, Some(condition))),
            // An index cannot evaluate the conditions of custom code.
            RoutingPlan::Custom(_) => Some((*queue, None)),
        }
    });
    RoutingIndex::new(candidates)
}

/// Returns the largest limited capacity of an agent on each channel, in units. 0 if there is none.
fn largest_capacities(
    Source { config, ids, .. }: Source<'_>,
    agent_capacities: &Lists<AgentHandle, (ChannelHandle, Capacity)>,
) -> Table<ChannelHandle, u32> {
    let units = |capacity| match capacity {
        Capacity::Units(units) => units,
        // Unlimited has a level of its own, whatever the others are.
        Capacity::Unlimited => 0,
    };
    let channels = ids.channels.iter();
    let defaults = channels.map(|(_, id)| units(config.channels.at(id).default_capacity));
    let mut largest: Table<ChannelHandle, u32> = defaults.collect();
    for (agent, _) in ids.agents.iter() {
        // Only the agents with a capacity of their own can raise it.
        for (channel, capacity) in agent_capacities.get(agent) {
            let largest = largest.at_mut(*channel);
            *largest = (*largest).max(units(*capacity));
        }
    }
    largest
}
