//! The search for one freed agent: the first item of its queues that it may take now.
//!
//! The search compares the agent with the requirements of each class head, which takes no lookup. The heads of a queue are in
//! order, so it stops as soon as no further head can come before the match that it has.
//!
//! Suppose that an agent had 1 spare unit, and completes an item of size 2. Classes of size 1 have been matched before and
//! are skipped; of the others, those up to size 3 may fit:
//!
//! ```text
//! spare units:   0    1         2         3    4
//!                     ▲ before            ▲ now
//! sizes to match:        └────────────────┘
//! ```

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::base::table::{ChannelHandle, QueueHandle};
use crate::decide::search::find_for_agent;
use crate::router::Router;
use crate::router::handles::ClassHandle;
use crate::router::matching::class_match::{Match, Rechecks};
use crate::router::matching::dirty::{FreedAgent, Gain};
use crate::router::waiting::class_filter::ClassFilter;
use crate::router::waiting::waiting_queue::WaitingQueue;

impl Router {
    /// Finds the first item that a freed agent may take now and could not take before, among all of its queues.
    ///
    /// O(queues of the agent + classes that its capacity and skills fit). Moments at which custom gates want to be called again
    /// are added to `rechecks`.
    pub(crate) fn first_match_for(
        &self,
        freed: FreedAgent,
        rechecks: &mut Rechecks,
    ) -> Option<Match> {
        let mut first: Option<Match> = None;
        self.for_each_queue(freed, |queue, filter| {
            if let Some(own) = self.first_in_queue(queue, filter, freed, first.as_ref(), rechecks)
                && first
                    .as_ref()
                    .is_none_or(|first| own.among_queues() < first.among_queues())
            {
                first = Some(own);
            }
        });
        first
    }

    /// Finds the first item of a queue that a freed agent may take. Stops early if the queue has no item before `other`, a match
    /// of another queue.
    fn first_in_queue(
        &self,
        queue: &WaitingQueue,
        filter: &ClassFilter,
        freed: FreedAgent,
        other: Option<&Match>,
        rechecks: &mut Rechecks,
    ) -> Option<Match> {
        let mut first: Option<Match> = None;
        for head in queue.heads.fitting_in_order(*filter) {
            // No item of this class or of the classes behind it comes before these bounds.
            let in_queue = (queue.lowest_tier, &head.key);
            let among_queues = (queue.lowest_tier, head.key.global_bound());
            if first
                .as_ref()
                .is_some_and(|first| first.in_queue() <= in_queue)
                || other.is_some_and(|other| other.among_queues() <= among_queues)
            {
                break;
            }
            let found = self.match_head(head.class, head.item, rechecks, |item| {
                find_for_agent(&self.roster, &item.routed, freed.agent, self.now)
            });
            if let Some(found) = found
                && first
                    .as_ref()
                    .is_none_or(|first| found.in_queue() < first.in_queue())
            {
                let is_lowest = found.tier == queue.lowest_tier;
                first = Some(found);
                // The classes behind it have later keys.
                if is_lowest {
                    break;
                }
            }
        }
        first
    }

    /// Returns the classes of some queues for which one of the freed agents may be eligible now and was not before.
    ///
    /// O(queues of the agents + classes of these queues): each queue is read once, with the union of the filters of its agents.
    pub(crate) fn classes_for(
        &self,
        freed: impl IntoIterator<Item = FreedAgent>,
        is_searched: impl Fn(&WaitingQueue) -> bool,
    ) -> Vec<ClassHandle> {
        let mut filters: BTreeMap<QueueHandle, ClassFilter> = BTreeMap::new();
        for freed in freed {
            self.for_each_queue(freed, |queue, filter| {
                if !is_searched(queue) {
                    return;
                }
                let union = filters.entry(queue.handle).or_insert(*filter);
                *union = union.or(filter);
            });
        }
        let mut classes = Vec::new();
        for (queue, filter) in filters {
            let queue = self.waiting.queue(queue);
            let fitting = queue.heads.fitting(filter);
            classes.extend(fitting.map(|head| head.class));
        }
        classes
    }

    /// Visits the active queues of a freed agent in which it may have gained something, with the filter of the classes there. A
    /// queue that several of the agent's groups serve is visited several times.
    #[inline]
    fn for_each_queue<'a>(
        &'a self,
        freed: FreedAgent,
        mut visit: impl FnMut(&'a WaitingQueue, &ClassFilter),
    ) {
        // The only channel to visit, and the channel that was visited last: most agents work on few channels.
        let mut only = None;
        let mut last: Option<(ChannelHandle, Option<ClassFilter>)> = None;
        // PERF: without a universal capacity, units on one channel change nothing on the others.
        if let Gain::Spare { channel, .. } = freed.gain
            && !self.roster.is_limited(freed.agent)
        {
            let filter = self.class_filter(freed, channel);
            if filter.is_none() {
                return;
            }
            (only, last) = (Some(channel), Some((channel, filter)));
        }
        for queue in self.tables().queues_of_agent(freed.agent) {
            let queue = self.waiting.queue(queue);
            let channel = queue.channel;
            let is_skipped = !queue.is_active || queue.item_count == 0;
            if is_skipped || only.is_some_and(|only| only != channel) {
                continue;
            }
            let filter = match last {
                Some((of, filter)) if of == channel => filter,
                _ => self.class_filter(freed, channel),
            };
            last = Some((channel, filter));
            if let Some(filter) = &filter {
                visit(queue, filter);
            }
        }
    }

    /// Returns the filter of the classes of a channel for a freed agent. Returns `None` if the agent is not present there, or
    /// if no waiting item is larger than its spare capacity was before.
    #[inline]
    fn class_filter(&self, freed: FreedAgent, channel: ChannelHandle) -> Option<ClassFilter> {
        let spare_now = self.roster.usable_units(freed.agent, channel)?;
        let spare_before = freed.gain.spare_before(spare_now);
        let max_size = u64::from(self.waiting.max_size);
        // Without a gain, or if every waiting item fitted before, no item can fit that did not fit before.
        let agent = self.tables().agent_plans.at(freed.agent);
        (spare_before < spare_now && spare_before < max_size).then(|| ClassFilter {
            skills: agent.skill_filter,
            level: agent.highest_level,
            spare_before,
            spare_now,
        })
    }
}
