//! The scope of a roster: all of a plan, or one queue and some agents.
//!
//! A roster numbers its agents from 0, and keeps their state on all channels in one table. A row of that table is found by
//! arithmetic:
//!
//! ```text
//!   all of a plan with 2 channels:   row = 2 * agent + channel
//!   one queue:                       row = position of the agent in the sorted list of agents
//! ```

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Range;

use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, GroupHandle, Handle, LocalAgent, PoolHandle,
    QueueHandle, Span, Table,
};
use crate::plan::Tables;

/// The agents, channels and queues that a roster covers.
///
/// Agents of the roster are numbered as [`LocalAgent`]s, in the order of their handles and so of their ids.
#[derive(Debug)]
pub(crate) enum RosterScope {
    /// All agents, channels and queues of the plan. The local number of an agent is the index of its handle.
    All { agents: usize, channels: usize },
    /// One queue with its channel, and the agents of some rows. The local number of an agent is its position in the list.
    ///
    /// The queue's groups, stages and pools keep the handles of the plan.
    Queue {
        queue: QueueHandle,
        channel: ChannelHandle,
        /// Sorted.
        agents: Table<LocalAgent, AgentHandle>,
    },
}

/// Agents and channels.
impl RosterScope {
    /// Returns the scope of a whole plan.
    pub(crate) fn all(tables: &Tables) -> Self {
        Self::All {
            agents: tables.agents.len(),
            channels: tables.channels.len(),
        }
    }

    /// Returns the number of agents.
    pub(crate) fn agents(&self) -> usize {
        match self {
            Self::All { agents, .. } => *agents,
            Self::Queue { agents, .. } => agents.len(),
        }
    }

    /// Iterates over the agents, in the order of their ids.
    pub(crate) fn each_agent(&self) -> impl Iterator<Item = LocalAgent> + use<> {
        // Borrows nothing, so that a caller can change the roster in the loop.
        (0..self.agents()).map(LocalAgent::from_index)
    }

    /// Returns the local number of an agent; `None` if the roster does not cover it.
    ///
    /// The cost is logarithmic in the agents if the roster covers one queue, else O(1).
    #[inline]
    pub(crate) fn find(&self, agent: AgentHandle) -> Option<LocalAgent> {
        let local = match self {
            // A handle of another plan can be too large.
            Self::All { agents, .. } => Some(agent.index()).filter(|index| index < agents),
            Self::Queue { agents, .. } => agents.rows().binary_search(&agent).ok(),
        };
        local.map(LocalAgent::from_index)
    }

    /// Returns the local number of an agent. INVARIANT: the roster covers the agent.
    ///
    /// The cost is that of [`find`](Self::find).
    #[inline]
    pub(crate) fn local(&self, agent: AgentHandle) -> LocalAgent {
        // In a roster of one queue, the search below would return another agent.
        debug_assert!(self.find(agent).is_some(), "the roster lacks the agent");
        LocalAgent::from_index(match self {
            Self::All { .. } => agent.index(),
            // PERF: no case for an agent who is missing.
            Self::Queue { agents, .. } => agents.rows().partition_point(|other| *other < agent),
        })
    }

    /// Returns the handle of an agent by its local number.
    #[inline]
    pub(crate) fn handle(&self, agent: LocalAgent) -> AgentHandle {
        match self {
            Self::All { .. } => AgentHandle::from_index(agent.index()),
            Self::Queue { agents, .. } => *agents.at(agent),
        }
    }

    /// Returns `true` if the roster covers a channel.
    #[inline]
    pub(crate) fn has_channel(&self, channel: ChannelHandle) -> bool {
        match self {
            Self::All { channels, .. } => channel.index() < *channels,
            Self::Queue { channel: only, .. } => *only == channel,
        }
    }

    /// Returns the row of an agent on a channel. INVARIANT: the roster covers both.
    #[inline]
    pub(crate) fn agent_channel(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
    ) -> AgentChannelHandle {
        AgentChannelHandle::from_index(match self {
            Self::All { channels, .. } => agent.index() * channels + channel.index(),
            Self::Queue { .. } => agent.index(),
        })
    }

    /// Iterates over the channels that the roster covers, with the agent's row on each.
    pub(crate) fn channels_of(
        &self,
        agent: LocalAgent,
    ) -> impl Iterator<Item = (ChannelHandle, AgentChannelHandle)> + use<> {
        // The rows of an agent are adjacent, in the order of the channels.
        let (first_channel, count) = match self {
            Self::All { channels, .. } => (0, *channels),
            Self::Queue { channel, .. } => (channel.index(), 1),
        };
        let first_row = agent.index() * count;
        (0..count).map(move |offset| {
            (
                ChannelHandle::from_index(first_channel + offset),
                AgentChannelHandle::from_index(first_row + offset),
            )
        })
    }
}

/// Queues, pools and groups.
impl RosterScope {
    /// Returns `true` if the roster covers a queue.
    #[inline]
    pub(crate) fn has_queue(&self, asked: QueueHandle) -> bool {
        match self {
            // INVARIANT: the queue is one of the plan. `covers` compares the fingerprints before.
            Self::All { .. } => true,
            Self::Queue { queue, .. } => *queue == asked,
        }
    }

    /// Returns the pools of the queues that the roster covers.
    #[inline]
    pub(crate) fn pools(&self, tables: &Tables) -> Span<PoolHandle> {
        match self {
            // The cursors of all pools are kept, also of queues that are inactive now.
            Self::All { .. } => Span::new(0..tables.pools.len()),
            Self::Queue { queue, .. } => tables.queue_plans.at(*queue).pools,
        }
    }

    /// Returns the stage groups of the queues that the roster covers, as a range of their handles' indexes.
    pub(crate) fn stage_groups(&self, tables: &Tables) -> Range<usize> {
        match self {
            Self::All { .. } => 0..tables.stage_groups.len(),
            Self::Queue { queue, .. } => {
                // INVARIANT: the stages of a queue are adjacent, and so are the groups of successive stages.
                let stages = tables.stages.span(tables.queue_plans.at(*queue).stages);
                // A queue without pools has no stages. Its range is empty, so the start does not matter.
                let start = stages.first().map_or(0, |first| first.groups.range().start);
                let end = stages.last().map_or(start, |last| last.groups.range().end);
                start..end
            }
        }
    }

    /// Returns the members of some groups that the roster covers, in the order in which the group lists them.
    ///
    /// The cost is O(n log n) in the memberships of the roster's agents. It does not depend on the size of the groups, which
    /// can be much larger than the roster of one queue.
    pub(crate) fn members(
        &self,
        tables: &Tables,
        groups: &BTreeSet<GroupHandle>,
    ) -> BTreeMap<GroupHandle, Vec<LocalAgent>> {
        let empty = groups.iter().map(|group| (*group, Vec::new()));
        let mut positions: BTreeMap<GroupHandle, Vec<(u32, LocalAgent)>> = empty.collect();
        // From the agents to their groups, and not from the groups to all their members.
        for agent in self.each_agent() {
            // The agents are visited by id. Each is stored with its position, so that the sort below restores the order of the
            // group.
            for membership in tables.memberships.get(self.handle(agent)) {
                if let Some(members) = positions.get_mut(&membership.group) {
                    members.push((membership.position, agent));
                }
            }
        }
        let sorted = positions.into_iter().map(|(group, mut members)| {
            // INVARIANT: positions in a group are unique.
            members.sort_unstable();
            let agents = members.into_iter().map(|(_, agent)| agent);
            (group, agents.collect())
        });
        sorted.collect()
    }
}
