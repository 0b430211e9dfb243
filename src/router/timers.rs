//! When time alone changes something.
//!
//! An item has one timer, for what becomes due of it next; it is armed again when that moment has come, and never taken
//! back. One that has lost its meaning does nothing.

use alloc::collections::BinaryHeap;
use core::cmp::Reverse;

use crate::router::Router;
use crate::router::items::ItemHandle;
use crate::table::{AgentHandle, ChannelHandle};
use crate::time::Timestamp;

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TimerOf {
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
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Timestamp, TimerOf)>>,
}

impl Timers {
    pub(super) fn set(&mut self, moment: Timestamp, of: TimerOf) {
        self.heap.push(Reverse((moment, of)));
    }

    #[inline]
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.next().is_some_and(|next| next <= now)
    }

    #[inline]
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.heap.peek().map(|Reverse((moment, _))| *moment)
    }

    /// Takes the first timer whose moment has come.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, TimerOf)> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse(timer)| timer)
    }

    fn peek(&self) -> Option<(Timestamp, TimerOf)> {
        self.heap.peek().map(|Reverse(timer)| *timer)
    }
}

impl Router {
    /// Arms the timer of an item for what becomes due of it next, if it is not armed for an earlier moment already.
    pub(super) fn arm(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        let next = work
            .next_due(compiled, self.heard_until)
            .map(|(moment, _)| moment);
        let Some(moment) = next else {
            return;
        };
        if work.armed().is_none_or(|armed| moment < armed) {
            work.set_armed(Some(moment));
            let arrival = work.arrival;
            self.timers.set(moment, TimerOf::Item { arrival, item });
        }
    }

    /// Takes away the timers in front that mean nothing any more, so that nobody wakes up for them.
    pub(super) fn tidy_timers(&mut self) {
        while let Some((moment, of)) = self.timers.peek() {
            if self.means_something(moment, of) {
                return;
            }
            self.timers.heap.pop();
            if let TimerOf::Item { arrival, item } = of
                && let Some(work) = self.items.get_mut(item)
                && work.arrival == arrival
                && work.armed() == Some(moment)
            {
                work.set_armed(None);
                self.arm(item);
            }
        }
    }

    fn means_something(&self, moment: Timestamp, of: TimerOf) -> bool {
        match of {
            TimerOf::Item { arrival, item } => {
                let work = self.items.get(item).filter(|work| work.arrival == arrival);
                work.is_some_and(|work| {
                    work.armed() == Some(moment)
                        && work
                            .next_due(self.compiled(), self.heard_until)
                            .is_some_and(|(next, _)| next == moment)
                })
            }
            TimerOf::Capacity { agent, channel } => {
                self.capacities.ends_at(agent, channel) == Some(moment)
            }
        }
    }
}
