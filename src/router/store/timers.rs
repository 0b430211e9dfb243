//! When time alone changes something.
//!
//! An item has at most one timer: for what becomes due of it next, or for a moment before that. It is armed again when that
//! moment has come, or when nothing stands before it, and is gone with its item.

use alloc::collections::BTreeSet;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::router::Router;
use crate::router::store::items::ItemHandle;
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
    all: BTreeSet<(Timestamp, TimerOf)>,
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

impl Router {
    /// Arms the timer of an item for what becomes due of it next, if it is not armed for an earlier moment already.
    pub(crate) fn arm(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        let next = work
            .next_due(compiled, self.deadlines_after)
            .map(|(moment, _)| moment);
        let Some(moment) = next else {
            return;
        };
        let before = work.armed();
        if before.is_none_or(|before| moment < before) {
            work.set_armed(Some(moment));
            let arrival = work.arrival;
            let of = TimerOf::Item { arrival, item };
            if let Some(before) = before {
                self.timers.unset(before, of);
            }
            self.timers.set(moment, of);
        }
    }

    /// Takes away the timers in front whose items have nothing due then, so that nobody wakes up for them.
    #[inline(never)]
    pub(crate) fn drop_stale_timers(&mut self) {
        while let Some((moment, of)) = self.timers.all.first().copied() {
            let TimerOf::Item { item, .. } = of else {
                return;
            };
            let Some(work) = self.items.get_mut(item) else {
                return;
            };
            let compiled = self.roster.plan().compiled();
            let next = work.next_due(compiled, self.deadlines_after);
            if next.is_some_and(|(next, _)| next == moment) {
                return;
            }
            work.set_armed(None);
            self.timers.unset(moment, of);
            self.arm(item);
        }
    }
}
