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
        let tables = self.tables();
        let mut filters = Filters::new(self, freed);
        if filters.is_only_empty() {
            return None;
        }
        let mut in_order = self.waiting.order.queues_for(tables, freed.agent);
        if in_order.is_some() && filters.are_empty() {
            return None;
        }
        let mut own_queues = tables.queues_of_agent(freed.agent);
        let mut first: Option<Match> = None;
        loop {
            let queue = if let Some(in_order) = &mut in_order {
                let Some((bound, queue)) = in_order.next() else {
                    break;
                };
                if first
                    .as_ref()
                    .is_some_and(|first| first.among_queues() <= bound)
                {
                    break;
                }
                if !tables.serves(freed.agent, queue) {
                    continue;
                }
                queue
            } else {
                let Some(queue) = own_queues.next() else {
                    break;
                };
                queue
            };
            let queue = self.waiting.queue(queue);
            if let Some(filter) = filters.of(queue)
                && let Some(own) =
                    self.first_in_queue(queue, &filter, freed, first.as_ref(), rechecks)
                && first
                    .as_ref()
                    .is_none_or(|first| own.among_queues() < first.among_queues())
            {
                first = Some(own);
            }
        }
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
        let mut filters = Filters::new(self, freed);
        // PERF: after most assignments, the agent has no spare capacity left.
        if filters.is_only_empty() {
            return;
        }
        for queue in self.tables().queues_of_agent(freed.agent) {
            let queue = self.waiting.queue(queue);
            if let Some(filter) = filters.of(queue) {
                visit(queue, &filter);
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
        (spare_before < spare_now && spare_before < max_size).then_some(ClassFilter {
            skills: agent.skill_filter,
            level: agent.highest_level,
            spare_before,
            spare_now,
        })
    }
}

/// The filters of a freed agent, by channel.
struct Filters<'a> {
    router: &'a Router,
    freed: FreedAgent,
    /// The only channel on which the agent has gained something; `None` if there can be several.
    only: Option<ChannelHandle>,
    /// The filter that was returned last: most agents work on few channels.
    last: Option<(ChannelHandle, Option<ClassFilter>)>,
}

impl<'a> Filters<'a> {
    #[inline]
    fn new(router: &'a Router, freed: FreedAgent) -> Self {
        // PERF: without a universal capacity, units on one channel change nothing on the others.
        let only = match freed.gain {
            Gain::Spare { channel, .. } if !router.roster.is_limited(freed.agent) => Some(channel),
            _ => None,
        };
        Self {
            router,
            freed,
            only,
            last: only.map(|only| (only, router.class_filter(freed, only))),
        }
    }

    /// Returns `true` if there is only one channel, on which nothing can be gained.
    #[inline]
    fn is_only_empty(&self) -> bool {
        self.only.is_some() && self.last.is_some_and(|(_, filter)| filter.is_none())
    }

    /// Returns `true` if nothing can be gained on any channel. Takes O(channels).
    fn are_empty(&self) -> bool {
        let filter = |channel| self.router.class_filter(self.freed, channel);
        let channels = self.router.tables().channels.iter();
        let mut channels = channels.map(|(channel, _)| channel);
        if self.only.is_some() {
            return self.is_only_empty();
        }
        channels.all(|channel| filter(channel).is_none())
    }

    /// Returns the filter of the classes of a queue; `None` if nothing can be gained there.
    #[inline]
    fn of(&mut self, queue: &WaitingQueue) -> Option<ClassFilter> {
        let channel = queue.channel;
        let is_skipped = !queue.is_active || queue.item_count == 0;
        if is_skipped || self.only.is_some_and(|only| only != channel) {
            return None;
        }
        let filter = match self.last {
            Some((of, filter)) if of == channel => filter,
            _ => self.router.class_filter(self.freed, channel),
        };
        self.last = Some((channel, filter));
        filter
    }
}
