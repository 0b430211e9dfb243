//! The dirty set: the classes and agents to match again before the step ends.
//!
//! INVARIANT: when the dirty set is empty, no queued item of an active queue has an eligible agent. Every change that can
//! make an agent eligible for a waiting item marks the item's class or the agent here. A new item is not marked: `route` matches
//! it before it enters its queue.
//!
//! | change | mark |
//! |---|---|
//! | an item returns or moves to a queue, a pool opens, a decline lapses | the class of the item |
//! | an agent becomes present, or gets another capacity | the agent, with [`Gain::Any`] |
//! | an item ends, or its size no longer counts as load | the agent, with the units as [`Gain::Spare`] |
//! | an agent who serves a queue with custom gates changes | the agent, with [`Gain::Any`]: a gate may read anything |
//! | an agent leaves, or declines an item | the items whose witness it is, or the item, for the check of exhaustion |

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::mem;

use crate::base::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::router::handles::{ClassHandle, ItemHandle};

/// The changes since the last matching.
#[derive(Clone, Debug, Default)]
pub(crate) struct DirtySet {
    /// Classes with an item that has come back, or that a custom gate may judge differently now. A class may be gone
    /// when it is matched.
    classes: Vec<ClassHandle>,
    /// Agents who may take more than before. An agent may be listed several times.
    freed: Vec<FreedAgent>,
    /// Items with declines, with their arrival numbers, to check for exhaustion when the step ends. An item may be gone by then.
    exhaustion_checks: Vec<(u64, ItemHandle)>,
    /// The witnesses whose items are checked for exhaustion at the end of the step.
    exhaustion_checks_of: BTreeSet<Witness>,
}

/// An agent as a [witness](crate::router::store::declined) in a queue.
pub(crate) type Witness = (QueueHandle, AgentHandle);

/// An agent who may take more than before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreedAgent {
    pub(crate) agent: AgentHandle,
    pub(crate) gain: Gain,
}

/// The work that an agent may take now and could not take before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gain {
    /// Any work.
    Any,
    /// Work that exceeded the agent's spare capacity.
    ///
    /// An agent with a universal capacity has gained the units on all channels.
    Spare {
        channel: ChannelHandle,
        /// An upper bound of the units that an agent has gained on one channel.
        units: u64,
    },
}

impl Gain {
    /// Returns a lower bound of the spare capacity before the change. Items up to this size were matched before.
    pub(crate) fn spare_before(self, spare: u64) -> u64 {
        match self {
            // Items that fitted before have to be matched as well: the agent may have been absent.
            Self::Any => 0,
            Self::Spare { units, .. } => spare.saturating_sub(units),
        }
    }

    /// Returns the sum of two gains. The sum can include work that neither gain includes, because units add up.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Spare { channel, units },
                Self::Spare {
                    channel: other,
                    units: more,
                },
            ) if channel == other => Self::Spare {
                channel,
                units: units.saturating_add(more),
            },
            // Gains on two channels: `Any` is an upper bound.
            _ => Self::Any,
        }
    }
}

impl DirtySet {
    /// Returns `true` if nothing has to be matched or checked.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_matching() && !self.has_exhaustion()
    }

    /// Returns `true` if a class or an agent has to be matched.
    #[inline]
    pub(crate) fn has_matching(&self) -> bool {
        !self.classes.is_empty() || !self.freed.is_empty()
    }

    /// Returns `true` if an item has to be checked for exhaustion.
    #[inline]
    pub(crate) fn has_exhaustion(&self) -> bool {
        !self.exhaustion_checks.is_empty() || !self.exhaustion_checks_of.is_empty()
    }

    /// Marks a class for whose items an agent may have become eligible.
    pub(crate) fn mark_class(&mut self, class: ClassHandle) {
        self.classes.push(class);
    }

    /// Marks an agent who may take more than before.
    #[inline]
    pub(crate) fn mark_freed(&mut self, freed: FreedAgent) {
        self.freed.push(freed);
    }

    /// Marks an item whose last eligible agent may have declined it.
    pub(crate) fn mark_exhaustion_check(&mut self, arrival: u64, item: ItemHandle) {
        self.exhaustion_checks.push((arrival, item));
    }

    /// Marks witnesses in queues: their declined items may have lost their last eligible agent.
    pub(crate) fn mark_exhaustion_checks_of(&mut self, pairs: impl IntoIterator<Item = Witness>) {
        self.exhaustion_checks_of.extend(pairs);
    }

    /// Returns the freed agent, with all it has gained, if that is the only change.
    #[inline]
    pub(crate) fn only_freed_agent(&self) -> Option<FreedAgent> {
        if !self.classes.is_empty() {
            return None;
        }
        let (first, others) = self.freed.split_first()?;
        others.iter().try_fold(*first, |sum, other| {
            let gain = sum.gain.and(other.gain);
            // A second agent ends the fold with `None`: several freed agents are matched by the backlog.
            (other.agent == sum.agent).then_some(FreedAgent { gain, ..sum })
        })
    }

    /// Takes the marked classes.
    pub(crate) fn take_classes(&mut self) -> Vec<ClassHandle> {
        mem::take(&mut self.classes)
    }

    /// Takes the freed agents, each with all it has gained.
    pub(crate) fn take_freed(&mut self) -> BTreeMap<AgentHandle, Gain> {
        // Sorted by agent, so that the result does not depend on the order of the marks.
        let mut gains = BTreeMap::new();
        for FreedAgent { agent, gain } in self.freed.drain(..) {
            gains
                .entry(agent)
                .and_modify(|sum: &mut Gain| *sum = sum.and(gain))
                .or_insert(gain);
        }
        gains
    }

    /// Forgets the freed agents: no waiting item is left for them.
    pub(crate) fn clear_freed(&mut self) {
        self.freed.clear();
    }

    /// Takes the items and the witnesses that are marked for a check of exhaustion.
    pub(crate) fn take_exhaustion_checks(&mut self) -> (Vec<(u64, ItemHandle)>, BTreeSet<Witness>) {
        (
            mem::take(&mut self.exhaustion_checks),
            mem::take(&mut self.exhaustion_checks_of),
        )
    }
}
