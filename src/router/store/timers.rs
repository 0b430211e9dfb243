//! When time alone changes something.
//!
//! An item has at most one timer: for what becomes due of it next, or for a moment before that. It is armed again when that
//! moment has come, or when nothing stands before it, and is gone with its item.

use crate::router::handles::ItemHandle;
use alloc::collections::BTreeSet;

use crate::base::table::{AgentHandle, ChannelHandle};

use crate::time::Timestamp;

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TimerOf {
    /// The item of this arrival.
    Item { arrival: u64, item: ItemHandle },
    /// A temporary capacity of an agent, on a channel or over all of them.
    Capacity {
        agent: AgentHandle,
        channel: Option<ChannelHandle>,
    },
}

/// All timers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    pub(crate) all: BTreeSet<(Timestamp, TimerOf)>,
}

impl Timers {
    pub(crate) fn set(&mut self, moment: Timestamp, of: TimerOf) {
        self.all.insert((moment, of));
    }

    pub(crate) fn unset(&mut self, moment: Timestamp, of: TimerOf) {
        self.all.remove(&(moment, of));
    }

    /// Whether there are any.
    #[inline]
    pub(crate) fn is_any(&self) -> bool {
        !self.all.is_empty()
    }

    #[inline]
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.next().is_some_and(|next| next <= now)
    }

    #[inline]
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.all.first().map(|(moment, _)| *moment)
    }

    /// Takes the first timer whose moment has come.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, TimerOf)> {
        if self.is_due(now) {
            self.all.pop_first()
        } else {
            None
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Timestamp, TimerOf)> {
        self.all.iter()
    }
}
