//! Items come in, and go from one place to another.

use crate::assign::{assign_knowing, first_open};
use crate::id::{AgentId, ManagerId, QueueId, WorkItemId};
use crate::model::WorkItem;
use crate::route::{Unroutable, WhyUnroutable, place, place_directly};
use crate::routed::Routed;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::input::{AssignDirectly, DirectWork, Transfer, TransferMode, TransferTarget};
use crate::router::item::{Held, Offerer, State, WaitState, Work};
use crate::router::items::ItemHandle;
use crate::router::offers::GAVE_AWAY;
use crate::router::output::{
    AcceptedBy, CancelReason, OfferEnd, Output, ReleaseWhy, RequeueWhy, UnroutableReason,
};
use crate::router::waiting::Belongs;
use crate::table::{AgentHandle, ChannelHandle, QueueHandle};

/// Coming in.
impl Router {
    /// A work item comes in.
    pub(super) fn route(
        &mut self,
        mut item: WorkItem,
        queue: Option<&QueueId>,
    ) -> Result<(), RouterError> {
        let hash = self.check_new(&item.id)?;
        let id = item.id.clone();
        let reason = match place(self.plan(), &mut item, queue) {
            Err(why) if why.is_wrong_call() => return Err(Unroutable::new(item, why).into()),
            Err(why) => reason(&why),
            Ok(place) => {
                let queue = place.queue;
                let routed = Routed::new(self.plan(), item, place, self.now);
                if !self.is_full_for(&routed) {
                    let handle = self.insert(routed, hash, Some(queue));
                    let queue = self.queue_id(queue);
                    self.output(Output::Queued { item: id, queue });
                    self.assign_or_wait(handle);
                    return Ok(());
                }
                UnroutableReason::QueueFull
            }
        };
        self.output(Output::Unroutable { item: id, reason });
        Ok(())
    }

    /// By what an id will be found that no item has so far.
    fn check_new(&self, item: &WorkItemId) -> Result<u32, RouterError> {
        let hash = self.items.hash(item);
        if self.items.find_hashed(hash, item).is_some() {
            return Err(RouterError::ItemExists { item: item.clone() });
        }
        Ok(hash)
    }

    /// Whether an item would be one too many in its queue, and nobody can take it at once.
    fn is_full_for(&self, routed: &Routed) -> bool {
        let max = self.compiled().queue_plans.at(routed.queue()).max_length;
        max.is_some_and(|max| self.waiting.len(routed.queue()) >= max)
            && first_open(&self.roster, routed, self.now).0.is_none()
    }

    fn insert(&mut self, routed: Routed, hash: u32, queue: Option<QueueHandle>) -> ItemHandle {
        let arrival = self.items.next_arrival();
        let wait = WaitState::default();
        let work = Work::new(routed, hash, queue.is_some(), arrival, State::Queued, wait);
        self.items.insert(work)
    }

    /// Assigns an item that has just come in, or lets it wait: nobody may take anything else that waits.
    fn assign_or_wait(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let now = self.now;
        if let Some(work) = self.items.get_mut(item) {
            work.count_open_pools(compiled, now);
        }
        let Some(work) = self.items.get(item) else {
            return;
        };
        let belongs = self.waiting.find(compiled, &self.items, work);
        let mut again = None;
        if !self.is_settled(&belongs) {
            let last_agent = self.last_agent_of(work);
            match assign_knowing(&self.roster, &work.routed, last_agent, now) {
                Ok(assignment) => return self.offer_assignment(item, &assignment),
                Err(until) => again = until,
            }
        }
        self.waiting.enter(compiled, &mut self.items, item, belongs);
        self.arm(item);
        self.ask_again(again.map(|moment| (item, moment)).into_iter().collect());
    }
}

/// In and out of queues.
impl Router {
    /// A queued item waits from now on where it belongs.
    pub(super) fn enter_queue(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        work.routed.lapse(self.now);
        work.count_open_pools(compiled, self.now);
        if let Some(queue) = work.queue()
            && work.has_declines()
        {
            self.declined.at_mut(queue).insert((work.arrival, item));
        }
        let Some(work) = self.items.get(item) else {
            return;
        };
        let belongs = self.waiting.find(compiled, &self.items, work);
        let is_settled = self.is_settled(&belongs);
        self.waiting.enter(compiled, &mut self.items, item, belongs);
        if is_settled {
            self.look_for_exhaustion(item);
        } else {
            self.look_again(item);
        }
        self.arm(item);
    }

    /// Whether an item need not be asked about, as nobody has declined the first of its class: whoever could take it would have
    /// taken that one, or is asked about that one as this step goes on.
    fn is_settled(&self, belongs: &Belongs) -> bool {
        let first = belongs.behind.and_then(|head| self.items.get(head.item));
        first.is_some_and(|first| first.routed.declines().is_empty())
    }

    /// An item waits no more.
    pub(super) fn leave_queue(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let class = self.waiting.leave(compiled, &mut self.items, item);
        if let Some(work) = self.items.get_mut(item) {
            if let Some(seldom) = work.wait.if_seldom()
                && seldom.ask_again.take().is_some()
            {
                // It was asked for all of its class: another has to be.
                self.fresh.classes.extend(class);
            }
            if let Some(queue) = work.queue() {
                self.declined.at_mut(queue).remove(&(work.arrival, item));
            }
        }
    }

    /// A queued item is put where it belongs now: a pool has opened for it, or its facts have changed.
    pub(super) fn wait_anew(&mut self, item: ItemHandle) {
        self.leave_queue(item);
        self.enter_queue(item);
    }

    pub(super) fn output_requeued(&mut self, item: ItemHandle, why: RequeueWhy) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        if let Some(queue) = work.queue() {
            let item = work.routed.item().id.clone();
            let queue = self.queue_id(queue);
            self.output(Output::Requeued { item, queue, why });
        }
    }

    /// The wait of an item begins anew; its age runs on.
    pub(super) fn restart_wait(&mut self, item: ItemHandle) {
        let now = self.now;
        if let Some(work) = self.items.get_mut(item) {
            work.routed.set_waiting_since(now);
            work.wait.target_missed = false;
            if let Some(seldom) = work.wait.if_seldom() {
                seldom.triggered.clear();
            }
        }
    }

    /// Finds the queue of an item that has none any more, or gives the item up. Only the queues' routing is asked.
    pub(super) fn route_anew(&mut self, item: ItemHandle, why: RequeueWhy) {
        let compiled = self.roster.plan().compiled();
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        let channel = compiled.channel_plans.at(work.channel());
        let Some(queue) = channel.queue_for(compiled, work.routed.item()) else {
            self.give_up(item, CancelReason::QueueGone, None);
            return;
        };
        work.state = State::Queued;
        work.set_queue(Some(queue));
        self.restart_wait(item);
        self.output_requeued(item, why);
        self.enter_queue(item);
    }
}

/// Between queues and agents.
impl Router {
    /// An accepted item goes back to its queue.
    pub(super) fn release(&mut self, item: &WorkItemId) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(item)?;
        if !matches!(work.state, State::Accepted(_)) {
            return Err(work.wrong_state("accepted"));
        }
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.take_off_giver(handle, ReleaseWhy::Asked);
        self.back_to_queue(handle, RequeueWhy::Released);
        Ok(())
    }

    /// Takes an accepted item off its agent, who has thereby declined it.
    fn take_off_giver(&mut self, item: ItemHandle, why: ReleaseWhy) -> Option<AgentHandle> {
        let work = self.items.get(item)?;
        let State::Accepted(Held { agent, .. }) = work.state else {
            return None;
        };
        self.let_go_of_holder(item);
        if let Some(work) = self.items.get_mut(item) {
            work.state = State::Queued;
        }
        self.decline(item, agent, GAVE_AWAY);
        self.output_released(item, agent, why);
        Some(agent)
    }

    /// An item that nobody has any more waits in its queue, from now on.
    pub(super) fn back_to_queue(&mut self, item: ItemHandle, why: RequeueWhy) {
        if self
            .items
            .get(item)
            .is_some_and(|work| work.queue().is_none())
        {
            self.route_anew(item, why);
            return;
        }
        self.restart_wait(item);
        self.output_requeued(item, why);
        self.enter_queue(item);
    }

    /// An item goes to another queue or another agent.
    pub(super) fn transfer(&mut self, transfer: Transfer) -> Result<(), RouterError> {
        let Transfer { item, to } = transfer;
        match to {
            TransferTarget::Queue(queue) => self.transfer_to_queue(&item, &queue),
            TransferTarget::Agent { agent, mode, force } => {
                self.transfer_to_agent(&item, &agent, mode, force)
            }
        }
    }

    fn transfer_to_queue(&mut self, item: &WorkItemId, to: &QueueId) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(item)?;
        if matches!(work.state, State::WrappingUp(_)) {
            return Err(work.wrong_state("queued, pending accept or accepted"));
        }
        if work.holder().is_some() && work.offer().is_some() {
            let item = item.clone();
            return Err(RouterError::TransferUnderWay { item });
        }
        let queue = self.check_target_queue(work, to)?;
        let is_another = work.queue() != Some(queue);
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.leave_queue(handle);
        if is_another {
            self.clear_declines(handle);
        }
        self.take_off_giver(handle, ReleaseWhy::Transferred);
        if let Some(work) = self.items.get_mut(handle) {
            work.set_queue(Some(queue));
        }
        self.restart_wait(handle);
        self.output_requeued(handle, RequeueWhy::Transferred);
        self.enter_queue(handle);
        Ok(())
    }

    /// The queue, if it is active, of the item's channel, and not full.
    fn check_target_queue(&self, work: &Work, to: &QueueId) -> Result<QueueHandle, RouterError> {
        let compiled = self.compiled();
        let unknown = || RouterError::UnknownQueue { queue: to.clone() };
        let queue = self.plan().queue(to.as_str()).ok_or_else(unknown)?;
        let plan = compiled.queue_plans.at(queue);
        if plan.channel != work.channel() {
            return Err(RouterError::QueueOfAnotherChannel {
                queue: to.clone(),
                item: work.routed.item().id.clone(),
                channel: work.routed.item().channel.clone(),
            });
        }
        if !plan.active {
            return Err(RouterError::QueueInactive { queue: to.clone() });
        }
        let is_here = work.is_queued() && work.queue() == Some(queue);
        let waiting = self.waiting.len(queue) - u32::from(is_here);
        match plan.max_length {
            Some(max) if waiting >= max => Err(RouterError::QueueFull {
                queue: to.clone(),
                waiting,
                max,
            }),
            _ => Ok(queue),
        }
    }

    fn transfer_to_agent(
        &mut self,
        item: &WorkItemId,
        to: &AgentId,
        mode: TransferMode,
        force: bool,
    ) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(item)?;
        let State::Accepted(held) = &work.state else {
            return Err(work.wrong_state("accepted"));
        };
        if held.warm.is_some() {
            let item = item.clone();
            return Err(RouterError::TransferUnderWay { item });
        }
        let giver = held.agent;
        let agent = self.check_receiver(work, to)?;
        if agent == giver {
            let (item, agent) = (item.clone(), to.clone());
            return Err(RouterError::HasItAlready { item, agent });
        }
        let (spare, size) = (self.roster.room_of(agent, work.channel()), work.size());
        if !force && spare < size.into() {
            return Err(RouterError::NoRoom {
                item: item.clone(),
                agent: to.clone(),
                spare,
                size,
            });
        }
        let by = Offerer::Agent(self.agent_id(giver));
        if mode == TransferMode::Blind {
            self.take_off_giver(handle, ReleaseWhy::Transferred);
            self.restart_wait(handle);
        }
        self.offer_by_hand(handle, agent, by);
        Ok(())
    }

    /// An agent who takes work on the item's channel now.
    fn check_receiver(&self, work: &Work, agent: &AgentId) -> Result<AgentHandle, RouterError> {
        let handle = self.find_agent(agent)?;
        if self.roster.takes_work(handle, work.channel()) {
            Ok(handle)
        } else {
            Err(RouterError::NotPresent {
                agent: agent.clone(),
                channel: work.routed.item().channel.clone(),
            })
        }
    }

    /// A manager has an item offered to an agent.
    pub(super) fn allocate(
        &mut self,
        item: &WorkItemId,
        agent: &AgentId,
        by: ManagerId,
    ) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(item)?;
        if !work.waits() {
            return Err(if work.offer().is_some() {
                RouterError::TransferUnderWay { item: item.clone() }
            } else {
                work.wrong_state("queued or pending accept")
            });
        }
        let agent = self.check_receiver(work, agent)?;
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.leave_queue(handle);
        self.offer_by_hand(handle, agent, Offerer::Manager(by));
        Ok(())
    }

    /// An agent has an item from now on, without being asked.
    pub(super) fn assign_directly(&mut self, direct: AssignDirectly) -> Result<(), RouterError> {
        let agent = self.find_agent(&direct.agent)?;
        match direct.work {
            DirectWork::Item(item) => {
                let (handle, work) = self.find_item(&item)?;
                if matches!(work.state, State::WrappingUp(_)) {
                    return Err(work.wrong_state("queued, pending accept or accepted"));
                }
                if work.holder() == Some(agent) {
                    let agent = direct.agent;
                    return Err(RouterError::HasItAlready { item, agent });
                }
                self.end_offer(handle, OfferEnd::Superseded, None);
                self.leave_queue(handle);
                if let Some(holder) = self.items.get(handle).and_then(Work::holder) {
                    self.let_go_of_holder(handle);
                    self.output_released(handle, holder, ReleaseWhy::Direct);
                }
                self.give_directly(handle, agent);
            }
            DirectWork::New(mut item) => {
                let hash = self.check_new(&item.id)?;
                let (place, queue) = match place_directly(self.plan(), &mut item) {
                    Ok(placed) => placed,
                    Err(why) => return Err(Unroutable::new(*item, why).into()),
                };
                let routed = Routed::new(self.plan(), *item, place, self.now);
                let handle = self.insert(routed, hash, queue);
                self.give_directly(handle, agent);
            }
        }
        Ok(())
    }

    fn give_directly(&mut self, item: ItemHandle, agent: AgentHandle) {
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        work.state = State::Accepted(Held {
            agent,
            counts: true,
            warm: None,
        });
        let (channel, size): (ChannelHandle, u32) = (work.channel(), work.size());
        self.roster.hand_over(agent, channel, size);
        self.changed(agent);
        self.hold(agent, item);
        self.remember_acceptance(item, agent);
        self.output_accepted(item, agent, (None, None), AcceptedBy::Direct);
        self.weigh_again(item);
    }
}

fn reason(why: &WhyUnroutable) -> UnroutableReason {
    match why {
        WhyUnroutable::ChannelInactive => UnroutableReason::ChannelInactive,
        WhyUnroutable::NotInChannel => UnroutableReason::NotInChannel,
        WhyUnroutable::QueueInactive => UnroutableReason::QueueInactive,
        _ => UnroutableReason::NoQueue,
    }
}
