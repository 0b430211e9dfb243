//! Items change, are done, and are given up.

use crate::router::handles::ItemHandle;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;

use crate::base::hint::cold_path;
use crate::id::WorkItemId;
use crate::model::{FACTS_MAX, Fact};
use crate::router::Router;
use crate::router::error::{ItemState, RouterError};
use crate::router::output::{CancelReason, OfferEnd, Output};
use crate::router::store::item::{HeldUnits, Item, ItemPhase, WrapUp};

use crate::router::store::timers::TimerOf;

impl Item {
    pub(crate) fn item_state(&self) -> ItemState {
        match self.state {
            ItemPhase::Queued => ItemState::Queued,
            ItemPhase::Pending(_) => ItemState::PendingAccept,
            ItemPhase::Accepted(_) => ItemState::Accepted,
            ItemPhase::WrappingUp(_) => ItemState::WrappingUp,
        }
    }

    #[cold]
    pub(crate) fn wrong_state(&self, expected: &'static str) -> RouterError {
        RouterError::WrongState {
            item: self.routed.item().id.clone(),
            found: self.item_state(),
            expected,
        }
    }
}

impl Router {
    /// Facts about an item have changed.
    pub(crate) fn update(
        &mut self,
        item: &WorkItemId,
        facts: BTreeMap<String, Option<Fact>>,
    ) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(item)?;
        let known = &work.routed.item().facts;
        let change = |field: &String, fact: &Option<Fact>| match (fact, known.contains_key(field)) {
            (Some(_), false) => 1,
            (None, true) => -1,
            _ => 0,
        };
        let growth: isize = facts.iter().map(|(field, fact)| change(field, fact)).sum();
        let found = known.len().saturating_add_signed(growth);
        if found > FACTS_MAX {
            let item = item.clone();
            return Err(RouterError::TooManyFacts { item, found });
        }
        let is_queued = work.is_queued();
        if is_queued {
            self.leave_queue(handle);
        }
        if let Some(work) = self.items.get_mut(handle) {
            work.routed.merge_facts(facts);
        }
        if self.is_disqualified(handle) {
            self.cancel_item(handle, CancelReason::Disqualified, None);
            return Ok(());
        }
        if is_queued {
            self.enter_queue(handle);
        }
        self.weigh_again(handle);
        Ok(())
    }

    /// Whether an item that waits does not belong to its channel any more.
    fn is_disqualified(&self, item: ItemHandle) -> bool {
        self.items.get(item).is_some_and(|work| {
            let condition = &self.compiled().channel(work.channel()).condition;
            work.waits() && !condition.holds(&work.routed.item().facts)
        })
    }

    /// An accepted item is done.
    #[inline]
    pub(crate) fn complete(&mut self, item: WorkItemId) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(&item)?;
        let (ItemPhase::Accepted(held), Some(in_hand)) = (&work.state, work.in_hand()) else {
            return Err(work.wrong_state("accepted"));
        };
        let (counts, size) = (held.counts, work.size());
        if held.warm.is_some() {
            cold_path();
            self.end_offer(handle, OfferEnd::Superseded, None);
        }
        let HeldUnits { agent, channel, .. } = in_hand;
        let secs = self.compiled().channel_plans.at(channel).wrap_up_secs;
        let until = self.now.plus_secs(secs);
        // There is no wrap-up, or no time left for one.
        if until == self.now {
            self.close_item(handle, item, in_hand);
            return Ok(());
        }
        if let Some(work) = self.items.get_mut(handle) {
            work.state = ItemPhase::WrappingUp(Box::new(WrapUp { agent, until }));
        }
        if !counts {
            self.roster
                .set_units(self.roster.local(agent), channel, (0, size));
            self.mark_changed(agent);
        }
        self.arm(handle);
        let agent = self.agent_id(agent);
        self.output(Output::WrappingUp { item, agent });
        Ok(())
    }

    /// An accepted item, or one that is wrapped up, is closed.
    pub(crate) fn close(&mut self, item: WorkItemId) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(&item)?;
        let Some(in_hand) = work.in_hand() else {
            return Err(work.wrong_state("accepted or wrapping up"));
        };
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.close_item(handle, item, in_hand);
        Ok(())
    }

    /// An item is given up, in whatever state.
    pub(crate) fn cancel(
        &mut self,
        item: &WorkItemId,
        note: Option<String>,
    ) -> Result<(), RouterError> {
        let (handle, _) = self.find_item(item)?;
        self.cancel_item(handle, CancelReason::Requested, note);
        Ok(())
    }

    /// Takes an item off its agent and lets it go, closed.
    #[inline]
    pub(crate) fn close_item(&mut self, item: ItemHandle, id: WorkItemId, in_hand: HeldUnits) {
        self.release_item(item, in_hand);
        self.forget(item);
        let agent = self.agent_id(in_hand.agent);
        self.output(Output::Closed { item: id, agent });
    }

    /// An item is gone, and its timer with it.
    #[inline]
    pub(crate) fn forget(&mut self, item: ItemHandle) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        let (hash, arrival) = (work.id_hash, work.arrival);
        if let Some(armed) = work.armed() {
            self.timers.unset(armed, TimerOf::Item { arrival, item });
        }
        self.items.remove(item, hash);
    }

    /// Takes an item from wherever it is and lets it go, canceled.
    pub(crate) fn cancel_item(
        &mut self,
        item: ItemHandle,
        reason: CancelReason,
        note: Option<String>,
    ) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        let id = work.routed.item().id.clone();
        let why = match work.state {
            ItemPhase::Pending(_) => OfferEnd::Canceled,
            _ => OfferEnd::Superseded,
        };
        self.end_offer(item, why, None);
        let holder = self.release_from_holder(item);
        self.leave_queue(item);
        let agent = holder.map(|agent| self.agent_id(agent));
        self.forget(item);
        self.output(Output::Canceled {
            item: id,
            agent,
            reason,
            note,
        });
    }
}
