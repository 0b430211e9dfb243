//! Offers that are made and accepted: [`Input::Accept`](crate::Input::Accept).
//!
//! Assignments of the router, transfers to agents and allocations open their offers here. Offers that end without acceptance are
//! in [`offer_end`](super::offer_end).

use alloc::boxed::Box;

use crate::base::table::{AgentHandle, GroupHandle, RuleHandle};
use crate::decision::Assignment;
use crate::id::{AgentId, GroupId, WorkItemId};
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::{AcceptedBy, OfferedBy, Output, ReleaseReason};
use crate::router::store::item::Item;
use crate::router::store::phase::OpenOffer;

impl Router {
    /// Applies an assignment that the router has just decided: adds the item to the agent, and offers it.
    ///
    /// The item is queued and has left its class. The assignment is not checked again, since nothing has changed since it was
    /// decided.
    #[inline]
    pub(crate) fn offer_assignment(&mut self, handle: ItemHandle, assignment: &Assignment) {
        let agent = assignment.agent;
        self.roster.apply(assignment);
        self.mark_changed(agent);
        self.list_item(agent, handle);
        let rule = self.tables().pools.at(assignment.pool).rule;
        let path = (Some(assignment.group), Some(rule));
        self.open_offer(handle, agent, path, OfferedBy::Router);
    }

    /// Offers an item on behalf of a manager or an agent, under the rule of the queue's earliest pool.
    ///
    /// The item has left its class. Skills, pools, declines and capacity are not checked.
    pub(crate) fn offer_by_hand(&mut self, handle: ItemHandle, agent: AgentHandle, by: OfferedBy) {
        let queue = self.items.item(handle).queue();
        let rule = queue.and_then(|queue| self.tables().earliest_rule(queue));
        self.add_to_agent(handle, agent);
        self.open_offer(handle, agent, (None, rule), by);
    }

    /// Opens an offer to an agent to whom the item has been added. If the rule or an AI agent accepts at once, makes the agent
    /// the holder instead.
    #[inline]
    fn open_offer(
        &mut self,
        handle: ItemHandle,
        agent: AgentHandle,
        (group, rule): (Option<GroupHandle>, Option<RuleHandle>),
        by: OfferedBy,
    ) {
        let tables = self.roster.plan().tables();
        let group = group.map(|group| tables.groups.id(group).clone());
        // Without a rule (no queue, or a queue without pools), the agent is asked and the offer has no time-out.
        let plan = rule.map(|rule| tables.rule_plans.at(rule));
        if plan.is_some_and(|plan| plan.auto_accept) || tables.is_ai(agent) {
            self.make_holder(handle, agent, group, rule, AcceptedBy::Auto);
            return;
        }
        let timeout_secs = plan.and_then(|plan| plan.timeout_secs);
        let offer = OpenOffer {
            agent,
            // Count the time-out from the step, even if the step is late.
            expires: timeout_secs.and_then(|secs| self.now.checked_plus_secs(secs)),
            group,
            rule,
            by,
        };
        let item = self.items.item_mut(handle);
        let output = Output::Offered {
            item: item.id().clone(),
            agent: tables.agents.id(agent).clone(),
            queue: item.queue().map(|queue| tables.queues.id(queue).clone()),
            group: offer.group.clone(),
            rule: rule.map(|rule| tables.rules.id(rule).clone()),
            expires: offer.expires,
            by: offer.by.clone(),
        };
        item.put_offer(Box::new(offer));
        self.output(output);
        self.arm(handle);
    }

    /// Handles [`Input::Accept`](crate::Input::Accept): makes the agent of an open offer the holder of the item.
    pub(crate) fn accept(&mut self, item: &WorkItemId, agent: &AgentId) -> Result {
        let (handle, found) = self.find_item(item)?;
        let Some(offered) = self.find_offered(found, agent) else {
            let holder = found.holder();
            let is_holder = holder == Some(self.find_agent(agent)?);
            let (item, agent) = (item.clone(), agent.clone());
            return Err(if is_holder {
                RouterError::AlreadyAccepted { item, agent }
            } else {
                RouterError::NotOffered { item, agent }
            });
        };
        // INVARIANT: `find_offered` has found an open offer.
        if let Some(offer) = self.items.item_mut(handle).take_offer() {
            let OpenOffer { group, rule, .. } = *offer;
            self.make_holder(handle, offered, group, rule, AcceptedBy::Agent);
        }
        Ok(())
    }

    /// Returns the agent with the open offer of an item, if it is the given one.
    ///
    /// Comparing the agent of the offer by id is cheaper than a lookup of the agent, which only an error needs.
    #[inline]
    pub(crate) fn find_offered(&self, item: &Item, agent: &AgentId) -> Option<AgentHandle> {
        let offered = item.offer()?.agent;
        (self.tables().agents.id(offered) == agent).then_some(offered)
    }

    /// Makes an agent the holder of an item that has been added to the agent, and remembers a person for the item's requester.
    ///
    /// The previous holder is released: the giver of a warm transfer, or the holder of an item that is assigned directly. The
    /// load of the item is counted again, since `utilization` may exclude it.
    #[inline]
    pub(crate) fn make_holder(
        &mut self,
        handle: ItemHandle,
        agent: AgentHandle,
        group: Option<GroupId>,
        rule: Option<RuleHandle>,
        by: AcceptedBy,
    ) {
        let item = self.items.item_mut(handle);
        // Read before `set_accepted` changes the phase, from which the units follow.
        let previous = item.held_units();
        item.set_accepted(agent);
        if let Some(previous) = previous {
            let why = match by {
                AcceptedBy::Direct => ReleaseReason::Direct,
                AcceptedBy::Agent | AcceptedBy::Auto => ReleaseReason::Transferred,
            };
            self.release_item(handle, previous);
            self.output_released(handle, previous.agent, why);
        }
        let tables = self.roster.plan().tables();
        let item = self.items.item(handle);
        let work_item = item.work_item();
        let is_ai = tables.is_ai(agent);
        let agent = tables.agents.id(agent);
        let channel = tables.channel_plans.at(item.channel());
        if let Some(requester) = &work_item.requester
            && let Some(days) = channel.last_agent_days
            && !is_ai
        {
            let memory = &mut self.last_agents;
            memory.forget_older(&work_item.channel, days, self.now);
            memory.record(&work_item.channel, requester, agent.clone(), self.now);
        }
        let always_counts = channel.always_counts;
        let output = Output::Accepted {
            item: work_item.id.clone(),
            agent: agent.clone(),
            queue: item.queue().map(|queue| tables.queues.id(queue).clone()),
            group,
            rule: rule.map(|rule| tables.rules.id(rule).clone()),
            by,
        };
        self.output(output);
        // The item was added with its full size. Only the channel's `utilization` can change that.
        if !always_counts {
            self.recount_load(handle);
        }
    }
}
