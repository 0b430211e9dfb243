//! Making a roster: of nothing, of rows, or of the rows of one queue.

use crate::agent_version::Version;
use crate::roster::index::level::CapacityLevel;
use crate::roster::index::slots::SlotKind;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use crate::base::hash::fingerprint;
use crate::base::table::{
    AgentChannelHandle, AgentHandle, Handle, LocalAgent, Member, QueueHandle, Table,
};
use crate::lookup::Names;
use crate::plan::Plan;
use crate::roster::agent::{AgentChannel, AgentState, OtherChannels};
use crate::roster::index::bitmap::BitPosition;
use crate::roster::index::bits;
use crate::roster::index::scope::RosterScope;
use crate::roster::{
    AgentRow, ChannelRow, GroupIndex, GroupIndexKind, Layout, RecencyIndex, Roster, RosterError,
};
use crate::time::Timestamp;

impl Roster {
    /// Makes a roster of all agents of a plan, none of whom has chosen a presence state or has anything in hand.
    ///
    /// The cost is in proportion to the agents and their memberships.
    pub fn new(plan: &Plan) -> Self {
        Self::empty(plan, whole(plan)).finish()
    }

    /// Makes a roster of all agents of a plan, of whom the rows say what is true now; who has no row has no presence state
    /// and nothing in hand.
    ///
    /// Who was given something at the same moment stands in the order of ids. It is not asked whether an agent could choose
    /// its presence state now.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if a row names what the plan does not know or holds more than 2⁴⁸ units on a channel, or if
    /// something has two rows.
    pub fn from_rows(
        plan: &Plan,
        rows: impl IntoIterator<Item = AgentRow>,
    ) -> Result<Self, RosterError> {
        let mut roster = Self::empty(plan, whole(plan));
        let mut rows: Vec<(AgentHandle, AgentRow)> = rows
            .into_iter()
            .map(|row| Ok((known(plan, &row)?, row)))
            .collect::<Result<_, _>>()?;
        once_each(&mut rows)?;
        roster.fill(&rows)?;
        Ok(roster.finish())
    }

    /// Makes a roster of only these agents, that can answer for only this queue: for services that keep what is true of
    /// agents in a database of their own.
    ///
    /// The cost is in proportion to the rows. The service selects the members of one queue, asks
    /// [`assign`](crate::assign()), throws the roster away, and takes the capacity in a transaction of its own.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if the queue is not known, if a row names what the plan does not know or holds more than 2⁴⁸ units on a channel, or if
    /// something has two rows.
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
    /// let now = Timestamp::from_millis(1_000);
    /// let rows = [AgentRow::new("ben").presence("available")];
    /// let roster = Roster::of(&plan, "support", rows)?;
    /// let item = route_to(&plan, WorkItem::new("chat-1", "chat"), &"support".into(), now)?;
    /// let Decision::Assign(assignment) = assign(&roster, &item, now)? else { panic!("ben is there") };
    /// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("ben")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn of(
        plan: &Plan,
        queue: impl Names<QueueHandle>,
        rows: impl IntoIterator<Item = AgentRow>,
    ) -> Result<Self, RosterError> {
        let unknown = || RosterError::UnknownQueue {
            queue: queue.shown(),
        };
        let queue = queue.find(plan).ok_or_else(unknown)?;
        let mut rows: Vec<(AgentHandle, AgentRow)> = rows
            .into_iter()
            .map(|row| Ok((known(plan, &row)?, row)))
            .collect::<Result<_, _>>()?;
        once_each(&mut rows)?;
        let channel = plan.compiled().queue_plans.at(queue).channel;
        let agents = rows.iter().map(|(agent, _)| *agent).collect();
        let mut roster = Self::empty(
            plan,
            RosterScope::Queue {
                queue,
                channel,
                agents,
            },
        );
        roster.fill(&rows)?;
        Ok(roster.finish())
    }

    /// A roster of agents of whom nothing is true yet, without its index.
    pub(crate) fn empty(plan: &Plan, scope: RosterScope) -> Self {
        let compiled = plan.compiled();
        let locals = || (0..scope.agents()).map(LocalAgent::from_index);
        let agents: Table<LocalAgent, AgentState> = locals()
            .map(|agent| {
                AgentState::new(
                    compiled
                        .agent_plans
                        .at(scope.handle(agent))
                        .universal_capacity,
                )
            })
            .collect();
        let others = match scope {
            RosterScope::All { .. } => 0,
            RosterScope::Queue { .. } => agents.len(),
        };
        let other_channels = vec![OtherChannels::default(); others].into();
        let cursors = vec![None; scope.pools(compiled).range().len()];
        let (layout, slots) = Layout::new(compiled, scope);
        let scope = &layout.scope;
        let agent_channels: Table<AgentChannelHandle, AgentChannel> = (0..scope.agents())
            .map(LocalAgent::from_index)
            .flat_map(|agent| scope.each_channel().map(move |channel| (agent, channel)))
            .zip(slots)
            .map(|((agent, channel), slots)| {
                let capacity = compiled.capacity(scope.handle(agent), channel);
                let levels = compiled.channel_plans.at(channel).levels;
                AgentChannel::new(capacity, levels, slots)
            })
            .collect();
        let memory = vec![0; layout.memory];
        let lines = Vec::new();
        Self {
            plan: plan.clone(),
            layout: Arc::new(layout),
            agents,
            other_channels,
            agent_channels,
            memory,
            lines,
            cursors,
            stamp: 0,
        }
    }

    /// Writes what the rows say; the index is not asked yet.
    fn fill(&mut self, rows: &[(AgentHandle, AgentRow)]) -> Result<(), RosterError> {
        let mut assigned: Vec<(Timestamp, AgentChannelHandle)> = Vec::new();
        for (handle, row) in rows {
            let Some(agent) = self.layout.scope.local(*handle) else {
                continue;
            };
            let presence = row.presence.as_ref().map(|state| {
                let unknown = || RosterError::UnknownPresenceState {
                    state: state.as_str().into(),
                };
                self.plan.presence_state(state.as_str()).ok_or_else(unknown)
            });
            let presence = presence.transpose()?;
            self.check_channels(agent, row)?;
            let state = self.agents.at_mut(agent);
            state.set_presence(presence);
            if row.universal_capacity.is_some() {
                state.set_universal_capacity(row.universal_capacity);
            }
            state.idle_since = row.idle_since;
            if let Some(first) = self.layout.scope.first_cell(agent) {
                self.agent_channels.at_mut(first).version = version(row);
            }
            for on_channel in &row.channels {
                let channel = self.plan.channel(on_channel.channel.as_str());
                let agent_channel =
                    channel.and_then(|channel| self.layout.scope.agent_channel(agent, channel));
                if let Some(agent_channel) = agent_channel {
                    fill_cell(self.agent_channels.at_mut(agent_channel), on_channel);
                    assigned.extend(on_channel.last_assigned.map(|at| (at, agent_channel)));
                } else if let Some(other_channels) = self.other_channels.get_mut(agent) {
                    let items = u64::from(on_channel.items);
                    other_channels.load = other_channels.load.saturating_add(on_channel.load);
                    other_channels.items = other_channels.items.saturating_add(items);
                }
            }
        }
        // Cells stand in the order of agents' ids.
        assigned.sort_unstable();
        for (_, agent_channel) in assigned {
            self.stamp += 1;
            self.agent_channels.at_mut(agent_channel).stamp = self.stamp;
        }
        Ok(())
    }

    fn check_channels(&self, agent: LocalAgent, row: &AgentRow) -> Result<(), RosterError> {
        for (place, on_channel) in row.channels.iter().enumerate() {
            let channel = self.plan.channel(on_channel.channel.as_str());
            let channel = channel.ok_or_else(|| RosterError::UnknownChannel {
                channel: on_channel.channel.as_str().into(),
            })?;
            self.check_load(agent, channel, on_channel.load)?;
            if row
                .channels
                .iter()
                .take(place)
                .any(|earlier| earlier.channel == on_channel.channel)
            {
                let (agent, channel) = (row.agent.clone(), on_channel.channel.clone());
                return Err(RosterError::ChannelTwice { agent, channel });
            }
        }
        Ok(())
    }

    /// Builds the index of what is true of the agents.
    pub(crate) fn finish(mut self) -> Self {
        let layout = Arc::clone(&self.layout);
        for (_, shape) in layout.shapes.iter() {
            match shape.kind {
                GroupIndexKind::Bitmap { base } => self.write_fixed_rows(shape, base),
                GroupIndexKind::Recency { line } => {
                    let line = self.build_line(shape, line as usize);
                    self.lines.push(line);
                }
            }
        }
        for (_, agent_channel) in self.agent_channels.iter() {
            for seat in agent_channel.slots.get(&layout.slots) {
                if let SlotKind::BitPosition(place) = seat.kind() {
                    place.set_stamp(&mut self.memory, agent_channel.stamp);
                }
            }
        }
        for agent in (0..self.agents.len()).map(LocalAgent::from_index) {
            self.update(agent);
        }
        self
    }

    /// Writes whose places they are, with the bits of AI agents and of skills.
    fn write_fixed_rows(&mut self, shape: &GroupIndex, base: u32) {
        for (place, agent) in self.layout.members.span(shape.members).iter().enumerate() {
            let (index, bit) = bits::split(place);
            for row in self.layout.fixed_rows(self.plan.compiled(), shape, *agent) {
                bits::set(&mut self.memory, shape.position(base, index) + row, bit);
            }
            let own = BitPosition::new(shape, base, Member::from_index(place));
            own.set_agent(&mut self.memory, *agent);
        }
    }

    /// A line of the shape's members in the order of their stamps, then of their ids.
    fn build_line(&self, shape: &GroupIndex, line: usize) -> RecencyIndex {
        let members = self.layout.members.span(shape.members).iter().enumerate();
        let mut order: Vec<(u64, LocalAgent, Member)> = members
            .map(|(place, agent)| {
                let agent_channel = self.layout.scope.agent_channel(*agent, shape.channel);
                (
                    agent_channel.map_or(0, |agent_channel| {
                        self.agent_channels.at(agent_channel).stamp
                    }),
                    *agent,
                    Member::from_index(place),
                )
            })
            .collect();
        order.sort_unstable();
        let fixed_rows = self.layout.line_rows.get(line).cloned();
        let fixed_rows = fixed_rows.unwrap_or_else(|| Arc::new(core::iter::empty().collect()));
        RecencyIndex::new(shape.rows(), shape.level_rows(), fixed_rows, &order)
    }
}

pub(crate) fn whole(plan: &Plan) -> RosterScope {
    RosterScope::All {
        agents: plan.compiled().agents.len(),
        channels: plan.compiled().channels.len(),
    }
}

fn known(plan: &Plan, row: &AgentRow) -> Result<AgentHandle, RosterError> {
    let unknown = || RosterError::UnknownAgent {
        agent: row.agent.as_str().into(),
    };
    plan.agent(row.agent.as_str()).ok_or_else(unknown)
}

/// Puts the rows in the order of their agents and refuses two of one.
fn once_each(rows: &mut [(AgentHandle, AgentRow)]) -> Result<(), RosterError> {
    rows.sort_by_key(|(agent, _)| *agent);
    match rows
        .iter()
        .zip(rows.iter().skip(1))
        .find(|((agent, _), (next, _))| agent == next)
    {
        Some(((_, row), _)) => Err(RosterError::AgentTwice {
            agent: row.agent.clone(),
        }),
        None => Ok(()),
    }
}

fn fill_cell(agent_channel: &mut AgentChannel, row: &ChannelRow) {
    agent_channel.load = row.load;
    agent_channel.items = row.items;
    agent_channel.handled = row.handled;
    agent_channel.switch(row.on);
    if let Some(capacity) = row.capacity {
        agent_channel.set_capacity(capacity);
    }
    agent_channel.level = CapacityLevel::ABSENT;
}

/// Two rows that differ give two versions: an assignment decided with one is stale to the other.
fn version(row: &AgentRow) -> Version {
    let AgentRow {
        agent,
        presence,
        idle_since,
        universal_capacity,
        channels,
    } = row;
    let of_agent = fingerprint(&(agent, presence, idle_since, universal_capacity));
    let version = channels.iter().fold(of_agent, |version, on_channel| {
        let ChannelRow {
            channel,
            on,
            load,
            items,
            handled,
            last_assigned,
            capacity,
        } = on_channel;
        let of_channel = (channel, on, load, items, handled, last_assigned, capacity);
        fingerprint(&(version, of_channel))
    });
    Version(version)
}
