//! Builds a roster: of agents without a state, from rows, or from the rows of one queue.
//!
//! All three take the same steps: create the agents ([`Roster::empty`]), set their state, build the index
//! ([`Roster::with_index`]). The index is built last, from the final levels, instead of being updated by each row.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::agent_version::Version;
use crate::base::hash::fingerprint;
use crate::base::table::{AgentChannelHandle, AgentHandle, LocalAgent, QueueHandle, Table};
use crate::lookup::Lookup;
use crate::plan::Plan;
use crate::roster::agent::{AgentChannel, AgentState, OtherChannels};
use crate::roster::arguments::find;
use crate::roster::index::IndexState;
use crate::roster::index::layout::Layout;
use crate::roster::index::scope::RosterScope;
use crate::roster::{AgentRow, ChannelRow, Roster, RosterError};
use crate::time::Timestamp;

impl Roster {
    /// Creates a roster of all agents of a plan. No agent has chosen a presence state or holds an item.
    ///
    /// The cost is linear in the agents times the channels, plus O(n log n) in the memberships of the agents.
    pub fn new(plan: &Plan) -> Self {
        Self::empty(plan, RosterScope::all(plan.tables())).with_index()
    }

    /// Creates a roster of all agents of a plan, with the state of those who have a row.
    ///
    /// An agent without a row has chosen no presence state and holds nothing. Agents with equal times of their last
    /// assignments are ordered by id. Does not check whether an agent could choose its presence state now.
    ///
    /// The cost is that of [`new`](Self::new), plus O(n log n) in the rows.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if a row names something that the plan does not have or holds more than 2⁴⁸ units on a channel, or if
    /// an agent, or a channel of an agent, has two rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(3))
    ///     .agent("asha", Agent::new())
    ///     .agent("ben", Agent::new());
    /// let plan = Plan::new(config)?;
    ///
    /// let row = AgentRow::new("asha").channel(ChannelRow::new("chat").load(2).items(1));
    /// let roster = Roster::from_rows(&plan, [row])?;
    /// assert_eq!(roster.agent("asha").and_then(|asha| asha.load("chat")), Some(2));
    /// // No row of Ben: he holds nothing.
    /// assert_eq!(roster.agent("ben").and_then(|ben| ben.load("chat")), Some(0));
    ///
    /// let unknown = [AgentRow::new("cleo")];
    /// assert!(matches!(Roster::from_rows(&plan, unknown), Err(RosterError::UnknownAgent { .. })));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn from_rows(
        plan: &Plan,
        rows: impl IntoIterator<Item = AgentRow>,
    ) -> Result<Self, RosterError> {
        let rows = sorted(plan, rows)?;
        Self::empty(plan, RosterScope::all(plan.tables())).with_rows(&rows)
    }

    /// Creates a roster that covers one queue and the agents of some rows, for services that keep the state of agents in a
    /// database.
    ///
    /// Such a service selects the members of one queue, calls [`assign`](crate::assign()), drops the roster, and takes the
    /// capacity in its own transaction. The cost is O(n log n) in the rows, whatever the size of the plan.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the queue is unknown, and for the reasons of [`from_rows`](Self::from_rows).
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .queue("support", Queue::new("chat").active(true).pool(EligibilityPool::new(["all"], "any")))
    ///     .rule("any", AssignmentRule::new())
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .group("all", AgentGroup::new(["asha", "ben"]))
    ///     .agent("asha", Agent::new())
    ///     .agent("ben", Agent::new());
    /// let plan = Plan::new(config)?;
    ///
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// let rows = [AgentRow::new("ben").presence("available")];
    /// let roster = Roster::of(&plan, "support", rows)?;
    /// let item = route_to(&plan, WorkItem::new("chat-1", "chat"), &"support".into(), now)?;
    /// let Decision::Assign(assignment) = assign(&roster, &item, now)? else { panic!("ben is there") };
    /// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("ben")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn of(
        plan: &Plan,
        queue: impl Lookup<QueueHandle>,
        rows: impl IntoIterator<Item = AgentRow>,
    ) -> Result<Self, RosterError> {
        let queue = find(plan, queue, |queue| RosterError::UnknownQueue { queue })?;
        let rows = sorted(plan, rows)?;
        let scope = RosterScope::Queue {
            queue,
            channel: plan.tables().queue_plans.at(queue).channel,
            agents: rows.iter().map(|(agent, _)| *agent).collect(),
        };
        Self::empty(plan, scope).with_rows(&rows)
    }

    /// Creates a roster of agents without a state. INVARIANT: no agent is in the index until
    /// [`with_index`](Self::with_index) is called.
    pub(crate) fn empty(plan: &Plan, scope: RosterScope) -> Self {
        let tables = plan.tables();
        let agents = scope.each_agent().map(|agent| {
            let configured = tables.agent_plans.at(scope.handle(agent));
            AgentState::new(configured.universal_capacity)
        });
        let agents: Table<LocalAgent, AgentState> = agents.collect();
        let agent_channels = scope.each_agent().flat_map(|agent| {
            let handle = scope.handle(agent);
            let channels = scope.channels_of(agent);
            channels.map(move |(channel, _)| {
                let capacity = tables.capacity(handle, channel);
                AgentChannel::new(capacity, tables.channel_plans.at(channel).levels)
            })
        });
        let mut agent_channels: Table<AgentChannelHandle, AgentChannel> = agent_channels.collect();
        // A roster of a whole plan covers all channels.
        let others = match scope {
            RosterScope::All { .. } => 0,
            RosterScope::Queue { .. } => agents.len(),
        };
        let (layout, slots) = Layout::new(tables, scope);
        for (handle, slot) in slots {
            agent_channels.at_mut(handle).slots.push(slot);
        }
        Self {
            plan: plan.clone(),
            agents,
            other_channels: vec![OtherChannels::default(); others].into(),
            agent_channels,
            index: IndexState::default(),
            cursors: vec![None; layout.scope.pools(tables).range().len()],
            last_seq: 0,
            layout: Arc::new(layout),
        }
    }

    /// Builds the index from the state of the agents.
    ///
    /// The index starts with all agents absent; each is then moved to its level.
    pub(crate) fn with_index(mut self) -> Self {
        let assigned_seq = |agent, channel| self.agent_channel(agent, channel).assigned_seq;
        self.index = IndexState::new(&self.layout, self.plan.tables(), assigned_seq);
        for agent in self.layout.scope.each_agent() {
            self.update_index(agent);
        }
        self
    }

    /// Sets the state of the agents from their rows and builds the index, or returns the first error.
    ///
    /// INVARIANT: the rows are sorted by agent, and the roster covers their agents.
    fn with_rows(mut self, rows: &[(AgentHandle, AgentRow)]) -> Result<Self, RosterError> {
        let mut assigned: Vec<(Timestamp, AgentChannelHandle)> = Vec::new();
        for (agent, row) in rows {
            let agent = self.local(*agent);
            let presence = row.presence.as_ref().map(|state| {
                let unknown = |state| RosterError::UnknownPresenceState { state };
                find(&self.plan, state, unknown)
            });
            let state = self.agents.at_mut(agent);
            // A state that the agent cannot choose now is kept: an administrator may have changed the plan since.
            state.presence = presence.transpose()?;
            state.version = version(row);
            state.idle_since = row.idle_since;
            state.universal_capacity = row.universal_capacity.unwrap_or(state.universal_capacity);
            for (index, channel_row) in row.channels.iter().enumerate() {
                assigned.extend(self.add_channel_row(agent, channel_row)?);
                // Quadratic in the channels of one agent, which are few.
                let mut earlier = row.channels.iter().take(index);
                if earlier.any(|earlier| earlier.channel == channel_row.channel) {
                    return Err(RosterError::ChannelTwice {
                        agent: row.agent.clone(),
                        channel: channel_row.channel.clone(),
                    });
                }
            }
        }
        // Assignments get numbers in the order of their times. The handles are in the order of the agents' ids, which breaks
        // ties.
        assigned.sort_unstable();
        for (_, handle) in assigned {
            self.last_seq += 1;
            self.agent_channels.at_mut(handle).assigned_seq = self.last_seq;
        }
        Ok(self.with_index())
    }

    /// Sets the state of an agent on a channel from its row. Returns the time of the last assignment.
    ///
    /// If the roster does not cover the channel, adds the row to [`OtherChannels`] and returns `None`.
    fn add_channel_row(
        &mut self,
        agent: LocalAgent,
        row: &ChannelRow,
    ) -> Result<Option<(Timestamp, AgentChannelHandle)>, RosterError> {
        let unknown = |channel| RosterError::UnknownChannel { channel };
        let channel = find(&self.plan, &row.channel, unknown)?;
        self.check_load(agent, channel, row.load)?;
        if self.layout.scope.has_channel(channel) {
            let handle = self.layout.scope.agent_channel(agent, channel);
            let agent_channel = self.agent_channels.at_mut(handle);
            agent_channel.load = row.load;
            agent_channel.items = row.items;
            agent_channel.handled = row.handled;
            agent_channel.is_on = row.on;
            agent_channel.capacity = row.capacity.unwrap_or(agent_channel.capacity);
            return Ok(row.last_assigned.map(|at| (at, handle)));
        }
        if let Some(others) = self.other_channels.get_mut(agent) {
            // Only the universal capacity and the idle time depend on the other channels.
            others.load = others.load.saturating_add(row.load);
            others.items = others.items.saturating_add(row.items.into());
        }
        Ok(None)
    }
}

/// Sorts rows by agent, each with the agent's handle. Checks that the plan has the agents, and that none has two rows.
fn sorted(
    plan: &Plan,
    rows: impl IntoIterator<Item = AgentRow>,
) -> Result<Vec<(AgentHandle, AgentRow)>, RosterError> {
    let rows = rows.into_iter().map(|row| {
        let unknown = |agent| RosterError::UnknownAgent { agent };
        Ok((find(plan, &row.agent, unknown)?, row))
    });
    let mut rows: Vec<(AgentHandle, AgentRow)> = rows.collect::<Result<_, _>>()?;
    rows.sort_by_key(|(agent, _)| *agent);
    // After the sort, two rows of an agent are adjacent.
    let mut pairs = rows.iter().zip(rows.iter().skip(1));
    match pairs.find(|((agent, _), (next, _))| agent == next) {
        Some(((_, row), _)) => Err(RosterError::AgentTwice {
            agent: row.agent.clone(),
        }),
        None => Ok(rows),
    }
}

/// Returns a hash of a row. An assignment decided with one row is stale in a roster with another row of the agent.
fn version(row: &AgentRow) -> Version {
    // Destructured, so that a new field is not forgotten. All fields count: each can change a decision.
    let AgentRow {
        agent,
        presence,
        idle_since,
        universal_capacity,
        channels,
    } = row;
    let of_agent = fingerprint(&(agent, presence, idle_since, universal_capacity));
    // Each hash includes the one before, so the version depends on all channels and on their order.
    let version = channels.iter().fold(of_agent, |version, row| {
        let ChannelRow {
            channel,
            on,
            load,
            items,
            handled,
            last_assigned,
            capacity,
        } = row;
        let of_channel = (channel, on, load, items, handled, last_assigned, capacity);
        fingerprint(&(version, of_channel))
    });
    Version(version)
}
