//! What is due happens.

use crate::router::handles::ItemHandle;
use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::router::Router;
use crate::router::output::{CancelReason, Output};
use crate::router::store::deadline::Deadline;
use crate::router::store::item::ItemPhase;

use crate::router::store::timers::TimerOf;
use crate::router::transition::offer::TimedOutAgent;
use crate::time::Timestamp;

/// Something that is due. What is due first comes first.
type DueEvent = Reverse<(Timestamp, Deadline, TimerOf)>;

/// All that is due.
#[derive(Default)]
struct DueQueue {
    events: BinaryHeap<DueEvent>,
    /// The items whose timers have gone off.
    touched: Vec<ItemHandle>,
    /// How many offers are still to time out.
    offers: usize,
    /// Who has let an offer time out: presences are set when the last offer has.
    timed_out: Vec<TimedOutAgent>,
}

impl Router {
    /// Lets all that is due by now happen: by due moment, then by kind, then by arrival of the item, then by agent.
    pub(crate) fn process_due(&mut self) {
        let mut due = DueQueue::default();
        self.gather(&mut due);
        while let Some(Reverse((moment, kind, of))) = due.events.pop() {
            self.happening = Some(moment);
            match of {
                TimerOf::Capacity { agent, channel } => self.end_capacity(agent, channel),
                TimerOf::Item { item, .. } => {
                    // What has happened since may have changed what is due of it.
                    let next = self.next_event(item);
                    if next == Some(Reverse((moment, kind, of))) {
                        self.process_due_item(item, moment, kind, &mut due);
                        due.events.extend(self.next_event(item));
                    } else {
                        due.events.extend(next);
                    }
                }
            }
            // An item that waits again may be due at once.
            self.gather(&mut due);
        }
        self.happening = None;
        for item in due.touched {
            // One of its events may have ended the item.
            if self.items.get(item).is_some() {
                self.arm(item);
            }
        }
    }

    /// Takes the timers whose moment has come.
    fn gather(&mut self, due: &mut DueQueue) {
        while let Some((moment, of)) = self.timers.take_due(self.now) {
            match of {
                TimerOf::Item { item, .. } => {
                    let work = self.items.item_mut(item);
                    work.set_armed(None);
                    let expires = work.offer().and_then(|offer| offer.expires);
                    let is_due = expires.is_some_and(|expires| expires <= self.now);
                    due.offers += usize::from(is_due);
                    due.touched.push(item);
                    due.events.extend(self.next_event(item));
                }
                TimerOf::Capacity { .. } => due.events.push(Reverse((moment, Deadline::End, of))),
            }
        }
    }

    /// What is due of an item next, if its moment has come.
    fn next_event(&self, item: ItemHandle) -> Option<DueEvent> {
        // Another event may have ended the item.
        let work = self.items.get(item)?;
        let (moment, kind) = work.next_due(self.compiled(), self.deadlines_after)?;
        let arrival = work.arrival;
        let of = TimerOf::Item { arrival, item };
        (moment <= self.now).then_some(Reverse((moment, kind, of)))
    }

    fn process_due_item(
        &mut self,
        item: ItemHandle,
        moment: Timestamp,
        kind: Deadline,
        due: &mut DueQueue,
    ) {
        match kind {
            Deadline::End => self.end_wrap_up(item),
            Deadline::Lapse => self.lapse(item, moment),
            Deadline::MaxWait => self.cancel_item(item, CancelReason::MaxWait, None),
            Deadline::Pool => self.reclassify(item),
            Deadline::Target => self.miss_target(item),
            Deadline::Trigger => self.trigger(item, moment),
            Deadline::Offer => {
                due.timed_out.extend(self.time_out(item));
                due.offers = due.offers.saturating_sub(1);
                if due.offers == 0 {
                    self.set_timeout_presences(core::mem::take(&mut due.timed_out));
                }
            }
        }
    }

    fn end_wrap_up(&mut self, item: ItemHandle) {
        let work = self.items.item(item);
        if let ItemPhase::WrappingUp(_) = work.state
            && let Some(in_hand) = work.in_hand()
        {
            let id = work.routed.item().id.clone();
            self.close_item(item, id, in_hand);
        }
    }

    fn miss_target(&mut self, item: ItemHandle) {
        let work = self.items.item_mut(item);
        work.wait.target_missed = true;
        let id = work.routed.item().id.clone();
        if let Some(queue) = work.queue() {
            let queue = self.queue_id(queue);
            self.output(Output::TargetMissed { item: id, queue });
        }
    }

    /// Outputs the first trigger that is due at a moment.
    fn trigger(&mut self, item: ItemHandle, moment: Timestamp) {
        let compiled = self.roster.plan().compiled();
        let work = self.items.item_mut(item);
        let Some(queue) = work.queue() else {
            return;
        };
        let since = work.routed.waiting_since();
        let triggers = compiled.queue(queue).triggers.iter();
        let due = triggers
            .filter(|trigger| since.in_secs(trigger.at_secs) == Some(moment))
            .find(|trigger| !work.notes().triggered.contains(&trigger.name));
        let Some(trigger) = due else {
            return;
        };
        let name = trigger.name.clone();
        work.notes_mut().triggered.push(name.clone());
        let item = work.routed.item().id.clone();
        let queue = self.queue_id(queue);
        self.output(Output::TriggerDue { item, queue, name });
    }

    /// Forgets the declines of an item that do not hold any more, or all of them where that is due.
    fn lapse(&mut self, item: ItemHandle, moment: Timestamp) {
        let work = self.items.item_mut(item);
        work.routed.lapse(moment);
        let mut starts_over = false;
        if let Some(notes) = work.if_noted() {
            notes.recheck_at = notes.recheck_at.filter(|again| *again > moment);
            let absent = &mut notes.absent_declines;
            absent.retain(|(_, until)| until.is_none_or(|until| until > moment));
            starts_over = notes.start_over.is_some_and(|over| over <= moment);
        }
        let is_declined = work.has_declines();
        if starts_over {
            self.clear_declines(item);
        } else if !is_declined {
            self.unindex_declined(item);
        }
        self.mark_dirty(item);
    }
}
