//! The invariants of a router, for tests.
//!
//! Everything that the router keeps to be fast follows from its items: lists of agents, loads, timers, classes, the index of
//! declined items. The checks compute it again and compare.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, Handle, QueueHandle};
use crate::decide::search::{could_take, find_without_affinity};
use crate::roster::BrokenInvariant;
use crate::router::Router;
use crate::router::rebuild::loads;
use crate::router::store::current_agents::CurrentAgents;
use crate::router::store::item::Item;

impl Router {
    /// Checks that all indexes of the router agree with its items and agents, and that no waiting item can be assigned.
    ///
    /// For tests: it visits every agent, item and timer.
    ///
    /// # Errors
    ///
    /// [`BrokenInvariant`] names the first invariant that is broken. That is a bug of this crate: no input can cause it.
    pub fn check_invariants(&self) -> Result<(), BrokenInvariant> {
        // From the data to what is built on it, so that the first error is closest to its cause.
        self.roster.check_invariants()?;
        if let Some(fault) = self.waiting.fault(self.tables(), &self.items) {
            return Err(broken("the waiting items", fault));
        }
        self.check_items()?;
        self.check_agents()?;
        // A router that was restored with another custom rule assigns in its first step. See `keep_marks_with_matches`.
        if self.dirty.has_matching() {
            return Ok(());
        }
        self.check_nothing_assignable()
    }

    /// Checks each item, and what is indexed by items: the lists of the agents, the current agents of requesters, the timers and
    /// the declined items.
    fn check_items(&self) -> Result<(), BrokenInvariant> {
        let tables = self.tables();
        let mut agent_items = Vec::new();
        let mut current_agents = CurrentAgents::default();
        let mut witnesses = 0;
        let mut timers: BTreeSet<_> = self.capacity_overrides.timers().collect();
        for handle in self.items.by_arrival() {
            let item = self.items.item(handle);
            if let Some(fault) = self.fault_of_item(item) {
                return Err(broken(&place_of_item(item), fault));
            }
            agent_items.extend(item.agents().map(|agent| (agent, handle)));
            if let Some(requester) = item.tracked_requester(tables) {
                let agents = item.agents();
                agents.for_each(|agent| current_agents.add(item.channel(), requester, agent));
            }
            let witness = self.declined.witness(handle);
            witnesses += usize::from(witness.is_some());
            if let Some(fault) = self.fault_of_witness(item, witness) {
                return Err(broken(&place_of_item(item), fault));
            }
            // The set of timers may not have any other, or the router would wake up for nothing.
            let timer = item.timer.map(|moment| (moment, item.timer_key(handle)));
            timers.extend(timer);
        }
        let agents = tables.agents.iter();
        let lists =
            agents.flat_map(|(agent, _)| self.agent_items.of(agent).map(move |item| (agent, item)));
        let mut listed: Vec<_> = lists.collect();
        listed.sort_unstable();
        agent_items.sort_unstable();
        let are_timers_equal = self.timers.iter().eq(&timers);
        ensure(listed == agent_items, "the items of the agents")?;
        let are_current = self.current_agents == current_agents;
        ensure(are_current, "the current agents of requesters")?;
        ensure(self.declined.len() == Some(witnesses), "the declined items")?;
        ensure(are_timers_equal, "the timers")
    }

    /// Returns the first broken invariant of the class or the timer of an item.
    fn fault_of_item(&self, item: &Item) -> Option<&'static str> {
        // An item that is offered has left its class: otherwise it could be matched a second time.
        if item.wait.class.is_some() != item.is_queued() {
            return Some("is queued without a class, or in a class without being queued");
        }
        if item.has_lost_group(self.tables()) {
            return Some("is offered to an agent who is not a member of the group of the offer");
        }
        let (next, _) = item.next_deadline(self.tables(), self.last_reconfigured)?;
        // A timer may be early, after its deadline has moved. It is armed again when it fires.
        if item.timer.is_none_or(|timer| timer > next) {
            return Some("has no timer at or before its next deadline");
        }
        (next <= self.now).then_some("has a deadline that was not processed")
    }

    /// Returns the broken invariant of the witness against an item's exhaustion, if it is broken.
    fn fault_of_witness(&self, item: &Item, witness: Option<AgentHandle>) -> Option<&'static str> {
        // A custom gate that breaks its contract can exclude the agent whom it has just admitted.
        let has_gates = self.tables().has_custom_gates;
        let could_take =
            |agent| has_gates || could_take(&self.roster, &item.routed, agent, self.now);
        if item.can_exhaust(self.now) {
            // The first step after a restore looks at the items that are marked.
            if self.dirty.has_exhaustion() {
                return None;
            }
            return (!witness.is_some_and(could_take))
                .then_some("has no witness but is not exhausted");
        }
        // The decline of an agent who is not configured lapses without an event: the witness stays until the next check.
        (witness.is_some() && !item.may_have_witness())
            .then_some("has a witness although it cannot become exhausted")
    }

    /// Checks that the roster counts the load of the items, and that only agents who are present have offers.
    fn check_agents(&self) -> Result<(), BrokenInvariant> {
        let tables = self.tables();
        // The roster counted each change. This counts the result, so a change that was forgotten shows up as a difference.
        let loads = loads(&self.items);
        for (agent, id) in tables.agents.iter() {
            let fail = |fault: &str| Err(broken(&format!("agent `{id}`"), fault));
            // INVARIANT: the roster of a router covers all agents of the plan.
            let Some(status) = self.roster.agent(agent) else {
                continue;
            };
            // All channels, so that a load without an item is found as well.
            for channel in (0..tables.channels.len()).map(ChannelHandle::from_index) {
                let load = loads.get(&(agent, channel)).copied().unwrap_or_default();
                let counted = status.items_in_hand(channel).zip(status.load(channel));
                if counted != Some(load) {
                    return fail(&format!(
                        "has (items, load) {load:?}, the roster counts {counted:?}"
                    ));
                }
            }
            if !self.offers_without_presence(agent).is_empty() {
                return fail("has an offer without being present");
            }
        }
        Ok(())
    }

    /// Checks that no agent may take a waiting item of an active queue.
    fn check_nothing_assignable(&self) -> Result<(), BrokenInvariant> {
        let tables = self.tables();
        for queue in (0..tables.queues.len()).map(QueueHandle::from_index) {
            let plan = tables.queue_plans.at(queue);
            // An inactive queue keeps its items without assigning them.
            if !plan.active || !tables.channel_plans.at(plan.channel).active {
                continue;
            }
            for handle in self.waiting.in_order(&self.items, queue) {
                let item = self.items.item(handle);
                let (agent, _) = find_without_affinity(&self.roster, &item.routed, self.now);
                if agent.is_some() {
                    let fault = "waits although an agent is eligible for it";
                    return Err(broken(&place_of_item(item), fault));
                }
            }
        }
        Ok(())
    }
}

/// Returns the name of an item in the error of a broken invariant.
fn place_of_item(item: &Item) -> String {
    format!("work item `{}`", item.id())
}

/// Returns the error of an index, unless it equals the one that was computed from the items.
fn ensure(is_equal: bool, index: &str) -> Result<(), BrokenInvariant> {
    if is_equal {
        return Ok(());
    }
    Err(broken(index, "differ from those computed from the items"))
}

/// Makes the error of a broken invariant.
fn broken(place: &str, fault: &str) -> BrokenInvariant {
    BrokenInvariant {
        place: place.into(),
        fault: fault.into(),
    }
}
