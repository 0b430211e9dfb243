//! Deadlines: what time alone changes. Each step begins with them. [`Input::Tick`](crate::Input::Tick) does nothing else.
//!
//! All due deadlines are processed at `now`. The moment of a deadline decides only the order, and which declines, triggers and
//! maximum waits are due by then.
//!
//! The kinds of deadlines are those of [`Deadline`]. The time-out of an offer is in [`offer_end`](super::offer_end).
//!
//! For example, in a late step at 30 s, two offers to Asha have timed out. Their rule sets her presence to `away`:
//!
//! ```text
//!   20 s   offer of chat-1    declined. Her presence stays, since a change would withdraw chat-2 without a decline
//!   25 s   offer of chat-2    declined. It is the last due offer, so her presence becomes `away`
//!   30 s                      both chats are matched with the other agents
//! ```

use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, Output};
use crate::router::store::deadline::Deadline;
use crate::router::store::due_events::{DueEvent, DueEvents};
use crate::router::store::phase::ItemPhase;
use crate::router::store::timers::TimerKey;
use crate::time::Timestamp;

impl Router {
    /// Processes all deadlines up to now: by moment, then by kind, then by arrival of the item, then by agent.
    ///
    /// O(d log n) for d deadlines among n timers. The items that become free are matched by the caller, once for all deadlines.
    pub(crate) fn process_due(&mut self) {
        let mut due = DueEvents::default();
        self.collect_due(&mut due);
        while let Some((moment, deadline, key)) = due.pop() {
            self.due_moment = Some(moment);
            match key {
                TimerKey::Capacity(key) => self.end_temporary_capacity(key),
                TimerKey::Item { item: handle, .. } => {
                    // The event is stale if an earlier one has moved the deadline or ended the item.
                    if self.due_event(handle) == Some((moment, deadline, key)) {
                        self.process_deadline(handle, moment, deadline, &mut due);
                    }
                    // In a late step, the next deadline of the item may be due as well, such as a second trigger.
                    due.extend(self.due_event(handle));
                }
            }
            // An item that waits again may have a deadline that is due at once.
            self.collect_due(&mut due);
        }
        self.due_moment = None;
        for handle in due.into_fired() {
            // An event may have ended the item. No item comes in meanwhile, so no handle is reused.
            if self.items.get(handle).is_some() {
                self.arm(handle);
            }
        }
    }

    /// Moves the timers that have fired to the queue of due events.
    fn collect_due(&mut self, due: &mut DueEvents) {
        while let Some((moment, key)) = self.timers.pop_due(self.now) {
            match key {
                TimerKey::Item { item: handle, .. } => {
                    let item = self.items.item_mut(handle);
                    item.timer = None;
                    // The timer may be for an earlier deadline than the time-out of the offer.
                    let expires = item.offer().and_then(|offer| offer.expires);
                    due.add_fired(handle, expires.is_some_and(|expires| expires <= self.now));
                    due.extend(self.due_event(handle));
                }
                TimerKey::Capacity(_) => due.extend([(moment, Deadline::End, key)]),
            }
        }
    }

    /// Returns the next deadline of an item as an event, if it is due and the item is not gone.
    fn due_event(&self, handle: ItemHandle) -> Option<DueEvent> {
        let item = self.items.get(handle)?;
        let (moment, deadline) = item.next_deadline(self.tables(), self.last_reconfigured)?;
        (moment <= self.now).then(|| (moment, deadline, item.timer_key(handle)))
    }

    /// Processes a deadline of an item.
    fn process_deadline(
        &mut self,
        handle: ItemHandle,
        moment: Timestamp,
        deadline: Deadline,
        due: &mut DueEvents,
    ) {
        match deadline {
            Deadline::End => self.end_wrap_up(handle),
            Deadline::OfferTimeout => {
                let timed_out = self.time_out(handle);
                due.add_timed_out(timed_out);
                self.set_timeout_presences(due.take_timed_out());
            }
            Deadline::Lapse => self.lapse(handle, moment),
            Deadline::MaxWait => self.cancel_item(handle, CancelReason::MaxWait, None),
            Deadline::Pool => self.reclassify(handle),
            Deadline::Target => self.miss_target(handle),
            Deadline::Trigger => self.trigger(handle, moment),
        }
    }

    /// Closes an item whose wrap-up ends.
    fn end_wrap_up(&mut self, handle: ItemHandle) {
        let item = self.items.item(handle);
        if let (ItemPhase::WrappingUp(_), Some(held)) = (&item.phase, item.held_units()) {
            self.close_item(handle, item.id().clone(), held);
        }
    }

    /// Drops the declines of an item that have lapsed, or all of them if the item starts over, and matches it again.
    fn lapse(&mut self, handle: ItemHandle, moment: Timestamp) {
        // An item with an open offer is in no class. Its class is found when it is queued again.
        let is_queued = self.items.item(handle).is_queued();
        if is_queued {
            self.leave_queue(handle);
        }
        self.items.item_mut(handle).lapse(moment);
        if is_queued {
            self.enter_queue(handle);
        }
    }

    /// Outputs that the wait of an item has reached the target of its queue.
    fn miss_target(&mut self, handle: ItemHandle) {
        let item = self.items.item_mut(handle);
        item.wait.target_missed = true;
        if let Some(queue) = item.queue() {
            let (item, queue) = (item.id().clone(), self.queue_id(queue));
            self.output(Output::TargetMissed { item, queue });
        }
    }

    /// Outputs the next trigger that is due at a moment. Others of the same moment are events of their own.
    fn trigger(&mut self, handle: ItemHandle, moment: Timestamp) {
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        if let (Some(queue), Some(name)) = (item.queue(), item.take_trigger(tables, moment)) {
            let (item, queue) = (item.id().clone(), self.queue_id(queue));
            self.output(Output::TriggerDue { item, queue, name });
        }
    }

    /// Sets the timer of an item to its next deadline, unless it is set to an earlier moment.
    pub(crate) fn arm(&mut self, handle: ItemHandle) {
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        if let Some((moment, _)) = item.next_deadline(tables, self.last_reconfigured) {
            self.timers.arm(handle, item, moment);
        }
    }

    /// Removes stale timers from the front, so that [`poll_timeout`](Self::poll_timeout) never wakes the host up for nothing.
    pub(crate) fn drop_stale_timers(&mut self) {
        // A stale timer that is not the earliest does not affect `poll_timeout`. A timer of a capacity is never stale.
        while let Some((moment, TimerKey::Item { item: handle, .. })) = self.timers.first() {
            let tables = self.roster.plan().tables();
            let item = self.items.item_mut(handle);
            let next = item.next_deadline(tables, self.last_reconfigured);
            if next.is_some_and(|(next, _)| next == moment) {
                return;
            }
            // INVARIANT: each pass removes a timer or moves it to a later moment, so the loop ends.
            self.timers.disarm(handle, item);
            self.arm(handle);
        }
    }
}
