//! Waiting items are assigned, in rounds, until nobody can take any.

use crate::base::table::AgentHandle;
use crate::decide::search::{assign_or_until, assignment_for};
use crate::router::Router;
use crate::router::matching::candidate::{AskAgain, Match};

impl Router {
    /// Assigns waiting items, until nobody may take any.
    pub(crate) fn assign_waiting(&mut self) {
        while !self.dirty.has_no_matches() {
            let Some(freed) = self.dirty.only_freed() else {
                return self.assign_classes();
            };
            let mut again = AskAgain::new();
            let first = self.first_for(freed, &mut again);
            if !again.is_empty() {
                self.schedule_rechecks(again);
            }
            match first {
                Some(first) => self.assign_to_found(&first),
                None => self.dirty.freed.clear(),
            }
        }
    }

    /// Assigns a candidate to the agent who was found for it: nobody else may take it.
    fn assign_to_found(&mut self, candidate: &Match) {
        let work = self.items.item(candidate.item);
        let assignment = assignment_for(&self.roster, &work.routed, candidate.found, self.now);
        self.leave_queue(candidate.item);
        self.offer_assignment(candidate.item, &assignment);
    }

    /// Assigns a candidate to whoever of those who may take it comes first, and says to whom: to nobody only where a gate of the
    /// service's own has changed its mind since somebody was found.
    pub(crate) fn assign_candidate(&mut self, candidate: &Match) -> Option<AgentHandle> {
        let work = self.items.item(candidate.item);
        let last_agent = self.last_agents.find(self.plan(), work.work_item());
        let assigned = assign_or_until(&self.roster, &work.routed, last_agent, self.now);
        let assignment = assigned.ok()?;
        self.leave_queue(candidate.item);
        self.offer_assignment(candidate.item, &assignment);
        Some(assignment.agent)
    }
}
