//! The queues with waiting items, in the order of lower bounds of their first matches.
//!
//! A search for an agent of many queues goes through them in this order, and stops at the first queue whose bound is not before
//! the match that it has:
//!
//! ```text
//!   bound    queue      for an agent of `sales` and `vip`
//!   (1, 5)   cases      skipped: not served by the agent
//!   (1, 7)   sales      match (1, 7)
//!   (1, 8)   vip        not read, like all queues behind it
//! ```

use alloc::collections::BTreeSet;

use crate::base::table::{AgentHandle, QueueHandle, Table};
use crate::plan::Tables;
use crate::router::waiting::waiting_queue::{QueueBound, WaitingQueue};

/// Up to this many queues of an agent are searched one by one.
const FEW_QUEUES: usize = 16;

/// The active queues with waiting items, by their bounds. Stays empty unless some agent has more than [`FEW_QUEUES`] queues.
#[derive(Clone, Debug)]
pub(crate) struct QueueBounds {
    /// Whether some agent has more than [`FEW_QUEUES`] queues.
    is_used: bool,
    bounds: BTreeSet<(QueueBound, QueueHandle)>,
}

impl QueueBounds {
    /// Creates the order of a plan's queues, in which no item waits.
    pub(crate) fn new(tables: &Tables) -> Self {
        let mut agents = tables.agents.iter();
        Self {
            is_used: agents.any(|(agent, _)| tables.queue_count(agent) > FEW_QUEUES),
            bounds: BTreeSet::new(),
        }
    }

    /// Computes the bound of a queue again. Takes O(log q) for q queues with waiting items, plus a comparison per chunk of class
    /// heads, or per head of a single chunk.
    #[inline]
    pub(crate) fn update(&mut self, queue: &mut WaitingQueue) {
        if self.is_used {
            self.update_bound(queue);
        }
    }

    fn update_bound(&mut self, queue: &mut WaitingQueue) {
        let first = queue.heads.first_key().filter(|_| queue.is_active);
        let bound = first.map(|key| (queue.lowest_tier, key.global_bound()));
        if bound != queue.bound {
            let before = queue.bound.map(|before| (before, queue.handle));
            before.map(|before| self.bounds.remove(&before));
            self.bounds.extend(bound.map(|bound| (bound, queue.handle)));
            queue.bound = bound;
        }
    }

    /// Returns the queues in the order of their bounds, if this order is faster for the agent than its own list of queues.
    #[inline]
    pub(crate) fn queues_for(
        &self,
        tables: &Tables,
        agent: AgentHandle,
    ) -> Option<impl Iterator<Item = (QueueBound, QueueHandle)>> {
        if !self.is_used {
            return None;
        }
        let count = tables.queue_count(agent);
        // At worst, the agent serves none of the first queues, and each takes a lookup in all of its groups.
        let lookups = self.bounds.len() * tables.memberships.get(agent).len();
        let is_faster = count > FEW_QUEUES && lookups <= 4 * count;
        is_faster.then(|| self.bounds.iter().copied())
    }

    /// Returns `true` if exactly these queues are listed, with the bounds of their heads.
    pub(crate) fn is_consistent(&self, queues: &Table<QueueHandle, WaitingQueue>) -> bool {
        let mut again = Self {
            is_used: self.is_used,
            bounds: BTreeSet::new(),
        };
        queues.iter().all(|(_, queue)| {
            let mut copy = WaitingQueue {
                bound: None,
                ..queue.clone()
            };
            again.update(&mut copy);
            copy.bound == queue.bound
        }) && again.bounds == self.bounds
    }
}
