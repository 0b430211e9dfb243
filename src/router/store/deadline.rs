//! The next deadline of a work item: the moment at which time alone changes it, and how.
//!
//! Deadlines are not stored. They follow from the item and the plan, so that a new configuration applies to waiting items at
//! once:
//!
//! | deadline | applies to | counts from |
//! |---|---|---|
//! | `End` | items that wrap up | the completion |
//! | `OfferTimeout` | items with an open offer | the offer |
//! | `Lapse` | queued items with declines or rechecks; any item that starts over | the decline, the exhaustion |
//! | `MaxWait`, `Pool` | queued items | the start of the wait |
//! | `Target`, `Trigger` | queued and offered items | the start of the wait |

use crate::base::table::QueueHandle;
use crate::plan::Tables;
use crate::router::store::item::Item;
use crate::router::store::phase::ItemPhase;
use crate::routing::decline::Decline;
use crate::time::Timestamp;

/// A kind of deadline. Deadlines of the same moment are processed in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// A wrap-up or a temporary capacity ends.
    End,
    /// An open offer times out.
    OfferTimeout,
    /// A decline lapses, the item starts over, or a custom gate is checked again.
    Lapse,
    /// The wait reaches the queue's `max_wait_secs`.
    MaxWait,
    /// A pool of the queue opens to the item.
    Pool,
    /// The wait reaches the queue's `target_wait_secs`.
    Target,
    /// The wait reaches a trigger of the queue.
    Trigger,
}

/// A deadline with its moment. The least comes first.
type Due = (Timestamp, Deadline);

impl Item {
    /// Returns the item's next deadline. O(t log t + declines) for the t triggers of its queue; O(1) for most items.
    ///
    /// Targets and triggers up to `last_reconfigured`, the moment of the last reconfiguration, are skipped: they are not output
    /// retroactively.
    #[inline]
    pub(crate) fn next_deadline(
        &self,
        tables: &Tables,
        last_reconfigured: Timestamp,
    ) -> Option<(Timestamp, Deadline)> {
        if self.has_no_deadline(tables) {
            debug_assert_eq!(self.find_next_deadline(tables, last_reconfigured), None);
            return None;
        }
        self.find_next_deadline(tables, last_reconfigured)
    }

    /// Returns the moment at which the item has waited for its queue's `max_wait_secs`.
    pub(crate) fn max_wait_ends(&self, tables: &Tables) -> Option<Timestamp> {
        let max_wait = tables.queue(self.queue()?).max_wait_secs;
        self.routed.waiting_since().checked_plus_secs(max_wait?)
    }

    /// Returns the moment up to which targets and triggers of the current wait are not output.
    pub(crate) fn silent_until(&self, last_reconfigured: Timestamp) -> Timestamp {
        last_reconfigured.max(self.routed.waiting_since())
    }

    /// Fast path: whether the item has no timed phase, waits in a queue without deadlines, and has no declines.
    #[inline]
    fn has_no_deadline(&self, tables: &Tables) -> bool {
        let is_timed = match &self.phase {
            ItemPhase::WrappingUp(_) => true,
            ItemPhase::Pending(offer) => offer.expires.is_some(),
            ItemPhase::Accepted(accepted) => accepted.warm.is_some(),
            ItemPhase::Queued => false,
        };
        let queue = self.queue().map(|queue| tables.queue_plans.at(queue));
        !is_timed
            && !queue.is_some_and(|queue| queue.is_timed)
            // Notes can contain a recheck or a moment to start over.
            && self.notes.is_none()
            && !self.has_declines()
    }

    /// Compares the deadlines of the phase and of the wait.
    fn find_next_deadline(&self, tables: &Tables, last_reconfigured: Timestamp) -> Option<Due> {
        let wrap_up = match &self.phase {
            ItemPhase::WrappingUp(wrap_up) => Some(wrap_up.until),
            _ => None,
        };
        let expires = self.offer().and_then(|offer| offer.expires);
        let phase = earliest([
            (wrap_up, Deadline::End),
            (expires, Deadline::OfferTimeout),
            (self.notes().start_over, Deadline::Lapse),
        ]);
        let queue = self.queue().filter(|_| self.holder().is_none());
        let wait = queue.and_then(|queue| self.next_of_wait(tables, queue, last_reconfigured));
        phase.into_iter().chain(wait).min()
    }

    /// Compares the deadlines of an item without a holder, with or without an open offer.
    fn next_of_wait(
        &self,
        tables: &Tables,
        queue: QueueHandle,
        last_reconfigured: Timestamp,
    ) -> Option<Due> {
        let since = self.routed.waiting_since();
        let silent_until = self.silent_until(last_reconfigured);
        let config = tables.queue(queue);
        let after = |secs| {
            // `None` after the last timestamp: a deadline that never passes.
            let moment = since.checked_plus_secs(secs);
            moment.filter(|moment| *moment > silent_until)
        };
        let target = config.target_wait_secs.filter(|_| !self.wait.target_missed);
        let triggered = &self.notes().triggered;
        let triggers = config.triggers.iter();
        let triggers = triggers.filter(|trigger| !triggered.contains(&trigger.name));
        let trigger = triggers.filter_map(|trigger| after(trigger.at_secs)).min();
        let silent = earliest([
            (target.and_then(after), Deadline::Target),
            (trigger, Deadline::Trigger),
        ]);
        let queued = self.is_queued().then(|| self.next_of_queued(tables, queue));
        silent.into_iter().chain(queued.flatten()).min()
    }

    /// Compares the deadlines that only a queued item has. They are suspended while an offer is open.
    fn next_of_queued(&self, tables: &Tables, queue: QueueHandle) -> Option<Due> {
        let declines = self.routed.declines().iter();
        let lapse = declines.filter_map(Decline::until).min();
        let lapse = lapse.into_iter().chain(self.notes().recheck_at).min();
        let pools = tables.pools.span(tables.queue_plans.at(queue).pools);
        // INVARIANT: pools are in the order in which they open, so the next pool to open is at index `pools_open`.
        let pool = pools.get(self.wait.pools_open as usize);
        let pool = pool.and_then(|pool| self.routed.pool_opens_at(pool.opens_after_millis));
        earliest([
            (self.max_wait_ends(tables), Deadline::MaxWait),
            (lapse, Deadline::Lapse),
            (pool, Deadline::Pool),
        ])
    }
}

/// Returns the earliest of the deadlines that have a moment.
#[inline]
fn earliest<const N: usize>(deadlines: [(Option<Timestamp>, Deadline); N]) -> Option<Due> {
    let deadlines = deadlines.into_iter();
    deadlines
        .filter_map(|(moment, deadline)| Some((moment?, deadline)))
        .min()
}
