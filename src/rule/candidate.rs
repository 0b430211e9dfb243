//! An agent, as a rule sees it.

use crate::base::table::{AgentHandle, ChannelHandle, LocalAgent};
use crate::id::{AgentId, PresenceStateId, SkillId};
use crate::model::{Agent, Capacity, PresenceState};
use crate::roster::Roster;
use crate::rule::Case;
use crate::time::Timestamp;

/// An agent who may or may not be given an item of one channel, and what is true of them now.
///
/// *This channel* is the channel of the item that is being decided.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    roster: &'a Roster,
    agent: LocalAgent,
    channel: ChannelHandle,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new(roster: &'a Roster, agent: LocalAgent, channel: ChannelHandle) -> Self {
        Self {
            roster,
            agent,
            channel,
        }
    }

    /// Returns the agent's id.
    pub fn id(&self) -> &'a AgentId {
        self.roster.plan().compiled().agents.name(self.handle())
    }

    /// Returns the agent's handle.
    pub fn handle(&self) -> AgentHandle {
        self.roster.handle_of(self.agent)
    }

    /// Returns the agent as it is configured.
    pub fn agent(&self) -> &'a Agent {
        self.roster.plan().compiled().agent(self.handle())
    }

    /// Says whether it is an AI agent.
    pub fn is_ai(&self) -> bool {
        self.roster.plan().compiled().is_ai(self.handle())
    }

    /// Returns the level at which the agent holds a skill, from 1; none if it does not.
    pub fn level_of(&self, skill: &SkillId) -> Option<u32> {
        self.agent().skills.get(skill).copied()
    }

    /// Says whether the agent takes work on this channel: its presence state does, and the channel is switched on.
    pub fn is_present(&self) -> bool {
        self.roster
            .agent_channel(self.agent, self.channel)
            .is_present()
    }

    /// Returns the presence state that the agent has chosen.
    pub fn presence(&self) -> Option<(&'a PresenceStateId, &'a PresenceState)> {
        let compiled = self.roster.plan().compiled();
        let state = self.roster.state(self.agent).presence?;
        Some(compiled.presence_state(state))
    }

    /// Says whether the agent has this channel switched on.
    pub fn is_switched_on(&self) -> bool {
        self.roster.agent_channel(self.agent, self.channel).is_on
    }

    /// Returns the units that the agent holds on this channel.
    pub fn load(&self) -> u64 {
        self.roster.agent_channel(self.agent, self.channel).load
    }

    /// Returns the units that the agent may hold on this channel.
    pub fn capacity(&self) -> Capacity {
        self.roster.agent_channel(self.agent, self.channel).capacity
    }

    /// Returns the units that are still free on this channel: the lesser of the channel's spare and the universal one.
    pub fn spare(&self) -> Capacity {
        self.roster.spare(self.agent, self.channel)
    }

    /// Returns the units that the agent holds over all channels.
    pub fn universal_load(&self) -> u64 {
        self.roster.universal_load(self.agent)
    }

    /// Returns the units that the agent may hold over all channels, if there is such a limit.
    pub fn universal_capacity(&self) -> Option<Capacity> {
        self.roster.universal_capacity(self.agent)
    }

    /// Returns how many items the agent has in hand on this channel: offered, accepted or being wrapped up, whether they
    /// count as load or not.
    pub fn items_in_hand(&self) -> u32 {
        self.roster.agent_channel(self.agent, self.channel).items
    }

    /// Returns how many items the agent has in hand on all channels.
    pub fn items_on_all_channels(&self) -> u64 {
        self.roster.items_on_all_channels(self.agent)
    }

    /// Returns how many items the agent has accepted on this channel since the roster began; an open offer counts as one.
    pub fn handled(&self) -> u32 {
        self.roster.agent_channel(self.agent, self.channel).handled
    }

    /// Returns when the agent's hand emptied or its presence began to take work, whichever is later.
    pub fn idle_since(&self) -> Timestamp {
        self.roster.state(self.agent).idle_since
    }

    /// Returns a number that is greater for whoever was given something on this channel later, and 0 for who never was.
    pub fn assignment_stamp(&self) -> u64 {
        self.roster
            .agent_channel(self.agent, self.channel)
            .assigned_seq
    }

    /// The place in the order in which the pool lists its groups and their members.
    pub(crate) fn place(&self, case: &Case<'_>) -> u64 {
        case.place_of(self.handle()).unwrap_or(u64::MAX)
    }

    /// How many skills the agent has beside those that the item asks for.
    pub(crate) fn skills_beside(&self, case: &Case<'_>) -> u32 {
        let skills = &self.agent().skills;
        let asked = case
            .routed()
            .skills()
            .iter()
            .filter(|request| skills.contains_key(&request.skill))
            .count();
        u32::try_from(skills.len().saturating_sub(asked)).unwrap_or(u32::MAX)
    }
}
