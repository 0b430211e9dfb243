//! Queues: an item enters its queue, leaves it, or is routed to another one. Handles no input by itself.

use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, Output, RequeueReason};

impl Router {
    /// Starts a new wait of a queued item that no agent holds any longer, in its queue. If it has none, finds a queue that takes
    /// it, or cancels the item.
    ///
    /// Only the activity and the routing conditions of queues are checked: the item is in the router already, so that no limit of
    /// a queue may refuse it.
    pub(crate) fn requeue(&mut self, handle: ItemHandle, why: RequeueReason) {
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        if item.queue().is_none() {
            let channel = tables.channel_plans.at(item.channel());
            let Some(queue) = tables.queue_for(channel, item.work_item()) else {
                self.cancel_item(handle, CancelReason::QueueGone, None);
                return;
            };
            item.set_queue(Some(queue));
        }
        // Deadlines are processed at `now`, so in a late step the wait starts at `now` and not at the deadline.
        item.restart_wait(self.now);
        self.output_requeued(handle, why);
        self.enter_queue(handle);
    }

    /// Outputs that an item waits in its queue again.
    pub(crate) fn output_requeued(&mut self, handle: ItemHandle, why: RequeueReason) {
        let item = self.items.item(handle);
        if let Some(queue) = item.queue() {
            let (item, queue) = (item.id().clone(), self.queue_id(queue));
            self.output(Output::Requeued { item, queue, why });
        }
    }

    /// Adds a queued item to its class and marks it as dirty, so that it is matched before the step ends.
    ///
    /// O(classes of the queue + log n) for n items in the class.
    pub(crate) fn enter_queue(&mut self, handle: ItemHandle) {
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        // Declines may have lapsed while the item was offered. An item without declines can be covered by its class head.
        item.routed.remove_lapsed_declines(self.now);
        // Count the open pools before the class is looked up: the class key contains their number.
        item.count_open_pools(tables, self.now);
        let item = self.items.item(handle);
        let lookup = self.waiting.find(tables, &self.items, item);
        let is_covered = lookup.is_covered_by_head();
        self.waiting.enter(tables, &mut self.items, handle, lookup);
        if is_covered {
            self.mark_exhaustion_check(handle);
        } else {
            self.mark_dirty(handle);
        }
        self.arm(handle);
    }

    /// Removes an item from its class, if it is in one. O(log n) for n items in the class.
    pub(crate) fn leave_queue(&mut self, handle: ItemHandle) {
        let Some(class) = self.waiting.leave(&mut self.items, handle) else {
            return;
        };
        let item = self.items.item_mut(handle);
        let notes = item.notes.as_mut();
        if notes.is_some_and(|notes| notes.recheck_at.take().is_some()) {
            // The recheck applied to the whole class: another item of the class takes it over when it is matched.
            self.dirty.mark_class(class);
        }
        self.declined.remove(handle, item);
    }

    /// Moves a queued item to the class that it belongs to now that a pool has opened to it.
    pub(crate) fn reclassify(&mut self, handle: ItemHandle) {
        self.leave_queue(handle);
        self.enter_queue(handle);
    }
}
