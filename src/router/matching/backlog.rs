//! Matching of a backlog: many classes may have become assignable at once, by many agents.
//!
//! Each queue names its first match, by tier and in its own order. Of the matches that are named, the first one by tier,
//! priority, age and arrival gets its best agent. Then the queues name again, until no class has a match.
//!
//! To match every class again after each assignment would cost the product of both. But assignments only take capacity away:
//! a match that was found earlier is a lower bound of the match that its class has now. So the matches are kept in order,
//! and only the ones that come first are confirmed, and matched again if their agent has been taken.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Bound;

use crate::base::table::QueueHandle;
use crate::decide::search::assign_or_until;
use crate::router::Router;
use crate::router::handles::ClassHandle;
use crate::router::matching::class_match::{AgentFilter, Match, Rechecks};
use crate::router::matching::dirty::FreedAgent;
use crate::router::store::order_key::{GlobalKey, OrderKey};

/// Up to this many freed agents are matched by themselves; more are matched as all agents are.
const FEW_AGENTS: usize = 4;

/// The matches of the classes that had one when they were last matched.
#[derive(Default)]
struct Backlog {
    /// By queue: the matches in the order of the queue.
    queues: BTreeMap<QueueHandle, BTreeMap<QueueOrder, BacklogMatch>>,
    /// The position of each class's match.
    classes: BTreeMap<ClassHandle, (QueueHandle, QueueOrder)>,
    /// The queues with a match, by a lower bound of the matches that they name.
    bounds: BTreeSet<QueueBound>,
    /// The number of assignments so far.
    assigned: u64,
}

/// Tier and order key of a match: its position in its queue.
type QueueOrder = (u32, OrderKey);

/// Tier and global key that no match of the queue comes before.
type QueueBound = (u32, GlobalKey, QueueHandle);

/// A match, and the number of assignments when it was found.
#[derive(Clone)]
struct BacklogMatch {
    found: Match,
    assigned: u64,
}

impl Backlog {
    /// Inserts the match of a class that has none here.
    fn insert(&mut self, found: Match) {
        let (queue, order) = (found.queue, (found.tier, found.key.clone()));
        let position = (queue, order.clone());
        self.classes.insert(found.class, position);
        let assigned = self.assigned;
        self.edit(queue, |matches| {
            matches.insert(order, BacklogMatch { found, assigned });
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

    /// Edits the matches of a queue, and keeps the bounds of the queues.
    fn edit(
        &mut self,
        queue: QueueHandle,
        edit: impl FnOnce(&mut BTreeMap<QueueOrder, BacklogMatch>),
    ) {
        let matches = self.queues.entry(queue).or_default();
        let bound = |matches: &BTreeMap<QueueOrder, _>| {
            let ((tier, key), _) = matches.first_key_value()?;
            Some((*tier, key.global_bound(), queue))
        };
        let before = bound(matches);
        edit(matches);
        let after = bound(matches);
        if before != after {
            before.map(|before| self.bounds.remove(&before));
            self.bounds.extend(after);
        }
    }

    /// Returns the first match of a queue as it was found.
    fn first_of(&self, queue: QueueHandle) -> Option<&BacklogMatch> {
        let (_, first) = self.queues.get(&queue)?.first_key_value()?;
        Some(first)
    }

    /// Returns the queue that follows another one in the order of the bounds, or the first one.
    fn queue_after(&self, bound: Option<QueueBound>) -> Option<QueueBound> {
        let start = bound.map_or(Bound::Unbounded, Bound::Excluded);
        let mut following = self.bounds.range((start, Bound::Unbounded));
        following.next().copied()
    }
}

impl Router {
    /// Assigns items of the dirty classes, and of those that freed agents may take, until none has an eligible agent.
    pub(crate) fn assign_backlog(&mut self) {
        let mut backlog = Backlog::default();
        loop {
            self.match_dirty(&mut backlog);
            let Some(first) = self.first_of_backlog(&mut backlog) else {
                return;
            };
            backlog.remove(first.class);
            let item = self.items.item(first.item);
            let last_agent = self.last_agents.find(self.plan(), item.work_item());
            let assigned = assign_or_until(&self.roster, &item.routed, last_agent, self.now);
            // Fails only if a custom gate breaks its contract and judges the same case differently.
            if let Ok(assignment) = assigned {
                self.assign(first.item, &assignment);
                backlog.assigned += 1;
                self.dirty.mark_class(first.class);
            }
        }
    }

    /// Matches the dirty classes, and those that freed agents may take. Empties the dirty set, but for exhaustion.
    fn match_dirty(&mut self, backlog: &mut Backlog) {
        let classes = self.dirty.take_classes().into_iter();
        let mut filters: BTreeMap<ClassHandle, AgentFilter> =
            classes.map(|class| (class, AgentFilter::Anyone)).collect();
        let freed = self.dirty.take_freed();
        let are_few = freed.len() <= FEW_AGENTS;
        for (agent, gain) in freed {
            for class in self.classes_for(FreedAgent { agent, gain }) {
                let filter = filters.entry(class);
                match filter.or_insert(AgentFilter::Only(Vec::new())) {
                    AgentFilter::Only(agents) if are_few => agents.push(agent),
                    filter => *filter = AgentFilter::Anyone,
                }
            }
        }
        let mut rechecks = Rechecks::new();
        for (class, mut filter) in filters {
            if backlog.remove(class) {
                filter = AgentFilter::Anyone;
            }
            if let Some(found) = self.match_class(class, &filter, &mut rechecks) {
                backlog.insert(found);
            }
        }
        self.schedule_rechecks(rechecks);
    }

    /// Finds the first match of all queues.
    ///
    /// Visits the queues in the order of their bounds, until no further queue can name an earlier match. A queue whose match
    /// was taken moves back, and may be visited again.
    fn first_of_backlog(&mut self, backlog: &mut Backlog) -> Option<Match> {
        let mut first: Option<Match> = None;
        let mut visited = None;
        while let Some(bound @ (tier, key, queue)) = backlog.queue_after(visited)
            && first
                .as_ref()
                .is_none_or(|first| (tier, key) < first.among_queues())
        {
            visited = Some(bound);
            if let Some(named) = self.first_of_queue(queue, backlog)
                && first
                    .as_ref()
                    .is_none_or(|first| named.among_queues() < first.among_queues())
            {
                first = Some(named);
            }
        }
        first
    }

    /// Finds the first match of a queue. Its class is matched again if the agent was taken.
    fn first_of_queue(&mut self, queue: QueueHandle, backlog: &mut Backlog) -> Option<Match> {
        loop {
            let first = backlog.first_of(queue)?;
            if first.assigned == backlog.assigned || self.is_match(&first.found) {
                return Some(first.found.clone());
            }
            let class = first.found.class;
            backlog.remove(class);
            let mut rechecks = Rechecks::new();
            if let Some(again) = self.match_class(class, &AgentFilter::Anyone, &mut rechecks) {
                backlog.insert(again);
            }
            self.schedule_rechecks(rechecks);
        }
    }
}
