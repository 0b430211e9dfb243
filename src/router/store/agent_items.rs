//! The items of each agent: those that it holds, and those that it is offered.

use alloc::vec;

use smallvec::SmallVec;

use crate::base::table::{AgentHandle, Table};
use crate::router::handles::ItemHandle;

/// The items of each agent, in no meaningful order: those that it has accepted, wraps up, or is offered.
///
/// An agent has few items, so that searching a list is faster than any index.
#[derive(Clone, Debug)]
pub(crate) struct AgentItems {
    // PERF: most agents have at most 4 items, which are read in the same cache line.
    agents: Table<AgentHandle, SmallVec<[ItemHandle; 4]>>,
}

impl AgentItems {
    /// Creates an empty list for each of `agents` agents.
    pub(crate) fn new(agents: usize) -> Self {
        Self {
            agents: vec![SmallVec::new(); agents].into(),
        }
    }

    /// Adds an item to an agent, who does not have it yet.
    #[inline]
    pub(crate) fn add(&mut self, agent: AgentHandle, item: ItemHandle) {
        let items = self.agents.at_mut(agent);
        debug_assert!(!items.contains(&item), "an agent has an item once");
        items.push(item);
    }

    /// Removes an item from an agent. Takes O(items of the agent).
    #[inline]
    pub(crate) fn remove(&mut self, agent: AgentHandle, item: ItemHandle) {
        let items = self.agents.at_mut(agent);
        if let Some(index) = items.iter().position(|other| *other == item) {
            items.swap_remove(index);
        }
    }

    /// Returns the items of an agent, in no meaningful order.
    pub(crate) fn of(&self, agent: AgentHandle) -> impl Iterator<Item = ItemHandle> {
        self.agents.at(agent).iter().copied()
    }
}
