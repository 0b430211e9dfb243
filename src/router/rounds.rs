//! Rounds over many classes, of which much may have become possible at once.

use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap};
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::router::Router;
use crate::router::candidates::{AskAgain, Candidate, Whom};
use crate::router::fresh::{Freed, Gain};
use crate::router::rank::Rank;
use crate::router::waiting::ClassHandle;
use crate::table::{AgentHandle, QueueHandle};

/// Of up to so many agents who have become free each is asked by itself.
const FEW: usize = 4;

/// The candidates of many classes. What agents are given only takes from what others may take: a candidate that was right
/// once is the best that its class can have, until the class is asked about anew.
#[derive(Default)]
struct Candidates {
    queues: BTreeMap<QueueHandle, BTreeMap<ClassHandle, Candidate>>,
    /// The first candidates of the queues, with some that no longer are.
    firsts: BinaryHeap<Reverse<(u32, Rank, QueueHandle)>>,
    /// The queues whose first candidate may be another than noted.
    unsettled: BTreeSet<QueueHandle>,
}

impl Candidates {
    fn put(&mut self, candidate: Candidate) {
        self.unsettled.insert(candidate.queue);
        let queue = self.queues.entry(candidate.queue).or_default();
        queue.insert(candidate.class, candidate);
    }

    fn take(&mut self, queue: QueueHandle, class: ClassHandle) -> bool {
        self.unsettled.insert(queue);
        let own = self.queues.get_mut(&queue);
        own.is_some_and(|own| own.remove(&class).is_some())
    }
}

impl Router {
    /// Assigns items of the classes that are fresh, and of those that agents who have become free might take.
    pub(super) fn assign_classes(&mut self) {
        let mut candidates = Candidates::default();
        loop {
            self.ask_fresh(&mut candidates);
            let Some(candidate) = self.next_candidate(&mut candidates) else {
                return;
            };
            self.assign_candidate(&candidate);
            self.fresh.classes.push(candidate.class);
        }
    }

    /// Asks about all classes that are fresh.
    fn ask_fresh(&mut self, candidates: &mut Candidates) {
        let mut again = AskAgain::new();
        for (class, mut whom) in self.take_fresh() {
            let Some(queue) = self.waiting.queue_of(class) else {
                continue;
            };
            if candidates.take(queue, class) {
                whom = Whom::Anyone;
            }
            if let Some(candidate) = self.candidate(class, &whom, &mut again) {
                candidates.put(candidate);
            }
        }
        self.ask_again(again);
    }

    /// The classes that are fresh, each with whom it has to be asked about.
    fn take_fresh(&mut self) -> BTreeMap<ClassHandle, Whom> {
        let classes = self.fresh.classes.drain(..);
        let mut asked: BTreeMap<_, _> = classes.map(|class| (class, Whom::Anyone)).collect();
        let freed = self.take_freed();
        let few = freed.len() <= FEW;
        for (agent, gain) in freed {
            for class in self.classes_open_to(Freed { agent, gain }) {
                let whom = asked.entry(class).or_insert(Whom::Only(Vec::new()));
                match whom {
                    Whom::Only(agents) if few => agents.push(agent),
                    whom => *whom = Whom::Anyone,
                }
            }
        }
        asked
    }

    /// The agents who may take more, each with all that it has gained: what each gain leaves out may be in their sum.
    fn take_freed(&mut self) -> BTreeMap<AgentHandle, Gain> {
        let mut all = BTreeMap::new();
        for Freed { agent, gain } in self.fresh.freed.drain(..) {
            all.entry(agent)
                .and_modify(|sum: &mut Gain| *sum = sum.and(gain))
                .or_insert(gain);
        }
        all
    }

    /// Takes the candidate that comes first out of all that are noted.
    fn next_candidate(&mut self, candidates: &mut Candidates) -> Option<Candidate> {
        loop {
            self.settle(candidates);
            let Reverse((tier, rank, queue)) = candidates.firsts.pop()?;
            let Some(first) = self.first_of_queue(candidates, queue) else {
                continue;
            };
            if first.among_queues() != (tier, rank) {
                continue;
            }
            candidates.take(queue, first.class);
            if self.is_still_open(&first) {
                return Some(first);
            }
            let mut again = AskAgain::new();
            if let Some(next) = self.candidate(first.class, &Whom::Anyone, &mut again) {
                candidates.put(next);
            }
            self.ask_again(again);
        }
    }

    /// Notes the first candidates of the queues in which something has changed.
    fn settle(&self, candidates: &mut Candidates) {
        while let Some(queue) = candidates.unsettled.pop_first() {
            if let Some(first) = self.first_of_queue(candidates, queue) {
                let (tier, rank) = first.among_queues();
                candidates.firsts.push(Reverse((tier, rank, queue)));
            }
        }
    }

    fn first_of_queue(&self, candidates: &Candidates, queue: QueueHandle) -> Option<Candidate> {
        let own = candidates.queues.get(&queue)?.values();
        let first = own.reduce(|first, next| {
            if self.comes_before(next, first) {
                next
            } else {
                first
            }
        });
        first.copied()
    }
}
