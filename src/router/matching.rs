//! Matching: assigns waiting items to agents after a change.
//!
//! # The rule
//!
//! An agent is eligible for an item through a group of a pool, and this pair has a tier. In the lowest tier in which any item
//! has an eligible agent, the first match of a queue is its first such item, in the order of the queue. The first of these
//! matches, by priority, age and arrival, gets its best agent. This is repeated until no queued item of an active queue has an
//! eligible agent.
//!
//! # The algorithm
//!
//! INVARIANT: when the dirty set is empty, no queued item of an active queue has an eligible agent.
//!
//! A step therefore matches only what it has changed:
//!
//! 1. The transitions of the step mark what they change in the [dirty set](dirty): the class of an item that has come back to
//!    its queue, and each agent who has gained something. An item that comes in is matched before it is put in its queue.
//! 2. If one agent was freed and nothing else is marked, as after most inputs, only this agent can be eligible for an item.
//!    The [search for the agent](for_agent) visits the classes of its queues that it could not serve before, and returns the
//!    first item among them. The agent gets it.
//! 3. Otherwise, or if the agent takes more than a few items, the [backlog] is matched: one match per marked class, and per class
//!    that a freed agent may serve. The first match gets its best agent, and the next one follows.
//! 4. An assignment takes capacity away, and with custom gates it marks the agent again. Steps 2 and 3 are repeated until
//!    nothing is marked.
//!
//! All items of a class have equal eligible agents, so the [match of a class](class_match) is its first item. The cost depends
//! on the number of classes, not on the number of items.
//!
//! At the end of a step the items that were declined are checked for [exhaustion].

pub(crate) mod backlog;
pub(crate) mod class_match;
pub(crate) mod dirty;
pub(crate) mod exhaustion;
pub(crate) mod for_agent;
pub(crate) mod mark;
pub(crate) mod requester;

use alloc::vec::Vec;

use crate::decide::search::assignment_for;
use crate::decision::Assignment;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::matching::dirty::FreedAgent;

/// Up to this many items are searched one by one for a freed agent. If it takes more, a backlog keeps what was found in each of
/// its queues.
const FEW_ITEMS: usize = 8;

impl Router {
    /// Assigns waiting items until none of an active queue has an eligible agent. Leaves no mark in the dirty set, except for
    /// exhaustion.
    pub(crate) fn assign_waiting(&mut self) {
        // The number of items that freed agents have got one by one.
        let mut assigned = 0;
        while self.dirty.has_matching() {
            match self.dirty.only_freed_agent() {
                Some(freed) if assigned < FEW_ITEMS => {
                    self.assign_to_freed(freed);
                    assigned += 1;
                }
                _ => self.assign_backlog(),
            }
        }
    }

    /// Assigns one item to a freed agent, or clears the mark if there is none for it.
    fn assign_to_freed(&mut self, freed: FreedAgent) {
        let mut rechecks = Vec::new();
        let first = self.first_match_for(freed, &mut rechecks);
        self.schedule_rechecks(rechecks);
        if let Some(first) = first {
            // INVARIANT: nobody else is eligible for the item, as nothing else is dirty. So this agent is the best one.
            let item = self.items.item(first.item);
            let assignment = assignment_for(&self.roster, &item.routed, first.choice);
            // The mark stays: the agent may take another item.
            // INVARIANT: each pass assigns an item or clears the mark, so the loop ends.
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
