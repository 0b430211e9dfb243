//! Severe lints: a channel, queue or pool of which no item can ever be assigned.
//!
//! Settings to which no severe lint applies are returned as usable. The checks go from channels to queues to pools, and stop
//! at the first reason that makes the rest irrelevant.

use alloc::vec::Vec;

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::id::QueueId;
use crate::model::{Config, Queue};
use crate::plan::coverage::{Answer, Coverage};
use crate::plan::group_names::GroupNames;
use crate::plan::lint::code::Lint;
use crate::plan::lint::shadowing;
use crate::plan::lint::usable::{UsableChannel, UsablePool, UsableQueue};

/// Adds all severe lints, and returns the channels that can be used.
///
/// The cost is linear in the size of the configuration: [`Coverage`] visits the members of a group once per channel.
pub(crate) fn lint<'a>(config: &'a Config, lints: &mut Vec<Lint>) -> Vec<UsableChannel<'a>> {
    // PERF: by channel, so that each channel does not visit all queues.
    let mut active = IndexMap::<_, Vec<_>, Seeded>::default();
    for (id, queue) in config.queues.iter().filter(|(_, queue)| queue.active) {
        active.entry(&queue.channel).or_default().push((id, queue));
    }
    let mut usable = Vec::new();
    for (id, channel) in &config.channels {
        let queues = active.get(id).map_or(&[] as &[_], Vec::as_slice);
        // The queues of an inactive channel have no other lint.
        if !channel.active {
            let queues = queues.iter();
            lints.extend(queues.map(|(queue, _)| Lint::inactive_channel(queue, id)));
            continue;
        }
        let mut coverage = Coverage::new(config, id, channel);
        lints.extend(match coverage.state() {
            Ok(_) => None,
            Err(Some(other)) => Some(Lint::channel_without_presence(id, other)),
            Err(None) => Some(Lint::channel_without_any_presence(id)),
        });
        let queues = usable_queues(queues, &mut coverage, lints);
        if !queues.is_empty() {
            usable.push(UsableChannel {
                id,
                settings: channel,
                queues,
            });
        }
    }
    usable
}

/// Adds the severe lints of a channel's active queues, and returns the queues that can be used: those with a usable pool
/// that no earlier queue shadows.
fn usable_queues<'a>(
    queues: &[(&'a QueueId, &'a Queue)],
    coverage: &mut Coverage<'a>,
    lints: &mut Vec<Lint>,
) -> Vec<UsableQueue<'a>> {
    // A shadowed queue is not usable, but its pools are checked: its items can come by a transfer.
    let shadowed = shadowing::lint(queues, lints);
    let mut usable = Vec::new();
    for &(id, queue) in queues {
        if queue.eligibility.is_empty() {
            lints.push(Lint::queue_without_eligibility(id));
        }
        let pools = usable_pools(id, queue, coverage, lints);
        if !pools.is_empty() && !shadowed.contains(id) {
            usable.push(UsableQueue {
                id,
                settings: queue,
                pools,
            });
        }
    }
    usable
}

/// Adds the severe lints of a queue's pools, and returns the pools that can be used.
///
/// If one severe lint causes another, only the cause is reported: a pool without members is checked for nothing else.
fn usable_pools<'a>(
    id: &QueueId,
    queue: &'a Queue,
    coverage: &mut Coverage<'a>,
    lints: &mut Vec<Lint>,
) -> Vec<UsablePool<'a>> {
    let mut usable = Vec::new();
    for (index, pool) in queue.eligibility.iter().enumerate() {
        let (rule, opens) = (coverage.config.rules.at(&pool.rule), pool.eligible_at_secs);
        if let Some(max_wait) = queue.max_wait_secs.filter(|max_wait| opens >= *max_wait) {
            // The members of a pool that never opens do not matter. A pool that opens at the moment of cancellation opens too
            // late.
            lints.push(Lint::pool_never_opens(id, index, opens, max_wait));
            continue;
        }
        let groups = GroupNames(&pool.groups);
        let all = coverage.members_by_kind(&pool.groups);
        let members = all.included_by(rule);
        if members.is_empty() {
            // The fix differs: add anybody, or let the rule include the agents who are there.
            lints.push(if all.ai.is_empty() {
                Lint::pool_without_members(id, index, groups)
            } else {
                Lint::pool_with_excluded_ai_only(id, index, groups, &pool.rule)
            });
            continue;
        }
        // Presence and capacity are independent: both are reported, so that they can be fixed together.
        let (channel, size) = (coverage.id, coverage.channel.default_size);
        let presence = coverage.presence(members);
        if let Answer::Missing(state) = presence {
            lints.push(Lint::pool_without_presence(
                id, index, channel, &groups, state,
            ));
        }
        let capacity = coverage.capacity(members.largest);
        if let Answer::Missing(largest) = capacity {
            lints.push(Lint::pool_without_room(
                id, index, channel, size, groups, largest,
            ));
        }
        if presence.holds() && capacity.holds() {
            usable.push(UsablePool {
                settings: pool,
                rule,
                members,
            });
        }
    }
    usable
}
