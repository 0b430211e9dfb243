//! The checks of the arguments that the public methods of a roster take: names, presence states, loads and items.
//!
//! A method checks all its arguments before it changes anything, so that a refused call changes nothing.

use alloc::string::String;

use crate::base::table::{AgentHandle, ChannelHandle, LocalAgent, PresenceStateHandle};
use crate::lookup::Lookup;
use crate::plan::Plan;
use crate::roster::agent::LOAD_MAX;
use crate::roster::{Roster, RosterError};

/// Finds an entity of a plan. `unknown` makes the error of a name that the plan lacks.
pub(crate) fn find<H>(
    plan: &Plan,
    name: impl Lookup<H>,
    unknown: impl FnOnce(String) -> RosterError,
) -> Result<H, RosterError> {
    name.find(plan).ok_or_else(|| unknown(name.shown()))
}

/// Names.
impl Roster {
    /// Returns the local number of an agent that the roster covers.
    pub(crate) fn find_agent(
        &self,
        agent: impl Lookup<AgentHandle>,
    ) -> Result<LocalAgent, RosterError> {
        let agent_handle = agent.find(&self.plan);
        // The plan may have the agent although the roster has no row of it.
        let covered = agent_handle.and_then(|agent| self.layout.scope.find(agent));
        let unknown = |agent| RosterError::UnknownAgent { agent };
        covered.ok_or_else(|| unknown(agent.shown()))
    }

    /// Returns an agent and a channel that the roster covers.
    pub(crate) fn find_agent_channel(
        &self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
    ) -> Result<(LocalAgent, ChannelHandle), RosterError> {
        let agent = self.find_agent(agent)?;
        let covered = channel.find(&self.plan);
        let covered = covered.filter(|channel| self.layout.scope.has_channel(*channel));
        let unknown = |channel| RosterError::UnknownChannel { channel };
        let channel = covered.ok_or_else(|| unknown(channel.shown()))?;
        Ok((agent, channel))
    }

    /// Returns a presence state if the agent can choose it: it is active, and applies to one of the agent's groups.
    pub(crate) fn find_choosable_presence(
        &self,
        agent: AgentHandle,
        state: impl Lookup<PresenceStateHandle>,
    ) -> Result<PresenceStateHandle, RosterError> {
        let tables = self.plan.tables();
        let unknown = |state| RosterError::UnknownPresenceState { state };
        let state = find(&self.plan, state, unknown)?;
        let id = tables.presence_states.id(state);
        if !tables.presence_plans.at(state).active {
            return Err(RosterError::PresenceInactive { state: id.clone() });
        }
        // A state of no group of the agent would take no work, without anybody seeing why.
        if !tables.state_applies_to(state, agent) {
            return Err(RosterError::PresenceNotForAgent {
                state: id.clone(),
                agent: tables.agents.id(agent).clone(),
            });
        }
        Ok(state)
    }
}

/// Loads and items.
impl Roster {
    /// Checks that a load is at most [`LOAD_MAX`].
    pub(crate) fn check_load(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
        load: u64,
    ) -> Result<(), RosterError> {
        // The sum over 65,536 channels still fits into 64 bits.
        if load <= LOAD_MAX {
            return Ok(());
        }
        let tables = self.plan.tables();
        Err(RosterError::TooMuch {
            agent: tables.agents.id(self.handle_of(agent)).clone(),
            channel: tables.channels.id(channel).clone(),
            load,
        })
    }

    /// Checks that an agent holds at least one item and `size` units on a channel.
    #[inline]
    pub(crate) fn check_held(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
        size: u32,
    ) -> Result<(), RosterError> {
        let agent_channel = self.agent_channel(agent, channel);
        // The load alone is not enough: an item of size 0 has no units, but `items` counts it.
        if agent_channel.items > 0 && agent_channel.load >= size.into() {
            return Ok(());
        }
        Err(self.not_held(agent, channel, size))
    }

    /// Returns the error of a refused release. PERF: apart from the check, which each release runs.
    fn not_held(&self, agent: LocalAgent, channel: ChannelHandle, size: u32) -> RosterError {
        let tables = self.plan.tables();
        let agent_channel = self.agent_channel(agent, channel);
        RosterError::NotHeld {
            agent: tables.agents.id(self.handle_of(agent)).clone(),
            channel: tables.channels.id(channel).clone(),
            size,
            items: agent_channel.items,
            load: agent_channel.load,
        }
    }
}
