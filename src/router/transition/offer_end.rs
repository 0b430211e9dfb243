//! Offers that end without acceptance: [`Input::Reject`](crate::Input::Reject), time-out, withdrawal; and declines.
//!
//! A decline keeps an item from being assigned to an agent again, until it lapses or is cleared. A time-out declines too, a
//! withdrawal does not.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::id::{AgentId, RejectReasonId, WorkItemId};
use crate::model::RejectReason;
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, OfferEnd, Output, PresenceChangeReason, RequeueReason};
use crate::router::store::due_events::TimedOutAgent;
use crate::router::store::phase::OpenOffer;

/// The reason of a decline by time-out. The docs of `RejectReason` document both ids.
const TIMED_OUT: &str = "timed_out";
/// The reason of a decline by an agent who gives an accepted item away.
pub(crate) const GAVE_AWAY: &str = "gave_away";

impl Router {
    /// Handles [`Input::Reject`](crate::Input::Reject): the agent of an open offer declines the item, which waits again.
    ///
    /// # Errors
    ///
    /// The reason is unknown, the item is not offered to the agent, the rule of the offer does not allow rejections, or the reason
    /// is not selectable or not for the item's channel.
    pub(crate) fn reject(
        &mut self,
        item: &WorkItemId,
        agent: &AgentId,
        reason: &RejectReasonId,
    ) -> Result {
        let (handle, found) = self.find_item(item)?;
        let offered = self.find_offered(found, agent);
        if offered.is_none() {
            self.find_agent(agent)?;
        }
        let plan = self.find_reason(reason)?;
        let Some(offered) = offered else {
            let (item, agent) = (item.clone(), agent.clone());
            return Err(RouterError::NotOffered { item, agent });
        };
        let rule = found.offer().and_then(|offer| offer.rule);
        let ask = rule.and_then(|rule| self.tables().rule(rule).offer.ask());
        // Without a rule that asks, the offer was made by hand, or under an earlier configuration.
        if ask.is_some_and(|ask| !ask.rejectable) {
            return Err(RouterError::NotRejectable { item: item.clone() });
        }
        self.check_reason(reason, plan, found.channel())?;
        // The decline is recorded before the item is queued again: otherwise this step could offer it to the same agent.
        self.decline(handle, offered, reason.as_str());
        self.end_offer(handle, OfferEnd::Rejected, Some(reason.clone()));
        self.requeue_or_cancel(handle, RequeueReason::Rejected);
        Ok(())
    }

    /// Finds a reject reason of the plan.
    fn find_reason(&self, reason: &RejectReasonId) -> Result<&RejectReason> {
        let reasons = &self.tables().config.reject_reasons;
        let unknown = || RouterError::UnknownReason {
            reason: reason.clone(),
        };
        reasons.get(reason.as_str()).ok_or_else(unknown)
    }

    /// Checks that an agent may give a reason for an item of a channel.
    fn check_reason(
        &self,
        reason: &RejectReasonId,
        found: &RejectReason,
        channel: ChannelHandle,
    ) -> Result {
        if !found.selectable {
            let reason = reason.clone();
            return Err(RouterError::ReasonNotSelectable { reason });
        }
        let channel = self.tables().channels.id(channel);
        if !found.channels.includes(channel) {
            let (reason, channel) = (reason.clone(), channel.clone());
            return Err(RouterError::ReasonOfAnotherChannel { reason, channel });
        }
        Ok(())
    }

    /// Times out the open offer of an item: its agent has declined the item, which waits again.
    ///
    /// Returns the agent with the presence state that the rule of the offer sets, if it sets one.
    pub(crate) fn time_out(&mut self, handle: ItemHandle) -> Option<TimedOutAgent> {
        let agent = self.items.item(handle).offer()?.agent;
        // Record the decline before the item is queued again, as in `reject`.
        self.decline(handle, agent, TIMED_OUT);
        let offer = self.end_offer(handle, OfferEnd::TimedOut, None)?;
        self.requeue_or_cancel(handle, RequeueReason::TimedOut);
        let tables = self.tables();
        let ask = tables.rule(offer.rule?).offer.ask()?;
        let state = ask.timeout_presence.as_ref()?;
        let state = tables.presence_states.find(state.as_str())?;
        Some(TimedOutAgent { agent, state })
    }

    /// Sets the presence states of agents whose offers have timed out, unless they no longer take work.
    pub(crate) fn set_timeout_presences(&mut self, timed_out: Vec<TimedOutAgent>) {
        for TimedOutAgent { agent, state } in timed_out {
            let current = self.roster.presence_of(agent);
            // Not `Tables::takes_work`: a state that a reconfiguration has made inactive is replaced as well.
            let takes_work =
                current.is_some_and(|current| self.tables().presence_plans.at(current).takes_work);
            // An agent who has chosen a break keeps that state.
            if takes_work && current != Some(state) {
                self.change_presence(agent, Some(state), PresenceChangeReason::TimedOut);
            }
        }
    }

    /// Ends the open offer of an item, if there is one, and removes the item from the agent.
    ///
    /// The item is not queued again: the caller decides what happens to it.
    pub(crate) fn end_offer(
        &mut self,
        handle: ItemHandle,
        why: OfferEnd,
        reason: Option<RejectReasonId>,
    ) -> Option<Box<OpenOffer>> {
        let item = self.items.item_mut(handle);
        let offer = item.take_offer()?;
        // An open offer counts with the full size, even if the item does not count as load of its holder.
        let (id, channel, size) = (item.id().clone(), item.channel(), item.size());
        self.unlist_item(offer.agent, handle);
        self.roster
            .remove_offered_item(self.roster.local(offer.agent), channel, size, self.now);
        self.mark_spare_gained(offer.agent, channel, size);
        self.output(Output::OfferEnded {
            item: id,
            agent: self.agent_id(offer.agent),
            why,
            reason,
        });
        Some(offer)
    }

    /// Queues an item again after its offer has ended, or cancels it if `max_wait_secs` passed during the offer.
    ///
    /// The wait of the item runs on. An item that an agent holds, after a warm offer, stays as it is.
    pub(crate) fn requeue_or_cancel(&mut self, handle: ItemHandle, why: RequeueReason) {
        let item = self.items.item(handle);
        if !item.is_queued() {
            return;
        }
        // An item that was assigned directly may have no queue yet: one is found now.
        if item.queue().is_none() {
            self.requeue(handle, why);
            return;
        }
        // A maximum wait that ends at the same moment is a later event, so it is not handled here.
        let is_over = |moment| match self.due_moment {
            Some(due_moment) => moment < due_moment,
            None => moment <= self.now,
        };
        if item.max_wait_ends(self.tables()).is_some_and(is_over) {
            self.cancel_item(handle, CancelReason::MaxWait, None);
            return;
        }
        self.output_requeued(handle, why);
        self.enter_queue(handle);
    }

    /// Records that an agent has declined an item, for the `reassignable_after_secs` of the reason, or for good.
    pub(crate) fn decline(&mut self, handle: ItemHandle, agent: AgentHandle, reason: &str) {
        // The reasons `timed_out` and `gave_away` need not be configured. Without an entry, a decline does not lapse.
        let reason = self.tables().config.reject_reasons.get(reason);
        let secs = reason.and_then(|reason| reason.reassignable_after_secs);
        // In a late step, a decline by time-out counts from the step as well, not from the deadline of the offer.
        let until = secs.and_then(|secs| self.now.checked_plus_secs(secs));
        let item = self.items.item_mut(handle);
        item.routed.record_decline(agent, until);
    }
}
