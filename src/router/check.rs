//! What must always be true of a router.

use crate::router::handles::ItemHandle;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::{format, vec};

use crate::base::table::{AgentHandle, ChannelHandle, Handle, QueueHandle};
use crate::roster::BrokenInvariant;
use crate::router::Router;
use crate::router::store::item::Item;

use crate::router::store::timers::TimerOf;

impl Router {
    /// Compares everything that a router knows twice, for tests: it looks at every agent, item and timer.
    ///
    /// # Errors
    ///
    /// [`BrokenInvariant`] says what is wrong. That is a fault of this crate: no input can bring it about. Only a router that
    /// was restored under another plan than it was stored under may be late until its first input.
    pub fn check_invariants(&self) -> Result<(), BrokenInvariant> {
        self.roster.check_invariants()?;
        if let Some(fault) = self.waiting.fault(self.compiled(), &self.items) {
            return Err(broken("the waiting items", fault));
        }
        for item in self.items.by_arrival() {
            self.check_item(item, self.items.item(item))?;
        }
        self.check_timers()?;
        self.check_declined()?;
        for agent in (0..self.compiled().agents.len()).map(AgentHandle::from_index) {
            self.check_agent(agent)?;
        }
        self.check_nothing_assignable()
    }

    fn check_item(&self, item: ItemHandle, work: &Item) -> Result<(), BrokenInvariant> {
        let place = || format!("work item `{}`", work.routed.item().id);
        let fail = |fault: &str| Err(broken(&place(), fault));
        if work.wait.class.is_some() != work.is_queued() {
            return fail("does not wait exactly if it is queued");
        }
        for agent in work.agents() {
            if !self.held.of(agent).any(|held| held == item) {
                return fail("is not on the desk of its agent");
            }
        }
        let next = work
            .next_due(self.compiled(), self.deadlines_after)
            .map(|(moment, _)| moment);
        if next.is_some_and(|next| work.armed().is_none_or(|armed| armed > next)) {
            return fail("has a timer that is too late");
        }
        if next.is_some_and(|next| next <= self.now) {
            return fail("is late: something of it is due");
        }
        Ok(())
    }

    fn check_agent(&self, agent: AgentHandle) -> Result<(), BrokenInvariant> {
        let place = || format!("agent `{}`", self.compiled().agents.name(agent));
        for channel in (0..self.compiled().channels.len()).map(ChannelHandle::from_index) {
            let (mut items, mut load) = (0_u32, 0_u64);
            for item in self.held.of(agent) {
                let Some(work) = self.items.get(item) else {
                    return Err(broken(&place(), "holds an item that is gone"));
                };
                if work.channel() == channel {
                    let (own_items, own_load) = in_hand(work, agent);
                    if own_items == 0 {
                        return Err(broken(&place(), "holds an item that is not its own"));
                    }
                    items += own_items;
                    load += own_load;
                }
            }
            let Some(status) = self.roster.agent(agent) else {
                continue;
            };
            if status.items_in_hand(channel) != Some(items) || status.load(channel) != Some(load) {
                return Err(broken(
                    &place(),
                    &format!(
                        "has {items} items of {load} units in hand, the roster says {:?} of {:?}",
                        status.items_in_hand(channel),
                        status.load(channel)
                    ),
                ));
            }
        }
        if !self.offers_without_presence(agent).is_empty() {
            return Err(broken(&place(), "has an offer without being present"));
        }
        Ok(())
    }

    /// Every item that is armed has its timer, every temporary capacity has one, and there are no others.
    fn check_timers(&self) -> Result<(), BrokenInvariant> {
        let items = self.items.by_arrival().into_iter().filter_map(|item| {
            let work = self.items.item(item);
            let arrival = work.arrival;
            Some((work.armed()?, TimerOf::Item { arrival, item }))
        });
        let expected: BTreeSet<_> = items.chain(self.capacities.timers()).collect();
        if self.timers.iter().eq(&expected) {
            Ok(())
        } else {
            Err(broken(
                "the timers",
                "are not those of items and capacities",
            ))
        }
    }

    /// What waits and is declined is noted by queue, and nothing else.
    fn check_declined(&self) -> Result<(), BrokenInvariant> {
        let mut expected = vec![BTreeSet::new(); self.compiled().queues.len()];
        for item in self.items.by_arrival() {
            let work = self.items.item(item);
            if work.is_queued()
                && work.has_declines()
                && let Some(queue) = work.queue()
                && let Some(expected) = expected.get_mut(queue.index())
            {
                expected.insert((work.arrival, item));
            }
        }
        let noted = self.declined.iter().map(|(_, noted)| noted);
        if noted.eq(&expected) {
            Ok(())
        } else {
            Err(broken("the declined items", "are not those that are noted"))
        }
    }

    /// No item of an active queue waits while somebody may take it.
    fn check_nothing_assignable(&self) -> Result<(), BrokenInvariant> {
        let compiled = self.compiled();
        for queue in (0..compiled.queues.len()).map(QueueHandle::from_index) {
            let plan = compiled.queue_plans.at(queue);
            if !plan.active || !compiled.channel_plans.at(plan.channel).active {
                continue;
            }
            for item in self.waiting.in_order(compiled, &self.items, queue) {
                let work = self.items.item(item);
                let (found, _) =
                    crate::decide::search::find_any(&self.roster, &work.routed, self.now);
                if found.is_some() {
                    let place = format!("work item `{}`", work.routed.item().id);
                    return Err(broken(&place, "waits while somebody may take it"));
                }
            }
        }
        Ok(())
    }
}

/// How many items, of how many units, an agent has in hand of an item.
fn in_hand(work: &Item, agent: AgentHandle) -> (u32, u64) {
    let own = work.loads().filter(|(who, _)| *who == agent);
    own.fold((0, 0), |(items, load), (_, units)| {
        (items + 1, load + u64::from(units))
    })
}

fn broken(place: &str, fault: &str) -> BrokenInvariant {
    BrokenInvariant {
        place: String::from(place),
        fault: fault.into(),
    }
}
