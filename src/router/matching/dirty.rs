//! What has become possible since items were assigned last: nobody could take any item then.

use crate::router::handles::ClassHandle;
use crate::router::handles::ItemHandle;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::router::store::items::Items;

/// What has become possible, as the calls of a router report it.
#[derive(Clone, Debug, Default)]
pub(crate) struct DirtySet {
    /// Classes with an item that has come back, or that may be asked about again.
    pub(crate) classes: Vec<ClassHandle>,
    /// Agents who may take more than before.
    pub(crate) freed: Vec<FreedAgent>,
    /// Items of which somebody has declined, to be looked at when the step ends: by arrival.
    pub(crate) declined: Vec<(u64, ItemHandle)>,
    /// Queues of which all such items are looked at when the step ends.
    pub(crate) declined_in: BTreeSet<QueueHandle>,
}

/// An agent who may take more than before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreedAgent {
    pub(crate) agent: AgentHandle,
    pub(crate) gain: Gain,
}

/// What an agent may take that it could not take before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gain {
    /// Any work.
    Any,
    /// What there was no room for.
    Spare(SpareGain),
}

/// Units that have become free: at most so many, on one channel; on others too if its agent has a capacity over all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpareGain {
    pub(crate) channel: ChannelHandle,
    pub(crate) units: u64,
}

impl Gain {
    /// Up to which size the agent had room before, if no more than it was, given the room that it has now.
    pub(crate) fn spare_before(self, room: u64) -> u64 {
        match self {
            Self::Any => 0,
            Self::Spare(gained) => room.saturating_sub(gained.units),
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Spare(one), Self::Spare(other)) if one.channel == other.channel => {
                Self::Spare(SpareGain {
                    units: one.units.saturating_add(other.units),
                    ..one
                })
            }
            _ => Self::Any,
        }
    }
}

impl DirtySet {
    #[inline]
    pub(crate) fn is_any(&self) -> bool {
        !self.has_no_matches() | self.has_declined()
    }

    #[inline]
    pub(crate) fn has_declined(&self) -> bool {
        !(self.declined.is_empty() & self.declined_in.is_empty())
    }

    #[inline]
    pub(crate) fn has_no_matches(&self) -> bool {
        self.classes.is_empty() & self.freed.is_empty()
    }

    /// The one agent who may take more, if nothing else has become possible.
    #[inline]
    pub(crate) fn only_freed(&self) -> Option<FreedAgent> {
        if !self.classes.is_empty() {
            return None;
        }
        let (first, more) = self.freed.split_first()?;
        more.iter().try_fold(*first, |only, more| {
            let gain = only.gain.and(more.gain);
            (more.agent == only.agent).then_some(FreedAgent { gain, ..only })
        })
    }

    /// Everything may have changed: all items that somebody has declined are looked at when the step ends.
    pub(crate) fn check_all_declined(&mut self, items: &Items, all: &[ItemHandle]) {
        let all = all.iter();
        let all = all.filter_map(|item| Some((items.get(*item)?.arrival, *item)));
        self.declined.extend(all);
    }
}
