//! Waiting items are assigned, in rounds, until nobody can take any.

use crate::assign::{assign_found, assign_knowing};
use crate::router::Router;
use crate::router::candidates::{AskAgain, Candidate};

impl Router {
    /// Assigns waiting items, until nobody may take any.
    pub(super) fn assign_waiting(&mut self) {
        while !self.fresh.is_nothing_possible() {
            let Some(freed) = self.fresh.only_freed() else {
                return self.assign_classes();
            };
            let mut again = AskAgain::new();
            let first = self.first_for(freed, &mut again);
            self.ask_again(again);
            match first {
                Some(first) => self.assign_to_found(&first),
                None => self.fresh.freed.clear(),
            }
        }
    }

    /// Assigns a candidate to the agent who was found for it: nobody else may take it.
    fn assign_to_found(&mut self, candidate: &Candidate) {
        if let Some(work) = self.items.get(candidate.item) {
            let assignment = assign_found(&self.roster, &work.routed, candidate.found, self.now);
            self.leave_queue(candidate.item);
            self.offer_assignment(candidate.item, &assignment);
        }
    }

    /// Assigns a candidate to whoever of those who may take it comes first.
    pub(super) fn assign_candidate(&mut self, candidate: &Candidate) {
        let Some(work) = self.items.get(candidate.item) else {
            return;
        };
        let last_agent = self.last_agent_of(work);
        let assigned = assign_knowing(&self.roster, &work.routed, last_agent, self.now);
        // INVARIANT: somebody could take it, and nothing has changed since.
        if let Ok(assignment) = assigned {
            self.leave_queue(candidate.item);
            self.offer_assignment(candidate.item, &assignment);
        }
    }
}
