//! The scope of a roster: all of a plan, or one queue and some agents.

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
/// Agents of the roster are numbered as [`LocalAgent`]s. The state of an agent on a channel is a row of a table with the
/// agents in this order, and for each of them the channels that the roster covers.
#[derive(Debug)]
pub(crate) enum RosterScope {
    /// All agents, channels and queues of the plan. Local numbers are those of the plan.
    All { agents: usize, channels: usize },
    /// One queue, with its channel, and some agents, sorted by handle. Local numbers are indexes of the list.
    Queue {
        queue: QueueHandle,
        channel: ChannelHandle,
        agents: Table<LocalAgent, AgentHandle>,
    },
}

/// Agents and channels.
impl RosterScope {
    /// Returns the scope of a whole plan.
    pub(crate) fn all(plan: &Tables) -> Self {
        Self::All {
            agents: plan.agents.len(),
            channels: plan.channels.len(),
        }
    }

    /// Returns the number of agents.
    pub(crate) fn agents(&self) -> usize {
        match self {
            Self::All { agents, .. } => *agents,
            Self::Queue { agents, .. } => agents.len(),
        }
    }

    /// Returns the number of channels.
    pub(crate) fn channels(&self) -> usize {
        match self {
            Self::All { channels, .. } => *channels,
            Self::Queue { .. } => 1,
        }
    }

    /// Iterates over the agents.
    pub(crate) fn each_agent(&self) -> impl Iterator<Item = LocalAgent> + use<> {
        (0..self.agents()).map(LocalAgent::from_index)
    }

    /// Returns the local number of an agent; none if the roster does not cover the agent. Logarithmic in the agents of a
    /// roster of one queue.
    #[inline]
    pub(crate) fn local(&self, agent: AgentHandle) -> Option<LocalAgent> {
        let local = match self {
            Self::All { agents, .. } => Some(agent.index()).filter(|index| index < agents),
            Self::Queue { agents, .. } => agents.rows().binary_search(&agent).ok(),
        };
        local.map(LocalAgent::from_index)
    }

    /// Returns the local number of an agent that the roster covers.
    #[inline]
    pub(crate) fn covered(&self, agent: AgentHandle) -> LocalAgent {
        LocalAgent::from_index(match self {
            Self::All { .. } => agent.index(),
            Self::Queue { agents, .. } => agents.rows().partition_point(|own| *own < agent),
        })
    }

    /// Returns the handle of an agent.
    #[inline]
    pub(crate) fn handle(&self, agent: LocalAgent) -> AgentHandle {
        match self {
            Self::All { .. } => AgentHandle::from_index(agent.index()),
            Self::Queue { agents, .. } => *agents.at(agent),
        }
    }

    /// Returns whether the roster covers a channel.
    #[inline]
    pub(crate) fn has_channel(&self, channel: ChannelHandle) -> bool {
        match self {
            Self::All { channels, .. } => channel.index() < *channels,
            Self::Queue { channel: only, .. } => *only == channel,
        }
    }

    /// Returns the row of an agent on a channel. The roster must cover both.
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

    /// Iterates over the channels, with the agent's row on each.
    pub(crate) fn channels_of(
        &self,
        agent: LocalAgent,
    ) -> impl Iterator<Item = (ChannelHandle, AgentChannelHandle)> + use<> {
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
    /// Returns whether the roster covers a queue.
    #[inline]
    pub(crate) fn has_queue(&self, asked: QueueHandle) -> bool {
        match self {
            Self::All { .. } => true,
            Self::Queue { queue, .. } => *queue == asked,
        }
    }

    /// Returns the pools of the queues.
    #[inline]
    pub(crate) fn pools(&self, plan: &Tables) -> Span<PoolHandle> {
        match self {
            Self::All { .. } => Span::new(0..plan.pools.len()),
            Self::Queue { queue, .. } => plan.queue_plans.at(*queue).pools,
        }
    }

    /// Returns the range of the groups of the queues' stages.
    pub(crate) fn stage_groups(&self, plan: &Tables) -> Range<usize> {
        match self {
            Self::All { .. } => 0..plan.stage_groups.len(),
            Self::Queue { queue, .. } => {
                // The groups of a queue are adjacent, stage after stage.
                let stages = plan.stages.span(plan.queue_plans.at(*queue).stages);
                let groups = |stage: &crate::plan::Stage| stage.groups.range();
                let start = stages.first().map_or(0, |stage| groups(stage).start);
                start..stages.last().map_or(start, |stage| groups(stage).end)
            }
        }
    }

    /// Returns the agents who are members of some groups, by group, in the order in which the group lists them.
    pub(crate) fn members(
        &self,
        plan: &Tables,
        groups: &BTreeSet<GroupHandle>,
    ) -> BTreeMap<GroupHandle, Vec<LocalAgent>> {
        let Self::Queue { agents, .. } = self else {
            let members = |group: &GroupHandle| {
                let members = plan.members.get(*group).iter();
                members.filter_map(|agent| self.local(*agent)).collect()
            };
            return groups
                .iter()
                .map(|group| (*group, members(group)))
                .collect();
        };
        // Linear in the memberships of the agents, not in the members of the groups.
        let mut found: Vec<(GroupHandle, u32, LocalAgent)> = Vec::new();
        for (local, agent) in agents.iter() {
            let own = plan.memberships.get(*agent).iter();
            let own = own.filter(|own| groups.contains(&own.group));
            found.extend(own.map(|own| (own.group, own.position, local)));
        }
        found.sort_unstable();
        let mut members: BTreeMap<GroupHandle, Vec<LocalAgent>> =
            groups.iter().map(|group| (*group, Vec::new())).collect();
        for (group, _, agent) in found {
            members.entry(group).or_default().push(agent);
        }
        members
    }
}
