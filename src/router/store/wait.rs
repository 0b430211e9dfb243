//! The wait of a work item in its queue: open pools, triggers, declines, exhaustion.
//!
//! A wait starts when an item enters a queue. It runs on while the item is offered, and starts again when an agent gives the
//! item back after accepting it. The *age* of an item, by which waiting items are ordered, counts from its first wait and is
//! never reset.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::base::ordered_tree::Links;
use crate::base::table::PoolHandle;
use crate::id::{AgentId, TriggerName};
use crate::plan::Tables;
use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::item::Item;
use crate::router::store::waiting_order::SortValues;
use crate::time::{Timestamp, plus_millis};

/// The state of an item's current wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct WaitState {
    /// The class of interchangeable items in which a queued item waits.
    pub(crate) class: Option<ClassHandle>,
    /// The number of pools that were open to the item when it entered its class. Pools open in their order, so that the number
    /// identifies them.
    pub(crate) pools_open: u32,
    /// The links of the item in the tree of its class. Meaningless while `class` is `None`.
    pub(crate) links: Links<ItemHandle>,
    /// The values of the queue's sort keys, set when the item entered its class.
    pub(crate) sort: SortValues,
    /// Whether the missed target has been output in this wait.
    pub(crate) target_missed: bool,
}

/// The parts of an item's wait that most items do not have. They are stored apart, so that a waiting item stays small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WaitNotes {
    /// The triggers that have been output in this wait.
    pub(crate) triggered: BTreeSet<TriggerName>,
    /// Whether exhaustion has been output.
    pub(crate) exhausted: bool,
    /// The moment at which all declines are cleared, after exhaustion.
    pub(crate) start_over: Option<Timestamp>,
    /// The moment at which a custom gate is checked again.
    pub(crate) recheck_at: Option<Timestamp>,
    /// The declines of agents who are not configured at present. They come back with their agents.
    pub(crate) unconfigured_declines: Vec<(AgentId, Option<Timestamp>)>,
}

impl WaitNotes {
    /// The notes of an item that has none.
    const EMPTY: &Self = &Self {
        triggered: BTreeSet::new(),
        exhausted: false,
        start_over: None,
        recheck_at: None,
        unconfigured_declines: Vec::new(),
    };
}

impl WaitNotes {
    /// Moves the moments of declines by skipped time. The moment that a custom gate names is one of the calendar, and stays.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        self.start_over = plus_millis(self.start_over, millis);
        for (_, until) in &mut self.unconfigured_declines {
            *until = plus_millis(*until, millis);
        }
    }
}

impl Item {
    /// Returns the notes of the wait.
    #[inline]
    pub(crate) fn notes(&self) -> &WaitNotes {
        self.notes.as_deref().unwrap_or(WaitNotes::EMPTY)
    }

    /// Returns the notes of the wait, to add something.
    pub(crate) fn notes_mut(&mut self) -> &mut WaitNotes {
        self.notes.get_or_insert_default()
    }

    /// Replaces the notes of the wait.
    pub(crate) fn set_notes(&mut self, notes: WaitNotes) {
        self.notes = (notes != *WaitNotes::EMPTY).then(|| Box::new(notes));
    }

    /// Starts a new wait at a moment. The age of the item runs on.
    pub(crate) fn restart_wait(&mut self, now: Timestamp) {
        self.routed.set_waiting_since(now);
        // Declines are kept: they apply to the queue, not to the wait.
        self.wait.target_missed = false;
        if let Some(notes) = &mut self.notes {
            notes.triggered.clear();
        }
    }

    /// Counts the pools of the item's queue that are open to it. O(pools), and O(1) in a queue without delays.
    #[inline]
    pub(crate) fn count_open_pools(&mut self, tables: &Tables, now: Timestamp) {
        let queue = tables.queue_plans.at(self.routed.queue());
        let waited = self.routed.waited_millis(now);
        let is_open = |pool: &PoolHandle| tables.pools.at(*pool).opens_after_millis <= waited;
        // INVARIANT: in a queue that is not timed, no pool has a delay, so all pools are open.
        let open = if queue.is_timed {
            queue.pools.handles().take_while(is_open).count()
        } else {
            queue.pools.range().len()
        };
        self.wait.pools_open = u32::try_from(open).unwrap_or(u32::MAX);
    }

    /// Returns the first trigger of the item's queue that is due at a moment and has not been output in this wait, and records it
    /// as output.
    pub(crate) fn take_trigger(
        &mut self,
        tables: &Tables,
        moment: Timestamp,
    ) -> Option<TriggerName> {
        let since = self.routed.waiting_since();
        // Find a trigger of exactly this moment: in a late step, each moment is a separate event.
        let mut triggers = tables.queue(self.queue()?).triggers.iter();
        let trigger = triggers.find(|trigger| {
            since.checked_plus_secs(trigger.at_secs) == Some(moment)
                && !self.notes().triggered.contains(&trigger.name)
        })?;
        self.notes_mut().triggered.insert(trigger.name.clone());
        Some(trigger.name.clone())
    }

    /// Drops the declines that have lapsed at a moment, and a recheck that was due by then. If the item starts over, drops all
    /// declines.
    pub(crate) fn lapse(&mut self, moment: Timestamp) {
        self.routed.remove_lapsed_declines(moment);
        let Some(notes) = &mut self.notes else {
            return;
        };
        notes.recheck_at = notes.recheck_at.filter(|recheck| *recheck > moment);
        let absent = &mut notes.unconfigured_declines;
        absent.retain(|(_, until)| until.is_none_or(|until| until > moment));
        if notes
            .start_over
            .is_some_and(|start_over| start_over <= moment)
        {
            self.clear_declines();
        }
    }
}
