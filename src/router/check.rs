//! Invariants of the router, checked by tests.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;

use crate::base::table::{AgentHandle, ChannelHandle, Handle, QueueHandle};
use crate::decide::search::find_any;
use crate::roster::BrokenInvariant;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::store::declined::DeclinedItems;
use crate::router::store::item::Item;

impl Router {
    /// Checks that all indexes of the router agree with its items and agents, and that no waiting item can be assigned.
    ///
    /// For tests: it visits every agent, item and timer.
    ///
    /// # Errors
    ///
    /// [`BrokenInvariant`] names the first invariant that is broken. That is a bug of this crate: no input can cause it. The one
    /// exception is a router that was restored under another plan than it was stored under: it may be late until its first step.
    pub fn check_invariants(&self) -> Result<(), BrokenInvariant> {
        self.roster.check_invariants()?;
        if let Some(fault) = self.waiting.fault(self.tables(), &self.items) {
            return Err(broken("the waiting items", fault));
        }
        for handle in self.items.by_arrival() {
            let item = self.items.item(handle);
            if let Some(fault) = self.item_fault(handle, item) {
                return Err(broken(&place_of_item(item), fault));
            }
        }
        for agent in (0..self.tables().agents.len()).map(AgentHandle::from_index) {
            if let Some(fault) = self.agent_fault(agent) {
                let id = self.tables().agents.id(agent);
                return Err(broken(&format!("agent `{id}`"), &fault));
            }
        }
        self.check_timers()?;
        self.check_declined()?;
        self.check_nothing_assignable()
    }

    /// Checks the class, the agents and the timer of an item.
    fn item_fault(&self, handle: ItemHandle, item: &Item) -> Option<&'static str> {
        if item.wait.class.is_some() != item.is_queued() {
            return Some("is queued without a class, or in a class without being queued");
        }
        let mut agents = item.agents();
        if !agents.all(|agent| self.held.contains(agent, handle)) {
            return Some("is missing from the list of its agent");
        }
        let next = item.next_deadline(self.tables(), self.last_reconfigured);
        let (next, _) = next?;
        if item.timer.is_none_or(|timer| timer > next) {
            return Some("has a timer that is too late");
        }
        (next <= self.now).then_some("has a deadline that was not processed")
    }

    /// Checks the items of an agent, their sums in the roster, and its offers.
    fn agent_fault(&self, agent: AgentHandle) -> Option<String> {
        for channel in (0..self.tables().channels.len()).map(ChannelHandle::from_index) {
            let (mut items, mut load) = (0_u32, 0_u64);
            for handle in self.held.of(agent) {
                let Some(item) = self.items.get(handle) else {
                    return Some("has an item that is gone".into());
                };
                if !item.agents().any(|own| own == agent) {
                    return Some("has an item that another agent holds".into());
                }
                if item.channel() == channel {
                    for (_, units) in item.loads().filter(|(own, _)| *own == agent) {
                        items += 1;
                        load += u64::from(units);
                    }
                }
            }
            let Some(status) = self.roster.agent(agent) else {
                continue;
            };
            let (counted, counted_load) = (status.items_in_hand(channel), status.load(channel));
            if counted != Some(items) || counted_load != Some(load) {
                return Some(format!(
                    "has {items} items of {load} units, the roster counts {counted:?} of {counted_load:?}"
                ));
            }
        }
        let lost = self.offers_without_presence(agent);
        (!lost.is_empty()).then(|| "has an offer without being present".into())
    }

    /// Checks that there is a timer for each item and each temporary capacity that has one, and no other timer.
    fn check_timers(&self) -> Result<(), BrokenInvariant> {
        let items = self.items.by_arrival().into_iter().filter_map(|handle| {
            let item = self.items.item(handle);
            Some((item.timer?, item.timer_key(handle)))
        });
        let expected: BTreeSet<_> = items.chain(self.capacity_overrides.timers()).collect();
        if self.timers.iter().eq(&expected) {
            Ok(())
        } else {
            let fault = "are not those of the items and the temporary capacities";
            Err(broken("the timers", fault))
        }
    }

    /// Checks that the index of declined items has each queued item with declines, and no other item.
    fn check_declined(&self) -> Result<(), BrokenInvariant> {
        let mut expected = DeclinedItems::new(self.tables().queues.len());
        for handle in self.items.by_arrival() {
            let item = self.items.item(handle);
            if item.is_queued() && item.has_declines() {
                expected.insert(handle, item);
            }
        }
        if self.declined == expected {
            Ok(())
        } else {
            let fault = "are not the queued items with declines";
            Err(broken("the declined items", fault))
        }
    }

    /// Checks that no agent may take a waiting item of an active queue.
    fn check_nothing_assignable(&self) -> Result<(), BrokenInvariant> {
        let tables = self.tables();
        for queue in (0..tables.queues.len()).map(QueueHandle::from_index) {
            let plan = tables.queue_plans.at(queue);
            if !plan.active || !tables.channel_plans.at(plan.channel).active {
                continue;
            }
            for handle in self.waiting.in_order(&self.items, queue) {
                let item = self.items.item(handle);
                let (found, _) = find_any(&self.roster, &item.routed, self.now);
                if found.is_some() {
                    let fault = "waits while somebody may take it";
                    return Err(broken(&place_of_item(item), fault));
                }
            }
        }
        Ok(())
    }
}

fn place_of_item(item: &Item) -> String {
    format!("work item `{}`", item.id())
}

fn broken(place: &str, fault: &str) -> BrokenInvariant {
    BrokenInvariant {
        place: place.into(),
        fault: fault.into(),
    }
}
