//! Who last had work of whom: for each channel the last requesters.

use alloc::collections::{BTreeMap, VecDeque};

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::id::{AgentId, ChannelId, RequesterId};
use crate::router::snapshot::format::SavedLast;
use crate::time::Timestamp;

/// So many requesters are remembered for each channel; the oldest acceptance goes first.
pub(crate) const REQUESTERS_MAX: usize = 100_000;

/// Who last accepted work, by channel and requester.
#[derive(Clone, Debug)]
pub(crate) struct LastAgents {
    channels: BTreeMap<ChannelId, ChannelHistory>,
    hasher: Seeded,
}

#[derive(Clone, Debug)]
struct ChannelHistory {
    last: IndexMap<RequesterId, LastAssignment, Seeded>,
    /// Acceptances by age, those included that were followed by another of the same requester.
    order: VecDeque<(u64, RequesterId)>,
    acceptances: u64,
}

/// The last acceptance of a requester.
#[derive(Clone, Debug)]
pub(crate) struct LastAssignment {
    pub(crate) agent: AgentId,
    pub(crate) at: Timestamp,
    number: u64,
}

impl LastAgents {
    pub(crate) fn new(hasher: Seeded) -> Self {
        Self {
            channels: BTreeMap::new(),
            hasher,
        }
    }

    pub(crate) fn get(
        &self,
        channel: &ChannelId,
        requester: &RequesterId,
    ) -> Option<&LastAssignment> {
        self.channels.get(channel)?.last.get(requester)
    }

    /// All acceptances that are remembered: by channel, the oldest first.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = SavedLast> {
        self.channels.iter().flat_map(|(channel, own)| {
            own.order.iter().filter_map(move |(number, requester)| {
                let last = own.last.get(requester)?;
                (last.number == *number).then(|| SavedLast {
                    channel: channel.clone(),
                    requester: requester.clone(),
                    agent: last.agent.clone(),
                    at: last.at,
                })
            })
        })
    }

    pub(crate) fn remember(
        &mut self,
        channel: &ChannelId,
        requester: &RequesterId,
        agent: AgentId,
        at: Timestamp,
    ) {
        let hasher = self.hasher;
        let own = self
            .channels
            .entry(channel.clone())
            .or_insert_with(|| ChannelHistory {
                last: IndexMap::with_hasher(hasher),
                order: VecDeque::new(),
                acceptances: 0,
            });
        own.acceptances += 1;
        let number = own.acceptances;
        own.last
            .insert(requester.clone(), LastAssignment { agent, at, number });
        own.order.push_back((number, requester.clone()));
        own.forget();
    }
}

impl ChannelHistory {
    /// Forgets the oldest acceptances, until no more are remembered than may be, and none twice as often as need be.
    fn forget(&mut self) {
        while self.last.len() > REQUESTERS_MAX || self.order.len() > 2 * REQUESTERS_MAX {
            let Some((number, requester)) = self.order.pop_front() else {
                return;
            };
            let is_last = self
                .last
                .get(&requester)
                .is_some_and(|last| last.number == number);
            if !is_last {
                continue;
            }
            if self.last.len() > REQUESTERS_MAX {
                self.last.swap_remove(&requester);
            } else {
                // It is the last of its requester and still counts: it stays, as the oldest.
                self.order.push_front((number, requester));
                self.drop_repeated();
                return;
            }
        }
    }

    /// Drops the acceptances that were followed by another of the same requester.
    fn drop_repeated(&mut self) {
        let last = &self.last;
        self.order.retain(|(number, requester)| {
            last.get(requester)
                .is_some_and(|last| last.number == *number)
        });
    }
}
