//! Exhaustion: every agent who could take an item has declined it.
//!
//! Then the router outputs [`Output::Exhausted`], at most once until the declines are cleared. The queue decides what happens
//! then: the item waits on, or its declines are cleared after a while ([`WhenExhausted`]). Busy agents and agents of pools that
//! open later count as agents who could take the item, absent ones do not. So only declines, and agents who leave, can exhaust
//! an item.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, QueueHandle};
use crate::decide::search::{could_take, present_agents};
use crate::model::WhenExhausted;
use crate::roster::Roster;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::Output;

/// The present agents of a queue, read only as far as a check needs them and at most once per step.
struct PresentAgents<'a> {
    read: Vec<AgentHandle>,
    unread: Box<dyn Iterator<Item = AgentHandle> + 'a>,
    /// The agent who was found last. PERF: items that lose a witness together usually get the same next one.
    found: Option<AgentHandle>,
}

impl<'a> PresentAgents<'a> {
    fn new(roster: &'a Roster, queue: QueueHandle) -> Self {
        Self {
            read: Vec::new(),
            unread: Box::new(present_agents(roster, queue)),
            found: None,
        }
    }

    /// Returns the agent found last if it passes, or else the first agent who passes.
    fn find(&mut self, passes: impl Fn(AgentHandle) -> bool) -> Option<AgentHandle> {
        let mut known = self.found.into_iter().chain(self.read.iter().copied());
        let found = known.find(|agent| passes(*agent)).or_else(|| {
            let read = &mut self.read;
            let mut unread = self.unread.by_ref().inspect(|agent| read.push(*agent));
            unread.find(|agent| passes(*agent))
        });
        self.found = found.or(self.found);
        found
    }
}

impl Router {
    /// Checks the marked items for exhaustion, in the order of their arrival.
    pub(crate) fn process_exhaustion(&mut self) {
        for item in self.find_witnesses() {
            self.exhaust(item);
        }
    }

    /// Finds the witnesses of the marked items. Returns the items that have become exhausted, in the order of their arrival.
    ///
    /// O(present agents who have declined the item, or fail another gate) per item, and O(members / 64) per queue.
    pub(crate) fn find_witnesses(&mut self) -> Vec<ItemHandle> {
        let (mut items, pairs) = self.dirty.take_exhaustion_checks();
        for (queue, witness) in pairs {
            items.extend(self.declined.of(queue, witness));
        }
        // An item can be marked both directly and through its witness.
        items.sort_unstable();
        items.dedup();
        let mut present = BTreeMap::new();
        let is_exhausted = |(arrival, handle): &(u64, ItemHandle)| {
            // The marked item may be gone, and its slot may be reused; then the arrival number differs.
            let item = self.items.get(*handle);
            let Some(item) = item.filter(|item| item.arrival == *arrival && item.is_queued())
            else {
                return false;
            };
            let can_exhaust = item.can_exhaust(self.now);
            let witness = if can_exhaust {
                let queue = item.routed.queue();
                let agents = present.entry(queue);
                let agents = agents.or_insert_with(|| PresentAgents::new(&self.roster, queue));
                let could_take = |agent| could_take(&self.roster, &item.routed, agent, self.now);
                // Try the current witness and one of another item first, which usually avoids a search.
                let known = [
                    self.declined.witness(*handle),
                    self.declined.any_witness(queue),
                ];
                let known = known.into_iter().flatten().find(|agent| could_take(*agent));
                known.or_else(|| agents.find(could_take))
            } else {
                None
            };
            self.declined.set_witness(*handle, item, witness);
            can_exhaust && witness.is_none()
        };
        items.retain(is_exhausted);
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// Outputs that an item is exhausted, and sets the moment at which it starts over, if its queue has one.
    fn exhaust(&mut self, item: ItemHandle) {
        let tables = self.roster.plan().tables();
        let exhausted = self.items.item_mut(item);
        let id = exhausted.routed.item().id.clone();
        let queue = exhausted.routed.queue();
        let notes = exhausted.notes_mut();
        notes.exhausted = true;
        if let WhenExhausted::StartOverSecs(secs) = tables.queue(queue).when_exhausted {
            // `None` after the last timestamp: the item then waits until an agent can take it.
            notes.start_over = self.now.checked_plus_secs(secs);
        }
        self.arm(item);
        let queue = self.queue_id(queue);
        self.output(Output::Exhausted { item: id, queue });
    }
}
