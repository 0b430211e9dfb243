//! Exhaustion: every agent who could take an item has declined it.
//!
//! Then the router outputs [`Output::Exhausted`], at most once until the declines are cleared. The queue decides what happens
//! then: the item waits on, or its declines are cleared after a while ([`WhenExhausted`]). Busy agents and agents of pools that
//! open later count as agents who could take the item, absent ones do not. So only declines, and agents who leave, can exhaust
//! an item.

use crate::decide::search::is_exhausted;
use crate::model::WhenExhausted;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::Output;

impl Router {
    /// Checks the marked items for exhaustion, in the order of their arrival.
    pub(crate) fn process_exhaustion(&mut self) {
        let (mut items, queues) = self.dirty.take_exhaustion_checks();
        for queue in queues {
            items.extend(self.declined.of(queue));
        }
        // An item can be marked both directly and through its queue.
        items.sort_unstable();
        items.dedup();
        for (arrival, item) in items {
            if self.has_become_exhausted(arrival, item) {
                self.exhaust(item);
            }
        }
    }

    /// Returns `true` if all agents who could take an item have declined it, and this has not been output.
    fn has_become_exhausted(&self, arrival: u64, item: ItemHandle) -> bool {
        // The marked item may be gone, and its slot may be reused; then the arrival number differs.
        let item = self.items.get(item).filter(|item| item.arrival == arrival);
        item.is_some_and(|item| {
            item.is_queued()
                && !item.notes().exhausted
                && item.is_declined(self.now)
                && is_exhausted(&self.roster, &item.routed, self.now)
        })
    }

    /// Outputs that an item is exhausted, and sets the moment at which it starts over, if its queue has one.
    fn exhaust(&mut self, item: ItemHandle) {
        let tables = self.roster.plan().tables();
        let exhausted = self.items.item_mut(item);
        let id = exhausted.routed.item().id.clone();
        let queue = exhausted.routed.queue();
        let notes = exhausted.notes_mut();
        notes.exhausted = true;
        if let WhenExhausted::StartOverSecs(secs) = tables.queue(queue).when_exhausted {
            // `None` after the last timestamp: the item then waits until an agent can take it.
            notes.start_over = self.now.checked_plus_secs(secs);
        }
        self.arm(item);
        let queue = self.queue_id(queue);
        self.output(Output::Exhausted { item: id, queue });
    }
}
