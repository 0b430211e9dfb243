//! The migration of one item to a new plan: its handles are translated by id, and it loses what the plan lacks.
//!
//! | an item loses | if | and then |
//! |---|---|---|
//! | its offer | the agent or the rule of the offer or the queue of the item is removed; or the agent no longer takes work or has left the group of the offer, unless the rule keeps the offer | it waits in its queue |
//! | its holder | the agent is removed | it waits in its queue with a new wait, or is closed if it was in wrap-up |
//! | its queue | the queue is removed, or belongs to another channel | it is routed again, or canceled if no queue takes it |
//!
//! A holder keeps an item whose queue is lost. The offer of a warm transfer also ends if the giver is removed.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, RuleHandle};
use crate::id::AgentId;
use crate::plan::{Plan, Tables};
use crate::roster::Roster;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::{OfferEnd, Output, ReleaseReason, RequeueReason};
use crate::router::store::phase::{ItemPhase, OpenOffer};
use crate::routing::resolve::no_queue;

/// The losses of one item. They are collected while its handles are translated, and output afterwards.
#[derive(Debug)]
struct Loss {
    /// The agent of the lost offer, and how the offer ends.
    offer: Option<(AgentId, OfferEnd)>,
    /// The holder, who was removed.
    holder: Option<AgentId>,
    /// Whether the item was in wrap-up.
    was_wrapping_up: bool,
    /// Whether the item has lost its queue.
    has_lost_queue: bool,
    /// Whether the item's `max_wait_secs` under the old plan had passed, as it can while an offer is open.
    is_overdue: bool,
}

impl Router {
    /// Migrates an item to the new plan, and outputs its losses: the offer, the holder, then the queue.
    pub(crate) fn migrate(&mut self, handle: ItemHandle, old: &Plan) {
        let Some(loss) = self.translate(handle, old) else {
            return;
        };
        let item = self.items.item(handle);
        let id = item.id().clone();
        let (is_queued, has_queue) = (item.is_queued(), item.queue().is_some());
        let has_lost_offer = loss.offer.is_some();
        if let Some((agent, why)) = loss.offer {
            self.output(Output::OfferEnded {
                item: id.clone(),
                agent,
                why,
                reason: None,
            });
        }
        if let Some(agent) = loss.holder {
            if loss.was_wrapping_up {
                // The work is done. Nobody is left to wrap it up.
                self.remove_item(handle);
                self.output(Output::Closed { item: id, agent });
            } else {
                let why = ReleaseReason::AgentGone;
                self.output(Output::Released {
                    item: id,
                    agent,
                    why,
                });
                self.requeue(handle, RequeueReason::AgentGone);
            }
        } else if !is_queued {
            // The new plan may have another `utilization`, and other deadlines of an item that is offered.
            self.recount_load(handle);
            self.arm(handle);
        } else if loss.has_lost_queue {
            // Declines apply to one queue.
            self.items.item_mut(handle).clear_declines();
            self.requeue(handle, RequeueReason::QueueGone);
        } else if has_lost_offer && (loss.is_overdue || !has_queue) {
            // As after any other offer: the item is canceled if it is overdue, and routed if it has no queue.
            self.requeue_or_cancel(handle, RequeueReason::Withdrawn);
        } else {
            if has_lost_offer {
                self.output_requeued(handle, RequeueReason::Withdrawn);
            }
            self.enter_queue(handle);
        }
    }

    /// Replaces an item's handles by those of the new plan, drops what the plan lacks, and returns the losses.
    fn translate(&mut self, handle: ItemHandle, old: &Plan) -> Option<Loss> {
        let plan = self.plan().clone();
        let (old, new) = (old.tables(), plan.tables());
        let item = self.items.item_mut(handle);
        // INVARIANT: the new plan has the channel. The items of removed channels have been canceled.
        let channel = old.channels.handle_in(item.channel(), &new.channels)?;
        let queue = item.queue();
        let queue = queue.and_then(|queue| old.queues.handle_in(queue, &new.queues));
        let queue = queue.filter(|queue| new.queue_plans.at(*queue).channel == channel);
        let holder = item.holder();
        let kept_holder = holder.and_then(|agent| old.agents.handle_in(agent, &new.agents));
        let lost_holder = holder.filter(|_| kept_holder.is_none());
        let max_wait_ends = item.max_wait_ends(old);
        let mut loss = Loss {
            // `migrate_offer` sets it below, as it depends on the other losses.
            offer: None,
            holder: lost_holder.map(|agent| old.agents.id(agent).clone()),
            was_wrapping_up: matches!(item.phase, ItemPhase::WrappingUp(_)),
            has_lost_queue: item.queue().is_some() && queue.is_none(),
            is_overdue: max_wait_ends.is_some_and(|moment| moment <= self.now),
        };
        // Agents come and go: a decline may move from an id to a handle, or back.
        let declines: Vec<_> = item.declines_by_id(old).collect();
        item.set_declines_by_id(new, declines);
        // `routed` always has a queue, a placeholder if the item has none. `set_queue` records which.
        item.routed
            .migrate(&plan, channel, queue.unwrap_or_else(no_queue));
        item.set_queue(queue);
        // The timers and classes of the old plan are gone. Whatever happens to the item next adds it to those of the new one.
        item.timer = None;
        item.wait.class = None;

        // The offer goes first and is put back last: whether it stays depends on the holder.
        let offer = item.take_offer();
        match (&mut item.phase, kept_holder) {
            (ItemPhase::Accepted(accepted), Some(agent)) => accepted.agent = agent,
            (ItemPhase::WrappingUp(wrap_up), Some(agent)) => wrap_up.agent = agent,
            // Without a holder, the item is queued, at least until its offer is put back.
            (phase, _) => *phase = ItemPhase::Queued,
        }
        loss.offer = offer.and_then(|offer| self.migrate_offer(handle, offer, &loss, old));
        // The lists of the new router are empty, so only the agents who still have the item are added.
        for agent in self.items.item(handle).agents() {
            self.list_item(agent, handle);
        }
        Some(loss)
    }

    /// Puts an item's offer back, with handles of the new plan. If the offer is lost, removes its load instead, and returns its
    /// agent and how it ends.
    fn migrate_offer(
        &mut self,
        handle: ItemHandle,
        mut offer: Box<OpenOffer>,
        loss: &Loss,
        old: &Tables,
    ) -> Option<(AgentId, OfferEnd)> {
        let item = self.items.item_mut(handle);
        let kept = kept_offer(&offer, item.channel(), old, &self.roster);
        let kept = kept.filter(|_| !loss.has_lost_queue);
        if let (Some(kept), None) = (kept, &loss.holder) {
            (offer.agent, offer.rule) = kept;
            item.put_offer(offer);
            return None;
        }
        // The migration of the roster has kept the load of the offer.
        let new = self.roster.plan().tables();
        if let Some(agent) = old.agents.handle_in(offer.agent, &new.agents) {
            let (agent, channel, size) = (self.roster.local(agent), item.channel(), item.size());
            self.roster
                .remove_offered_item(agent, channel, size, self.now);
        }
        // A warm transfer ends with its giver, though it has lost nothing of its own.
        let why = kept.map_or(OfferEnd::Withdrawn, |_| OfferEnd::Superseded);
        Some((old.agents.id(offer.agent).clone(), why))
    }
}

/// Returns the agent and the rule of an offer that is kept, in the plan of `roster`. An offer that was made by hand has no rule.
///
/// Returns `None` if the offer is withdrawn: its agent or its rule is removed; or the agent takes no work or has left the group of
/// the offer, and the rule does not keep the offer.
fn kept_offer(
    offer: &OpenOffer,
    channel: ChannelHandle,
    old: &Tables,
    roster: &Roster,
) -> Option<(AgentHandle, Option<RuleHandle>)> {
    let new = roster.plan().tables();
    let agent = old.agents.handle_in(offer.agent, &new.agents)?;
    let rule = offer.rule;
    let rule = rule.and_then(|rule| old.rules.handle_in(rule, &new.rules));
    let is_member = |group| new.is_member(agent, group);
    // An offer that was made by hand has no group.
    let still_applies =
        || roster.takes_work(agent, channel) && offer.group.as_ref().is_none_or(is_member);
    let is_kept =
        rule.is_some() == offer.rule.is_some() && (new.keeps_offers(rule) || still_applies());
    is_kept.then_some((agent, rule))
}
