//! The classes of one queue, in the order of their first items.
//!
//! A search walks the list from the front and stops at the first head that cannot come before the match that it has. The list
//! is a sorted vector: a queue has few classes, and reading them in a row is what a search does most.

use alloc::vec::Vec;

use crate::base::table::{ChannelHandle, QueueHandle};
use crate::plan::Tables;
use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::waiting_order::{OrderKey, SortValues};
use crate::router::waiting::class_key::Requirements;

/// The waiting items of one queue: its classes, and the fields of its plan that a search reads.
#[derive(Clone, Debug)]
pub(crate) struct WaitingQueue {
    /// In ascending order of the keys.
    heads: Vec<ClassHead>,
    /// The number of waiting items.
    pub(crate) item_count: u32,
    pub(crate) channel: ChannelHandle,
    /// The lowest tier of a group of the queue's pools.
    pub(crate) lowest_tier: u32,
    /// Whether the queue and its channel are active.
    pub(crate) is_active: bool,
}

/// The head of a class: its first item, and what the class requires.
#[derive(Clone, Debug)]
pub(crate) struct ClassHead {
    /// The order key of the item.
    pub(crate) key: OrderKey,
    pub(crate) requirements: Requirements,
    pub(crate) item: ItemHandle,
    pub(crate) class: ClassHandle,
}

impl WaitingQueue {
    /// Makes the empty list of a queue.
    pub(crate) fn new(tables: &Tables, queue: QueueHandle) -> Self {
        let queue = tables.queue_plans.at(queue);
        Self {
            heads: Vec::new(),
            item_count: 0,
            channel: queue.channel,
            lowest_tier: queue.lowest_tier,
            is_active: queue.active && tables.channel_plans.at(queue.channel).active,
        }
    }

    /// Returns the class heads, in order.
    #[inline]
    pub(crate) fn heads(&self) -> &[ClassHead] {
        &self.heads
    }

    /// Inserts a class head. Takes O(classes of the queue), as [`take`](Self::take) does.
    pub(crate) fn insert(&mut self, head: ClassHead) {
        let position = self.position(&head.key.as_ref());
        // INVARIANT: no other head has this key. A class is listed once, and keys contain the arrival number.
        self.heads.insert(position, head);
    }

    /// Removes the class head with an order key, if there is one.
    pub(crate) fn take(&mut self, key: &OrderKey<&SortValues>) -> Option<ClassHead> {
        let position = self.position(key);
        let head = self.heads.get(position)?;
        // The head at the position has the least key that is not below `key`, so it may have another key.
        (head.key.as_ref() == *key).then(|| self.heads.remove(position))
    }

    /// Moves the order keys by skipped time.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        for head in &mut self.heads {
            head.key.skip_time(millis);
        }
    }

    /// Returns the number of heads before a key.
    fn position(&self, key: &OrderKey<&SortValues>) -> usize {
        self.heads
            .partition_point(|head| head.key.as_ref().cmp(key).is_lt())
    }

    /// Returns `true` if the cached fields of the plan agree with the tables of a plan.
    pub(crate) fn agrees_with(&self, tables: &Tables, queue: QueueHandle) -> bool {
        let fields = |list: &Self| (list.channel, list.lowest_tier, list.is_active);
        fields(self) == fields(&Self::new(tables, queue))
    }
}
