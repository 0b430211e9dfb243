//! An item's state as the getters of a router show it.

use handover::{ItemState, ItemStatus, Timestamp, WorkItem};

use crate::router_model::{Model, ModelItem, ModelState};

/// The state of an item. Times are in milliseconds.
#[derive(Debug, PartialEq)]
pub(crate) struct ItemView {
    work_item: WorkItem,
    state: ItemState,
    size: u32,
    queue: Option<String>,
    holder: Option<String>,
    offered_to: Option<String>,
    expires: Option<u64>,
    age: u64,
    wait: Option<u64>,
    position: Option<usize>,
}

impl Model {
    /// Returns the live items by arrival.
    pub(crate) fn item_views(&self) -> Vec<ItemView> {
        let items = self.items().iter();
        items.map(|item| self.item_view(item)).collect()
    }

    fn item_view(&self, item: &ModelItem) -> ItemView {
        let is_waiting = item.is_waiting() && item.queue.is_some();
        let offer = item.offer();
        ItemView {
            work_item: item.work_item.clone(),
            state: match item.state {
                ModelState::Queued => ItemState::Queued,
                ModelState::Pending(_) => ItemState::PendingAccept,
                ModelState::Accepted { .. } => ItemState::Accepted,
                ModelState::WrappingUp { .. } => ItemState::WrappingUp,
            },
            size: item.size,
            queue: item.queue.clone(),
            holder: item.holder().map(Into::into),
            offered_to: offer.map(|offer| offer.agent.clone()),
            expires: offer.and_then(|offer| offer.expires),
            age: self.now() - item.aging_since,
            wait: is_waiting.then(|| self.now() - item.waiting_since),
            position: self.position(item),
        }
    }

    fn position(&self, item: &ModelItem) -> Option<usize> {
        let queue = item.queue.as_deref().filter(|_| item.is_queued())?;
        let items = self.items().iter();
        let others = items.filter(|other| other.is_queued_in(queue));
        let before = others.filter(|other| self.compare_in_queue(queue, other, item).is_lt());
        Some(before.count())
    }
}

impl From<ItemStatus<'_>> for ItemView {
    fn from(item: ItemStatus<'_>) -> Self {
        Self {
            work_item: item.work_item().clone(),
            state: item.state(),
            size: item.size(),
            queue: item.queue().map(ToString::to_string),
            holder: item.holder().map(ToString::to_string),
            offered_to: item.offered_to().map(ToString::to_string),
            expires: item.offer_expires().map(Timestamp::as_millis),
            age: item.age_millis(),
            wait: item.wait_millis(),
            position: item.position(),
        }
    }
}
