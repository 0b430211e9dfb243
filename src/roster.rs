//! The roster: the state of the agents.
//!
//! ```text
//!   public methods (here)   find ids, check, refuse         ─┐
//!   change                  change state, version, index     ├─► agents, agent_channels   the state
//!   query                   read                            ─┘   index                    follows from the state
//!   build, import           create a roster from rows, or from records of another one
//! ```
//!
//! The state of an agent is one row over all channels, and one row per channel. The [`index`] finds the agents for an item.

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
use error::find;
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
/// A roster keeps its agents in an index, so that [`assign`](crate::assign()) finds the agents who can take an item without
/// reading the others. A roster decides nothing itself: [`commit`](Self::commit) applies a decision.
///
/// Methods that change a roster name agents and channels by id or by handle. They return an error if the plan lacks the agent
/// or the channel, or if the roster [does not cover](Self::of) it. A call that returns an error changes nothing.
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
    /// Shared by clones, since it never changes.
    layout: Arc<Layout>,
    agents: Table<LocalAgent, AgentState>,
    /// Agent by agent, the channels of each: see [`RosterScope`](index::scope::RosterScope).
    agent_channels: Table<AgentChannelHandle, AgentChannel>,
    /// The load and items of the agents on other channels. Empty if the roster covers all channels.
    other_channels: Table<LocalAgent, OtherChannels>,
    index: IndexState,
    /// The agent who was last chosen through each pool in scope, from which `round_robin` continues.
    cursors: Vec<Option<AgentHandle>>,
    /// The sequence number of the last assignment to any agent on any channel; 0 if there was none.
    last_seq: u64,
}

/// Presence and switches.
impl Roster {
    /// Sets the presence state that an agent has chosen.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the state is unknown, if the state is not active, or if it applies to none of the
    /// agent's groups.
    pub fn set_presence(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        state: impl Lookup<PresenceStateHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(agent)?;
        let state = self.check_presence(self.handle_of(agent), state)?;
        // Checked before the change, so that a refused call changes nothing.
        self.change_presence(agent, Some(state), now);
        Ok(())
    }

    /// Removes an agent's presence state. The agent takes no work until it chooses another state.
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

    /// Switches one channel of an agent on or off. A switch is on at first, and does not change with the presence state.
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
    /// Applies an assignment. The agent then holds the item, and is the last one in the order of the last assignment.
    ///
    /// # Errors
    ///
    /// - [`CommitError::PlanMismatch`] if the assignment was decided under another plan.
    /// - [`CommitError::Stale`] if the agent has changed since the decision, or if the roster does not cover the agent or its
    ///   channel. Call [`assign`](crate::assign()) again.
    /// - [`CommitError::TooMuch`] if the agent would hold more than 2⁴⁸ units on the channel.
    pub fn commit(&mut self, assignment: &Assignment) -> Result<(), CommitError> {
        if assignment.fingerprint != self.plan.fingerprint() {
            return Err(CommitError::PlanMismatch);
        }
        // The handles belong to the plan, but this roster may cover another queue of it.
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
        // Not a stale assignment: a plan without a capacity limit admits any size.
        let load = self.agent_channel(agent, assignment.channel).load;
        if load + u64::from(assignment.size) > LOAD_MAX {
            return Err(CommitError::TooMuch {
                agent: self.plan.tables().agents.id(assignment.agent).clone(),
            });
        }
        self.apply(assignment);
        Ok(())
    }

    /// Adds an item to an agent without a decision. Does not check the agent's presence and capacity.
    ///
    /// The size is in units of capacity; 0 for an item that does not count as load.
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
        // Capacity is not checked: a manager may give an agent more than it can hold.
        let load = self.agent_channel(agent, channel).load;
        self.check_load(agent, channel, load.saturating_add(size.into()))?;
        self.add_item(agent, channel, size);
        Ok(())
    }

    /// Removes an item that has ended from an agent.
    ///
    /// The size is in units of capacity. If the agent holds no other item on any channel, it is idle since `now`.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent holds no item, or fewer units than `size`,
    /// on the channel.
    pub fn release(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        // INVARIANT of `remove_item`.
        self.check_held(agent, channel, size)?;
        self.remove_item(agent, channel, size, now);
        Ok(())
    }

    /// Removes an item from an agent who was offered it and did not accept it.
    ///
    /// Does what [`release`](Self::release) does, and the item no longer counts as handled. The agent keeps its position in the
    /// order of the last assignment.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent holds no item, or fewer units than `size`,
    /// on the channel.
    pub fn withdraw(
        &mut self,
        agent: impl Lookup<AgentHandle>,
        channel: impl Lookup<ChannelHandle>,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let (agent, channel) = self.find_agent_channel(agent, channel)?;
        // INVARIANT of `remove_offered_item`.
        self.check_held(agent, channel, size)?;
        self.remove_offered_item(agent, channel, size, now);
        Ok(())
    }

    /// Sets the units that an agent holds on a channel, for a service whose items change their size.
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
    /// Sets an agent's capacity on a channel; `None` restores the configured one. An agent who holds more units keeps them.
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

    /// Sets an agent's capacity over all channels; `None` restores the configured one, and
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

    /// Sets the agent who was last chosen through a pool, from which `round_robin` continues.
    ///
    /// `pool` is the position of the pool in the queue's `eligibility`, from 0.
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
        let tables = self.plan.tables();
        // A roster of one queue has cursors of its own pools only.
        let covered = queue.find(&self.plan);
        let covered = covered.filter(|queue| self.layout.scope.has_queue(*queue));
        let queue = covered.ok_or_else(|| RosterError::UnknownQueue {
            queue: queue.shown(),
        })?;
        // A position beyond 32 bits is no pool, either.
        let position = u32::try_from(pool).ok();
        let handle = position.and_then(|position| pool_at(tables, queue, position));
        let pool = handle.ok_or_else(|| RosterError::UnknownPool {
            queue: tables.queues.id(queue).clone(),
            pool,
            pools: tables.queue_plans.at(queue).pools.range().len(),
        })?;
        // The agent can be in the pool although the roster does not cover it.
        let agent = find(&self.plan, agent, |agent| RosterError::UnknownAgent {
            agent,
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

    /// Returns the state of an agent; `None` if the plan lacks the agent, or if the roster does not cover it.
    pub fn agent(&self, agent: impl Lookup<AgentHandle>) -> Option<AgentStatus<'_>> {
        let agent = self.find_agent(agent).ok()?;
        Some(AgentStatus::new(self, agent))
    }
}

/// Checks.
impl Roster {
    /// Returns the local number of an agent that the roster covers.
    fn find_agent(&self, agent: impl Lookup<AgentHandle>) -> Result<LocalAgent, RosterError> {
        let agent_handle = agent.find(&self.plan);
        // The plan may have the agent although the roster has no row of it.
        let covered = agent_handle.and_then(|agent| self.layout.scope.local(agent));
        covered.ok_or_else(|| RosterError::UnknownAgent {
            agent: agent.shown(),
        })
    }

    /// Returns an agent and a channel that the roster covers.
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

    /// Returns a presence state if the agent can choose it: it is active, and applies to one of the agent's groups.
    pub(crate) fn check_presence(
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
