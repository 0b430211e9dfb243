//! The last agents: for each requester and channel, the agent who accepted the requester's work last.
//!
//! A rule with the affinity *last agent* offers a customer's next conversation to the same agent. The memory is an LRU cache:
//!
//! ```text
//! last:  r1 → (asha, 7)   r2 → (ben, 9)           requester → agent, sequence number of the acceptance
//! order: (5, r1) (7, r1) (9, r2)                  (5, r1) is stale: r1 was accepted again as 7
//! ```
//!
//! An acceptance appends to `order` and does not look for the earlier entry of its requester. Stale entries are skipped when
//! they come to the front, and dropped when `order` has grown to twice its limit.
//!
//! A channel has a memory only while one of its queues has the affinity *last agent*. Each new acceptance first removes those that
//! no such queue counts any longer. The memory has at most [`REQUESTERS_MAX`] requesters per channel.

use alloc::collections::{BTreeMap, VecDeque};
use core::mem;

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::base::table::AgentHandle;
use crate::id::{AgentId, ChannelId, RequesterId};
use crate::model::WorkItem;
use crate::plan::Plan;
use crate::routing::last_agent::is_within;
use crate::time::Timestamp;

/// The maximum number of requesters whose last agents a [`Router`](crate::Router) remembers, per channel: 100,000. The requester
/// with the oldest acceptance is forgotten first.
///
/// See [`Affinity::LastAgent`](crate::Affinity::LastAgent).
pub const REQUESTERS_MAX: usize = 100_000;

/// The last acceptance of each requester, by channel. Ids are stored, so that the memory outlives a reconfiguration.
#[derive(Clone, Debug)]
pub(crate) struct LastAgents {
    channels: BTreeMap<ChannelId, ChannelMemory>,
    hasher: Seeded,
}

/// The memory of one channel: an LRU map of requesters.
#[derive(Clone, Debug)]
struct ChannelMemory {
    last: IndexMap<RequesterId, LastAcceptance, Seeded>,
    /// The acceptances by age. An entry is stale if `last` has a later sequence number for its requester.
    order: VecDeque<(u64, RequesterId)>,
    /// The sequence number of the last acceptance.
    acceptances: u64,
}

/// The last acceptance of work of a requester.
#[derive(Clone, Debug)]
pub(crate) struct LastAcceptance {
    pub(crate) agent: AgentId,
    pub(crate) at: Timestamp,
    seq: u64,
}

impl LastAgents {
    /// Creates an empty memory whose maps use `hasher`.
    pub(crate) fn new(hasher: Seeded) -> Self {
        Self {
            channels: BTreeMap::new(),
            hasher,
        }
    }

    /// Returns the last agent of an item's requester on the item's channel, and the moment of the acceptance. O(1).
    ///
    /// Returns `None` if the item has no requester, or if the agent is not in the plan.
    pub(crate) fn find(&self, plan: &Plan, item: &WorkItem) -> Option<(AgentHandle, Timestamp)> {
        let requester = item.requester.as_ref()?;
        let last = self.channels.get(&item.channel)?.last.get(requester)?;
        Some((plan.agent(last.agent.as_str())?, last.at))
    }

    /// Removes the acceptances on a channel that are older than a number of days. Amortized O(1).
    pub(crate) fn forget_older(&mut self, channel: &ChannelId, days: u32, now: Timestamp) {
        if let Some(memory) = self.channels.get_mut(channel) {
            memory.forget_while(|last| !is_within(days, last.at, now));
        }
    }

    /// Removes a requester from all channels, and returns `true` if one of them remembered it. O(n) for n acceptances.
    pub(crate) fn forget(&mut self, requester: &RequesterId) -> bool {
        let memories = self.channels.values_mut();
        memories.fold(false, |is_known, memory| {
            // Stale entries of `order` name the requester as well.
            memory.order.retain(|(_, other)| other != requester);
            memory.last.swap_remove(requester).is_some() || is_known
        })
    }

    /// Keeps the memories of some channels only.
    pub(crate) fn retain_channels(&mut self, mut is_kept: impl FnMut(&ChannelId) -> bool) {
        self.channels.retain(|channel, _| is_kept(channel));
    }

    /// Records that an agent has accepted work of a requester.
    pub(crate) fn record(
        &mut self,
        channel: &ChannelId,
        requester: &RequesterId,
        agent: AgentId,
        at: Timestamp,
    ) {
        let memory = self.channels.entry(channel.clone());
        let memory = memory.or_insert_with(|| ChannelMemory {
            last: IndexMap::with_hasher(self.hasher),
            order: VecDeque::new(),
            acceptances: 0,
        });
        memory.record(requester, agent, at);
    }

    /// Returns all acceptances that are remembered: by channel, the oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ChannelId, &RequesterId, &LastAcceptance)> {
        self.channels.iter().flat_map(|(channel, memory)| {
            memory.order.iter().filter_map(move |(seq, requester)| {
                let last = memory.last.get(requester)?;
                (last.seq == *seq).then_some((channel, requester, last))
            })
        })
    }
}

impl ChannelMemory {
    /// Records an acceptance. Amortized O(1).
    fn record(&mut self, requester: &RequesterId, agent: AgentId, at: Timestamp) {
        self.acceptances += 1;
        let seq = self.acceptances;
        let last = LastAcceptance { agent, at, seq };
        self.last.insert(requester.clone(), last);
        self.order.push_back((seq, requester.clone()));
        // Exceeded by at most 1: an acceptance adds at most one requester.
        let mut is_exceeded = self.last.len() > REQUESTERS_MAX;
        // The first call clears the flag, so that one requester is forgotten.
        self.forget_while(|_| mem::take(&mut is_exceeded));
        if self.order.len() > 2 * REQUESTERS_MAX {
            // A pass leaves at most `REQUESTERS_MAX` entries, so the next pass is at least as many acceptances later: amortized
            // O(1).
            let last = &self.last;
            self.order.retain(|entry| is_current(last, entry));
        }
    }

    /// Forgets the requesters with the oldest acceptances, up to the first one that `is_forgotten` keeps.
    fn forget_while(&mut self, mut is_forgotten: impl FnMut(&LastAcceptance) -> bool) {
        while let Some((seq, requester)) = self.order.front() {
            if let Some(last) = self.last.get(requester)
                && last.seq == *seq
            {
                if !is_forgotten(last) {
                    return;
                }
                // PERF: O(1). The map need not stay in order, since `order` has the ages.
                self.last.swap_remove(requester);
            }
            self.order.pop_front();
        }
    }
}

/// Whether an entry of the order is the last acceptance of its requester.
fn is_current(
    last: &IndexMap<RequesterId, LastAcceptance, Seeded>,
    (seq, requester): &(u64, RequesterId),
) -> bool {
    last.get(requester).is_some_and(|last| last.seq == *seq)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::LastAgents;
    use crate::base::hash::Seeded;
    use crate::time::Timestamp;

    #[test]
    fn forgotten_requester_is_in_no_entry_of_the_memory() {
        let mut memory = LastAgents::new(Seeded(1));
        for channel in ["chat", "phone"] {
            for requester in ["+1", "+2", "+1"] {
                let (channel, requester) = (channel.into(), requester.into());
                memory.record(&channel, &requester, "asha".into(), Timestamp::EPOCH);
            }
        }
        // Only one of the channels remembers this requester.
        let (channel, requester) = ("chat".into(), "+3".into());
        memory.record(&channel, &requester, "asha".into(), Timestamp::EPOCH);
        assert!(memory.forget(&"+1".into()) && memory.forget(&"+3".into()));
        // The debug text has the stale entries as well, which no snapshot contains.
        let text = format!("{memory:?}");
        assert!(!text.contains("+1") && text.contains("+2"), "{text}");
        assert!(!memory.forget(&"+1".into()));
    }
}
