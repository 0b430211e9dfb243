//! Items go into queues and out of them.

use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, Output, RequeueWhy};
use crate::router::store::item::ItemPhase;

use crate::router::waiting::ClassLookup;

impl Router {
    /// A queued item waits from now on where it belongs.
    pub(crate) fn enter_queue(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let work = self.items.item_mut(item);
        work.routed.lapse(self.now);
        work.count_open_pools(compiled, self.now);
        if let Some(queue) = work.queue()
            && work.has_declines()
        {
            self.declined.at_mut(queue).insert((work.arrival, item));
        }
        let work = self.items.item(item);
        let belongs = self.waiting.find(compiled, &self.items, work);
        let is_covered_by_head = self.is_covered_by_head(&belongs);
        self.waiting.enter(compiled, &mut self.items, item, belongs);
        if is_covered_by_head {
            self.check_exhaustion_later(item);
        } else {
            self.mark_dirty(item);
        }
        self.arm(item);
    }

    /// Whether an item need not be asked about, as nobody has declined the first of its class: whoever could take it would have
    /// taken that one, or is asked about that one as this step goes on.
    #[inline]
    pub(crate) fn is_covered_by_head(&self, belongs: &ClassLookup) -> bool {
        let first = belongs.behind;
        first.is_some_and(|first| self.items.item(first.item).routed.declines().is_empty())
    }

    /// An item waits no more, if it does.
    pub(crate) fn leave_queue(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let Some(class) = self.waiting.leave(compiled, &mut self.items, item) else {
            return;
        };
        if let Some(notes) = self.items.item_mut(item).if_noted()
            && notes.recheck_at.take().is_some()
        {
            // It was asked for all of its class: another has to be.
            self.dirty.classes.push(class);
        }
        self.unindex_declined(item);
    }

    /// A queued item is put where it belongs now: a pool has opened for it, or its facts have changed.
    pub(crate) fn reclassify(&mut self, item: ItemHandle) {
        self.leave_queue(item);
        self.enter_queue(item);
    }

    pub(crate) fn output_requeued(&mut self, item: ItemHandle, why: RequeueWhy) {
        let work = self.items.item(item);
        if let Some(queue) = work.queue() {
            let item = work.routed.item().id.clone();
            let queue = self.queue_id(queue);
            self.output(Output::Requeued { item, queue, why });
        }
    }

    /// The wait of an item begins anew; its age runs on.
    pub(crate) fn restart_wait(&mut self, item: ItemHandle) {
        let now = self.now;
        let work = self.items.item_mut(item);
        work.routed.set_waiting_since(now);
        work.wait.target_missed = false;
        if let Some(notes) = work.if_noted() {
            notes.triggered.clear();
        }
    }

    /// Finds the queue of an item that has none any more, or gives the item up. Only the queues' routing is asked.
    pub(crate) fn reroute(&mut self, item: ItemHandle, why: RequeueWhy) {
        let compiled = self.roster.plan().compiled();
        let work = self.items.item_mut(item);
        let channel = compiled.channel_plans.at(work.channel());
        let Some(queue) = channel.queue_for(compiled, work.routed.item()) else {
            self.cancel_item(item, CancelReason::QueueGone, None);
            return;
        };
        work.state = ItemPhase::Queued;
        work.set_queue(Some(queue));
        self.restart_wait(item);
        self.output_requeued(item, why);
        self.enter_queue(item);
    }

    /// An item that nobody has any more waits in its queue, from now on.
    pub(crate) fn requeue(&mut self, item: ItemHandle, why: RequeueWhy) {
        if self.items.item(item).queue().is_none() {
            self.reroute(item, why);
            return;
        }
        self.restart_wait(item);
        self.output_requeued(item, why);
        self.enter_queue(item);
    }
}
