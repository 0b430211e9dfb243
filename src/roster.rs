//! The roster: what is true of the agents now.

pub(crate) mod agent;
pub(crate) mod build;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod error;
pub(crate) mod hands;
pub(crate) mod import;
pub(crate) mod index;
pub(crate) mod query;
pub(crate) mod row;
pub(crate) mod status;

use crate::agent_version::Change;
use alloc::sync::Arc;
use alloc::vec::Vec;

use agent::{AgentChannel, AgentState, OtherChannels};
use change::change_on;
pub use error::{BrokenInvariant, CommitError, RosterError};
pub(crate) use import::{RememberedAgent, RememberedChannel};
pub(crate) use index::bitmap::{Block, GroupIndex, GroupIndexKind, PRESENT};
pub(crate) use index::layout::Layout;
pub(crate) use index::recency::RecencyIndex;
pub use row::{AgentRow, ChannelRow};
pub use status::AgentStatus;

use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, LocalAgent, PresenceStateHandle, QueueHandle,
    Table,
};
use crate::decision::Assignment;
use crate::lookup::Names;
use crate::model::Capacity;
use crate::plan::Plan;
use crate::time::Timestamp;

/// What is true of the agents now: presence, switches, load, what they were given last. It is kept in an index that
/// answers at once who may take an item.
///
/// It is told what happens, by calls that either do what they say or refuse and change nothing. It decides nothing by
/// itself: [`assign`](crate::assign()) reads it, [`commit`](Self::commit) does what was decided.
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
    /// Empty where the roster is about all channels.
    other_channels: Table<LocalAgent, OtherChannels>,
    agent_channels: Table<AgentChannelHandle, AgentChannel>,
    /// The rows and stamps of all places.
    memory: Vec<u64>,
    lines: Vec<RecencyIndex>,
    /// Who was last chosen through each pool in scope.
    cursors: Vec<Option<AgentHandle>>,
    /// The stamp that was given last.
    stamp: u64,
}

/// Presence and switches.
impl Roster {
    /// Sets the presence state that an agent chooses.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the state is not known, if the state is not active, or if it is for none of the
    /// agent's groups.
    pub fn set_presence(
        &mut self,
        agent: impl Names<AgentHandle>,
        state: impl Names<PresenceStateHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let handle = self.find_agent(&agent)?;
        let chosen = self.check_presence(self.handle_of(handle), state)?;
        self.change_presence(handle, Some(chosen), now);
        Ok(())
    }

    /// The presence state, if the agent can choose it.
    pub(crate) fn check_presence(
        &self,
        agent: AgentHandle,
        state: impl Names<PresenceStateHandle>,
    ) -> Result<PresenceStateHandle, RosterError> {
        let compiled = self.plan.compiled();
        let unknown = || RosterError::UnknownPresenceState {
            state: state.shown(),
        };
        let chosen = state.find(&self.plan).ok_or_else(unknown)?;
        let (id, _) = compiled.presence_state(chosen);
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

    /// Takes an agent's presence state away: it takes no work until it chooses another.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent is not known.
    pub fn clear_presence(
        &mut self,
        agent: impl Names<AgentHandle>,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(&agent)?;
        self.change_presence(agent, None, now);
        Ok(())
    }

    /// Switches one channel of an agent on or off. Switches start on, and outlive presence.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is not known.
    pub fn set_channel(
        &mut self,
        agent: impl Names<AgentHandle>,
        channel: impl Names<ChannelHandle>,
        on: bool,
    ) -> Result<(), RosterError> {
        let (agent, channel, agent_channel) = self.find_cell(&agent, &channel)?;
        if self.agent_channels.at(agent_channel).is_switched_off() == on {
            self.touch(agent, Change::Switch, change_on(channel, on.into()));
            self.agent_channels.at_mut(agent_channel).switch(on);
            self.update(agent);
        }
        Ok(())
    }
}

/// Work that is taken up and put down.
impl Roster {
    /// Does what was decided: takes the capacity, counts the item, and puts the agent behind all others.
    ///
    /// # Errors
    ///
    /// [`CommitError::Stale`] if anything about the agent has changed since the decision: ask [`assign`](crate::assign())
    /// again. [`CommitError::OtherPlan`] if it was decided under another plan. [`CommitError::TooMuch`] beyond 2⁴⁸ units.
    /// Nothing is changed then.
    pub fn commit(&mut self, assignment: &Assignment) -> Result<(), CommitError> {
        if assignment.fingerprint != self.plan.fingerprint() {
            return Err(CommitError::OtherPlan);
        }
        let stale = || self.stale(assignment);
        let agent = self
            .layout
            .scope
            .local(assignment.agent)
            .ok_or_else(stale)?;
        let agent_channel = self
            .layout
            .scope
            .agent_channel(agent, assignment.channel)
            .ok_or_else(stale)?;
        if self.version(agent) != assignment.version {
            return Err(stale());
        }
        if !self
            .agent_channels
            .at(agent_channel)
            .can_hold_more(assignment.size)
        {
            return Err(self.too_much(assignment));
        }
        self.take(agent, agent_channel, assignment.channel, assignment.size);
        self.move_cursor(assignment.pool_handle, assignment.agent);
        Ok(())
    }

    #[cold]
    fn stale(&self, assignment: &Assignment) -> CommitError {
        let agent = self.plan.agent_id(assignment.agent).cloned();
        CommitError::Stale { agent }
    }

    #[cold]
    fn too_much(&self, assignment: &Assignment) -> CommitError {
        let agent = self.plan.compiled().agents.name(assignment.agent).clone();
        CommitError::TooMuch { agent }
    }

    /// Gives an agent something by hand: whatever its presence and capacity, it has the item from now on.
    ///
    /// The size is in units of capacity; 0 for an item that it has in hand and that does not count as load.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is not known.
    pub fn give(
        &mut self,
        agent: impl Names<AgentHandle>,
        channel: impl Names<ChannelHandle>,
        size: u32,
    ) -> Result<(), RosterError> {
        let (agent, channel, agent_channel) = self.find_cell(&agent, &channel)?;
        let load = self
            .agent_channels
            .at(agent_channel)
            .load
            .saturating_add(size.into());
        self.check_load(agent, channel, load)?;
        self.take(agent, agent_channel, channel, size);
        Ok(())
    }

    /// Takes an item that has ended off an agent, with so many units of capacity.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is not known, or if the agent does not hold as much.
    pub fn release(
        &mut self,
        agent: impl Names<AgentHandle>,
        channel: impl Names<ChannelHandle>,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let (agent, channel, agent_channel) = self.find_cell(&agent, &channel)?;
        self.put_down(agent, agent_channel, channel, size, now)
    }

    /// Takes an offer that ended without acceptance off an agent: as [`release`](Self::release), and the item does not
    /// count as handled. When the agent was last given something stays.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is not known, or if the agent does not hold as much.
    pub fn withdraw(
        &mut self,
        agent: impl Names<AgentHandle>,
        channel: impl Names<ChannelHandle>,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let (agent, channel, agent_channel) = self.find_cell(&agent, &channel)?;
        self.put_down(agent, agent_channel, channel, size, now)?;
        self.agent_channels
            .at_mut(agent_channel)
            .forget_one_handled();
        Ok(())
    }

    /// Sets the units that an agent holds on a channel, where what it has in hand counts differently from now on.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is not known.
    pub fn set_load(
        &mut self,
        agent: impl Names<AgentHandle>,
        channel: impl Names<ChannelHandle>,
        load: u64,
    ) -> Result<(), RosterError> {
        let (agent, channel, agent_channel) = self.find_cell(&agent, &channel)?;
        self.check_load(agent, channel, load)?;
        self.change_load(agent, agent_channel, channel, load);
        Ok(())
    }
}

/// What agents may hold, and who comes next.
impl Roster {
    /// Sets the units that an agent may hold on a channel; none puts back what is configured. Nothing is taken away from an
    /// agent who holds more.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is not known.
    pub fn set_capacity(
        &mut self,
        agent: impl Names<AgentHandle>,
        channel: impl Names<ChannelHandle>,
        capacity: Option<Capacity>,
    ) -> Result<(), RosterError> {
        let (agent, channel, agent_channel) = self.find_cell(&agent, &channel)?;
        let configured = || {
            self.plan
                .compiled()
                .capacity(self.handle_of(agent), channel)
        };
        let value = capacity.unwrap_or_else(configured);
        self.agent_channels
            .at_mut(agent_channel)
            .set_capacity(value);
        self.touch(agent, Change::Capacity, change_on(channel, value.or_none()));
        self.update(agent);
        Ok(())
    }

    /// Sets the units that an agent may hold over all channels; none puts back what is configured, unlimited means no such
    /// limit.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent is not known.
    pub fn set_universal_capacity(
        &mut self,
        agent: impl Names<AgentHandle>,
        capacity: Option<Capacity>,
    ) -> Result<(), RosterError> {
        let agent = self.find_agent(&agent)?;
        self.agents.at_mut(agent).set_universal_capacity(capacity);
        let value = capacity.map_or(u64::MAX, Capacity::or_none);
        self.touch(agent, Change::UniversalCapacity, value);
        self.update(agent);
        Ok(())
    }

    /// Sets who was last chosen through a pool, given by its place in the queue's list: `round_robin` goes on from there.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the queue, the pool or the agent is not known.
    pub fn set_cursor(
        &mut self,
        queue: impl Names<QueueHandle>,
        pool: usize,
        agent: impl Names<AgentHandle>,
    ) -> Result<(), RosterError> {
        let unknown = || RosterError::UnknownQueue {
            queue: queue.shown(),
        };
        let handle = queue.find(&self.plan).ok_or_else(unknown)?;
        if !self.layout.scope.covers(handle) {
            return Err(unknown());
        }
        let compiled = self.plan.compiled();
        let pools = compiled.queue_plans.at(handle).pools;
        let found = pools
            .handles()
            .find(|handle| compiled.pools.at(*handle).place as usize == pool);
        let found = found.ok_or_else(|| RosterError::UnknownPool {
            queue: compiled.queues.name(handle).clone(),
            pool,
            pools: pools.range().len(),
        })?;
        let unknown = || RosterError::UnknownAgent {
            agent: agent.shown(),
        };
        let agent = agent.find(&self.plan).ok_or_else(unknown)?;
        self.move_cursor(found, agent);
        Ok(())
    }
}

/// Getters.
impl Roster {
    /// Returns the plan that the roster belongs to.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns what is true of an agent, none for one that the roster is not about.
    pub fn agent(&self, agent: impl Names<AgentHandle>) -> Option<AgentStatus<'_>> {
        let agent = self.find_agent(&agent).ok()?;
        Some(AgentStatus::new(self, agent))
    }
}
