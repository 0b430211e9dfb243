//! What becomes due of a work item, and when.

use crate::base::table::QueueHandle;
use crate::plan::Tables;
use crate::router::store::item::{Item, ItemPhase};
use crate::routing::routed::Decline;
use crate::time::Timestamp;

/// What can become due. At one moment it happens in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// A wrap-up or a temporary capacity ends.
    End,
    Offer,
    /// A decline lapses, all of them are forgotten, or a rule of the service's own wants to be asked again.
    Lapse,
    MaxWait,
    Pool,
    Target,
    Trigger,
}

impl Item {
    /// Since when what becomes due while it waits is told: not of what it waited before, given until when the router does not
    /// make up for anything.
    pub(crate) fn deadlines_after(&self, deadlines_after: Timestamp) -> Timestamp {
        deadlines_after.max(self.routed.waiting_since())
    }

    /// When it has waited in its queue as long as it may, if there is an end to that.
    pub(crate) fn longest_wait_ends(&self, plan: &Tables) -> Option<Timestamp> {
        let max_wait = plan.queue(self.queue()?).max_wait_secs;
        self.routed.waiting_since().in_secs(max_wait?)
    }

    /// What becomes due of it next, given until when the router does not make up for anything.
    #[inline]
    pub(crate) fn next_due(
        &self,
        plan: &Tables,
        deadlines_after: Timestamp,
    ) -> Option<(Timestamp, Deadline)> {
        if self.has_nothing_due(plan) {
            debug_assert_eq!(self.next_of_all(plan, deadlines_after), None);
            return None;
        }
        self.next_of_all(plan, deadlines_after)
    }

    /// Whether it is seen at once that nothing becomes due of it: so it is with most items of queues in which nothing is.
    #[inline]
    fn has_nothing_due(&self, plan: &Tables) -> bool {
        let is_timed = match &self.state {
            ItemPhase::WrappingUp(_) => true,
            ItemPhase::Pending(offer) => offer.expires.is_some(),
            ItemPhase::Accepted(held) => held.warm.is_some(),
            ItemPhase::Queued => false,
        };
        let queue = self.queue().map(|queue| plan.queue_plans.at(queue));
        !is_timed
            && !queue.is_some_and(|queue| queue.is_timed)
            && !self.is_noted()
            && !self.has_declines()
    }

    fn next_of_all(
        &self,
        plan: &Tables,
        deadlines_after: Timestamp,
    ) -> Option<(Timestamp, Deadline)> {
        let end = match &self.state {
            ItemPhase::WrappingUp(wrap_up) => Some((wrap_up.until, Deadline::End)),
            _ => None,
        };
        let offer = self.offer().and_then(|offer| offer.expires);
        let offer = offer.map(|moment| (moment, Deadline::Offer));
        let start_over = self
            .notes()
            .start_over
            .map(|moment| (moment, Deadline::Lapse));
        let may_lapse = self.has_declines() || self.notes().recheck_at.is_some();
        let timed = self
            .queue()
            .filter(|queue| self.waits() && (may_lapse || plan.queue_plans.at(*queue).is_timed));
        let of_wait = timed.and_then(|queue| self.next_of_wait(plan, queue, deadlines_after));
        let all = [end, offer, start_over, of_wait];
        all.into_iter().flatten().min()
    }

    /// What becomes due next because it waits.
    fn next_of_wait(
        &self,
        plan: &Tables,
        queue: QueueHandle,
        deadlines_after: Timestamp,
    ) -> Option<(Timestamp, Deadline)> {
        let since = self.routed.waiting_since();
        let deadlines_after = self.deadlines_after(deadlines_after);
        let config = plan.queue(queue);
        let unheard = |secs: u32| {
            let moment = since.in_secs(secs);
            moment.filter(|moment| *moment > deadlines_after)
        };
        let target = config.target_wait_secs.filter(|_| !self.wait.target_missed);
        let target = target
            .and_then(unheard)
            .map(|moment| (moment, Deadline::Target));
        let triggered = &self.notes().triggered;
        let triggers = config.triggers.iter();
        let triggers = triggers.filter(|trigger| !triggered.contains(&trigger.name));
        let trigger = triggers
            .filter_map(|trigger| unheard(trigger.at_secs))
            .min();
        let trigger = trigger.map(|moment| (moment, Deadline::Trigger));
        let queued = self.is_queued().then(|| self.next_of_queued(plan, queue));
        let all = [target, trigger, queued.flatten()];
        all.into_iter().flatten().min()
    }

    /// What becomes due next because it waits without an offer.
    fn next_of_queued(&self, plan: &Tables, queue: QueueHandle) -> Option<(Timestamp, Deadline)> {
        let since = self.routed.waiting_since();
        let max_wait = self.longest_wait_ends(plan);
        let max_wait = max_wait.map(|moment| (moment, Deadline::MaxWait));
        let declines = self.routed.declines().iter();
        let lapse = declines.filter_map(Decline::until).min();
        let lapse = lapse.into_iter().chain(self.notes().recheck_at).min();
        let lapse = lapse.map(|moment| (moment, Deadline::Lapse));
        let pools = plan.pools.span(plan.queue_plans.at(queue).pools);
        let pool = pools.get(self.wait.pools_open as usize);
        let pool = pool.and_then(|pool| since.in_millis(pool.opens_after_millis));
        let pool = pool.map(|moment| (moment, Deadline::Pool));
        [max_wait, lapse, pool].into_iter().flatten().min()
    }
}
