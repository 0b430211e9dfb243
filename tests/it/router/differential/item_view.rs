//! Where an item stands, as far as a router tells it.

use handover::{ItemState, ItemStatus, Timestamp, WorkItem};

use crate::model::{Item, Model, State};

#[derive(Debug, PartialEq)]
pub(crate) struct Standing {
    work: WorkItem,
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
    pub(crate) fn standing(&self, item: &Item) -> Standing {
        let waits = item.waits() && item.queue.is_some();
        let offer = item.offer();
        Standing {
            work: item.work.clone(),
            state: match item.state {
                State::Queued => ItemState::Queued,
                State::Pending(_) => ItemState::PendingAccept,
                State::Accepted { .. } => ItemState::Accepted,
                State::WrappingUp { .. } => ItemState::WrappingUp,
            },
            size: item.size,
            queue: item.queue.clone(),
            holder: item.holder().map(Into::into),
            offered_to: offer.map(|offer| offer.agent.clone()),
            expires: offer.and_then(|offer| offer.expires),
            age: self.now() - item.since,
            wait: waits.then(|| self.now() - item.waiting_since),
            position: self.position(item),
        }
    }

    fn position(&self, item: &Item) -> Option<usize> {
        let queue = item.queue.as_deref().filter(|_| item.is_queued())?;
        let others = self.items.iter().filter(|other| other.is_queued_in(queue));
        let before = others.filter(|other| self.compare_in_queue(queue, other, item).is_lt());
        Some(before.count())
    }
}

impl From<ItemStatus<'_>> for Standing {
    fn from(item: ItemStatus<'_>) -> Self {
        Self {
            work: item.work_item().clone(),
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
