//! Matching: assigns waiting items to agents after a change.

pub(crate) mod backlog;
pub(crate) mod class_match;
pub(crate) mod dirty;
pub(crate) mod exhaustion;
pub(crate) mod for_agent;
pub(crate) mod mark;

use alloc::vec::Vec;

use crate::decide::search::assignment_for;
use crate::decision::Assignment;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::matching::dirty::FreedAgent;

impl Router {
    /// Assigns waiting items until no queued item has an eligible agent. Empties the dirty set, but for exhaustion.
    pub(crate) fn assign_waiting(&mut self) {
        while self.dirty.has_matching() {
            match self.dirty.only_freed_agent() {
                Some(freed) => self.assign_to_freed(freed),
                None => self.assign_backlog(),
            }
        }
    }

    /// Assigns one item to a freed agent, or clears the mark if there is none for it.
    fn assign_to_freed(&mut self, freed: FreedAgent) {
        let mut rechecks = Vec::new();
        let first = self.first_match_for(freed, &mut rechecks);
        self.schedule_rechecks(rechecks);
        if let Some(first) = first {
            // Nobody else is eligible for the item, so there is no best agent to look for.
            let item = self.items.item(first.item);
            let assignment = assignment_for(&self.roster, &item.routed, first.found, self.now);
            self.assign(first.item, &assignment);
        } else {
            self.dirty.clear_freed();
        }
    }

    /// Takes an item out of its queue, and offers it.
    pub(crate) fn assign(&mut self, item: ItemHandle, assignment: &Assignment) {
        self.leave_queue(item);
        self.offer_assignment(item, assignment);
    }
}
