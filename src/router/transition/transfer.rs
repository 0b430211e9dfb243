//! Work that moves to another queue or agent: [`Input::Transfer`](crate::Input::Transfer),
//! [`Input::Release`](crate::Input::Release), [`Input::Allocate`](crate::Input::Allocate) and
//! [`Input::AssignDirectly`](crate::Input::AssignDirectly).
//!
//! None of these inputs checks skills, pools or declines.

use crate::base::table::{AgentHandle, QueueHandle};
use crate::id::{AgentId, ManagerId, QueueId, WorkItemId};
use crate::model::WorkItem;
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::input::assign_directly::{AssignDirectly, DirectWork};
use crate::router::input::transfer::{Transfer, TransferMode, TransferTarget};
use crate::router::output::{AcceptedBy, OfferEnd, OfferedBy, ReleaseReason, RequeueReason};
use crate::router::store::item::Item;
use crate::router::store::phase::{Accepted, ItemPhase};
use crate::router::transition::offer_end::GAVE_AWAY;
use crate::routing::resolve::resolve_directly;
use crate::routing::route::Unroutable;
use crate::routing::routed::Routed;

/// The states of [`RouterError::WrongState`] in which an item can be transferred to a queue or assigned directly.
const BEFORE_WRAP_UP: &str = "queued, pending accept or accepted";

impl Router {
    /// Handles [`Input::Transfer`](crate::Input::Transfer): transfers an item to a queue or to an agent.
    pub(crate) fn transfer(&mut self, transfer: Transfer) -> Result {
        let Transfer { item, to } = transfer;
        match to {
            TransferTarget::Queue(queue) => self.transfer_to_queue(&item, &queue),
            TransferTarget::Agent { agent, mode, force } => {
                self.transfer_to_agent(&item, &agent, mode, force)
            }
        }
    }

    /// Moves an item to a queue of its channel, where its wait starts again. A holder is released and declines the item.
    ///
    /// # Errors
    ///
    /// The item is wrapping up or in a warm transfer, or the queue is unknown, of another channel, inactive or full.
    fn transfer_to_queue(&mut self, id: &WorkItemId, to: &QueueId) -> Result {
        let (handle, item) = self.find_item(id)?;
        if matches!(item.phase, ItemPhase::WrappingUp(_)) {
            return Err(item.wrong_state(BEFORE_WRAP_UP));
        }
        if item.holder().is_some() && item.offer().is_some() {
            let item = id.clone();
            return Err(RouterError::TransferUnderWay { item });
        }
        let queue = self.find_target_queue(item, to)?;
        let is_another_queue = item.queue() != Some(queue);
        self.end_offer(handle, OfferEnd::Superseded, None);
        // Leave the queue before `set_queue`: the indexes find the item by its old queue.
        self.leave_queue(handle);
        // A decline applies to one queue.
        if is_another_queue {
            self.items.item_mut(handle).clear_declines();
        }
        // Record the decline of the giver after `clear_declines`, so that it is kept.
        self.take_from_giver(handle, ReleaseReason::Transferred);
        let item = self.items.item_mut(handle);
        item.set_queue(Some(queue));
        item.restart_wait(self.now);
        self.output_requeued(handle, RequeueReason::Transferred);
        self.enter_queue(handle);
        Ok(())
    }

    /// Finds the target queue of a transfer: an active queue of the item's channel that is not full.
    fn find_target_queue(&self, item: &Item, to: &QueueId) -> Result<QueueHandle> {
        let tables = self.tables();
        let unknown = || RouterError::UnknownQueue { queue: to.clone() };
        let queue = self.plan().queue(to.as_str()).ok_or_else(unknown)?;
        let plan = tables.queue_plans.at(queue);
        if plan.channel != item.channel() {
            return Err(RouterError::QueueOfAnotherChannel {
                queue: to.clone(),
                item: item.id().clone(),
                channel: item.work_item().channel.clone(),
            });
        }
        if !plan.active {
            return Err(RouterError::QueueInactive { queue: to.clone() });
        }
        let is_here = item.is_queued() && item.queue() == Some(queue);
        // INVARIANT: a queued item is counted in its queue.
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

    /// Offers an accepted item to another agent. A blind transfer releases the giver first; a warm one when the agent accepts.
    ///
    /// # Errors
    ///
    /// The item is not accepted, or it is in a warm transfer; or the agent is the giver, is not present on the channel, or has too
    /// little spare capacity (unless `force`).
    fn transfer_to_agent(
        &mut self,
        id: &WorkItemId,
        to: &AgentId,
        mode: TransferMode,
        force: bool,
    ) -> Result {
        let (handle, item) = self.find_item(id)?;
        let ItemPhase::Accepted(accepted) = &item.phase else {
            return Err(item.wrong_state("accepted"));
        };
        if accepted.warm.is_some() {
            let item = id.clone();
            return Err(RouterError::TransferUnderWay { item });
        }
        let giver = accepted.agent;
        let agent = self.find_receiver(item, to)?;
        if agent == giver {
            let (item, agent) = (id.clone(), to.clone());
            return Err(RouterError::HasItAlready { item, agent });
        }
        let (channel, size) = (item.channel(), item.size());
        let spare = self.roster.spare_units(self.roster.local(agent), channel);
        if !force && spare < size.into() {
            return Err(RouterError::NoRoom {
                item: id.clone(),
                agent: to.clone(),
                spare,
                size,
            });
        }
        // In a warm transfer the giver keeps the item until the agent accepts: `make_holder` then releases the giver.
        if mode == TransferMode::Blind {
            self.take_from_giver(handle, ReleaseReason::Transferred);
            self.items.item_mut(handle).restart_wait(self.now);
        }
        let giver = self.agent_id(giver);
        self.offer_by_hand(handle, agent, OfferedBy::Transfer(giver));
        Ok(())
    }

    /// Finds an agent who takes work on the item's channel now.
    fn find_receiver(&self, item: &Item, agent: &AgentId) -> Result<AgentHandle> {
        let handle = self.find_agent(agent)?;
        if self.roster.takes_work(handle, item.channel()) {
            Ok(handle)
        } else {
            Err(RouterError::NotPresent {
                agent: agent.clone(),
                channel: item.work_item().channel.clone(),
            })
        }
    }

    /// Handles [`Input::Release`](crate::Input::Release): returns an accepted item to its queue.
    ///
    /// The agent declines the item, so that it does not come straight back.
    pub(crate) fn release(&mut self, id: &WorkItemId) -> Result {
        let (handle, item) = self.find_item(id)?;
        if !matches!(item.phase, ItemPhase::Accepted(_)) {
            return Err(item.wrong_state("accepted"));
        }
        self.end_offer(handle, OfferEnd::Superseded, None);
        // The decline is recorded before the item is queued: otherwise this step could return it to the same agent.
        self.take_from_giver(handle, ReleaseReason::Asked);
        self.requeue(handle, RequeueReason::Released);
        Ok(())
    }

    /// Removes an accepted item from its holder, who has declined it. Does nothing in other phases.
    fn take_from_giver(&mut self, handle: ItemHandle, why: ReleaseReason) {
        let item = self.items.item(handle);
        let ItemPhase::Accepted(Accepted { agent, .. }) = item.phase else {
            return;
        };
        self.release_from_holder(handle);
        self.items.item_mut(handle).phase = ItemPhase::Queued;
        self.decline(handle, agent, GAVE_AWAY);
        self.output_released(handle, agent, why);
    }

    /// Handles [`Input::Allocate`](crate::Input::Allocate): offers an item without a holder to an agent whom a manager has
    /// chosen.
    ///
    /// An open offer to another agent ends. Capacity is not checked: the manager decides.
    pub(crate) fn allocate(&mut self, id: &WorkItemId, agent: &AgentId, by: ManagerId) -> Result {
        let (handle, item) = self.find_item(id)?;
        if item.holder().is_some() {
            return Err(if item.offer().is_some() {
                RouterError::TransferUnderWay { item: id.clone() }
            } else {
                item.wrong_state("queued or pending accept")
            });
        }
        let agent = self.find_receiver(item, agent)?;
        // An offer to the same agent is replaced as well: the new one has its own rule and time-out.
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.leave_queue(handle);
        self.offer_by_hand(handle, agent, OfferedBy::Manager(by));
        Ok(())
    }

    /// Handles [`Input::AssignDirectly`](crate::Input::AssignDirectly): makes an agent the holder of an item, live or new, without
    /// an offer.
    pub(crate) fn assign_directly(&mut self, direct: AssignDirectly) -> Result {
        let agent = self.find_agent(&direct.agent)?;
        let handle = match direct.work {
            DirectWork::Item(id) => {
                let (handle, item) = self.find_item(&id)?;
                if matches!(item.phase, ItemPhase::WrappingUp(_)) {
                    return Err(item.wrong_state(BEFORE_WRAP_UP));
                }
                if item.holder() == Some(agent) {
                    let (item, agent) = (id, direct.agent);
                    return Err(RouterError::HasItAlready { item, agent });
                }
                self.end_offer(handle, OfferEnd::Superseded, None);
                self.leave_queue(handle);
                handle
            }
            DirectWork::New(item) => self.add_without_queueing(*item)?,
        };
        // `make_holder` releases the previous holder, if there is one.
        self.add_to_agent(handle, agent);
        self.make_holder(handle, agent, None, None, AcceptedBy::Direct);
        Ok(())
    }

    /// Adds a new item that goes to an agent at once. Inactive channels and queues do not refuse it, and it may have no queue.
    fn add_without_queueing(&mut self, mut item: WorkItem) -> Result<ItemHandle> {
        let id_hash = self.hash_new_id(&item.id)?;
        let (resolved, queue) = match resolve_directly(self.plan(), &mut item) {
            Ok(resolved) => resolved,
            Err(why) => return Err(Unroutable::new(item, why).into()),
        };
        let routed = Routed::new(self.plan(), item, resolved, self.now);
        Ok(self.items.add(routed, id_hash, queue.is_some()))
    }
}
