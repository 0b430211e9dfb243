//! One item under a new configuration: what it keeps, and what it loses.

use crate::router::handles::ItemHandle;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use core::mem;

use crate::base::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::id::AgentId;
use crate::model::OnPresenceLost;
use crate::plan::{Plan, Tables};
use crate::roster::Roster;
use crate::router::Router;
use crate::router::output::{OfferEnd, Output, ReleaseWhy, RequeueWhy};
use crate::router::reconfigure::Counts;
use crate::router::store::item::Item;
use crate::router::store::phase::{Accepted, ItemPhase, OpenOffer};

use crate::router::waiting::ordered_list::Links;
use crate::routing::route::no_queue;
use crate::time::Timestamp;

/// What an item loses by a new configuration.
#[derive(Debug, Default)]
struct Loss {
    /// The offer that is open: to whom, and how it ends.
    offer: Option<(AgentId, OfferEnd)>,
    /// Who has it, and is gone.
    holder: Option<AgentId>,
    is_wrapping_up: bool,
    queue: bool,
    /// Its longest wait had already passed while it was offered.
    is_overdue: bool,
}

impl Router {
    /// Carries an item over that is not gone, with what it loses by that: its offer first, then whoever has it, then its queue.
    pub(crate) fn migrate(&mut self, item: ItemHandle, old: &Plan, counts: &mut Counts) {
        let Some(loss) = self.resolve_again(item, old) else {
            return;
        };
        let had_offer = loss.offer.is_some();
        if let Some(offer) = loss.offer {
            self.report_lost_offer(item, offer, counts);
        }
        if let Some(holder) = loss.holder {
            self.release_from_removed_agent(item, holder, loss.is_wrapping_up, counts);
        } else if !self.items.item(item).is_queued() {
            counts.kept += 1;
            self.recount_load(item);
            self.arm(item);
        } else if loss.queue {
            self.clear_declines(item);
            counts.moved += 1;
            self.back_after_loss(item, RequeueWhy::QueueGone, counts);
        } else {
            counts.kept += 1;
            self.wait_on(item, had_offer, loss.is_overdue, counts);
        }
    }

    fn report_lost_offer(
        &mut self,
        item: ItemHandle,
        (agent, why): (AgentId, OfferEnd),
        counts: &mut Counts,
    ) {
        counts.withdrawn += u64::from(why == OfferEnd::Withdrawn);
        let output = Output::OfferEnded {
            item: self.items.item(item).routed.item().id.clone(),
            agent,
            why,
            reason: None,
        };
        self.output(output);
    }

    fn release_from_removed_agent(
        &mut self,
        item: ItemHandle,
        agent: AgentId,
        is_wrapping_up: bool,
        counts: &mut Counts,
    ) {
        let work = self.items.item(item);
        let id = work.routed.item().id.clone();
        if is_wrapping_up {
            self.remove_item(item);
            self.output(Output::Closed { item: id, agent });
            return;
        }
        let why = ReleaseWhy::AgentGone;
        self.output(Output::Released {
            item: id,
            agent,
            why,
        });
        counts.moved += 1;
        self.back_after_loss(item, RequeueWhy::AgentGone, counts);
    }

    /// An item that nobody has waits, be it that its offer was just withdrawn.
    fn wait_on(
        &mut self,
        item: ItemHandle,
        had_offer: bool,
        is_overdue: bool,
        counts: &mut Counts,
    ) {
        let has_queue = self.items.item(item).queue().is_some();
        if had_offer && (is_overdue || !has_queue) {
            self.after_offer_under_new_plan(item, counts);
            return;
        }
        if had_offer {
            self.output_requeued(item, RequeueWhy::Withdrawn);
        }
        self.enter_queue(item);
    }

    /// An item without an agent goes to its queue, or to another; it was counted as moved.
    fn back_after_loss(&mut self, item: ItemHandle, why: RequeueWhy, counts: &mut Counts) {
        self.requeue(item, why);
        if self.items.get(item).is_none() {
            counts.moved -= 1;
            counts.canceled += 1;
        }
    }

    /// The offer of an item was withdrawn: it waits again; it was counted as kept.
    fn after_offer_under_new_plan(&mut self, item: ItemHandle, counts: &mut Counts) {
        self.after_offer(item, RequeueWhy::Withdrawn);
        if self.items.get(item).is_none() {
            counts.kept -= 1;
            counts.canceled += 1;
        }
    }

    /// Gives an item the handles of the new plan, takes away what is gone, and says what that was.
    fn resolve_again(&mut self, item: ItemHandle, old: &Plan) -> Option<Loss> {
        let plan = self.roster.plan().clone();
        let before = old.compiled();
        let now = self.now;
        let mut loss = Loss::default();
        let work = self.items.get_mut(item)?;
        // INVARIANT: what was on a channel that is gone has been canceled.
        let channel = channel_after(before, &plan, work.channel())?;
        let queue = work
            .queue()
            .and_then(|queue| queue_after(before, &plan, queue, channel));
        loss.queue = work.queue().is_some() && queue.is_none();
        let max_wait_ends = work.max_wait_ends(before);
        loss.is_overdue = max_wait_ends.is_some_and(|moment| moment <= now);
        let size = work.size();
        let place = queue.unwrap_or_else(no_queue);
        migrate_declines(work, before, &plan);
        work.routed.migrate(&plan, channel, place);
        work.set_queue(queue);
        work.timer = None;
        work.wait.class = None;
        work.wait.links = Links::default();

        let state = mem::replace(&mut work.phase, ItemPhase::Queued);
        let carrying = ItemMigration {
            before,
            plan: &plan,
            roster: &self.roster,
            channel,
        };
        let ended;
        (work.phase, ended) = carrying.state(state, &mut loss);
        for agent in work.agents() {
            self.held.add(agent, item);
        }
        if let Some(agent) = ended {
            self.roster.remove_offered_item(agent, channel, size, now);
        }
        Some(loss)
    }
}

/// What it takes to carry the state of an item over.
struct ItemMigration<'a> {
    before: &'a Tables,
    plan: &'a Plan,
    roster: &'a Roster,
    channel: ChannelHandle,
}

impl ItemMigration<'_> {
    /// The state under the new plan, and the agent, if it is still there, whose offer has ended; what is lost is noted.
    fn state(&self, state: ItemPhase, loss: &mut Loss) -> (ItemPhase, Option<AgentHandle>) {
        match state {
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
            ItemPhase::Accepted(held) => self.held(held, loss),
            ItemPhase::WrappingUp(mut wrap_up) => {
                let (holder, id) = self.agent(wrap_up.agent);
                if let Some(agent) = holder {
                    wrap_up.agent = agent;
                    return (ItemPhase::WrappingUp(wrap_up), None);
                }
                loss.holder = Some(id);
                loss.is_wrapping_up = true;
                (ItemPhase::Queued, None)
            }
        }
    }

    fn held(&self, held: Accepted, loss: &mut Loss) -> (ItemPhase, Option<AgentHandle>) {
        let Accepted {
            agent,
            counts,
            warm,
        } = held;
        let (holder, id) = self.agent(agent);
        let mut ended = None;
        let warm = warm.and_then(|offer| {
            let (agent, id) = self.agent(offer.agent);
            let stands = self.offer(offer, agent).filter(|_| !loss.queue);
            let why = if stands.is_some() {
                OfferEnd::Superseded
            } else {
                OfferEnd::Withdrawn
            };
            let kept = stands.filter(|_| holder.is_some());
            if kept.is_none() {
                ended = agent;
                loss.offer = Some((id, why));
            }
            kept
        });
        let Some(agent) = holder else {
            loss.holder = Some(id);
            return (ItemPhase::Queued, ended);
        };
        let held = Accepted {
            agent,
            counts,
            warm,
        };
        (ItemPhase::Accepted(held), ended)
    }

    /// An agent of the old plan under the new one, if it is still there, and its id.
    fn agent(&self, agent: AgentHandle) -> (Option<AgentHandle>, AgentId) {
        (
            agent_after(self.before, self.plan, agent),
            self.before.agents.name(agent).clone(),
        )
    }

    /// The offer under the new plan, none if it is withdrawn: its agent or its rule is gone, or its agent is not present for
    /// it any more.
    fn offer(
        &self,
        mut offer: Box<OpenOffer>,
        agent: Option<AgentHandle>,
    ) -> Option<Box<OpenOffer>> {
        offer.agent = agent?;
        let (before, after) = (self.before, self.plan.compiled());
        offer.rule = match offer.rule {
            Some(rule) => Some(after.rules.find(before.rules.name(rule).as_str())?),
            None => None,
        };
        let keeps = |rule| after.rule(rule).on_presence_lost == OnPresenceLost::Keep;
        let is_kept =
            offer.rule.is_some_and(keeps) || self.roster.takes_work(offer.agent, self.channel);
        is_kept.then_some(offer)
    }
}

/// Declines name ids: they stay, whether their agents are there or not.
fn migrate_declines(work: &mut Item, before: &Tables, plan: &Plan) {
    let absent = work.notes.as_mut();
    let absent = absent.map(|notes| mem::take(&mut notes.absent_declines));
    let mut by_id: BTreeMap<AgentId, Option<Timestamp>> =
        absent.unwrap_or_default().into_iter().collect();
    for decline in work.routed.declines() {
        by_id.insert(before.agents.name(decline.agent()).clone(), decline.until());
    }
    work.routed.clear_declines();
    for (agent, until) in by_id {
        match plan.agent(agent.as_str()) {
            Some(agent) => work.routed.record_decline(agent, until),
            None => work.notes_mut().absent_declines.push((agent, until)),
        }
    }
}

pub(crate) fn agent_after(before: &Tables, plan: &Plan, agent: AgentHandle) -> Option<AgentHandle> {
    plan.agent(before.agents.name(agent).as_str())
}

pub(crate) fn channel_after(
    before: &Tables,
    plan: &Plan,
    channel: ChannelHandle,
) -> Option<ChannelHandle> {
    plan.channel(before.channels.name(channel).as_str())
}

/// The queue, if it is there and still of the channel.
fn queue_after(
    before: &Tables,
    plan: &Plan,
    queue: QueueHandle,
    channel: ChannelHandle,
) -> Option<QueueHandle> {
    let found = plan.queue(before.queues.name(queue).as_str())?;
    (plan.compiled().queue_plans.at(found).channel == channel).then_some(found)
}
