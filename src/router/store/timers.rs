//! Timers: the moments at which time alone changes something.
//!
//! An item has at most one timer, for its next deadline or for an earlier moment. A timer whose deadline has moved to a later
//! moment is not removed at once: it is armed again when it fires, or when it becomes the earliest of all. So an
//! offer that is accepted in time does not change the set again.
//!
//! INVARIANT: between steps, no deadline of an item is earlier than its timer, and [`Item::timer`] is the moment under which the
//! item is here.
//!
//! For example, an offer with a time-out of 20 s that is accepted after 5 s:
//!
//! ```text
//!   0 s    offered     armed for 20 s
//!   5 s    accepted    no deadline: the timer is stale, and is removed when it becomes the earliest of all
//! ```

use alloc::collections::BTreeSet;

use crate::router::handles::ItemHandle;
use crate::router::store::capacity_overrides::CapacityKey;
use crate::router::store::item::Item;
use crate::time::{DAY_MILLIS, Timestamp};

/// The longest time by which a step may be ahead of the step before it: 366 days, in milliseconds.
pub(crate) const JUMP_MAX_MILLIS: u64 = 366 * DAY_MILLIS;

/// The longest time from a step to the time-out, in milliseconds. A host has a day to wake up before its step is a jump.
const TIMEOUT_MAX_MILLIS: u64 = JUMP_MAX_MILLIS - DAY_MILLIS;

/// The subject of a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TimerKey {
    /// The next deadline of an item. Items of the same moment are ordered by arrival.
    Item { arrival: u64, item: ItemHandle },
    /// The end of a temporary capacity of an agent: on a channel, or over all channels.
    Capacity(CapacityKey),
}

/// All timers, the earliest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    timers: BTreeSet<(Timestamp, TimerKey)>,
}

impl Timers {
    /// Adds a timer. O(log n), as all changes.
    pub(crate) fn insert(&mut self, moment: Timestamp, key: TimerKey) {
        self.timers.insert((moment, key));
    }

    /// Removes a timer.
    pub(crate) fn remove(&mut self, moment: Timestamp, key: TimerKey) {
        self.timers.remove(&(moment, key));
    }

    /// Sets the timer of an item to a moment, unless it is set to an earlier one.
    pub(crate) fn arm(&mut self, handle: ItemHandle, item: &mut Item, moment: Timestamp) {
        // An earlier timer is kept: when it fires, the item is armed again for its next deadline.
        if item.timer.is_some_and(|earlier| earlier <= moment) {
            return;
        }
        self.disarm(handle, item);
        item.timer = Some(moment);
        self.insert(moment, item.timer_key(handle));
    }

    /// Removes the timer of an item, if it has one.
    #[inline]
    pub(crate) fn disarm(&mut self, handle: ItemHandle, item: &mut Item) {
        if let Some(moment) = item.timer.take() {
            self.remove(moment, item.timer_key(handle));
        }
    }

    /// Whether the moment of the earliest timer has come.
    #[inline]
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.first().is_some_and(|(moment, _)| moment <= now)
    }

    /// Returns the earliest timer.
    #[inline]
    pub(crate) fn first(&self) -> Option<(Timestamp, TimerKey)> {
        self.timers.first().copied()
    }

    /// Removes and returns the earliest timer, if its moment has come.
    ///
    /// The caller clears [`Item::timer`] of an item.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<(Timestamp, TimerKey)> {
        self.first().filter(|(moment, _)| *moment <= now)?;
        self.timers.pop_first()
    }

    /// Returns the moment at which a host has to call the router: that of the earliest timer, but at most 365 days ahead.
    pub(crate) fn timeout(&self, now: Timestamp) -> Option<Timestamp> {
        let (moment, _) = self.first()?;
        Some(moment.min(now.plus_millis(TIMEOUT_MAX_MILLIS)))
    }

    /// Returns all timers, the earliest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Timestamp, TimerKey)> {
        self.timers.iter()
    }
}

impl Item {
    /// Returns the key of the item's timer.
    pub(crate) fn timer_key(&self, handle: ItemHandle) -> TimerKey {
        TimerKey::Item {
            arrival: self.arrival,
            item: handle,
        }
    }
}
