//! The roster: the state of the agents.
//!
//! ```text
//!   here, setters           the public methods: check the arguments, then change
//!   arguments               find names and check              ─┐
//!   change                  change state, version, index       ├─► agents, agent_channels   the state
//!   query                   read                              ─┘   index                    follows from the state
//!   build, records          create a roster from rows or records; write records
//! ```
//!
//! The state of an agent is one row over all channels, and one row per channel. The [`index`] finds the agents for an item.
//!
//! Several types describe an agent:
//!
//! | type | holds | used for |
//! |---|---|---|
//! | [`AgentPlan`](crate::plan::rows::AgentPlan) | the compiled configuration | decisions |
//! | [`AgentState`] | the current state over all channels | decisions |
//! | [`AgentChannel`] | the current state on one channel, with the position in the index | decisions |
//! | [`AgentRow`] | the state by id, from a caller's database | `from_rows` and `of` |
//! | [`AgentRecord`] | the state by handle, without capacities | snapshots and new plans |
//! | [`AgentStatus`] | a reference to the state | the caller's reads |
//! | [`Candidate`](crate::rule::Candidate) | a reference to the state, for the channel of an item | custom rules and rankings |

pub(crate) mod agent;
pub(crate) mod arguments;
pub(crate) mod build;
pub(crate) mod change;
pub(crate) mod error;
pub(crate) mod index;
pub(crate) mod invariants;
pub(crate) mod query;
pub(crate) mod records;
pub(crate) mod row;
pub(crate) mod setters;
pub(crate) mod status;

use alloc::sync::Arc;
use alloc::vec::Vec;

use agent::{AgentChannel, AgentState, LOAD_MAX, OtherChannels};
pub use error::{BrokenInvariant, CommitError, RosterError};
use index::IndexState;
use index::layout::Layout;
pub(crate) use records::{AgentRecord, ChannelRecord};
pub use row::{AgentRow, ChannelRow};
pub use status::AgentStatus;

use crate::base::table::{AgentChannelHandle, AgentHandle, ChannelHandle, LocalAgent, Table};
use crate::decision::Assignment;
use crate::lookup::Lookup;
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
/// let now = Timestamp::saturating_from_millis(1_000);
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

/// Items.
impl Roster {
    /// Applies an assignment. The agent then holds the item, and is the last one in the order of the last assignment.
    ///
    /// The cost is linear in the groups of the agent, times the channels if the agent has a universal capacity.
    ///
    /// # Errors
    ///
    /// - [`CommitError::PlanMismatch`] if the assignment was decided under another plan.
    /// - [`CommitError::Stale`] if the agent has changed since the decision, or if the roster does not cover the agent or its
    ///   channel. Call [`assign`](crate::assign()) again.
    /// - [`CommitError::TooMuch`] if the agent would hold more than 2⁴⁸ units on the channel.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
    ///     .rule("any", AssignmentRule::new())
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .group("all", AgentGroup::new(["asha"]))
    ///     .agent("asha", Agent::new());
    /// let plan = Plan::new(config)?;
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// let mut roster = Roster::new(&plan);
    /// roster.set_presence("asha", "available", now)?;
    ///
    /// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
    /// let assignment = assign(&roster, &item, now)?.assignment().expect("asha is present");
    /// roster.commit(&assignment)?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.load("chat")), Some(1));
    ///
    /// // A second commit is stale: the first one has changed the agent.
    /// assert!(matches!(roster.commit(&assignment), Err(CommitError::Stale { .. })));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn commit(&mut self, assignment: &Assignment) -> Result<(), CommitError> {
        if assignment.fingerprint != self.plan.fingerprint() {
            return Err(CommitError::PlanMismatch);
        }
        // The handles belong to the plan, but this roster may cover another queue of it.
        let scope = &self.layout.scope;
        let covered = scope
            .find(assignment.agent)
            .filter(|_| scope.has_channel(assignment.channel));
        let current = covered.filter(|agent| self.version(*agent) == assignment.version);
        let Some(agent) = current else {
            return Err(CommitError::Stale {
                agent: self.plan.agent_id(assignment.agent).cloned(),
            });
        };
        // This is not reported as stale: a plan without a capacity limit admits any size.
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
    /// The cost is linear in the groups of the agent, times the channels if the agent has a universal capacity.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent would hold more than 2⁴⁸ units.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(1))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    ///
    /// // A supervisor hands Asha two chats, although she has capacity for one and is absent.
    /// roster.give("asha", "chat", 1)?;
    /// roster.give("asha", "chat", 1)?;
    /// let asha = roster.agent("asha").expect("she is configured");
    /// assert_eq!((asha.load("chat"), asha.items_in_hand("chat")), (Some(2), Some(2)));
    /// assert_eq!(asha.spare("chat"), Some(Capacity::Units(0)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
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
    /// The cost is linear in the groups of the agent plus the channels. With a universal capacity, it is linear in the channels
    /// times the groups.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the agent holds no item, or fewer units than `size`,
    /// on the channel.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.give("asha", "chat", 2)?;
    ///
    /// let ended = Timestamp::saturating_from_millis(1_000);
    /// roster.release("asha", "chat", 2, ended)?;
    /// let asha = roster.agent("asha").expect("she is configured");
    /// assert_eq!((asha.load("chat"), asha.idle_since()), (Some(0), ended));
    ///
    /// assert!(matches!(roster.release("asha", "chat", 2, ended), Err(RosterError::NotHeld { .. })));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.give("asha", "chat", 1)?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.handled("chat")), Some(1));
    ///
    /// roster.withdraw("asha", "chat", 1, Timestamp::EPOCH)?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.handled("chat")), Some(0));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
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
    /// The cost is linear in the groups of the agent, times the channels if the agent has a universal capacity.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the agent or the channel is unknown, or if the load is more than 2⁴⁸ units.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("case", ServiceChannel::new().active(true).default_capacity(5))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.give("asha", "case", 1)?;
    ///
    /// // The case turns out to be large. The number of items does not change.
    /// roster.set_load("asha", "case", 4)?;
    /// let asha = roster.agent("asha").expect("she is configured");
    /// assert_eq!((asha.items_in_hand("case"), asha.spare("case")), (Some(1), Some(Capacity::Units(1))));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
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
