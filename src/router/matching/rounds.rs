//! Rounds over many classes, of which much may have become possible at once.

use crate::router::handles::ClassHandle;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::base::table::AgentHandle;
use crate::router::Router;
use crate::router::matching::candidate::{AgentFilter, AskAgain, Match};
use crate::router::matching::candidate_heaps::{MatchHeaps, TimedMatch};
use crate::router::matching::dirty::{FreedAgent, Gain};

/// Of up to so many agents who have become free each is asked by itself.
const FEW: usize = 4;

impl Router {
    /// Assigns items of the classes that are fresh, and of those that agents who have become free might take.
    pub(crate) fn assign_classes(&mut self) {
        let mut candidates = MatchHeaps::default();
        loop {
            self.match_dirty(&mut candidates);
            let Some(candidate) = self.next_candidate(&mut candidates) else {
                return;
            };
            if let Some(agent) = self.assign_candidate(&candidate) {
                candidates.count_assigned(self, agent);
                self.dirty.classes.push(candidate.class);
            }
        }
    }

    /// Asks about all classes that are fresh.
    fn match_dirty(&mut self, candidates: &mut MatchHeaps) {
        let mut again = AskAgain::new();
        for (class, mut whom) in self.take_dirty() {
            let Some(queue) = self.waiting.queue_of(class) else {
                continue;
            };
            if candidates.take(queue, class) {
                whom = AgentFilter::Anyone;
            }
            if let Some(candidate) = self.candidate(class, &whom, &mut again) {
                candidates.put(self, candidate);
            }
        }
        self.schedule_rechecks(again);
    }

    /// The classes that are fresh, each with whom it has to be asked about.
    fn take_dirty(&mut self) -> BTreeMap<ClassHandle, AgentFilter> {
        let classes = self.dirty.classes.drain(..);
        let mut asked: BTreeMap<_, _> = classes.map(|class| (class, AgentFilter::Anyone)).collect();
        let freed = self.assign_to_freed();
        let few = freed.len() <= FEW;
        for (agent, gain) in freed {
            for class in self.classes_for(FreedAgent { agent, gain }) {
                let whom = asked.entry(class).or_insert(AgentFilter::Only(Vec::new()));
                match whom {
                    AgentFilter::Only(agents) if few => agents.push(agent),
                    whom => *whom = AgentFilter::Anyone,
                }
            }
        }
        asked
    }

    /// The agents who may take more, each with all that it has gained: what each gain leaves out may be in their sum.
    fn assign_to_freed(&mut self) -> BTreeMap<AgentHandle, Gain> {
        let mut all = BTreeMap::new();
        for FreedAgent { agent, gain } in self.dirty.freed.drain(..) {
            all.entry(agent)
                .and_modify(|sum: &mut Gain| *sum = sum.and(gain))
                .or_insert(gain);
        }
        all
    }

    /// Takes the candidate that comes first out of all that are noted.
    fn next_candidate(&mut self, candidates: &mut MatchHeaps) -> Option<Match> {
        loop {
            self.settle(candidates);
            let Reverse((tier, rank, queue)) = candidates.firsts.pop()?;
            let Some(noted) = candidates.first_of(self, queue) else {
                continue;
            };
            let first = noted.candidate;
            if first.among_queues() != (tier, rank) {
                continue;
            }
            if self.is_right(candidates, &noted) {
                candidates.take(queue, first.class);
                return Some(first);
            }
            self.rematch(candidates, &first);
        }
    }

    /// Notes the first candidates of the queues in which something has changed.
    fn settle(&mut self, candidates: &mut MatchHeaps) {
        while let Some(queue) = candidates.unsettled.pop_first() {
            let Some(noted) = candidates.first_of(self, queue) else {
                continue;
            };
            // In a queue by rank all else comes after it among all queues too: whether it is right is asked when its turn
            // comes.
            if self.waiting.queue(queue).is_by_rank || self.is_right(candidates, &noted) {
                let (tier, rank) = noted.candidate.among_queues();
                candidates.firsts.push(Reverse((tier, rank, queue)));
            } else {
                self.rematch(candidates, &noted.candidate);
            }
        }
    }

    /// Whether a candidate is still one.
    fn is_right(&self, candidates: &MatchHeaps, noted: &TimedMatch) -> bool {
        noted.assigned == candidates.assigned || self.is_still_open(&noted.candidate)
    }

    /// Asks about the class of a candidate that is none any more.
    fn rematch(&mut self, candidates: &mut MatchHeaps, candidate: &Match) {
        candidates.take(candidate.queue, candidate.class);
        let mut again = AskAgain::new();
        if let Some(next) = self.candidate(candidate.class, &AgentFilter::Anyone, &mut again) {
            candidates.put(self, next);
        }
        self.schedule_rechecks(again);
    }
}
