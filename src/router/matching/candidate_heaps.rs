//! The candidates of many queues while rounds last: of each queue the first, and which queue is the first.

use crate::router::handles::ClassHandle;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap};
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::base::table::{AgentHandle, QueueHandle};
use crate::router::Router;
use crate::router::matching::candidate::Match;

use crate::router::waiting::order_key::OrderKey;

/// A candidate, and how many items had been assigned when it was found.
#[derive(Clone, Copy)]
pub(crate) struct TimedMatch {
    pub(crate) candidate: Match,
    pub(crate) assigned: u64,
}

/// The candidates of many classes. What agents are given only takes from what others may take: a candidate that was right
/// once is the best that its class can have, until the class is asked about anew.
#[derive(Default)]
pub(crate) struct MatchHeaps {
    queues: BTreeMap<QueueHandle, QueueMatches>,
    /// The first candidates of the queues, with some that no longer are.
    pub(crate) firsts: BinaryHeap<Reverse<(u32, OrderKey, QueueHandle)>>,
    /// The queues whose first candidate may be another than noted.
    pub(crate) unsettled: BTreeSet<QueueHandle>,
    /// The queues with sort keys that have or had candidates.
    sorted: BTreeSet<QueueHandle>,
    /// How many items have been assigned meanwhile.
    pub(crate) assigned: u64,
}

/// The candidates of one queue.
#[derive(Default)]
struct QueueMatches {
    /// Each with its number among all that were put.
    noted: BTreeMap<ClassHandle, (u64, TimedMatch)>,
    /// All that were put and have not come to the front yet, noted still or not: a binary heap in the queue's order.
    heap: Vec<(u64, Match)>,
    puts: u64,
}

impl MatchHeaps {
    pub(crate) fn put(&mut self, router: &Router, candidate: Match) {
        self.unsettled.insert(candidate.queue);
        if !router.waiting.queue(candidate.queue).is_by_rank {
            self.sorted.insert(candidate.queue);
        }
        let noted = TimedMatch {
            candidate,
            assigned: self.assigned,
        };
        let own = self.queues.entry(candidate.queue).or_default();
        own.put(router, noted);
    }

    pub(crate) fn take(&mut self, queue: QueueHandle, class: ClassHandle) -> bool {
        self.unsettled.insert(queue);
        let own = self.queues.get_mut(&queue);
        own.is_some_and(|own| own.noted.remove(&class).is_some())
    }

    /// The first candidate of a queue.
    pub(crate) fn first_of(&mut self, router: &Router, queue: QueueHandle) -> Option<TimedMatch> {
        self.queues.get_mut(&queue)?.first(router)
    }

    /// An item has been assigned to an agent: the first candidate of a queue with sort keys may have been meant for it too. What
    /// stands behind that one there may come before what is noted of other queues.
    pub(crate) fn count_assigned(&mut self, router: &Router, agent: AgentHandle) {
        self.assigned += 1;
        for queue in &self.sorted {
            let own = self.queues.get_mut(queue);
            let first = own.and_then(|own| own.first(router));
            if first
                .is_some_and(|first| router.roster.handle_of(first.candidate.found.agent) == agent)
            {
                self.unsettled.insert(*queue);
            }
        }
    }
}

impl QueueMatches {
    fn put(&mut self, router: &Router, noted: TimedMatch) {
        self.puts += 1;
        let candidate = noted.candidate;
        self.noted.insert(candidate.class, (self.puts, noted));
        self.heap.push((self.puts, candidate));
        self.raise_last(router);
    }

    fn first(&mut self, router: &Router) -> Option<TimedMatch> {
        loop {
            let (number, candidate) = self.heap.first()?;
            match self.noted.get(&candidate.class) {
                Some((noted, first)) if noted == number => return Some(*first),
                _ => self.drop_first(router),
            }
        }
    }

    /// Moves what was put last up to where it belongs.
    fn raise_last(&mut self, router: &Router) {
        let mut place = self.heap.len() - 1;
        while place > 0 {
            let above = (place - 1) / 2;
            if !self.comes_before(router, place, above) {
                return;
            }
            self.heap.swap(place, above);
            place = above;
        }
    }

    /// Takes the first out, and moves what was last down from there.
    fn drop_first(&mut self, router: &Router) {
        self.heap.swap_remove(0);
        let mut place = 0;
        loop {
            let mut below = 2 * place + 1;
            if self.comes_before(router, below + 1, below) {
                below += 1;
            }
            if !self.comes_before(router, below, place) {
                return;
            }
            self.heap.swap(place, below);
            place = below;
        }
    }

    fn comes_before(&self, router: &Router, one: usize, other: usize) -> bool {
        let both = self.heap.get(one).zip(self.heap.get(other));
        both.is_some_and(|((_, one), (_, other))| router.comes_before(one, other))
    }
}
