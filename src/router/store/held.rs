//! The items that each agent holds.

use alloc::vec;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, Table};
use crate::router::handles::ItemHandle;

/// The items of each agent: those that it has accepted, wraps up, or is offered.
///
/// An agent has few items, so that a sorted list is smaller and faster than a tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeldItems {
    agents: Table<AgentHandle, Vec<ItemHandle>>,
}

impl HeldItems {
    /// Creates an empty list for each of `agents` agents.
    pub(crate) fn new(agents: usize) -> Self {
        Self {
            agents: vec![Vec::new(); agents].into(),
        }
    }

    /// Adds an item to an agent.
    pub(crate) fn add(&mut self, agent: AgentHandle, item: ItemHandle) {
        let items = self.agents.at_mut(agent);
        if let Err(index) = items.binary_search(&item) {
            items.insert(index, item);
        }
    }

    /// Removes an item from an agent.
    pub(crate) fn remove(&mut self, agent: AgentHandle, item: ItemHandle) {
        let items = self.agents.at_mut(agent);
        if let Ok(index) = items.binary_search(&item) {
            items.remove(index);
        }
    }

    /// Returns the items of an agent, by handle.
    pub(crate) fn of(&self, agent: AgentHandle) -> impl Iterator<Item = ItemHandle> {
        self.agents.at(agent).iter().copied()
    }
}
