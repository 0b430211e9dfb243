//! Lints about groups and the order of their queues.

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::model::Config;
use crate::plan::lint::live::LiveChannel;
use crate::plan::lint::{Findings, LintCode};

/// Finds groups that order a queue in use none of whose pools names them.
pub(crate) fn lint(config: &Config, live: &[LiveChannel<'_>], found: &mut Findings) {
    let queues = live
        .iter()
        .flat_map(|channel| &channel.queues)
        .map(|live| {
            let pools = live.queue.eligibility.iter();
            let groups = pools.flat_map(|pool| &pool.groups);
            (live.id, groups.collect::<IndexSet<_, Seeded>>())
        })
        .collect::<IndexMap<_, _, Seeded>>();
    for (group_id, group) in &config.groups {
        for queue in group.queue_order.keys() {
            if queues
                .get(queue)
                .is_some_and(|groups| !groups.contains(group_id))
            {
                found.add(
                    LintCode::OrderWithoutPool,
                    format_args!("groups.{group_id}.queue_order.{queue}"),
                    format_args!("Group `{group_id}` orders queue `{queue}`, but no pool of that queue names the group."),
                    format_args!("Add the group to a pool of queue `{queue}`, or take the queue out of its order."),
                );
            }
        }
    }
}
