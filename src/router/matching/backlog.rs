//! Matching of a backlog: many classes and many agents at once, as after a new configuration or when a shift begins.
//!
//! Each queue has a first match, by tier and then in the order of the queue. The first of these matches, by tier, priority, age
//! and arrival, gets its best agent. This is repeated until no queue has a match.
//!
//! Matching all classes again after each assignment would be too slow: the cost would grow with the number of assignments
//! times the number of classes. But an assignment only takes capacity away, so a match that was found earlier is a lower
//! bound: the class has the same match now, or a later one, or none. The backlog therefore keeps the matches in order.
//! Before the first match of a queue is used, its agent is checked again. If the agent is no longer eligible, the class is
//! matched again.
//!
//! The queues are compared by the global keys of their first matches, and are visited in the order of lower bounds of these keys
//! ([`OrderKey::global_bound`]). Without sort keys, the bound of a queue is the key of its first match. With sort keys, an older
//! item may be behind a younger one in the queue, so the bound has only the priority.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Bound;

use crate::base::table::{AgentHandle, QueueHandle};
use crate::decide::search::assign_or_until;
use crate::router::Router;
use crate::router::handles::ClassHandle;
use crate::router::matching::class_match::{AgentFilter, Match, Rechecks};
use crate::router::matching::dirty::{FreedAgent, Gain};
use crate::router::store::waiting_order::OrderKey;
use crate::router::waiting::waiting_queue::{QueueBound, WaitingQueue};

/// Up to this many freed agents are checked one by one. If there are more, the indexes of the roster find an agent sooner.
const FEW_AGENTS: usize = 4;

/// The known matches, at most one per class.
///
/// For example, two queues with matches, as (tier, order key):
///
/// ```text
///   queue     matches, in order     bound
///   sales     (1, 5) (1, 9)         (1, 5)      used first: its item gets an agent, and its class is matched again
///   cases     (1, 7)                (1, 7)      used next, unless that class now has a match before (1, 7)
/// ```
#[derive(Default)]
struct Backlog {
    /// The matches of each queue, in the order of the queue.
    queues: BTreeMap<QueueHandle, BTreeMap<MatchPosition, KnownMatch>>,
    /// The position of each class's match in `queues`.
    classes: BTreeMap<ClassHandle, (QueueHandle, MatchPosition)>,
    /// The bound of each queue that has a match.
    bounds: BTreeSet<(QueueBound, QueueHandle)>,
    /// The number of assignments so far.
    assignments: u64,
    /// The classes that were matched and have no match in the lowest tier. A class can be gone. Filled only with custom gates.
    unmatched: BTreeSet<ClassHandle>,
    /// The agents whose classes were all matched. Such an agent has only lost capacity since then, so a class that it can take has
    /// a match in the lowest tier, or is unmatched. Filled only with custom gates.
    searched: BTreeSet<AgentHandle>,
}

/// The position of a match in its queue: its tier and order key.
type MatchPosition = (u32, OrderKey);

/// A match, which was right when the backlog had made `assignments`.
#[derive(Clone)]
struct KnownMatch {
    found: Match,
    assignments: u64,
}

impl Backlog {
    /// Inserts the match of a class that has none here.
    fn insert(&mut self, found: Match) {
        let (queue, order) = (found.queue, (found.tier, found.key.clone()));
        let position = (queue, order.clone());
        self.classes.insert(found.class, position);
        let assignments = self.assignments;
        self.edit(queue, |matches| {
            matches.insert(order, KnownMatch { found, assignments });
        });
    }

    /// Removes the match of a class, and returns `true` if there was one.
    fn remove(&mut self, class: ClassHandle) -> bool {
        let Some((queue, order)) = self.classes.remove(&class) else {
            return false;
        };
        self.edit(queue, |matches| {
            matches.remove(&order);
        });
        true
    }

    /// Changes the matches of a queue, and then its bound.
    fn edit(
        &mut self,
        queue: QueueHandle,
        edit: impl FnOnce(&mut BTreeMap<MatchPosition, KnownMatch>),
    ) {
        let matches = self.queues.entry(queue).or_default();
        let bound = |matches: &BTreeMap<MatchPosition, _>| {
            let ((tier, key), _) = matches.first_key_value()?;
            Some(((*tier, key.global_bound()), queue))
        };
        let before = bound(matches);
        edit(matches);
        let after = bound(matches);
        // Only a change of the first match moves the bound.
        if before != after {
            before.map(|before| self.bounds.remove(&before));
            self.bounds.extend(after);
        }
    }

    /// Returns `true` if each class of a queue has a match in the queue's lowest tier. Freed agents cannot make such a match come
    /// earlier, so the classes need not be matched again.
    fn is_fully_matched(&self, queue: &WaitingQueue) -> bool {
        self.queues.get(&queue.handle).is_some_and(|matches| {
            // The matches are in the order of their tiers.
            let highest = matches.last_key_value().map(|((tier, _), _)| *tier);
            matches.len() == queue.heads.len() && highest == Some(queue.lowest_tier)
        })
    }

    /// Returns the first match of a queue as it was found.
    fn first_known(&self, queue: QueueHandle) -> Option<&KnownMatch> {
        let (_, first) = self.queues.get(&queue)?.first_key_value()?;
        Some(first)
    }

    /// Returns the bound after another one, or the first one.
    fn bound_after(
        &self,
        bound: Option<(QueueBound, QueueHandle)>,
    ) -> Option<(QueueBound, QueueHandle)> {
        let start = bound.map_or(Bound::Unbounded, Bound::Excluded);
        let mut following = self.bounds.range((start, Bound::Unbounded));
        following.next().copied()
    }
}

impl Router {
    /// Assigns items until none has an eligible agent, and nothing is dirty.
    pub(crate) fn assign_backlog(&mut self) {
        let mut backlog = Backlog::default();
        loop {
            self.match_dirty(&mut backlog);
            let Some(first) = self.confirm_first(&mut backlog) else {
                return;
            };
            backlog.remove(first.class);
            let item = self.items.item(first.item);
            let agents = || self.requester_agents(item);
            let assigned = assign_or_until(&self.roster, &item.routed, agents, self.now);
            // INVARIANT: an agent was found just now, and is found again, unless a custom gate breaks its contract. Then the
            // class has to wait for the next change, so that every step ends.
            if let Ok(assignment) = assigned {
                self.assign(first.item, &assignment);
                backlog.assignments += 1;
                // The next item of the class may have an eligible agent as well.
                self.dirty.mark_class(first.class);
            }
        }
    }

    /// Matches the dirty classes, and the classes that freed agents may serve, and clears their marks.
    fn match_dirty(&mut self, backlog: &mut Backlog) {
        let mut rechecks = Rechecks::new();
        // The dirty classes come first: then more queues are fully matched, and are left out below.
        let dirty: BTreeSet<ClassHandle> = self.dirty.take_classes().into_iter().collect();
        for class in &dirty {
            self.match_again(*class, &AgentFilter::Anyone, backlog, &mut rechecks);
        }
        let freed = self.dirty.take_freed().into_iter();
        let freed = freed.map(|(agent, gain)| FreedAgent { agent, gain });
        let freed: Vec<FreedAgent> = freed.collect();
        let needs_match = |queue: &WaitingQueue| !backlog.is_fully_matched(queue);
        let mut filters: BTreeMap<ClassHandle, AgentFilter> = BTreeMap::new();
        if freed.len() <= FEW_AGENTS {
            for freed in &freed {
                let classes = if backlog.searched.contains(&freed.agent) {
                    backlog.unmatched.iter().copied().collect()
                } else {
                    self.classes_for([*freed], needs_match)
                };
                for class in classes {
                    let filter = filters.entry(class);
                    let filter = filter.or_insert(AgentFilter::Only(Vec::new()));
                    if let AgentFilter::Only(agents) = filter {
                        agents.push(freed.agent);
                    }
                }
            }
        } else {
            // Many freed agents: a search of the indexes is faster than a check of each.
            let classes = self.classes_for(freed.iter().copied(), needs_match);
            let anyone = |class| (class, AgentFilter::Anyone);
            filters.extend(classes.into_iter().map(anyone));
        }
        if self.tables().has_custom_gates {
            // An agent who has gained a part only was compared with a part of the classes.
            let searched = freed.iter().filter(|freed| freed.gain == Gain::Any);
            backlog.searched.extend(searched.map(|freed| freed.agent));
        }
        for (class, filter) in filters {
            // The dirty classes have been matched with everyone.
            if !dirty.contains(&class) {
                self.match_again(class, &filter, backlog, &mut rechecks);
            }
        }
        self.schedule_rechecks(rechecks);
    }

    /// Matches a class with the agents of a filter, and replaces the match that is known.
    fn match_again(
        &self,
        class: ClassHandle,
        filter: &AgentFilter,
        backlog: &mut Backlog,
        rechecks: &mut Rechecks,
    ) {
        let filter = if backlog.remove(class) {
            // The removed match may have had an agent who is not in the filter.
            &AgentFilter::Anyone
        } else {
            filter
        };
        let found = self.match_class(class, filter, rechecks);
        if self.tables().has_custom_gates {
            let queue = self.waiting.queue_of(class);
            let lowest = queue.map(|queue| self.waiting.queue(queue).lowest_tier);
            // A class that is gone is not listed either: it has neither a tier nor a match.
            if lowest == found.as_ref().map(|found| found.tier) {
                backlog.unmatched.remove(&class);
            } else {
                backlog.unmatched.insert(class);
            }
        }
        if let Some(found) = found {
            backlog.insert(found);
        }
    }

    /// Finds the first match of all queues.
    ///
    /// Visits the queues in the order of their bounds, up to the first bound that is not before the match that it has. A
    /// queue whose first match is replaced by a later one gets a later bound, and is visited there again.
    fn confirm_first(&mut self, backlog: &mut Backlog) -> Option<Match> {
        let mut first: Option<Match> = None;
        let mut visited = None;
        while let Some(next @ (bound, queue)) = backlog.bound_after(visited)
            && first
                .as_ref()
                .is_none_or(|first| bound < first.among_queues())
        {
            visited = Some(next);
            if let Some(own) = self.confirm_first_of_queue(queue, backlog)
                && first
                    .as_ref()
                    .is_none_or(|first| own.among_queues() < first.among_queues())
            {
                first = Some(own);
            }
        }
        first
    }

    /// Finds the first match of a queue. Matches classes again whose matches no longer hold.
    fn confirm_first_of_queue(
        &mut self,
        queue: QueueHandle,
        backlog: &mut Backlog,
    ) -> Option<Match> {
        loop {
            let first = backlog.first_known(queue)?;
            // PERF: no check if nothing was assigned since the match was found: then no agent has lost capacity.
            if first.assignments == backlog.assignments || self.is_match(&first.found) {
                return Some(first.found.clone());
            }
            // The class has a later match now, or none, so another class may be the first of the queue.
            let class = first.found.class;
            let mut rechecks = Rechecks::new();
            self.match_again(class, &AgentFilter::Anyone, backlog, &mut rechecks);
            self.schedule_rechecks(rechecks);
        }
    }
}
