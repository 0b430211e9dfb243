//! What is true of one agent, for a host's screens.

use crate::base::table::{AgentHandle, ChannelHandle, LocalAgent};
use crate::id::{AgentId, PresenceStateId};
use crate::lookup::Names;
use crate::model::Capacity;
use crate::roster::Roster;
use crate::rule::Candidate;
use crate::time::Timestamp;

/// What is true of one agent now.
///
/// What is asked about a channel is none where the roster is not about that channel.
#[derive(Clone, Copy, Debug)]
pub struct AgentStatus<'a> {
    roster: &'a Roster,
    agent: LocalAgent,
}

impl<'a> AgentStatus<'a> {
    pub(crate) fn new(roster: &'a Roster, agent: LocalAgent) -> Self {
        Self { roster, agent }
    }

    /// Returns the agent's id.
    pub fn id(&self) -> &'a AgentId {
        self.roster.plan.compiled().agents.name(self.handle())
    }

    /// Returns the agent's handle.
    pub fn handle(&self) -> AgentHandle {
        self.roster.handle_of(self.agent)
    }

    /// Returns the presence state that the agent has chosen.
    pub fn presence(&self) -> Option<&'a PresenceStateId> {
        let state = self.roster.state(self.agent).presence()?;
        Some(self.roster.plan.compiled().presence_states.name(state))
    }

    /// Says whether the agent has a channel switched on.
    pub fn is_on(&self, channel: impl Names<ChannelHandle>) -> Option<bool> {
        self.on(&channel)
            .map(|candidate| candidate.is_switched_on())
    }

    /// Says whether the agent takes work on a channel: its presence state does, and the channel is switched on.
    pub fn is_present(&self, channel: impl Names<ChannelHandle>) -> Option<bool> {
        self.on(&channel).map(|candidate| candidate.is_present())
    }

    /// Returns the units that the agent holds on a channel.
    pub fn load(&self, channel: impl Names<ChannelHandle>) -> Option<u64> {
        self.on(&channel).map(|candidate| candidate.load())
    }

    /// Returns the units that the agent may hold on a channel.
    pub fn capacity(&self, channel: impl Names<ChannelHandle>) -> Option<Capacity> {
        self.on(&channel).map(|candidate| candidate.capacity())
    }

    /// Returns the units that are free on a channel: the lesser of the channel's spare and the universal one.
    pub fn spare(&self, channel: impl Names<ChannelHandle>) -> Option<Capacity> {
        self.on(&channel).map(|candidate| candidate.spare())
    }

    /// Returns how many items the agent has in hand on a channel.
    pub fn items_in_hand(&self, channel: impl Names<ChannelHandle>) -> Option<u32> {
        self.on(&channel).map(|candidate| candidate.items_in_hand())
    }

    /// Returns how many items the agent has accepted on a channel since the roster began, open offers included.
    pub fn handled(&self, channel: impl Names<ChannelHandle>) -> Option<u32> {
        self.on(&channel).map(|candidate| candidate.handled())
    }

    /// Returns a number that is greater for whoever was given something on a channel later, 0 for who never was.
    pub fn assignment_stamp(&self, channel: impl Names<ChannelHandle>) -> Option<u64> {
        self.on(&channel)
            .map(|candidate| candidate.assignment_stamp())
    }

    /// Returns the units that the agent holds over all channels.
    pub fn universal_load(&self) -> u64 {
        self.roster.universal_load(self.agent)
    }

    /// Returns the units that the agent may hold over all channels, if there is such a limit.
    pub fn universal_capacity(&self) -> Option<Capacity> {
        self.roster.state(self.agent).universal_capacity()
    }

    /// Returns when the agent's hand emptied or its presence began to take work, whichever is later.
    pub fn idle_since(&self) -> Timestamp {
        self.roster.idle_since(self.agent)
    }

    fn on(&self, channel: &impl Names<ChannelHandle>) -> Option<Candidate<'a>> {
        let channel = channel.find(&self.roster.plan)?;
        self.roster
            .layout
            .scope
            .agent_channel(self.agent, channel)?;
        Some(Candidate::new(self.roster, self.agent, channel))
    }
}
