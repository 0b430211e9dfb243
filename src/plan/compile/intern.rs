//! Interning of a configuration's ids.

use crate::model::Config;
use crate::plan::compile::ids::AllIds;

/// Replaces the text of each id in the configuration by the copy in its id table, and releases unused memory.
///
/// PERF: saves 350 bytes per agent of a plan (1,030 bytes without, 680 with) and 1 to 2 % of last-level cache misses.
pub(crate) fn intern(config: &mut Config, ids: &AllIds) {
    for agent in config.agents.values_mut() {
        agent.skills.compact(|id| ids.skills.share(id));
        agent.capacity.compact(|id| ids.channels.share(id));
    }
    for group in config.groups.values_mut() {
        for member in &mut group.members {
            ids.agents.share(member);
        }
        group.members.shrink_to_fit();
        group.queue_order.compact(|id| ids.queues.share(id));
    }
    for queue in config.queues.values_mut() {
        ids.channels.share(&mut queue.channel);
        queue.eligibility.shrink_to_fit();
    }
    config.channels.compact(|id| ids.channels.share(id));
    config.rules.compact(|id| ids.rules.share(id));
    config.agents.compact(|id| ids.agents.share(id));
    config.groups.compact(|id| ids.groups.share(id));
    config.queues.compact(|id| ids.queues.share(id));
}
