//! Offers: made, accepted, rejected, timed out, withdrawn.

use crate::router::handles::ItemHandle;
use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, RuleHandle,
};
use crate::decision::Assignment;
use crate::id::{AgentId, GroupId, RejectReasonId, WorkItemId};
use crate::model::Offer;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::output::{
    AcceptedBy, CancelReason, OfferEnd, Output, PresenceWhy, ReleaseWhy, RequeueWhy,
};
use crate::router::store::item::{Accepted, Item, ItemPhase, OfferSource, OpenOffer};

/// An agent who let an offer time out, and the presence state that this brings.
pub(crate) struct TimedOutAgent {
    pub(crate) agent: AgentHandle,
    pub(crate) state: PresenceStateHandle,
}

/// Through what an item comes to an agent, if not by hand: a group, by a rule; by hand there may be a rule all the same.
#[derive(Clone, Copy)]
struct OfferPath {
    group: Option<GroupHandle>,
    rule: Option<RuleHandle>,
}

/// The declines under which no agent chooses a reason.
pub(crate) const TIMED_OUT: &str = "timed_out";
pub(crate) const GAVE_AWAY: &str = "gave_away";

/// Making and accepting.
impl Router {
    /// Does what was decided: the item, which stands in no class, is offered, or accepted at once.
    #[inline]
    pub(crate) fn offer_assignment(&mut self, item: ItemHandle, assignment: &Assignment) {
        self.roster.apply(assignment);
        self.mark_changed(assignment.agent);
        self.hold(assignment.agent, item);
        let rule = self.compiled().pools.at(assignment.pool_handle).rule;
        let through = OfferPath {
            group: Some(assignment.group),
            rule: Some(rule),
        };
        self.open(item, assignment.agent, through, OfferSource::Router);
    }

    /// Offers an item to an agent by hand, under the rule of the queue's earliest pool.
    pub(crate) fn offer_by_hand(&mut self, item: ItemHandle, agent: AgentHandle, by: OfferSource) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        let rule = work
            .queue()
            .and_then(|queue| self.compiled().earliest_rule(queue));
        self.hand_over(agent, item);
        self.open(item, agent, OfferPath { group: None, rule }, by);
    }

    /// Opens an offer that the agent already has in hand: beside who has accepted the item, or on its own.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: every call on the way of an input costs, and these are done with each"
    )]
    fn open(&mut self, item: ItemHandle, agent: AgentHandle, through: OfferPath, by: OfferSource) {
        let compiled = self.roster.plan().compiled();
        let OfferPath { group, rule } = through;
        let group = group.map(|group| compiled.groups.name(group).clone());
        let rule_plan = rule.map(|rule| compiled.rule_plans.at(rule));
        if rule_plan.is_some_and(|rule| rule.auto_accept) || compiled.is_ai(agent) {
            self.take_over(item, agent, (group, rule), AcceptedBy::Auto);
            return;
        }
        let secs = rule_plan.and_then(|rule| rule.timeout_secs);
        let offer = OpenOffer {
            agent,
            expires: secs.and_then(|secs| self.now.in_secs(secs)),
            group,
            rule,
            by,
        };
        if let Some(work) = self.items.get_mut(item) {
            let offer = Box::new(offer.clone());
            match &mut work.state {
                ItemPhase::Accepted(held) => held.warm = Some(offer),
                state => *state = ItemPhase::Pending(offer),
            }
        }
        self.output_offered(item, offer);
        self.arm(item);
    }

    fn output_offered(&mut self, item: ItemHandle, offer: OpenOffer) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        let compiled = self.compiled();
        let output = Output::Offered {
            item: work.routed.item().id.clone(),
            agent: self.agent_id(offer.agent),
            queue: work.queue().map(|queue| self.queue_id(queue)),
            group: offer.group,
            rule: offer.rule.map(|rule| compiled.rules.name(rule).clone()),
            expires: offer.expires,
            by: offer.by.into(),
        };
        self.output(output);
    }

    /// The agent accepts the offer that is open.
    fn accept_offer(&mut self, item: ItemHandle) {
        let offer = self.items.get_mut(item).and_then(Item::take_offer);
        if let Some(offer) = offer {
            let through = (offer.group, offer.rule);
            self.take_over(item, offer.agent, through, AcceptedBy::Agent);
        }
    }

    /// An agent has from now on what was offered to it; if somebody had it before, that one has it no more.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: every call on the way of an input costs, and these are done with each"
    )]
    fn take_over(
        &mut self,
        item: ItemHandle,
        agent: AgentHandle,
        through: (Option<GroupId>, Option<RuleHandle>),
        by: AcceptedBy,
    ) {
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        let accepted = ItemPhase::Accepted(Accepted {
            agent,
            counts: true,
            warm: None,
        });
        let giver = work.in_hand();
        work.state = accepted;
        if let Some(giver) = giver {
            self.release_item(item, giver);
            self.output_released(item, giver.agent, ReleaseWhy::Transferred);
        }
        self.accepted(item, agent, through, by);
    }

    /// Tells that an agent has accepted an item, of a group and by a rule if it was offered so; remembers it, and works out
    /// whether the item counts as load.
    #[inline]
    pub(crate) fn accepted(
        &mut self,
        item: ItemHandle,
        agent: AgentHandle,
        (group, rule): (Option<GroupId>, Option<RuleHandle>),
        by: AcceptedBy,
    ) {
        let compiled = self.roster.plan().compiled();
        let Some(work) = self.items.get(item) else {
            return;
        };
        // There is nothing to remember then, and it counts already.
        let is_plain = work.routed.item().requester.is_none()
            && compiled.channel_plans.at(work.channel()).always_counts;
        let output = Output::Accepted {
            item: work.routed.item().id.clone(),
            agent: self.agent_id(agent),
            queue: work.queue().map(|queue| self.queue_id(queue)),
            group,
            rule: rule.map(|rule| compiled.rules.name(rule).clone()),
            by,
        };
        self.output(output);
        if !is_plain {
            self.remember_acceptance(item, agent);
            self.weigh_again(item);
        }
    }

    /// An agent accepts what is offered to it.
    pub(crate) fn accept(&mut self, item: &WorkItemId, agent: &AgentId) -> Result<(), RouterError> {
        let (handle, ..) = self.find_offer(item, agent)?;
        self.accept_offer(handle);
        Ok(())
    }

    /// The item, and the agent to whom it is offered.
    fn find_offer(
        &self,
        item: &WorkItemId,
        agent: &AgentId,
    ) -> Result<(ItemHandle, &Item, AgentHandle), RouterError> {
        let (handle, work) = self.find_item(item)?;
        let offered = work.offer().map(|offer| offer.agent);
        match offered.filter(|offered| self.held.at(*offered).id == *agent) {
            Some(offered) => Ok((handle, work, offered)),
            None => Err(self.not_offered(item, agent)),
        }
    }

    #[cold]
    fn not_offered(&self, item: &WorkItemId, agent: &AgentId) -> RouterError {
        if let Err(unknown) = self.find_agent(agent) {
            return unknown;
        }
        let (item, agent) = (item.clone(), agent.clone());
        RouterError::NotOffered { item, agent }
    }
}

/// Ending without acceptance.
impl Router {
    /// An agent rejects what is offered to it.
    pub(crate) fn reject(
        &mut self,
        item: &WorkItemId,
        agent: &AgentId,
        reason: &RejectReasonId,
    ) -> Result<(), RouterError> {
        let (handle, work, agent) = self.find_offer(item, agent)?;
        let channel = work.channel();
        let rule = work.offer().and_then(|offer| offer.rule);
        if !self.is_rejectable(rule) {
            return Err(RouterError::NotRejectable { item: item.clone() });
        }
        self.check_reason(reason, channel)?;
        self.decline(handle, agent, reason.as_str());
        self.end_offer(handle, OfferEnd::Rejected, Some(reason.clone()));
        self.after_offer(handle, RequeueWhy::Rejected);
        Ok(())
    }

    fn is_rejectable(&self, rule: Option<RuleHandle>) -> bool {
        rule.is_none_or(|rule| match &self.compiled().rule(rule).offer {
            Offer::Ask(ask) => ask.rejectable,
            // It was asked before the rule accepted at once.
            Offer::AutoAccept => true,
        })
    }

    fn check_reason(
        &self,
        reason: &RejectReasonId,
        channel: ChannelHandle,
    ) -> Result<(), RouterError> {
        let compiled = self.compiled();
        let unknown = || RouterError::UnknownReason {
            reason: reason.clone(),
        };
        let found = compiled.config.reject_reasons.get(reason.as_str());
        let found = found.ok_or_else(unknown)?;
        let channel = compiled.channels.name(channel);
        if !found.selectable {
            let reason = reason.clone();
            return Err(RouterError::ReasonNotSelectable { reason });
        }
        if !found.channels.includes(channel) {
            let (reason, channel) = (reason.clone(), channel.clone());
            return Err(RouterError::ReasonNotForChannel { reason, channel });
        }
        Ok(())
    }

    /// Takes an open offer away from its agent, and says why. The item then stands as if it had never been offered, but for
    /// what the caller does next.
    pub(crate) fn end_offer(
        &mut self,
        item: ItemHandle,
        why: OfferEnd,
        reason: Option<RejectReasonId>,
    ) -> Option<Box<OpenOffer>> {
        let now = self.now;
        let work = self.items.get_mut(item)?;
        let (channel, size) = (work.channel(), work.size());
        let offer = work.take_offer()?;
        let id = work.routed.item().id.clone();
        self.drop_hold(offer.agent, item);
        self.roster
            .remove_offered_item(self.roster.local(offer.agent), channel, size, now);
        self.mark_spare_gained(offer.agent, channel, size);
        let agent = self.agent_id(offer.agent);
        self.output(Output::OfferEnded {
            item: id,
            agent,
            why,
            reason,
        });
        Some(offer)
    }

    /// An item whose offer has just ended waits again, unless it has waited as long as it may, or somebody has it.
    pub(crate) fn after_offer(&mut self, item: ItemHandle, why: RequeueWhy) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        if !work.is_queued() {
            return;
        }
        if work.queue().is_none() {
            self.reroute(item, why);
            return;
        }
        let longest_wait_ends = work.longest_wait_ends(self.compiled());
        // What is due at the very moment at which the offer ends still comes by itself.
        let has_come = |moment| match self.happening {
            Some(happening) => moment < happening,
            None => moment <= self.now,
        };
        if longest_wait_ends.is_some_and(has_come) {
            self.cancel_item(item, CancelReason::MaxWait, None);
            return;
        }
        self.output_requeued(item, why);
        self.enter_queue(item);
    }

    /// An offer was not answered in time. Says which presence state that brings its agent.
    pub(crate) fn time_out(&mut self, item: ItemHandle) -> Option<TimedOutAgent> {
        let agent = self.items.get(item)?.offer()?.agent;
        self.decline(item, agent, TIMED_OUT);
        let offer = self.end_offer(item, OfferEnd::TimedOut, None)?;
        self.after_offer(item, RequeueWhy::TimedOut);
        let compiled = self.compiled();
        let Offer::Ask(ask) = &compiled.rule(offer.rule?).offer else {
            return None;
        };
        let state = compiled
            .presence_states
            .find(ask.timeout_presence.as_ref()?.as_str())?;
        Some(TimedOutAgent { agent, state })
    }

    /// Sets the presence states of those who let offers time out, if they still take work.
    pub(crate) fn set_timeout_presences(&mut self, timed_out: Vec<TimedOutAgent>) {
        for TimedOutAgent { agent, state } in timed_out {
            let present = self.roster.presence_of(agent);
            let takes_work = present
                .is_some_and(|present| self.compiled().presence_plans.at(present).takes_work);
            if takes_work && present != Some(state) {
                self.change_presence(agent, Some(state), PresenceWhy::TimedOut);
            }
        }
    }
}

/// Declines.
impl Router {
    /// An agent has declined an item, for as long as a reason says.
    pub(crate) fn decline(&mut self, item: ItemHandle, agent: AgentHandle, reason: &str) {
        let compiled = self.roster.plan().compiled();
        let reason = compiled.config.reject_reasons.get(reason);
        let secs = reason.and_then(|reason| reason.reassignable_after_secs);
        let until = secs.and_then(|secs| self.now.in_secs(secs));
        if let Some(work) = self.items.get_mut(item) {
            work.routed.record_decline(agent, until);
        }
    }

    /// Forgets who has declined an item, and that all of them had.
    pub(crate) fn clear_declines(&mut self, item: ItemHandle) {
        if let Some(work) = self.items.get_mut(item) {
            work.forget_declines();
        }
        self.unindex_declined(item);
    }

    /// Nobody has declined an item any more, or it is not queued any more.
    pub(crate) fn unindex_declined(&mut self, item: ItemHandle) {
        if let Some(work) = self.items.get(item)
            && let Some(queue) = work.queue()
        {
            self.declined.at_mut(queue).remove(&(work.arrival, item));
        }
    }
}
