//! The current agents: for each requester and channel, the agents who hold, or are offered, live items of the requester.
//!
//! Only channels with a queue that uses the affinity *last agent* have entries, and only items with a requester.

use alloc::collections::BTreeMap;

use crate::base::table::{AgentHandle, ChannelHandle, Handle};
use crate::id::RequesterId;

/// The number of items of a requester that each agent holds or is offered.
///
/// Not a hash table: requesters come from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CurrentAgents {
    /// INVARIANT: no number is 0.
    items: BTreeMap<(ChannelHandle, RequesterId, AgentHandle), u32>,
}

impl CurrentAgents {
    /// Adds an item of a requester to an agent. O(log n) for n entries, as for the methods below.
    pub(crate) fn add(
        &mut self,
        channel: ChannelHandle,
        requester: &RequesterId,
        agent: AgentHandle,
    ) {
        let key = (channel, requester.clone(), agent);
        *self.items.entry(key).or_default() += 1;
    }

    /// Removes an item of a requester from an agent.
    pub(crate) fn remove(
        &mut self,
        channel: ChannelHandle,
        requester: &RequesterId,
        agent: AgentHandle,
    ) {
        let key = (channel, requester.clone(), agent);
        if let Some(items) = self.items.get_mut(&key) {
            *items -= 1;
            if *items == 0 {
                self.items.remove(&key);
            }
        }
    }

    /// Iterates over the agents with items of a requester, and their numbers of items, in the order of the agents.
    pub(crate) fn of<'a>(
        &'a self,
        channel: ChannelHandle,
        requester: &'a RequesterId,
    ) -> impl Iterator<Item = (AgentHandle, u32)> {
        let first = (channel, requester.clone(), AgentHandle::from_index(0));
        let entries = self.items.range(first..);
        let entries =
            entries.take_while(move |((of, other, _), _)| (*of, other) == (channel, requester));
        entries.map(|((.., agent), items)| (*agent, *items))
    }
}
