//! Whom and what a roster is about: all of a plan, or one queue and some agents.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::base::hint::cold_path;
use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, GroupHandle, Handle, LocalAgent, PoolHandle,
    QueueHandle, Span,
};
use crate::plan::Tables;

/// Whom and what a roster is about. The code is laid out for all of a plan, which is what every router asks of.
#[derive(Debug)]
pub(crate) enum RosterScope {
    /// All agents, channels and queues of the plan.
    All { agents: usize, channels: usize },
    /// One queue, with its channel, and some agents, in the order of their handles.
    Queue {
        queue: QueueHandle,
        channel: ChannelHandle,
        agents: Box<[AgentHandle]>,
    },
}

impl RosterScope {
    pub(crate) fn agents(&self) -> usize {
        match self {
            Self::All { agents, .. } => *agents,
            Self::Queue { agents, .. } => agents.len(),
        }
    }

    #[inline]
    pub(crate) fn channels(&self) -> usize {
        match self {
            Self::All { channels, .. } => *channels,
            Self::Queue { .. } => {
                cold_path();
                1
            }
        }
    }

    /// The agent's place in the roster, none if the roster is not about it.
    #[inline]
    pub(crate) fn local(&self, agent: AgentHandle) -> Option<LocalAgent> {
        match self {
            Self::All { agents, .. } => {
                (agent.index() < *agents).then(|| LocalAgent::from_index(agent.index()))
            }
            Self::Queue { agents, .. } => {
                cold_path();
                let place = agents.binary_search(&agent);
                place.ok().map(LocalAgent::from_index)
            }
        }
    }

    #[inline]
    pub(crate) fn handle(&self, agent: LocalAgent) -> AgentHandle {
        match self {
            Self::All { .. } => AgentHandle::from_index(agent.index()),
            Self::Queue { agents, .. } => {
                cold_path();
                let own = agents.get(agent.index()).copied();
                own.unwrap_or_else(|| AgentHandle::from_index(agent.index()))
            }
        }
    }

    /// Whether the roster can answer for a queue.
    #[inline]
    pub(crate) fn covers(&self, asked: QueueHandle) -> bool {
        match self {
            Self::All { .. } => true,
            Self::Queue { queue, .. } => *queue == asked,
        }
    }

    /// The cell of an agent on a channel, none if the roster is not about the channel.
    #[inline]
    pub(crate) fn agent_channel(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
    ) -> Option<AgentChannelHandle> {
        match self {
            Self::All { channels, .. } => (channel.index() < *channels).then(|| {
                AgentChannelHandle::from_index(agent.index() * channels + channel.index())
            }),
            Self::Queue { channel: only, .. } => {
                cold_path();
                (*only == channel).then(|| AgentChannelHandle::from_index(agent.index()))
            }
        }
    }

    /// The first of an agent's cells, none where there are no channels.
    #[inline]
    pub(crate) fn first_cell(&self, agent: LocalAgent) -> Option<AgentChannelHandle> {
        let channels = self.channels();
        (channels > 0).then(|| AgentChannelHandle::from_index(agent.index() * channels))
    }

    /// The channels that the roster is about, each at its place in an agent's row of cells.
    pub(crate) fn each_channel(&self) -> impl Iterator<Item = ChannelHandle> + use<> {
        let range = match self {
            Self::All { channels, .. } => 0..*channels,
            Self::Queue { channel, .. } => channel.index()..channel.index() + 1,
        };
        range.map(ChannelHandle::from_index)
    }

    /// The pools whose cursors the roster keeps.
    #[inline]
    pub(crate) fn pools(&self, plan: &Tables) -> Span<PoolHandle> {
        match self {
            Self::All { .. } => Span::new(0..plan.pools.len()),
            Self::Queue { queue, .. } => {
                cold_path();
                plan.queue_plans.at(*queue).pools
            }
        }
    }

    pub(crate) fn entries(&self, plan: &Tables) -> core::ops::Range<usize> {
        match self {
            Self::All { .. } => 0..plan.entries.len(),
            Self::Queue { queue, .. } => {
                let stages = plan.stages.span(plan.queue_plans.at(*queue).stages);
                let start = stages
                    .first()
                    .map_or(0, |stage| stage.entries.range().start);
                start
                    ..stages
                        .last()
                        .map_or(start, |stage| stage.entries.range().end)
            }
        }
    }

    /// The agents of the roster who are members of some groups, by group, in the group's order.
    pub(crate) fn members(
        &self,
        plan: &Tables,
        groups: &BTreeSet<GroupHandle>,
    ) -> BTreeMap<GroupHandle, Vec<LocalAgent>> {
        let mut members: BTreeMap<GroupHandle, Vec<LocalAgent>> = BTreeMap::new();
        match self {
            Self::All { .. } => {
                for group in groups {
                    let all = plan
                        .members
                        .get(*group)
                        .iter()
                        .filter_map(|agent| self.local(*agent));
                    members.insert(*group, all.collect());
                }
            }
            Self::Queue { agents, .. } => {
                let mut found: Vec<(GroupHandle, u32, LocalAgent)> = Vec::new();
                for (place, agent) in agents.iter().enumerate() {
                    let own = plan
                        .memberships
                        .get(*agent)
                        .iter()
                        .filter(|own| groups.contains(&own.group));
                    found.extend(
                        own.map(|own| (own.group, own.place, LocalAgent::from_index(place))),
                    );
                }
                found.sort_unstable();
                members.extend(groups.iter().map(|group| (*group, Vec::new())));
                for (group, _, agent) in found {
                    members.entry(group).or_default().push(agent);
                }
            }
        }
        members
    }
}
