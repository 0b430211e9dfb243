//! An index of the queued items that have declines.
//!
//! When an agent leaves or is removed, an item may be *exhausted*: every agent who remains has declined it. Only items with
//! declines can be, and this index finds those of a queue without reading the others.

use alloc::collections::BTreeSet;
use alloc::vec;

use crate::base::table::{QueueHandle, Table};
use crate::router::handles::ItemHandle;
use crate::router::store::item::Item;

/// The queued items that have declines, by queue and arrival.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeclinedItems {
    queues: Table<QueueHandle, BTreeSet<(u64, ItemHandle)>>,
}

impl DeclinedItems {
    /// Creates an empty index of `queues` queues.
    pub(crate) fn new(queues: usize) -> Self {
        Self {
            queues: vec![BTreeSet::new(); queues].into(),
        }
    }

    /// Adds an item that enters its queue.
    pub(crate) fn insert(&mut self, handle: ItemHandle, item: &Item) {
        if let Some(queue) = item.queue() {
            self.queues.at_mut(queue).insert((item.arrival, handle));
        }
    }

    /// Removes an item that leaves its queue, or that has no declines any longer.
    pub(crate) fn remove(&mut self, handle: ItemHandle, item: &Item) {
        if let Some(queue) = item.queue() {
            self.queues.at_mut(queue).remove(&(item.arrival, handle));
        }
    }

    /// Returns the items of a queue with their arrival numbers, by arrival.
    pub(crate) fn of(&self, queue: QueueHandle) -> &BTreeSet<(u64, ItemHandle)> {
        self.queues.at(queue)
    }
}
