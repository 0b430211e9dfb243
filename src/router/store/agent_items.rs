//! The items of each agent: those that it holds, and those that it is offered.

use alloc::collections::BTreeSet;
use alloc::vec;

use smallvec::SmallVec;

use crate::base::table::{AgentHandle, Handle, Table};
use crate::router::handles::ItemHandle;

/// The most items in the list of an agent.
const LISTED_MAX: usize = 32;

/// The items of each agent, in no meaningful order: those that it has accepted, wraps up, or is offered.
///
/// Most agents have few items, so that searching a list is faster than any index.
#[derive(Clone, Debug)]
pub(crate) struct AgentItems {
    // PERF: most agents have at most 4 items, which are read in the same cache line.
    agents: Table<AgentHandle, SmallVec<[ItemHandle; 4]>>,
    /// The items that found the list of their agent full. An AI agent can hold thousands of conversations.
    others: BTreeSet<(AgentHandle, ItemHandle)>,
}

impl AgentItems {
    /// Creates an empty list for each of `agents` agents.
    pub(crate) fn new(agents: usize) -> Self {
        Self {
            agents: vec![SmallVec::new(); agents].into(),
            others: BTreeSet::new(),
        }
    }

    /// Adds an item to an agent, who does not have it yet.
    #[inline]
    pub(crate) fn add(&mut self, agent: AgentHandle, item: ItemHandle) {
        let items = self.agents.at_mut(agent);
        debug_assert!(
            !items.contains(&item) && !self.others.contains(&(agent, item)),
            "an agent has an item once"
        );
        if items.len() < LISTED_MAX {
            items.push(item);
        } else {
            self.others.insert((agent, item));
        }
    }

    /// Removes an item from an agent. Takes O(log n) for n items outside the lists.
    #[inline]
    pub(crate) fn remove(&mut self, agent: AgentHandle, item: ItemHandle) {
        let items = self.agents.at_mut(agent);
        if let Some(index) = items.iter().position(|other| *other == item) {
            items.swap_remove(index);
        } else {
            self.others.remove(&(agent, item));
        }
    }

    /// Returns the items of an agent, in no meaningful order.
    pub(crate) fn of(&self, agent: AgentHandle) -> impl Iterator<Item = ItemHandle> {
        let others = self.others.range((agent, ItemHandle::from_index(0))..);
        let others = others.take_while(move |(other, _)| *other == agent);
        let listed = self.agents.at(agent).iter().copied();
        listed.chain(others.map(|(_, item)| *item))
    }
}
