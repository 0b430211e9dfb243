//! What a router does with a roster of a whole plan: calls by handle that cannot be wrong.

use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, LocalAgent, PresenceStateHandle,
};
use crate::decision::Assignment;
use crate::model::Capacity;
use crate::roster::Roster;
use crate::time::Timestamp;

impl Roster {
    /// An agent has something in hand from now on.
    #[inline]
    pub(crate) fn hand_over(&mut self, agent: AgentHandle, channel: ChannelHandle, size: u32) {
        if let Some((agent, agent_channel)) = self.place(agent, channel) {
            self.take(agent, agent_channel, channel, size);
        }
    }

    /// Does what has just been decided: as [`commit`](Self::commit), which asks whether it still holds.
    #[inline]
    pub(crate) fn carry_out(&mut self, assignment: &Assignment) {
        debug_assert!(
            self.layout
                .scope
                .local(assignment.agent)
                .is_some_and(|agent| self.version(agent) == assignment.version),
            "the agent has changed since"
        );
        self.hand_over(assignment.agent, assignment.channel, assignment.size);
        self.move_cursor(assignment.pool_handle, assignment.agent);
    }

    /// An agent has put something down that had these units.
    #[inline]
    pub(crate) fn hand_back(
        &mut self,
        agent: AgentHandle,
        channel: ChannelHandle,
        size: u32,
        now: Timestamp,
    ) {
        if let Some((agent, agent_channel)) = self.place(agent, channel) {
            let done = self.put_down(agent, agent_channel, channel, size, now);
            debug_assert!(done.is_ok(), "{done:?}");
        }
    }

    /// The same for an offer that was not accepted.
    pub(crate) fn remove_offered_item(
        &mut self,
        agent: AgentHandle,
        channel: ChannelHandle,
        size: u32,
        now: Timestamp,
    ) {
        self.hand_back(agent, channel, size, now);
        if let Some((_, agent_channel)) = self.place(agent, channel) {
            self.agent_channels
                .at_mut(agent_channel)
                .forget_one_handled();
        }
    }

    /// Something that an agent has in hand counts differently from now on.
    pub(crate) fn weigh(
        &mut self,
        agent: AgentHandle,
        channel: ChannelHandle,
        (before, after): (u32, u32),
    ) {
        if before == after {
            return;
        }
        if let Some((agent, agent_channel)) = self.place(agent, channel) {
            let load = self
                .agent_channels
                .at(agent_channel)
                .load
                .saturating_sub(before.into());
            let load = load.saturating_add(after.into());
            self.change_load(agent, agent_channel, channel, load);
        }
    }

    /// Sets a presence state, whether the agent could choose it or not.
    pub(crate) fn put_presence(
        &mut self,
        agent: AgentHandle,
        state: Option<PresenceStateHandle>,
        now: Timestamp,
    ) {
        if let Some(agent) = self.layout.scope.local(agent) {
            self.change_presence(agent, state, now);
        }
    }

    /// Sets what an agent may hold on a channel, or over all of them.
    pub(crate) fn put_capacity(
        &mut self,
        agent: AgentHandle,
        channel: Option<ChannelHandle>,
        capacity: Option<Capacity>,
    ) {
        let done = match channel {
            Some(channel) => self.set_capacity(agent, channel, capacity),
            None => self.set_universal_capacity(agent, capacity),
        };
        debug_assert!(done.is_ok(), "{done:?}");
    }

    /// The presence state that an agent has chosen.
    pub(crate) fn presence_of(&self, agent: AgentHandle) -> Option<PresenceStateHandle> {
        self.state(self.layout.scope.local(agent)?).presence()
    }

    /// The units that are free to an agent on a channel.
    pub(crate) fn spare_of(&self, agent: AgentHandle, channel: ChannelHandle) -> u64 {
        self.layout
            .scope
            .local(agent)
            .map_or(0, |agent| self.spare_units(agent, channel))
    }

    /// The same, none if it takes no work there (gate 2).
    #[inline]
    pub(crate) fn spare_if_present(
        &self,
        agent: AgentHandle,
        channel: ChannelHandle,
    ) -> Option<u64> {
        let (agent, agent_channel) = self.place(agent, channel)?;
        let agent_channel = self.agent_channels.at(agent_channel);
        agent_channel
            .is_present()
            .then(|| self.spare_in(agent, agent_channel))
    }

    /// Whether an agent takes work on a channel: gate 2.
    pub(crate) fn takes_work(&self, agent: AgentHandle, channel: ChannelHandle) -> bool {
        self.place(agent, channel)
            .is_some_and(|(_, agent_channel)| self.agent_channels.at(agent_channel).is_present())
    }

    /// Whether a capacity over all channels binds an agent besides that on a channel.
    #[inline]
    pub(crate) fn is_limited(&self, agent: AgentHandle, channel: ChannelHandle) -> bool {
        self.place(agent, channel)
            .is_some_and(|(_, agent_channel)| self.agent_channels.at(agent_channel).is_limited)
    }

    #[inline]
    fn place(
        &self,
        agent: AgentHandle,
        channel: ChannelHandle,
    ) -> Option<(LocalAgent, AgentChannelHandle)> {
        let agent = self.layout.scope.local(agent)?;
        Some((agent, self.layout.scope.agent_channel(agent, channel)?))
    }
}
