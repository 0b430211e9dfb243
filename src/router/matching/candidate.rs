//! Candidates: the first waiting item that somebody may take, of a class, of a queue, of all that an agent serves.

use crate::router::handles::ClassHandle;
use crate::router::handles::ItemHandle;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, QueueHandle};
use crate::decide::search::{Found, find_any, find_for_agent};
use crate::router::Router;
use crate::router::store::item::Item;

use crate::router::waiting::class_list::ClassHead;
use crate::router::waiting::order_key::{OrderKey, in_queue};
use crate::time::Timestamp;

/// Whom a class is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AgentFilter {
    Anyone,
    Only(Vec<AgentHandle>),
}

/// The first item of a class that somebody may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    pub(crate) queue: QueueHandle,
    pub(crate) class: ClassHandle,
    pub(crate) item: ItemHandle,
    pub(crate) tier: u32,
    /// Where the item stands among those of other queues.
    pub(crate) rank: OrderKey,
    /// Who could take it, through what: not yet who will.
    pub(crate) found: Found,
}

impl Match {
    /// The candidates of several queues stand in this order.
    pub(crate) fn among_queues(&self) -> (u32, OrderKey) {
        (self.tier, self.rank)
    }
}

/// When rules of the service's own want to be asked about items again.
pub(crate) type AskAgain = Vec<(ItemHandle, Timestamp)>;

impl Router {
    /// Whether one of two candidates of a queue comes before the other: by tier, then in the queue's order.
    pub(crate) fn comes_before(&self, one: &Match, other: &Match) -> bool {
        one.tier < other.tier || one.tier == other.tier && self.stands_before(one, other.item)
    }

    /// Whether a candidate stands before another item of its queue.
    pub(crate) fn stands_before(&self, one: &Match, other: ItemHandle) -> bool {
        let config = self.compiled().queue(one.queue);
        let (one, other) = (self.items.item(one.item), self.items.item(other));
        in_queue(config, one, other).is_lt()
    }

    /// The first item of a class that somebody may take, with whoever may.
    pub(crate) fn candidate(
        &self,
        class: ClassHandle,
        whom: &AgentFilter,
        again: &mut AskAgain,
    ) -> Option<Match> {
        let queue = self.waiting.queue_of(class)?;
        if !self.waiting.queue(queue).is_at_work {
            return None;
        }
        match whom {
            AgentFilter::Only(agents) => {
                let find = |work: &Item| self.find_for_agents(work, agents);
                self.first_of(queue, class, again, find)
            }
            AgentFilter::Anyone => {
                let find = |work: &Item| find_any(&self.roster, &work.routed, self.now);
                self.first_of(queue, class, again, find)
            }
        }
    }

    /// The first item of a class, given which comes first in it, that an agent may take.
    #[inline]
    pub(crate) fn first_from(
        &self,
        head: &ClassHead,
        agent: AgentHandle,
        again: &mut AskAgain,
    ) -> Option<Match> {
        let first = head.item;
        let work = self.items.item(first);
        let queue = work.routed.queue();
        if !work.routed.declines().is_empty() {
            let find = |work: &Item| self.find_for_agents(work, &[agent]);
            return self.first_of(queue, head.class, again, find);
        }
        let (found, ends) = find_for_agent(&self.roster, &work.routed, agent, self.now);
        again.extend(ends.map(|ends| (first, ends)));
        Some(self.note(*head, queue, found?))
    }

    /// The first item of a class of a queue for which somebody is found, of the lowest tier.
    fn first_of(
        &self,
        queue: QueueHandle,
        class: ClassHandle,
        again: &mut AskAgain,
        find: impl Fn(&Item) -> (Option<Found>, Option<Timestamp>),
    ) -> Option<Match> {
        let lowest_tier = self.waiting.queue(queue).lowest_tier;
        let mut first: Option<Match> = None;
        for item in self.waiting.items(&self.items, class) {
            let work = self.items.item(item);
            let (found, ends) = find(work);
            again.extend(ends.map(|ends| (item, ends)));
            if let Some(found) = found {
                let head = ClassHead::of(class, item, work);
                let candidate = self.note(head, queue, found);
                if first.is_none_or(|first| candidate.tier < first.tier) {
                    first = Some(candidate);
                }
            }
            // Whoever may take an item behind it may take one that nobody has declined; and what is behind one that goes through
            // the lowest tier comes after it.
            let is_through_lowest = first.is_some_and(|first| first.tier == lowest_tier);
            if is_through_lowest || work.routed.declines().is_empty() {
                break;
            }
        }
        first
    }

    #[inline]
    fn note(&self, head: ClassHead, queue: QueueHandle, found: Found) -> Match {
        Match {
            queue,
            class: head.class,
            item: head.item,
            tier: self.compiled().tier_of(found.pool, found.group),
            rank: head.rank,
            found,
        }
    }

    fn find_for_agents(
        &self,
        work: &Item,
        agents: &[AgentHandle],
    ) -> (Option<Found>, Option<Timestamp>) {
        let compiled = self.compiled();
        let mut first: Option<(u32, Found)> = None;
        let mut ends = None;
        for agent in agents {
            let (found, its_end) = find_for_agent(&self.roster, &work.routed, *agent, self.now);
            ends = ends.into_iter().chain(its_end).min();
            let found = found.map(|found| (compiled.tier_of(found.pool, found.group), found));
            if let Some((tier, found)) = found
                && first.is_none_or(|(least, _)| tier < least)
            {
                first = Some((tier, found));
            }
        }
        (first.map(|(_, found)| found), ends)
    }

    /// Whether the agent who could take a candidate still could.
    pub(crate) fn is_still_open(&self, candidate: &Match) -> bool {
        let work = self.items.item(candidate.item);
        let agent = self.roster.handle_of(candidate.found.agent);
        let (found, _) = find_for_agent(&self.roster, &work.routed, agent, self.now);
        let tier = found.map(|found| self.compiled().tier_of(found.pool, found.group));
        work.wait.class == Some(candidate.class) && tier == Some(candidate.tier)
    }

    /// Rules of the service's own want to be asked about items again.
    #[inline]
    pub(crate) fn schedule_rechecks(&mut self, again: AskAgain) {
        for (item, moment) in again {
            self.schedule_recheck(item, moment);
        }
    }

    pub(crate) fn schedule_recheck(&mut self, item: ItemHandle, moment: Timestamp) {
        if moment > self.now {
            let notes = self.items.item_mut(item).notes_mut();
            notes.recheck_at = notes.recheck_at.into_iter().chain([moment]).min();
            self.arm(item);
        }
    }
}
