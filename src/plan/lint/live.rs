//! What of a configuration can be assigned at all: it is found by asking every severe lint.

use alloc::vec::Vec;

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::id::{ChannelId, QueueId};
use crate::model::{AssignmentRule, Config, EligibilityPool, Queue, ServiceChannel};
use crate::plan::coverage::{Coverage, GroupCapacity};
use crate::plan::lint::{Findings, channels, pools, queues};

/// A channel, with its queues, that no severe lint concerns. It has at least one queue.
pub(crate) struct LiveChannel<'a> {
    pub(crate) id: &'a ChannelId,
    pub(crate) channel: &'a ServiceChannel,
    pub(crate) queues: Vec<LiveQueue<'a>>,
}

impl<'a> LiveChannel<'a> {
    pub(crate) fn pools(&self) -> impl Iterator<Item = &LivePool<'a>> {
        self.queues.iter().flat_map(|queue| &queue.pools)
    }
}

/// A queue, with its pools, that no severe lint concerns. It has at least one pool.
pub(crate) struct LiveQueue<'a> {
    pub(crate) id: &'a QueueId,
    pub(crate) queue: &'a Queue,
    pub(crate) pools: Vec<LivePool<'a>>,
}

/// A pool that no severe lint concerns.
pub(crate) struct LivePool<'a> {
    pub(crate) pool: &'a EligibilityPool,
    pub(crate) rule: &'a AssignmentRule,
    /// Those of its members whom the rule takes.
    pub(crate) members: GroupCapacity,
}

/// Asks every severe lint and returns what they leave.
pub(crate) fn channels<'a>(config: &'a Config, found: &mut Findings) -> Vec<LiveChannel<'a>> {
    let mut active = IndexMap::<_, Vec<_>, Seeded>::default();
    for (id, queue) in config.queues.iter().filter(|(_, queue)| queue.active) {
        active.entry(&queue.channel).or_default().push((id, queue));
    }
    let mut live = Vec::new();
    for (id, channel) in &config.channels {
        let queues = active.get(id).map_or(&[] as &[_], Vec::as_slice);
        if !channel.active {
            channels::inactive(id, queues, found);
            continue;
        }
        let mut staff = Coverage::new(config, id, channel);
        channels::without_presence(id, config, &staff, found);
        let queues = live_queues(config, channel, queues, &mut staff, found);
        if !queues.is_empty() {
            live.push(LiveChannel {
                id,
                channel,
                queues,
            });
        }
    }
    live
}

fn live_queues<'a>(
    config: &'a Config,
    channel: &ServiceChannel,
    queues: &[(&'a QueueId, &'a Queue)],
    staff: &mut Coverage<'a>,
    found: &mut Findings,
) -> Vec<LiveQueue<'a>> {
    let shadowed = queues::shadowed(queues, found);
    let mut live = Vec::new();
    for &(id, queue) in queues {
        if !queues::has_pools(id, queue, found) {
            continue;
        }
        let pools = pools::live(config, channel, (id, queue), staff, found);
        if !pools.is_empty() && !shadowed.contains(id) {
            live.push(LiveQueue { id, queue, pools });
        }
    }
    live
}
