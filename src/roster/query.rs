//! What the parts of the crate ask of a roster: the index, the agents as they stand, and sums over an agent's channels.

use crate::agent_version::Version;
use crate::base::hint::cold_path;
use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, Handle, LocalAgent, Member, PoolHandle,
};
use crate::model::Capacity;
use crate::roster::Roster;
use crate::roster::agent::{AgentChannel, AgentState, OtherChannels};
use crate::roster::index::bitmap::{BitPosition, GroupIndex, GroupIndexKind};
use crate::roster::index::layout::Layout;
use crate::roster::index::level::UNLIMITED;
use crate::roster::index::recency::RecencyIndex;
use crate::time::Timestamp;

impl Roster {
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    #[inline]
    pub(crate) fn memory(&self) -> &[u64] {
        &self.memory
    }

    /// Returns who a member of a shape is.
    #[inline]
    pub(crate) fn member(&self, shape: &GroupIndex, member: Member) -> Option<LocalAgent> {
        match shape.kind {
            GroupIndexKind::Bitmap { base } => {
                Some(BitPosition::new(shape, base, member).agent(&self.memory))
            }
            GroupIndexKind::Recency { line } => self.line(line)?.agent(member),
        }
    }

    #[inline]
    pub(crate) fn line(&self, line: u32) -> Option<&RecencyIndex> {
        self.lines.get(line as usize)
    }

    #[inline]
    pub(crate) fn state(&self, agent: LocalAgent) -> &AgentState {
        self.agents.at(agent)
    }

    #[inline]
    pub(crate) fn version(&self, agent: LocalAgent) -> Version {
        let first = self.layout.scope.first_cell(agent);
        let first = first.map(|first| self.agent_channels.at(first).version);
        first.unwrap_or_default()
    }

    pub(crate) fn idle_since(&self, agent: LocalAgent) -> Timestamp {
        self.state(agent).idle_since
    }

    fn other_channels(&self, agent: LocalAgent) -> OtherChannels {
        self.other_channels.get(agent).copied().unwrap_or_default()
    }

    /// The units that an agent holds over all channels.
    pub(crate) fn universal_load(&self, agent: LocalAgent) -> u64 {
        self.cells_of(agent)
            .map(|agent_channel| agent_channel.load)
            .fold(self.other_channels(agent).load, u64::saturating_add)
    }

    /// How many items an agent has in hand on all channels.
    pub(crate) fn items_on_all_channels(&self, agent: LocalAgent) -> u64 {
        self.cells_of(agent)
            .map(|agent_channel| u64::from(agent_channel.items))
            .fold(self.other_channels(agent).items, u64::saturating_add)
    }

    /// The units that are free over all channels; [`UNLIMITED`] where there is no such limit.
    #[inline(never)]
    fn universal_spare(&self, agent: LocalAgent) -> u64 {
        match self.state(agent).universal_capacity() {
            Some(Capacity::Units(units)) => {
                u64::from(units).saturating_sub(self.universal_load(agent))
            }
            _ => UNLIMITED,
        }
    }

    fn cells_of(&self, agent: LocalAgent) -> impl Iterator<Item = &AgentChannel> {
        let scope = &self.layout.scope;
        scope
            .each_channel()
            .filter_map(move |channel| scope.agent_channel(agent, channel))
            .map(|agent_channel| self.agent_channels.at(agent_channel))
    }

    /// The agent's cell on a channel that the roster is about.
    #[inline]
    pub(crate) fn agent_channel(&self, agent: LocalAgent, channel: ChannelHandle) -> &AgentChannel {
        // INVARIANT: what is asked about a roster has passed `covers`, so that the channel is one of it.
        self.agent_channels.at(self
            .layout
            .scope
            .agent_channel(agent, channel)
            .unwrap_or_else(|| AgentChannelHandle::from_index(0)))
    }

    #[inline]
    pub(crate) fn handle_of(&self, agent: LocalAgent) -> AgentHandle {
        self.layout.scope.handle(agent)
    }

    /// The units that are free: the lesser of the channel's spare and the universal one.
    pub(crate) fn spare_units(&self, agent: LocalAgent, channel: ChannelHandle) -> u64 {
        self.spare_in(agent, self.agent_channel(agent, channel))
    }

    #[inline]
    pub(crate) fn spare_in(&self, agent: LocalAgent, agent_channel: &AgentChannel) -> u64 {
        if agent_channel.is_limited {
            cold_path();
            agent_channel.spare().min(self.universal_spare(agent))
        } else {
            agent_channel.spare()
        }
    }

    pub(crate) fn spare(&self, agent: LocalAgent, channel: ChannelHandle) -> Capacity {
        u32::try_from(self.spare_units(agent, channel)).map_or(Capacity::Unlimited, Capacity::Units)
    }

    pub(crate) fn cursor(&self, pool: PoolHandle) -> Option<AgentHandle> {
        self.cursors.get(self.cursor_place(pool)).copied().flatten()
    }

    #[inline]
    pub(crate) fn cursor_place(&self, pool: PoolHandle) -> usize {
        pool.index()
            .wrapping_sub(self.layout.scope.pools(self.plan.compiled()).range().start)
    }
}
