//! The queries of a roster: the state of agents, for the rest of the crate.
//!
//! Agents are named by local number or by handle. The two are equal if the roster covers the whole plan, as a router's does.
//!
//! INVARIANT: the roster covers every agent and channel that a query names, as in [`change`](super::change).

use crate::agent_version::Version;
use crate::base::table::{AgentHandle, ChannelHandle, LocalAgent, PoolHandle, PresenceStateHandle};
use crate::model::Capacity;
use crate::roster::Roster;
use crate::roster::agent::{AgentChannel, AgentState, OtherChannels, units_left};
use crate::roster::index::IndexState;
use crate::roster::index::layout::Layout;

/// The index.
impl Roster {
    /// Returns the part of the index that never changes.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the part of the index that changes with the agents.
    pub(crate) fn index(&self) -> &IndexState {
        &self.index
    }
}

/// An agent by its local number.
impl Roster {
    /// Returns the handle of an agent.
    #[inline]
    pub(crate) fn handle_of(&self, agent: LocalAgent) -> AgentHandle {
        self.layout.scope.handle(agent)
    }

    /// Returns the state of an agent over all channels.
    #[inline]
    pub(crate) fn state(&self, agent: LocalAgent) -> &AgentState {
        self.agents.at(agent)
    }

    /// Returns the version of an agent, which an assignment carries.
    #[inline]
    pub(crate) fn version(&self, agent: LocalAgent) -> Version {
        self.state(agent).version
    }

    /// Returns the state of an agent on a channel.
    #[inline]
    pub(crate) fn agent_channel(&self, agent: LocalAgent, channel: ChannelHandle) -> &AgentChannel {
        let row = self.layout.scope.agent_channel(agent, channel);
        self.agent_channels.at(row)
    }

    /// Returns the universal capacity of an agent; `None` if it has no limit.
    pub(crate) fn universal_capacity(&self, agent: LocalAgent) -> Option<Capacity> {
        let capacity = self.state(agent).universal_capacity;
        (capacity != Capacity::Unlimited).then_some(capacity)
    }

    /// Returns the units that an agent holds over all channels. The cost is linear in the channels.
    pub(crate) fn universal_load(&self, agent: LocalAgent) -> u64 {
        // Saturates, since the load on other channels comes from rows that are not limited together.
        let loads = self.channels_of(agent).map(|channel| channel.load);
        loads.fold(self.others_of(agent).load, u64::saturating_add)
    }

    /// Returns the number of items that an agent holds over all channels. The cost is linear in the channels.
    pub(crate) fn items_on_all_channels(&self, agent: LocalAgent) -> u64 {
        let channels = self.channels_of(agent);
        let items = channels.map(|channel| u64::from(channel.items));
        items.fold(self.others_of(agent).items, u64::saturating_add)
    }

    /// Iterates over the state of an agent on the channels that the roster covers.
    fn channels_of(&self, agent: LocalAgent) -> impl Iterator<Item = &AgentChannel> {
        let rows = self.layout.scope.channels_of(agent);
        rows.map(|(_, row)| self.agent_channels.at(row))
    }

    /// Returns what an agent holds on the channels that the roster does not cover.
    fn others_of(&self, agent: LocalAgent) -> OtherChannels {
        self.other_channels.get(agent).copied().unwrap_or_default()
    }

    /// Returns the spare units of an agent on a channel: the lower of those on the channel and those over all channels.
    pub(crate) fn spare_units(&self, agent: LocalAgent, channel: ChannelHandle) -> u64 {
        self.spare_units_in(agent, self.agent_channel(agent, channel))
    }

    /// Returns the [spare units](Self::spare_units) of an agent, given its state on the channel.
    #[inline]
    pub(crate) fn spare_units_in(&self, agent: LocalAgent, agent_channel: &AgentChannel) -> u64 {
        let state = self.state(agent);
        // PERF: the load on the other channels is read only if it counts.
        if state.is_limited() {
            // The lower number counts: an item needs capacity on its channel and over all channels.
            let universal = units_left(state.universal_capacity, self.universal_load(agent));
            agent_channel.units_left().min(universal)
        } else {
            agent_channel.units_left()
        }
    }

    /// Returns the spare units of an agent on a channel as a capacity.
    pub(crate) fn spare_capacity(&self, agent: LocalAgent, channel: ChannelHandle) -> Capacity {
        // A limited capacity has at most 32 bits, so more spare units mean no limit.
        u32::try_from(self.spare_units(agent, channel)).map_or(Capacity::Unlimited, Capacity::Units)
    }
}

/// An agent by its handle.
impl Roster {
    /// Returns the local number of an agent. INVARIANT: the roster covers the agent.
    #[inline]
    pub(crate) fn local(&self, agent: AgentHandle) -> LocalAgent {
        self.layout.scope.local(agent)
    }

    /// Returns the presence state that an agent has chosen; `None` if it has chosen none.
    pub(crate) fn presence_of(&self, agent: AgentHandle) -> Option<PresenceStateHandle> {
        self.state(self.local(agent)).presence
    }

    /// Returns the [spare units](Self::spare_units) of an agent; `None` if it does not take work on the channel.
    #[inline]
    pub(crate) fn usable_units(&self, agent: AgentHandle, channel: ChannelHandle) -> Option<u64> {
        let agent = self.local(agent);
        let agent_channel = self.agent_channel(agent, channel);
        agent_channel
            .is_present()
            .then(|| self.spare_units_in(agent, agent_channel))
    }

    /// Returns `true` if an agent takes work on a channel: the gate `presence`.
    pub(crate) fn takes_work(&self, agent: AgentHandle, channel: ChannelHandle) -> bool {
        self.agent_channel(self.local(agent), channel).is_present()
    }

    /// Returns `true` if an agent has a limited capacity over all channels.
    #[inline]
    pub(crate) fn is_limited(&self, agent: AgentHandle) -> bool {
        self.state(self.local(agent)).is_limited()
    }
}

/// Pools.
impl Roster {
    /// Returns the agent who was last chosen through a pool; `None` if no agent has been chosen yet, or if the roster does not
    /// cover the pool's queue.
    pub(crate) fn cursor(&self, pool: PoolHandle) -> Option<AgentHandle> {
        self.cursors.get(self.cursor_index(pool)).copied().flatten()
    }

    /// Returns the index of a pool's cursor. It is out of bounds if the roster does not cover the pool's queue.
    #[inline]
    pub(crate) fn cursor_index(&self, pool: PoolHandle) -> usize {
        let pools = self.layout.scope.pools(self.plan.tables());
        // Wraps to an index that no cursor has.
        pool.index().wrapping_sub(pools.range().start)
    }
}
