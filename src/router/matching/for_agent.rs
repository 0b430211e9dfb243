//! The search for one freed agent: the first item of its queues that it may take now.
//!
//! The search compares the agent with the requirements of the class heads, which takes no lookup. It visits the heads that fit in
//! the order of their keys, and stops when no further head can come before the match that it has. The queues of an agent who has
//! many are visited in the order of their bounds.
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
    /// The cost is linear in the queues that are visited, in the chunks of their class heads, and in the heads that are matched.
    /// Moments at which custom gates want to be called again are added to `rechecks`.
    pub(crate) fn first_match_for(
        &self,
        freed: FreedAgent,
        rechecks: &mut Rechecks,
    ) -> Option<Match> {
        let mut filters = Filters::new(self, freed)?;
        let tables = self.tables();
        let mut bounds = self.waiting.queue_bounds.queues_for(tables, freed.agent);
        // PERF: without a gain, the search would visit all bounds.
        if bounds.is_some() && !filters.has_gain() {
            return None;
        }
        let mut own = tables.queues_of_agent(freed.agent);
        // PERF: one loop for both, so that the search of a queue is inlined.
        let mut next_queue = || match &mut bounds {
            Some(bounds) => bounds.next().map(|(bound, queue)| (Some(bound), queue)),
            None => own.next().map(|queue| (None, queue)),
        };
        let mut first: Option<Match> = None;
        while let Some((bound, handle)) = next_queue() {
            if let (Some(first), Some(bound)) = (&first, bound)
                && first.among_queues() <= bound
            {
                break;
            }
            let queue = self.waiting.queue(handle);
            if let Some(filter) = filters.of(queue)
                && (bound.is_none() || tables.serves(freed.agent, handle))
                && let Some(own) =
                    self.first_in_queue(queue, filter, freed, first.as_ref(), rechecks)
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
        filter: ClassFilter,
        freed: FreedAgent,
        other: Option<&Match>,
        rechecks: &mut Rechecks,
    ) -> Option<Match> {
        let mut first: Option<Match> = None;
        for head in queue.heads.fitting_in_order(filter) {
            // No item of this class or of the classes behind it comes before this bound.
            let bound = (queue.lowest_tier, head.key.global_bound());
            if other.is_some_and(|other| other.among_queues() <= bound) {
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
                // In the lowest tier, the heads that follow have later matches: their keys are later.
                let is_final = found.tier == queue.lowest_tier;
                first = Some(found);
                if is_final {
                    break;
                }
            }
        }
        first
    }

    /// Returns the classes of some queues for which one of the freed agents may be eligible now and was not before.
    ///
    /// O(queues of the agents + chunks of these queues + classes that fit): each queue is read once, with the union of the filters
    /// of its agents.
    pub(crate) fn classes_for(
        &self,
        freed: impl IntoIterator<Item = FreedAgent>,
        is_searched: impl Fn(&WaitingQueue) -> bool,
    ) -> Vec<ClassHandle> {
        let mut unions: BTreeMap<QueueHandle, ClassFilter> = BTreeMap::new();
        for freed in freed {
            let Some(mut filters) = Filters::new(self, freed) else {
                continue;
            };
            for queue in self.tables().queues_of_agent(freed.agent) {
                let queue = self.waiting.queue(queue);
                if let Some(filter) = filters.of(queue)
                    && is_searched(queue)
                {
                    let union = unions.entry(queue.handle).or_insert(filter);
                    *union = union.or(&filter);
                }
            }
        }
        let mut classes = Vec::new();
        for (queue, union) in unions {
            let fitting = self.waiting.queue(queue).heads.fitting(union);
            classes.extend(fitting.map(|head| head.class));
        }
        classes
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
            highest_level: agent.highest_level,
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
    /// Returns `None` if the agent can have gained something on one channel only, and has gained nothing there.
    #[inline]
    fn new(router: &'a Router, freed: FreedAgent) -> Option<Self> {
        // PERF: without a universal capacity, units on one channel change nothing on the others. After most assignments, the
        // agent has no spare unit left.
        let only = match freed.gain {
            Gain::Spare { channel, .. } if !router.roster.is_limited(freed.agent) => Some(channel),
            _ => None,
        };
        let last = match only {
            Some(only) => Some((only, Some(router.class_filter(freed, only)?))),
            None => None,
        };
        Some(Self {
            router,
            freed,
            only,
            last,
        })
    }

    /// Returns `true` if the agent has gained something on some channel. Takes O(channels).
    fn has_gain(&self) -> bool {
        let filter = |channel| self.router.class_filter(self.freed, channel);
        let mut channels = self.router.tables().channels.iter();
        self.only.is_some() || channels.any(|(channel, _)| filter(channel).is_some())
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
