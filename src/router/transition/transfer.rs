//! Items go from one queue or agent to another.

use crate::base::table::{AgentHandle, QueueHandle};
use crate::id::{AgentId, ManagerId, QueueId, WorkItemId};
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::handles::ItemHandle;
use crate::router::input::assign_directly::{AssignDirectly, DirectWork};
use crate::router::input::transfer::{Transfer, TransferMode, TransferTarget};
use crate::router::output::{AcceptedBy, OfferEnd, ReleaseWhy, RequeueWhy};
use crate::router::store::item::{Accepted, Item, ItemPhase, OfferSource};

use crate::router::transition::offer::GAVE_AWAY;
use crate::routing::route::{Unroutable, place_directly};
use crate::routing::routed::Routed;

impl Router {
    /// An accepted item goes back to its queue.
    pub(crate) fn release(&mut self, item: &WorkItemId) -> Result<(), RouterError> {
        let (handle, work) = self.find_item(item)?;
        if !matches!(work.state, ItemPhase::Accepted(_)) {
            return Err(work.wrong_state("accepted"));
        }
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.take_off_giver(handle, ReleaseWhy::Asked);
        self.requeue(handle, RequeueWhy::Released);
        Ok(())
    }

    /// Takes an accepted item off its agent, who has thereby declined it.
    fn take_off_giver(&mut self, item: ItemHandle, why: ReleaseWhy) {
        let work = self.items.item(item);
        let ItemPhase::Accepted(Accepted { agent, .. }) = work.state else {
            return;
        };
        self.release_from_holder(item);
        self.items.item_mut(item).state = ItemPhase::Queued;
        self.decline(item, agent, GAVE_AWAY);
        self.output_released(item, agent, why);
    }

    /// An item goes to another queue or another agent.
    pub(crate) fn transfer(&mut self, transfer: Transfer) -> Result<(), RouterError> {
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
        if matches!(work.state, ItemPhase::WrappingUp(_)) {
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
        self.items.item_mut(handle).set_queue(Some(queue));
        self.restart_wait(handle);
        self.output_requeued(handle, RequeueWhy::Transferred);
        self.enter_queue(handle);
        Ok(())
    }

    /// The queue, if it is active, of the item's channel, and not full.
    fn check_target_queue(&self, work: &Item, to: &QueueId) -> Result<QueueHandle, RouterError> {
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
        let ItemPhase::Accepted(held) = &work.state else {
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
        let (spare, size) = (self.roster.spare_of(agent, work.channel()), work.size());
        if !force && spare < size.into() {
            return Err(RouterError::NoRoom {
                item: item.clone(),
                agent: to.clone(),
                spare,
                size,
            });
        }
        let by = OfferSource::Agent(self.agent_id(giver));
        if mode == TransferMode::Blind {
            self.take_off_giver(handle, ReleaseWhy::Transferred);
            self.restart_wait(handle);
        }
        self.offer_by_hand(handle, agent, by);
        Ok(())
    }

    /// An agent who takes work on the item's channel now.
    fn check_receiver(&self, work: &Item, agent: &AgentId) -> Result<AgentHandle, RouterError> {
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
    pub(crate) fn allocate(
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
        self.offer_by_hand(handle, agent, OfferSource::Manager(by));
        Ok(())
    }

    /// An agent has an item from now on, without being asked.
    pub(crate) fn assign_directly(&mut self, direct: AssignDirectly) -> Result<(), RouterError> {
        let agent = self.find_agent(&direct.agent)?;
        match direct.work {
            DirectWork::Item(item) => {
                let (handle, work) = self.find_item(&item)?;
                if matches!(work.state, ItemPhase::WrappingUp(_)) {
                    return Err(work.wrong_state("queued, pending accept or accepted"));
                }
                if work.holder() == Some(agent) {
                    let agent = direct.agent;
                    return Err(RouterError::HasItAlready { item, agent });
                }
                self.end_offer(handle, OfferEnd::Superseded, None);
                self.leave_queue(handle);
                if let Some(holder) = self.release_from_holder(handle) {
                    self.output_released(handle, holder, ReleaseWhy::Direct);
                }
                self.give_directly(handle, agent);
            }
            DirectWork::New(item) => {
                let hash = self.check_new(&item.id)?;
                let (place, queue) = match place_directly(self.plan(), &item) {
                    Ok(placed) => placed,
                    Err(why) => return Err(Unroutable::new(*item, why).into()),
                };
                let routed = Routed::new(self.plan(), *item, place, self.now);
                let work = self.new_work(routed, hash, queue.is_some());
                let handle = self.items.insert(work);
                self.give_directly(handle, agent);
            }
        }
        Ok(())
    }

    fn give_directly(&mut self, item: ItemHandle, agent: AgentHandle) {
        let work = self.items.item_mut(item);
        work.state = ItemPhase::Accepted(Accepted {
            agent,
            counts: true,
            warm: None,
        });
        self.hand_over(agent, item);
        self.accepted(item, agent, (None, None), AcceptedBy::Direct);
    }
}
