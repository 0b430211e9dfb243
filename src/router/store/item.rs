//! A work item in the router: the routed item, its phase, and the state of its wait.
//!
//! The methods are spread over the files of their subjects: this one has the getters and the declines, [`phase`](super::phase)
//! the holder and the offer, [`wait`](super::wait) the wait, [`deadline`](super::deadline) the next deadline, and
//! [`waiting_order`](super::waiting_order) the position among waiting items.

use alloc::boxed::Box;

use crate::base::table::{ChannelHandle, QueueHandle};
use crate::id::{RequesterId, WorkItemId};
use crate::model::WorkItem;
use crate::plan::Tables;
use crate::router::store::phase::ItemPhase;
use crate::router::store::wait::{WaitNotes, WaitState};
use crate::routing::routed::Routed;
use crate::time::Timestamp;

/// A live work item.
///
/// A router may hold a million of them, so that rare parts are boxed: `notes` here, the offer in `phase`, and declines,
/// preferred agents and merged skills in `routed`.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) phase: ItemPhase,
    /// The item as the decision reads it. Its queue is a placeholder unless `has_queue`.
    pub(crate) routed: Routed,
    /// The sequence number among all items that have come in: the last tie-break of every order, and unique for good, unlike
    /// a handle.
    pub(crate) arrival: u64,
    /// The current wait, or the last one.
    pub(crate) wait: WaitState,
    /// Parts of the wait that most items do not have.
    pub(crate) notes: Option<Box<WaitNotes>>,
    /// The hash of the id in the index, kept so that removal does not read the id.
    pub(crate) id_hash: u32,
    /// `false` for an item that was assigned directly and that no queue takes. The queue in `routed` is a placeholder then.
    has_queue: bool,
    /// The moment of the item's timer, if it has one. [`Timers`](crate::router::store::timers::Timers) sets it. It is also cleared
    /// where a timer has fired and where a reconfiguration replaces all timers.
    pub(crate) timer: Option<Timestamp>,
}

impl Item {
    /// Creates an item without a timer and without declines.
    #[inline]
    pub(crate) fn new(
        routed: Routed,
        id_hash: u32,
        has_queue: bool,
        arrival: u64,
        phase: ItemPhase,
    ) -> Self {
        Self {
            phase,
            routed,
            arrival,
            wait: WaitState::default(),
            notes: None,
            id_hash,
            has_queue,
            timer: None,
        }
    }

    /// Returns the item as the host handed it in, with its current facts.
    #[inline]
    pub(crate) fn work_item(&self) -> &WorkItem {
        self.routed.item()
    }

    /// Returns the item's id.
    #[inline]
    pub(crate) fn id(&self) -> &WorkItemId {
        &self.routed.item().id
    }

    /// Returns the item's requester, if a queue of the item's channel has the affinity *last agent*.
    #[inline]
    pub(crate) fn tracked_requester(&self, tables: &Tables) -> Option<&RequesterId> {
        let days = tables.channel_plans.at(self.channel()).last_agent_days;
        days.and_then(|_| self.work_item().requester.as_ref())
    }

    /// Returns the item's queue, if it has one.
    #[inline]
    pub(crate) fn queue(&self) -> Option<QueueHandle> {
        self.has_queue.then(|| self.routed.queue())
    }

    /// Moves the item to a queue of its channel, or to none.
    pub(crate) fn set_queue(&mut self, queue: Option<QueueHandle>) {
        self.has_queue = queue.is_some();
        if let Some(queue) = queue {
            self.routed.set_queue(queue);
        }
    }

    /// Returns the item's channel.
    #[inline]
    pub(crate) fn channel(&self) -> ChannelHandle {
        self.routed.channel()
    }

    /// Returns the units of capacity that the item takes.
    #[inline]
    pub(crate) fn size(&self) -> u32 {
        self.routed.size()
    }

    /// Whether the item has declines, including those that have lapsed and those of agents who are not configured.
    ///
    /// Declines that have lapsed are dropped when the item enters its queue or when its timer fires.
    pub(crate) fn has_declines(&self) -> bool {
        !self.routed.declines().is_empty() || !self.notes().unconfigured_declines.is_empty()
    }

    /// Whether the item can have a witness: it waits, has declines, which may have lapsed, and is not exhausted.
    pub(crate) fn may_have_witness(&self) -> bool {
        self.is_queued() && self.has_declines() && !self.notes().exhausted
    }

    /// Whether a decline of the item is in force.
    pub(crate) fn is_declined(&self, now: Timestamp) -> bool {
        let mut present = self.routed.declines().iter();
        let mut absent = self.notes().unconfigured_declines.iter();
        present.any(|decline| decline.holds_at(now))
            || absent.any(|(_, until)| until.is_none_or(|until| now < until))
    }

    /// Moves the moments of the item by skipped time, but for the timer, which the caller sets again.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        // All fields are named, so that a new moment is not forgotten.
        let Self {
            phase,
            routed,
            notes,
            arrival: _,
            wait: _,
            id_hash: _,
            has_queue: _,
            timer: _,
        } = self;
        phase.skip_time(millis);
        routed.skip_time(millis);
        if let Some(notes) = notes {
            notes.skip_time(millis);
        }
    }

    /// Whether the item waits, has a decline in force, and has not been output as exhausted since its declines were cleared.
    pub(crate) fn can_exhaust(&self, now: Timestamp) -> bool {
        self.is_queued() && !self.notes().exhausted && self.is_declined(now)
    }

    /// Clears all declines of the item. The item is no longer exhausted, and does not start over.
    pub(crate) fn clear_declines(&mut self) {
        self.routed.clear_declines();
        if let Some(notes) = &mut self.notes {
            notes.unconfigured_declines.clear();
            notes.exhausted = false;
            notes.start_over = None;
        }
    }
}
