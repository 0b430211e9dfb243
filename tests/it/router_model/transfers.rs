//! Items that return to a queue or change their agent: requeue, release, transfer, allocation, direct assignment.

use handover::{
    AcceptedBy, AgentId, AssignDirectly, CancelReason, DirectWork, ManagerId, OfferedBy, Output,
    ReleaseReason, RequeueReason, TransferMode, WorkItem,
};

use super::item::ModelState;
use super::offers::queue_of;
use super::{Model, Refusal, refuse_unless};

impl Model {
    /// Requeues an item without a holder, in its own queue or in the first queue that takes it. Cancels the item if its
    /// wait has expired.
    pub(super) fn requeue(&mut self, id: &str, why: RequeueReason) {
        let item = self.item(id);
        if item.wait_expired {
            return self.end_as_canceled(id, CancelReason::MaxWait, None);
        }
        match queue_of(item) {
            Some(queue) => self.outputs.push(Output::Requeued {
                item: id.into(),
                queue,
                why,
            }),
            None => self.reroute(id, why),
        }
    }

    /// Moves an item to the first active queue whose routing holds, or cancels it.
    pub(super) fn reroute(&mut self, id: &str, why: RequeueReason) {
        match self.queue_for(&self.item(id).work_item) {
            Some(queue) => self.enqueue(id, &queue, why),
            None => self.end_as_canceled(id, CancelReason::QueueGone, None),
        }
    }

    /// Puts an item into a queue, with a new wait.
    fn enqueue(&mut self, id: &str, queue: &str, why: RequeueReason) {
        let now = self.now;
        let item = self.item_mut(id);
        item.queue = Some(queue.into());
        item.begin_wait(now);
        self.outputs.push(Output::Requeued {
            item: id.into(),
            queue: queue.into(),
            why,
        });
    }

    pub(super) fn release(&mut self, id: &str, by: Option<&AgentId>) -> Result<(), Refusal> {
        self.find(id)?;
        self.check_by(id, by)?;
        self.accepted_by(id)?;
        self.release_from_holder(id, ReleaseReason::Asked);
        if let Some(giver) = by {
            self.decline(id, giver.as_str(), "gave_away");
        }
        self.requeue_accepted(id, RequeueReason::Released);
        Ok(())
    }

    /// Requeues an item that was accepted. Its wait restarts.
    pub(super) fn requeue_accepted(&mut self, id: &str, why: RequeueReason) {
        let now = self.now;
        self.item_mut(id).begin_wait(now);
        self.requeue(id, why);
    }

    /// Returns the agent who has accepted an item.
    pub(super) fn accepted_by(&self, id: &str) -> Result<String, Refusal> {
        match &self.find(id)?.state {
            ModelState::Accepted { agent, .. } => Ok(agent.clone()),
            _ => Err("wrong_state"),
        }
    }

    /// Refuses an input about an item with an open warm transfer.
    fn check_no_warm_transfer(&self, id: &str) -> Result<(), Refusal> {
        let item = self.find(id)?;
        let is_warm = item.holder().is_some() && item.offer().is_some();
        refuse_unless(!is_warm, "transfer_under_way")
    }

    pub(super) fn transfer_to_queue(
        &mut self,
        id: &str,
        queue: &str,
        by: Option<&AgentId>,
    ) -> Result<(), Refusal> {
        let item = self.find(id)?;
        self.check_queue(queue)?;
        self.check_by(id, by)?;
        self.check_no_warm_transfer(id)?;
        let giver = self.accepted_by(id).ok();
        refuse_unless(item.is_waiting() || giver.is_some(), "wrong_state")?;
        let is_on_channel = self.is_queue_of(queue, item.channel());
        refuse_unless(is_on_channel, "queue_of_another_channel")?;
        let is_active = self.config.queues.get(queue).unwrap().active;
        refuse_unless(is_active, "queue_inactive")?;
        refuse_unless(!self.is_full(queue, id), "queue_full")?;
        if giver.is_some() {
            self.release_from_holder(id, ReleaseReason::Transferred);
        }
        self.supersede_offer(id);
        if self.item(id).queue.as_deref() != Some(queue) {
            self.item_mut(id).clear_declines();
        } else if let Some(giver) = by {
            self.decline(id, giver.as_str(), "gave_away");
        }
        self.enqueue(id, queue, RequeueReason::Transferred);
        Ok(())
    }

    pub(super) fn transfer_to_agent(
        &mut self,
        id: &str,
        agent: &str,
        mode: TransferMode,
        force: bool,
        by: Option<&AgentId>,
    ) -> Result<(), Refusal> {
        let item = self.find(id)?;
        self.check_agent(agent)?;
        self.check_by(id, by)?;
        self.check_no_warm_transfer(id)?;
        let giver = self.accepted_by(id)?;
        refuse_unless(giver != agent, "already_accepted")?;
        refuse_unless(self.is_present(agent, item.channel()), "not_present")?;
        let spare = self
            .current_roster()
            .spare(&self.config, agent, item.channel());
        refuse_unless(force || spare >= u64::from(item.size), "no_room")?;
        if mode == TransferMode::Blind {
            self.release_from_holder(id, ReleaseReason::Transferred);
            if by.is_some() {
                self.decline(id, &giver, "gave_away");
            }
            let now = self.now;
            self.item_mut(id).begin_wait(now);
        }
        self.offer_manually(id, agent, OfferedBy::Transfer(giver.into()));
        Ok(())
    }

    pub(super) fn allocate(
        &mut self,
        id: &str,
        agent: &str,
        by: &ManagerId,
    ) -> Result<(), Refusal> {
        let item = self.find(id)?;
        self.check_agent(agent)?;
        self.check_no_warm_transfer(id)?;
        refuse_unless(item.is_waiting(), "wrong_state")?;
        refuse_unless(self.is_present(agent, item.channel()), "not_present")?;
        self.supersede_offer(id);
        self.offer_manually(id, agent, OfferedBy::Manager(by.clone()));
        Ok(())
    }

    /// Offers an item under the rule of the queue's earliest pool, if it has one.
    fn offer_manually(&mut self, id: &str, agent: &str, by: OfferedBy) {
        let queue = self.item(id).queue.as_deref();
        let pools = queue.map(|queue| self.config.queues.get(queue).unwrap().eligibility.iter());
        // Among pools that open at the same time, the first in the list counts.
        let earliest = pools.and_then(|pools| pools.min_by_key(|pool| pool.eligible_at_secs));
        let rule = earliest.map(|pool| pool.rule.as_str().to_owned());
        self.offer(id, agent, None, rule, by);
    }

    pub(super) fn assign_directly(&mut self, direct: &AssignDirectly) -> Result<(), Refusal> {
        let agent = direct.agent.as_str();
        match &direct.work {
            DirectWork::Item(id) => self.assign_item_directly(id.as_str(), agent),
            DirectWork::New(work_item) => self.assign_new_item(work_item, agent),
            other => panic!("{other:?} is not in the model"),
        }
    }

    fn assign_item_directly(&mut self, id: &str, agent: &str) -> Result<(), Refusal> {
        let item = self.find(id)?;
        self.check_agent(agent)?;
        let holder = self.accepted_by(id).ok();
        refuse_unless(item.is_waiting() || holder.is_some(), "wrong_state")?;
        refuse_unless(holder.as_deref() != Some(agent), "already_accepted")?;
        if holder.is_some() {
            self.release_from_holder(id, ReleaseReason::Direct);
        }
        self.supersede_offer(id);
        self.give_directly(id, agent);
        Ok(())
    }

    /// Assigns a new item to an agent. Ignores inactive settings and full queues. The item can have no queue.
    fn assign_new_item(&mut self, work_item: &WorkItem, agent: &str) -> Result<(), Refusal> {
        self.check_channel(work_item.channel.as_str())?;
        self.check_agent(agent)?;
        self.check_id_is_free(work_item)?;
        self.check_values(work_item)?;
        let queue = self.queue_for(work_item);
        let item = self.new_item(work_item, queue);
        self.items.push(item);
        self.give_directly(work_item.id.as_str(), agent);
        Ok(())
    }

    /// Makes an agent the holder of an item, without an offer.
    fn give_directly(&mut self, id: &str, agent: &str) {
        let channel = self.item(id).channel().to_owned();
        self.roster.set_assigned(agent, &channel);
        self.set_accepted(id, agent, None, None, AcceptedBy::Direct);
    }
}
