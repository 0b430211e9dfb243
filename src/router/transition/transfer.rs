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
use crate::routing::routed::Routed;

/// The states of [`RouterError::WrongState`] in which an item can be transferred to a queue or assigned directly.
const BEFORE_WRAP_UP: &str = "queued, pending accept or accepted";

impl Router {
    /// Handles [`Input::Transfer`](crate::Input::Transfer): transfers an item to a queue or to an agent.
    pub(crate) fn transfer(&mut self, transfer: Transfer) -> Result {
        let Transfer { item, to, by } = transfer;
        match to {
            TransferTarget::Queue(queue) => self.transfer_to_queue(&item, &queue, by.as_ref()),
            TransferTarget::Agent { agent, mode, force } => {
                self.transfer_to_agent(&item, &agent, mode, force, by.as_ref())
            }
        }
    }

    /// Moves an item to a queue of its channel, where its wait starts again. A holder is released.
    ///
    /// A transfer to another queue clears the declines: an agent who knows where the item belongs has not refused to take it
    /// there. A transfer to the item's own queue is a decline, if `by` names the agent who gives the item away.
    ///
    /// # Errors
    ///
    /// The queue is unknown, of another channel, inactive or full, `by` is not the holder, or the item is wrapping up or in a
    /// warm transfer.
    fn transfer_to_queue(&mut self, id: &WorkItemId, to: &QueueId, by: Option<&AgentId>) -> Result {
        let (handle, item) = self.find_item(id)?;
        let queue = self.find_queue(to)?;
        self.check_holder(item, by)?;
        if matches!(item.phase, ItemPhase::WrappingUp(_)) {
            return Err(item.wrong_state(BEFORE_WRAP_UP));
        }
        if item.holder().is_some() && item.offer().is_some() {
            let item = id.clone();
            return Err(RouterError::TransferUnderWay { item });
        }
        self.check_target_queue(item, queue, to)?;
        let is_another_queue = item.queue() != Some(queue);
        self.end_offer(handle, OfferEnd::Superseded, None);
        // Leave the queue before `set_queue`: the indexes find the item by its old queue.
        self.leave_queue(handle);
        // A decline applies to one queue.
        if is_another_queue {
            self.items.item_mut(handle).clear_declines();
        }
        let declines = by.is_some() && !is_another_queue;
        self.take_from_giver(handle, ReleaseReason::Transferred, declines);
        let item = self.items.item_mut(handle);
        item.set_queue(Some(queue));
        item.restart_wait(self.now);
        self.output_requeued(handle, RequeueReason::Transferred);
        self.enter_queue(handle);
        Ok(())
    }

    /// Checks that the agent whom an input names as `by`, if any, holds the item.
    #[inline]
    pub(crate) fn check_holder(&self, item: &Item, by: Option<&AgentId>) -> Result {
        let Some(by) = by else { return Ok(()) };
        match item.holder() {
            Some(holder) if self.tables().agents.id(holder) == by => Ok(()),
            _ => Err(RouterError::NotTheHolder {
                item: item.id().clone(),
                by: by.clone(),
            }),
        }
    }

    /// Checks the target queue of a transfer: an active queue of the item's channel that is not full.
    fn check_target_queue(&self, item: &Item, queue: QueueHandle, to: &QueueId) -> Result {
        let plan = self.tables().queue_plans.at(queue);
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
            _ => Ok(()),
        }
    }

    /// Offers an accepted item to another agent. A blind transfer releases the giver first; a warm one when the agent accepts.
    ///
    /// # Errors
    ///
    /// The agent is unknown, `by` is not the holder, or the item is not accepted or in a warm transfer; or the agent is the giver,
    /// is not present on the channel, or has too little spare capacity (unless `force`).
    fn transfer_to_agent(
        &mut self,
        id: &WorkItemId,
        to: &AgentId,
        mode: TransferMode,
        force: bool,
        by: Option<&AgentId>,
    ) -> Result {
        let (handle, item) = self.find_item(id)?;
        let agent = self.find_agent(to)?;
        self.check_holder(item, by)?;
        let ItemPhase::Accepted(accepted) = &item.phase else {
            return Err(item.wrong_state("accepted"));
        };
        if accepted.warm.is_some() {
            let item = id.clone();
            return Err(RouterError::TransferUnderWay { item });
        }
        let giver = accepted.agent;
        if agent == giver {
            let (item, agent) = (id.clone(), to.clone());
            return Err(RouterError::AlreadyAccepted { item, agent });
        }
        self.check_present(item, agent, to)?;
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
            self.take_from_giver(handle, ReleaseReason::Transferred, by.is_some());
            self.items.item_mut(handle).restart_wait(self.now);
        }
        let giver = self.agent_id(giver);
        self.offer_by_hand(handle, agent, OfferedBy::Transfer(giver));
        Ok(())
    }

    /// Checks that an agent takes work on the item's channel now.
    fn check_present(&self, item: &Item, agent: AgentHandle, id: &AgentId) -> Result {
        if self.roster.takes_work(agent, item.channel()) {
            Ok(())
        } else {
            Err(RouterError::NotPresent {
                agent: id.clone(),
                channel: item.work_item().channel.clone(),
            })
        }
    }

    /// Handles [`Input::Release`](crate::Input::Release): returns an accepted item to its queue.
    ///
    /// An agent who gives the item away declines it, so that it does not come straight back.
    pub(crate) fn release(&mut self, id: &WorkItemId, by: Option<&AgentId>) -> Result {
        let (handle, item) = self.find_item(id)?;
        self.check_holder(item, by)?;
        if !matches!(item.phase, ItemPhase::Accepted(_)) {
            return Err(item.wrong_state("accepted"));
        }
        self.end_offer(handle, OfferEnd::Superseded, None);
        // The decline is recorded before the item is queued: otherwise this step could return it to the same agent.
        self.take_from_giver(handle, ReleaseReason::Asked, by.is_some());
        self.requeue(handle, RequeueReason::Released);
        Ok(())
    }

    /// Removes an accepted item from its holder. If the holder `declines` it, records that. Does nothing in other phases.
    fn take_from_giver(&mut self, handle: ItemHandle, why: ReleaseReason, declines: bool) {
        let item = self.items.item(handle);
        let ItemPhase::Accepted(Accepted { agent, .. }) = item.phase else {
            return;
        };
        self.release_from_holder(handle);
        self.items.item_mut(handle).phase = ItemPhase::Queued;
        if declines {
            self.decline(handle, agent, GAVE_AWAY);
        }
        self.output_released(handle, agent, why);
    }

    /// Handles [`Input::Allocate`](crate::Input::Allocate): offers an item without a holder to an agent whom a manager has
    /// chosen.
    ///
    /// An open offer to another agent ends. Capacity is not checked: the manager decides.
    pub(crate) fn allocate(&mut self, id: &WorkItemId, agent: &AgentId, by: ManagerId) -> Result {
        let (handle, item) = self.find_item(id)?;
        let to = self.find_agent(agent)?;
        if item.holder().is_some() {
            return Err(if item.offer().is_some() {
                RouterError::TransferUnderWay { item: id.clone() }
            } else {
                item.wrong_state("queued or pending accept")
            });
        }
        self.check_present(item, to, agent)?;
        // An offer to the same agent is replaced as well: the new one has its own rule and time-out.
        self.end_offer(handle, OfferEnd::Superseded, None);
        self.leave_queue(handle);
        self.offer_by_hand(handle, to, OfferedBy::Manager(by));
        Ok(())
    }

    /// Handles [`Input::AssignDirectly`](crate::Input::AssignDirectly): makes an agent the holder of an item, live or new, without
    /// an offer.
    pub(crate) fn assign_directly(&mut self, direct: AssignDirectly) -> Result {
        let (handle, agent) = match direct.work {
            DirectWork::Item(id) => {
                let (handle, item) = self.find_item(&id)?;
                let agent = self.find_agent(&direct.agent)?;
                if matches!(item.phase, ItemPhase::WrappingUp(_)) {
                    return Err(item.wrong_state(BEFORE_WRAP_UP));
                }
                if item.holder() == Some(agent) {
                    let (item, agent) = (id, direct.agent);
                    return Err(RouterError::AlreadyAccepted { item, agent });
                }
                self.end_offer(handle, OfferEnd::Superseded, None);
                self.leave_queue(handle);
                (handle, agent)
            }
            DirectWork::New(item) => {
                // The channel and the agent must exist before anything else is checked.
                self.find_channel(&item.channel)?;
                let agent = self.find_agent(&direct.agent)?;
                (self.add_without_queueing(*item)?, agent)
            }
        };
        // `make_holder` releases the previous holder, if there is one.
        self.add_to_agent(handle, agent);
        self.make_holder(handle, agent, None, None, AcceptedBy::Direct);
        Ok(())
    }

    /// Adds a new item that goes to an agent at once. Inactive channels and queues do not refuse it, and it may have no queue.
    fn add_without_queueing(&mut self, mut item: WorkItem) -> Result<ItemHandle> {
        let id_hash = self.hash_new_id(&item.id)?;
        let resolved = resolve_directly(self.plan(), &mut item);
        let (resolved, queue) =
            resolved.map_err(|wrong| RouterError::of_new_item(item.id.clone(), wrong))?;
        let routed = Routed::new(self.plan(), item, resolved, self.now);
        Ok(self.items.add(routed, id_hash, queue.is_some()))
    }
}
