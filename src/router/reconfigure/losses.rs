//! The migration of one item to a new configuration: what it keeps and what it loses.
//!
//! An item loses its offer if the agent or the rule of the offer is removed, or if the agent is no longer present; its holder
//! if that agent is removed; its queue if that is removed or moved to another channel.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::id::AgentId;
use crate::model::OnPresenceLost;
use crate::plan::{Plan, Tables};
use crate::roster::Roster;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::{OfferEnd, Output, ReleaseReason, RequeueReason};
use crate::router::resolver::Resolver;
use crate::router::store::item::Item;
use crate::router::store::phase::{Accepted, ItemPhase, OpenOffer};
use crate::routing::resolve::no_queue;

/// The numbers of items and offers that a new configuration affects.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) kept: u64,
    pub(crate) moved: u64,
    pub(crate) canceled: u64,
    pub(crate) withdrawn: u64,
}

/// The losses of one item.
#[derive(Debug, Default)]
struct Loss {
    /// The agent of the open offer, and how the offer ends.
    offer: Option<(AgentId, OfferEnd)>,
    /// The holder, who was removed.
    holder: Option<AgentId>,
    was_wrapping_up: bool,
    queue: bool,
    /// Its `max_wait_secs` had already passed while it was offered.
    is_overdue: bool,
}

impl Router {
    /// Migrates an item to the new plan, unless it is gone, and reports its losses: the offer, the holder, then the queue.
    pub(crate) fn migrate(&mut self, item: ItemHandle, old: &Plan, counts: &mut Counts) {
        let Some(loss) = self.resolve_again(item, old) else {
            return;
        };
        let had_offer = loss.offer.is_some();
        if let Some((agent, why)) = loss.offer {
            counts.withdrawn += u64::from(why == OfferEnd::Withdrawn);
            self.report_lost_offer(item, agent, why);
        }
        if let Some(holder) = loss.holder {
            self.release_from_removed_agent(item, holder, loss.was_wrapping_up, counts);
        } else if !self.items.get(item).is_some_and(Item::is_queued) {
            counts.kept += 1;
            self.recount_load(item);
            self.arm(item);
        } else if loss.queue {
            self.clear_declines(item);
            self.requeue_after_loss(item, RequeueReason::QueueGone, counts);
        } else {
            self.keep_queued(item, had_offer, loss.is_overdue, counts);
        }
    }

    fn report_lost_offer(&mut self, item: ItemHandle, agent: AgentId, why: OfferEnd) {
        if let Some(row) = self.items.get(item) {
            let output = Output::OfferEnded {
                item: row.routed.item().id.clone(),
                agent,
                why,
                reason: None,
            };
            self.output(output);
        }
    }

    fn release_from_removed_agent(
        &mut self,
        item: ItemHandle,
        agent: AgentId,
        was_wrapping_up: bool,
        counts: &mut Counts,
    ) {
        let Some(row) = self.items.get(item) else {
            return;
        };
        let id = row.routed.item().id.clone();
        if was_wrapping_up {
            self.remove_item(item);
            self.output(Output::Closed { item: id, agent });
            return;
        }
        let why = ReleaseReason::AgentGone;
        self.output(Output::Released {
            item: id,
            agent,
            why,
        });
        self.requeue_after_loss(item, RequeueReason::AgentGone, counts);
    }

    /// Requeues an item that lost its holder or its queue. It is canceled if no queue takes it.
    fn requeue_after_loss(&mut self, item: ItemHandle, why: RequeueReason, counts: &mut Counts) {
        self.requeue(item, why);
        let is_gone = self.items.get(item).is_none();
        *if is_gone {
            &mut counts.canceled
        } else {
            &mut counts.moved
        } += 1;
    }

    /// Leaves an item in its queue, or returns it there if its offer was withdrawn.
    fn keep_queued(
        &mut self,
        item: ItemHandle,
        had_offer: bool,
        is_overdue: bool,
        counts: &mut Counts,
    ) {
        let row = self.items.get(item);
        let has_queue = row.is_some_and(|row| row.queue().is_some());
        if had_offer && (is_overdue || !has_queue) {
            // As after any other offer: the item is canceled if it is overdue, and routed if it has no queue.
            self.after_offer(item, RequeueReason::Withdrawn);
        } else {
            if had_offer {
                self.output_requeued(item, RequeueReason::Withdrawn);
            }
            self.enter_queue(item);
        }
        let is_gone = self.items.get(item).is_none();
        *if is_gone {
            &mut counts.canceled
        } else {
            &mut counts.kept
        } += 1;
    }

    /// Replaces an item's handles by those of the new plan, drops what the plan lacks, and returns the losses.
    fn resolve_again(&mut self, item: ItemHandle, old: &Plan) -> Option<Loss> {
        let plan = self.roster.plan().clone();
        let resolver = Resolver::new(&plan);
        let before = old.tables();
        let now = self.now;
        let mut loss = Loss::default();
        let row = self.items.get_mut(item)?;
        // INVARIANT: the items of removed channels have been canceled.
        let channel = resolver.channel(before.channels.id(row.channel())).ok()?;
        let queue = row
            .queue()
            .and_then(|queue| resolver.queue(before.queues.id(queue)).ok())
            .filter(|queue| resolver.is_of_channel(*queue, channel));
        loss.queue = row.queue().is_some() && queue.is_none();
        let deadline = row.max_wait_ends(before);
        loss.is_overdue = deadline.is_some_and(|deadline| deadline <= now);
        let size = row.size();
        migrate_declines(row, before, resolver);
        row.routed
            .migrate(&plan, channel, queue.unwrap_or_else(no_queue));
        row.set_queue(queue);
        row.timer = None;
        row.wait.class = None;

        let phase = mem::replace(&mut row.phase, ItemPhase::Queued);
        let migration = ItemMigration {
            before,
            resolver,
            roster: &self.roster,
            channel,
        };
        let offeree;
        (row.phase, offeree) = migration.phase(phase, &mut loss);
        for agent in row.agents() {
            self.held.add(agent, item);
        }
        if let Some(agent) = offeree {
            self.roster
                .remove_offered_item(self.roster.local(agent), channel, size, now);
        }
        Some(loss)
    }
}

/// Migrates the phase of an item.
struct ItemMigration<'a> {
    before: &'a Tables,
    resolver: Resolver<'a>,
    roster: &'a Roster,
    channel: ChannelHandle,
}

impl ItemMigration<'_> {
    /// Returns the phase under the new plan, and the agent, if it remains, whose offer ended. Notes the losses.
    fn phase(&self, phase: ItemPhase, loss: &mut Loss) -> (ItemPhase, Option<AgentHandle>) {
        match phase {
            ItemPhase::Queued => (ItemPhase::Queued, None),
            ItemPhase::Pending(offer) => {
                let (agent, id) = self.agent(offer.agent);
                let kept = self.offer(offer, agent);
                if let Some(offer) = kept.filter(|_| !loss.queue) {
                    return (ItemPhase::Pending(offer), None);
                }
                loss.offer = Some((id, OfferEnd::Withdrawn));
                (ItemPhase::Queued, agent)
            }
            ItemPhase::Accepted(accepted) => self.accepted(accepted, loss),
            ItemPhase::WrappingUp(mut wrap_up) => {
                let (holder, id) = self.agent(wrap_up.agent);
                if let Some(agent) = holder {
                    wrap_up.agent = agent;
                    return (ItemPhase::WrappingUp(wrap_up), None);
                }
                loss.holder = Some(id);
                loss.was_wrapping_up = true;
                (ItemPhase::Queued, None)
            }
        }
    }

    fn accepted(&self, accepted: Accepted, loss: &mut Loss) -> (ItemPhase, Option<AgentHandle>) {
        let Accepted {
            agent,
            counts,
            warm,
        } = accepted;
        let (holder, id) = self.agent(agent);
        let mut offeree = None;
        let warm = warm.and_then(|offer| {
            let (agent, id) = self.agent(offer.agent);
            let valid = self.offer(offer, agent).filter(|_| !loss.queue);
            // A warm transfer ends with its giver: the offer is then superseded, though nothing of its own was lost.
            let why = if valid.is_some() {
                OfferEnd::Superseded
            } else {
                OfferEnd::Withdrawn
            };
            let kept = valid.filter(|_| holder.is_some());
            if kept.is_none() {
                offeree = agent;
                loss.offer = Some((id, why));
            }
            kept
        });
        let Some(agent) = holder else {
            loss.holder = Some(id);
            return (ItemPhase::Queued, offeree);
        };
        let accepted = Accepted {
            agent,
            counts,
            warm,
        };
        (ItemPhase::Accepted(accepted), offeree)
    }

    /// Returns an agent's handle in the new plan, if it remains, and its id.
    fn agent(&self, agent: AgentHandle) -> (Option<AgentHandle>, AgentId) {
        let id = self.before.agents.id(agent);
        (self.resolver.agent(id).ok(), id.clone())
    }

    /// Returns an offer under the new plan; `None` if its agent or its rule is removed, or its agent is no longer present.
    fn offer(
        &self,
        mut offer: Box<OpenOffer>,
        agent: Option<AgentHandle>,
    ) -> Option<Box<OpenOffer>> {
        offer.agent = agent?;
        offer.rule = match offer.rule {
            Some(rule) => Some(self.resolver.rule(self.before.rules.id(rule)).ok()?),
            None => None,
        };
        let tables = self.resolver.tables();
        let keeps = |rule| tables.rule(rule).on_presence_lost == OnPresenceLost::Keep;
        let is_kept =
            offer.rule.is_some_and(keeps) || self.roster.takes_work(offer.agent, self.channel);
        is_kept.then_some(offer)
    }
}

/// Keeps an item's declines by id, whether the new plan has their agents or not.
fn migrate_declines(row: &mut Item, before: &Tables, resolver: Resolver<'_>) {
    let absent = row.notes.as_mut();
    let absent = absent.map(|notes| mem::take(&mut notes.absent_declines));
    let declines = row.routed.declines().iter();
    let present =
        declines.map(|decline| (before.agents.id(decline.agent()).clone(), decline.until()));
    // An agent is either in the old plan or not, so that no id comes twice.
    let mut all: Vec<_> = present.chain(absent.unwrap_or_default()).collect();
    all.sort_unstable();
    row.routed.clear_declines();
    resolver.record_declines(row, all);
}
