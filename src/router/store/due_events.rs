//! The due events of one step.
//!
//! A step may come late, after many deadlines have passed. They are processed in the order in which they passed. Waiting
//! items are matched once, after all of them. An event may make others due, or obsolete, so the events are in a heap and are
//! checked again when they are popped.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::mem;

use crate::base::table::{AgentHandle, PresenceStateHandle};
use crate::router::handles::ItemHandle;
use crate::router::store::deadline::Deadline;
use crate::router::store::timers::TimerKey;
use crate::time::Timestamp;

/// A deadline that is due. Events are ordered by moment, kind, arrival of the item, then agent.
pub(crate) type DueEvent = (Timestamp, Deadline, TimerKey);

/// The due events of one step, the least first.
///
/// An event may be stale when it is popped: an earlier event may have changed the item's deadline, or ended the item.
#[derive(Default)]
pub(crate) struct DueEvents {
    events: BinaryHeap<Reverse<DueEvent>>,
    /// The items whose timers have fired. They need a new timer after the step's events.
    fired: Vec<ItemHandle>,
    /// The number of due offers that have not timed out yet.
    due_offers: usize,
    /// The agents whose offers have timed out, in the order of the time-outs.
    timed_out: Vec<TimedOutAgent>,
}

/// An agent who let an offer time out, and the presence state that the rule of the offer sets then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimedOutAgent {
    pub(crate) agent: AgentHandle,
    pub(crate) state: PresenceStateHandle,
}

impl DueEvents {
    /// Adds events.
    pub(crate) fn extend(&mut self, events: impl IntoIterator<Item = DueEvent>) {
        self.events.extend(events.into_iter().map(Reverse));
    }

    /// Removes and returns the next event.
    pub(crate) fn pop(&mut self) -> Option<DueEvent> {
        self.events.pop().map(|Reverse(event)| event)
    }

    /// Records that the timer of an item has fired, and whether the item's offer is due.
    pub(crate) fn add_fired(&mut self, item: ItemHandle, is_offer_due: bool) {
        self.fired.push(item);
        self.due_offers += usize::from(is_offer_due);
    }

    /// Returns the items whose timers have fired.
    pub(crate) fn into_fired(self) -> Vec<ItemHandle> {
        self.fired
    }

    /// Records that a due offer has timed out, with its agent if the rule of the offer sets a presence state.
    pub(crate) fn add_timed_out(&mut self, agent: Option<TimedOutAgent>) {
        self.timed_out.extend(agent);
        // INVARIANT: a due offer is counted once, and only its own event ends it.
        self.due_offers = self.due_offers.saturating_sub(1);
    }

    /// Takes the agents whose presence states are to be set. Returns none while another offer is due.
    ///
    /// An earlier change of presence would withdraw the agent's other due offers, without a decline.
    pub(crate) fn take_timed_out(&mut self) -> Vec<TimedOutAgent> {
        if self.due_offers == 0 {
            mem::take(&mut self.timed_out)
        } else {
            Vec::new()
        }
    }
}
