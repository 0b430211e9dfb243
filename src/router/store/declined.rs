//! An index of the queued items that have declines, by their witnesses.
//!
//! An item is *exhausted* if every agent who could take it has declined it. The *witness* of an item is an agent who could take it
//! and has not declined it: as long as it can, the item is not exhausted. So when an agent changes, only the items whose
//! witness it is have to be checked, and the check ends with the next witness.
//!
//! ```text
//!   item    declined by    present: Ben, Cleo    Ben leaves              Cleo leaves
//!   a       Asha           witness Ben           checked: now Cleo       checked: exhausted
//!   b       Asha, Ben      witness Cleo          not checked             checked: exhausted
//! ```
//!
//! The choice of the witness has no effect on what the router outputs.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;

use crate::base::table::{AgentHandle, Handle, QueueHandle, Table};
use crate::router::handles::ItemHandle;
use crate::router::store::item::Item;

/// The witnesses of the queued items that have declines and are not exhausted.
#[derive(Clone, Debug)]
pub(crate) struct DeclinedItems {
    /// The items of each witness in each queue, with their arrival numbers.
    queues: Table<QueueHandle, BTreeSet<(AgentHandle, u64, ItemHandle)>>,
    witnesses: BTreeMap<ItemHandle, AgentHandle>,
}

impl DeclinedItems {
    /// Creates an empty index of `queues` queues.
    pub(crate) fn new(queues: usize) -> Self {
        Self {
            queues: vec![BTreeSet::new(); queues].into(),
            witnesses: BTreeMap::new(),
        }
    }

    /// Sets the witness of an item that waits in its queue, or removes it.
    pub(crate) fn set_witness(
        &mut self,
        handle: ItemHandle,
        item: &Item,
        witness: Option<AgentHandle>,
    ) {
        self.remove(handle, item);
        if let (Some(queue), Some(witness)) = (item.queue(), witness) {
            self.witnesses.insert(handle, witness);
            let entry = (witness, item.arrival, handle);
            self.queues.at_mut(queue).insert(entry);
        }
    }

    /// Removes an item that leaves its queue. Does nothing if it has no witness.
    #[inline]
    pub(crate) fn remove(&mut self, handle: ItemHandle, item: &Item) {
        if self.witnesses.is_empty() {
            return;
        }
        if let (Some(witness), Some(queue)) = (self.witnesses.remove(&handle), item.queue()) {
            let entry = (witness, item.arrival, handle);
            self.queues.at_mut(queue).remove(&entry);
        }
    }

    /// Returns the witness of an item.
    pub(crate) fn witness(&self, item: ItemHandle) -> Option<AgentHandle> {
        self.witnesses.get(&item).copied()
    }

    /// Returns a witness of some item of a queue.
    pub(crate) fn any_witness(&self, queue: QueueHandle) -> Option<AgentHandle> {
        let (witness, ..) = self.queues.at(queue).first()?;
        Some(*witness)
    }

    /// Returns the items of a queue whose witness is an agent, with their arrival numbers.
    pub(crate) fn of(
        &self,
        queue: QueueHandle,
        witness: AgentHandle,
    ) -> impl Iterator<Item = (u64, ItemHandle)> {
        let start = (witness, 0, ItemHandle::from_index(0));
        let entries = self.queues.at(queue).range(start..);
        entries
            .take_while(move |(other, ..)| *other == witness)
            .map(|(_, arrival, item)| (*arrival, *item))
    }

    /// Returns the number of items that have a witness, if both parts of the index have equally many.
    pub(crate) fn len(&self) -> Option<usize> {
        let listed: usize = self.queues.iter().map(|(_, items)| items.len()).sum();
        (listed == self.witnesses.len()).then_some(listed)
    }
}
