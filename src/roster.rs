//! The roster: the state of the agents.

pub(crate) mod agent;
pub(crate) mod build;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod error;
pub(crate) mod import;
pub(crate) mod index;
pub(crate) mod query;
pub(crate) mod row;
pub(crate) mod status;

use alloc::sync::Arc;
use alloc::vec::Vec;

use agent::{AgentChannel, AgentState, LOAD_MAX, OtherChannels};
pub use error::{BrokenInvariant, CommitError, RosterError};
pub(crate) use import::{AgentRecord, ChannelRecord, pool_at};
use index::IndexState;
use index::layout::Layout;
pub use row::{AgentRow, ChannelRow};
pub use status::AgentStatus;

use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, LocalAgent, PresenceStateHandle, QueueHandle,
    Table,
};
use crate::decision::Assignment;
use crate::lookup::Lookup;
use crate::model::Capacity;
use crate::plan::Plan;
use crate::time::Timestamp;

/// The state of the agents: presence, switches, load, and the order in which they were assigned items.
///
/// A roster keeps its agents in an index, so that [`assign`](crate::assign()) finds those who can take an item without looking
/// at the others. It decides nothing itself: [`commit`](Self::commit) applies what was decided.
///
/// Calls that change a roster name agents and channels by id or by handle. They fail if the plan does not have the agent or
/// the channel, or if the roster [does not cover](Self::of) them. A call that fails changes nothing.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
///
/// let now = Timestamp::from_millis(1_000);
/// roster.set_presence("asha", "available", now)?;
/// roster.give("asha", "chat", 1)?;
/// assert_eq!(roster.agent("asha").and_then(|asha| asha.spare("chat")), Some(Capacity::Units(1)));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Roster {
    plan: Plan,
    layout: Arc<Layout>,
    agents: Table<LocalAgent, AgentState>,
    agent_channels: Table<AgentChannelHandle, AgentChannel>,
    /// Empty if the roster covers all channels.
    other_channels: Table<LocalAgent, OtherChannels>,
    index: IndexState,
    /// The agent who was last chosen through each pool in scope.
    cursors: Vec<Option<AgentHandle>>,
    /// The sequence number of the last assignment.
    last_seq: u64,
}

/// Presence and switches.
impl Roster {
    /// Sets the presence state that an agent chooses.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the state is unknown, if the state is not active, or if it is for none of the agent's
    /// groups.
    pub fn set_presence(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        state: impl Lookup<PresenceStateHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        let state = self.check_presence(self.handle_of(agent), state)?;
        self.change_presence(agent, Some(state), now);
        Ok(())
    }

    /// Removes an agent's presence state. The agent takes no work until it chooses another one.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent is unknown.
    pub fn clear_presence(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        self.change_presence(agent, None, now);
        Ok(())
    }

    /// Switches one channel of an agent on or off. Switches are on at first, and do not change with the presence state.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown.
    pub fn set_channel(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        on: bool,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.change_switch(agent, channel, on);
        Ok(())
    }
}

/// Items.
impl Roster {
    /// Applies an assignment: the agent holds the item from now on, and comes after all others in the order of the last
    /// assignment.
    ///
    /// # Errors
    ///
    /// [`CommitError::Stale`] if the agent has changed since the decision; call [`assign`](crate::assign()) again.
    /// [`CommitError::PlanMismatch`] if it was decided under another plan. [`CommitError::TooMuch`] if the agent would hold more
    /// than 2⁴⁸ units.
    pub fn commit(&mut self, assignment: &Assignment) -> Result<(), CommitError> {
        if assignment.fingerprint != self.plan.fingerprint() {
            return Err(CommitError::PlanMismatch);
        }
        let scope = &self.layout.scope;
        let covered = scope
            .local(assignment.agent)
            .filter(|_| scope.has_channel(assignment.channel));
        let current = covered.filter(|agent| self.version(*agent) == assignment.version);
        let Some(agent) = current else {
            return Err(CommitError::Stale {
                agent: self.plan.agent_id(assignment.agent).cloned(),
            });
        };
        let load = self.agent_channel(agent, assignment.channel).load;
        if load + u64::from(assignment.size) > LOAD_MAX {
            return Err(CommitError::TooMuch {
                agent: self.plan.compiled().agents.name(assignment.agent).clone(),
            });
        }
        self.add_item(agent, assignment.channel, assignment.size);
        self.move_cursor(assignment.pool_handle, assignment.agent);
        Ok(())
    }

    /// Gives an agent an item by hand, whatever its presence and capacity.
    ///
    /// The size is in units of capacity, 0 for an item that does not count as load.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent would hold more than 2⁴⁸ units.
    pub fn give(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        size: u32,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        let load = self.agent_channel(agent, channel).load;
        self.check_load(agent, channel, load.saturating_add(size.into()))?;
        self.add_item(agent, channel, size);
        Ok(())
    }

    /// Takes an item of some units from an agent: it has ended.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent holds no item or less than these units.
    pub fn release(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.check_held(agent, channel, size)?;
        self.remove_item(agent, channel, size, now);
        Ok(())
    }

    /// Takes an item of some units from an agent who was offered it and did not accept.
    ///
    /// The item does not count as handled. The agent keeps its place in the order of the last assignment.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent holds no item or less than these units.
    pub fn withdraw(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.check_held(agent, channel, size)?;
        self.remove_offered_item(agent, channel, size, now);
        Ok(())
    }

    /// Sets the units that an agent holds on a channel, when its items count differently from now on.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the load is more than 2⁴⁸ units.
    pub fn set_load(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        load: u64,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.check_load(agent, channel, load)?;
        self.change_load(agent, channel, load);
        Ok(())
    }
}

/// Capacities and cursors.
impl Roster {
    /// Sets the units that an agent can hold on a channel; none restores what is configured. An agent who holds more keeps it.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown.
    pub fn set_capacity(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        capacity: Option<Capacity>,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        self.change_capacity(agent, Some(channel), capacity);
        Ok(())
    }

    /// Sets the units that an agent can hold over all channels; none restores what is configured, and
    /// [`Unlimited`](Capacity::Unlimited) removes the limit.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent is unknown.
    pub fn set_universal_capacity(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        capacity: Option<Capacity>,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        self.change_capacity(agent, None, capacity);
        Ok(())
    }

    /// Sets the agent who was last chosen through a pool, after whom `round_robin` continues. The pool is given by its
    /// position in the queue's `eligibility`, from 0.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the queue, the pool or the agent is unknown.
    pub fn set_cursor(
        &mut self,
        queue: impl Lookup<QueueHandle>,
        pool: usize,
        agent: impl Lookup<AgentHandle>,
    ) -> Result<(), RosterError> {
        let compiled = self.plan.compiled();
        let covered = queue.find(&self.plan);
        let covered = covered.filter(|queue| self.layout.scope.has_queue(*queue));
        let queue = covered.ok_or_else(|| RosterError::UnknownQueue {
            queue: queue.shown(),
        })?;
        let position = u32::try_from(pool).ok();
        let found = position.and_then(|position| pool_at(compiled, queue, position));
        let pool = found.ok_or_else(|| RosterError::UnknownPool {
            queue: compiled.queues.name(queue).clone(),
            pool,
            pools: compiled.queue_plans.at(queue).pools.range().len(),
        })?;
        // An agent whom the roster does not cover can be in the list of the pool.
        let found = agent.find(&self.plan);
        let agent = found.ok_or_else(|| RosterError::UnknownAgent {
            agent: agent.shown(),
        })?;
        self.move_cursor(pool, agent);
        Ok(())
    }
}

/// Getters.
impl Roster {
    /// Returns the plan of the roster.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the state of an agent; none if the agent is unknown.
    pub fn agent(&self, agent: impl Lookup<AgentHandle>) -> Option<AgentStatus<'_>> {
        let agent = self.find_agent(agent).ok()?;
        Some(AgentStatus::new(self, agent))
    }
}

/// Checks.
impl Roster {
    fn find_agent(&self, agent: impl Lookup<AgentHandle>) -> Result<LocalAgent, RosterError> {
        let found = agent.find(&self.plan);
        let covered = found.and_then(|agent| self.layout.scope.local(agent));
        covered.ok_or_else(|| RosterError::UnknownAgent {
            agent: agent.shown(),
        })
    }

    fn find_agent_channel(
        &self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
    ) -> Result<(LocalAgent, ChannelHandle), RosterError> {
        let agent = self.find_agent(agent)?;
        let covered = channel.find(&self.plan);
        let covered = covered.filter(|channel| self.layout.scope.has_channel(*channel));
        let channel = covered.ok_or_else(|| RosterError::UnknownChannel {
            channel: channel.shown(),
        })?;
        Ok((agent, channel))
    }

    /// Returns a presence state if an agent can choose it.
    pub(crate) fn check_presence(
        &self,
        agent: AgentHandle,
        state: impl Lookup<PresenceStateHandle>,
    ) -> Result<PresenceStateHandle, RosterError> {
        let compiled = self.plan.compiled();
        let unknown = || RosterError::UnknownPresenceState {
            state: state.shown(),
        };
        let chosen = state.find(&self.plan).ok_or_else(unknown)?;
        let id = compiled.presence_states.name(chosen);
        if !compiled.presence_plans.at(chosen).active {
            return Err(RosterError::PresenceInactive { state: id.clone() });
        }
        if !compiled.state_is_for(chosen, agent) {
            return Err(RosterError::PresenceNotForAgent {
                state: id.clone(),
                agent: compiled.agents.name(agent).clone(),
            });
        }
        Ok(chosen)
    }
}
