//! The waiting items of one queue: its classes, and what a search reads of its plan.

use crate::base::table::{ChannelHandle, QueueHandle};
use crate::plan::Tables;
use crate::router::store::waiting_order::GlobalKey;
use crate::router::waiting::head_list::HeadList;

/// A lower bound of the first match of a queue: a tier and a global key.
pub(crate) type QueueBound = (u32, GlobalKey);

/// The waiting items of one queue.
#[derive(Clone, Debug)]
pub(crate) struct WaitingQueue {
    pub(crate) heads: HeadList,
    pub(crate) handle: QueueHandle,
    /// The number of waiting items.
    pub(crate) item_count: u32,
    pub(crate) channel: ChannelHandle,
    /// The lowest tier of a group of the queue's pools.
    pub(crate) lowest_tier: u32,
    /// The bound in the [order of the queues](super::queue_bounds); `None` if the queue is not listed there.
    pub(crate) bound: Option<QueueBound>,
    /// Whether the queue and its channel are active.
    pub(crate) is_active: bool,
}

impl WaitingQueue {
    /// Creates a queue in which no item waits.
    pub(crate) fn new(tables: &Tables, handle: QueueHandle) -> Self {
        let queue = tables.queue_plans.at(handle);
        Self {
            handle,
            heads: HeadList::default(),
            item_count: 0,
            channel: queue.channel,
            lowest_tier: queue.lowest_tier,
            bound: None,
            is_active: queue.active && tables.channel_plans.at(queue.channel).active,
        }
    }

    /// Returns `true` if the cached fields of the plan agree with the tables of a plan.
    pub(crate) fn agrees_with(&self, tables: &Tables, queue: QueueHandle) -> bool {
        let fields = |list: &Self| (list.channel, list.lowest_tier, list.is_active);
        fields(self) == fields(&Self::new(tables, queue))
    }
}
