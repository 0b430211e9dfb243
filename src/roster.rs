//! The roster: what is true of the agents now.

pub(crate) mod bits;
mod build;
mod error;
mod invariants;
mod layout;
mod line;
mod places;
mod row;
mod state;
mod status;

use alloc::sync::Arc;
use alloc::vec::Vec;

pub use error::{BrokenInvariant, CommitError, RosterError};
pub(crate) use layout::Layout;
pub(crate) use line::Line;
pub(crate) use places::{PRESENT, Shape, ShapeKind, Sieve};
pub use row::{AgentRow, ChannelRow};
use state::{AgentState, Cell, Change, LOAD_MAX, Standing};
pub use status::AgentStatus;

use crate::decision::Assignment;
use crate::model::Capacity;
use crate::names::Names;
use crate::plan::Plan;
use crate::table::{
    AgentHandle, CellHandle, ChannelHandle, Handle, LocalAgent, PoolHandle, PresenceStateHandle,
    QueueHandle, Table,
};
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
    cells: Table<CellHandle, Cell>,
    /// The rows and stamps of all places.
    memory: Vec<u64>,
    lines: Vec<Line>,
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
        let unknown = || RosterError::UnknownPresenceState {
            state: state.shown(),
        };
        let chosen = state.find(&self.plan).ok_or_else(unknown)?;
        let (id, _) = self.plan.compiled().presence_state(chosen);
        if !self.plan.compiled().presence_plans.at(chosen).active {
            return Err(RosterError::PresenceInactive { state: id.clone() });
        }
        let agent = self.plan.compiled().agents.name(self.handle_of(handle));
        if !self
            .plan
            .compiled()
            .state_is_for(chosen, self.handle_of(handle))
        {
            return Err(RosterError::PresenceNotForAgent {
                state: id.clone(),
                agent: agent.clone(),
            });
        }
        self.change_presence(handle, Some(chosen), now);
        Ok(())
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
        let (agent, channel, cell) = self.find_cell(&agent, &channel)?;
        if self.cells.at(cell).is_switched_off() == on {
            let state = self.agents.at_mut(agent);
            state.touch(Change::Switch, change_on(channel, on.into()));
            self.cells.at_mut(cell).switch(on);
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
        let stale = || CommitError::Stale {
            agent: self.plan.agent_id(assignment.agent).cloned(),
        };
        let agent = self
            .layout
            .scope
            .local(assignment.agent)
            .ok_or_else(stale)?;
        let cell = self
            .layout
            .scope
            .cell(agent, assignment.channel)
            .ok_or_else(stale)?;
        if self.agents.at(agent).version != assignment.version {
            return Err(stale());
        }
        if !self.cells.at(cell).can_hold_more(assignment.size) {
            let agent = self.plan.compiled().agents.name(assignment.agent).clone();
            return Err(CommitError::TooMuch { agent });
        }
        self.take(agent, cell, assignment.channel, assignment.size);
        self.move_cursor(assignment.pool_handle, assignment.agent);
        Ok(())
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
        let (agent, channel, cell) = self.find_cell(&agent, &channel)?;
        let load = self.cells.at(cell).load.saturating_add(size.into());
        self.check_load(agent, channel, load)?;
        self.take(agent, cell, channel, size);
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
        let (agent, channel, cell) = self.find_cell(&agent, &channel)?;
        self.put_down(agent, cell, channel, size, now)
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
        let (agent, channel, cell) = self.find_cell(&agent, &channel)?;
        self.put_down(agent, cell, channel, size, now)?;
        let cell = self.cells.at_mut(cell);
        cell.handled = cell.handled.saturating_sub(1);
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
        let (agent, channel, cell) = self.find_cell(&agent, &channel)?;
        self.check_load(agent, channel, load)?;
        let before = self.cells.at(cell).load;
        self.cells.at_mut(cell).load = load;
        let state = self.agents.at_mut(agent);
        state.load = state.load.saturating_sub(before).saturating_add(load);
        state.touch(Change::Load, change_on(channel, load));
        self.update(agent);
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
        let (agent, channel, cell) = self.find_cell(&agent, &channel)?;
        let configured = || {
            self.plan
                .compiled()
                .capacity(self.handle_of(agent), channel)
        };
        let value = capacity.unwrap_or_else(configured);
        self.cells.at_mut(cell).set_capacity(value);
        let state = self.agents.at_mut(agent);
        state.touch(Change::Capacity, change_on(channel, value.or_none()));
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
        let state = self.agents.at_mut(agent);
        state.set_universal_capacity(capacity);
        let value = capacity.map_or(u64::MAX, Capacity::or_none);
        state.touch(Change::UniversalCapacity, value);
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

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    #[inline]
    pub(crate) fn memory(&self) -> &[u64] {
        &self.memory
    }

    #[inline]
    pub(crate) fn line(&self, line: u32) -> Option<&Line> {
        self.lines.get(line as usize)
    }

    #[inline]
    pub(crate) fn state(&self, agent: LocalAgent) -> &AgentState {
        self.agents.at(agent)
    }

    /// The agent's cell on a channel that the roster is about.
    #[inline]
    pub(crate) fn cell(&self, agent: LocalAgent, channel: ChannelHandle) -> &Cell {
        // INVARIANT: what is asked about a roster has passed `covers`, so that the channel is one of it.
        self.cells.at(self
            .layout
            .scope
            .cell(agent, channel)
            .unwrap_or_else(|| CellHandle::from_index(0)))
    }

    pub(crate) fn handle_of(&self, agent: LocalAgent) -> AgentHandle {
        self.layout.scope.handle(agent)
    }

    /// The units that are free: the lesser of the channel's spare and the universal one.
    pub(crate) fn spare_units(&self, agent: LocalAgent, channel: ChannelHandle) -> u64 {
        self.cell(agent, channel)
            .spare()
            .min(self.state(agent).spare())
    }

    pub(crate) fn spare(&self, agent: LocalAgent, channel: ChannelHandle) -> Capacity {
        u32::try_from(self.spare_units(agent, channel)).map_or(Capacity::Unlimited, Capacity::Units)
    }

    pub(crate) fn cursor(&self, pool: PoolHandle) -> Option<AgentHandle> {
        self.cursors.get(self.cursor_place(pool)).copied().flatten()
    }

    fn cursor_place(&self, pool: PoolHandle) -> usize {
        pool.index()
            .wrapping_sub(self.layout.scope.pools(self.plan.compiled()).range().start)
    }
}

/// What the calls above are made of.
impl Roster {
    fn check_load(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
        load: u64,
    ) -> Result<(), RosterError> {
        if load <= LOAD_MAX {
            return Ok(());
        }
        let agent = self.plan.compiled().agents.name(self.handle_of(agent));
        let channel = self.plan.compiled().channels.name(channel);
        let (agent, channel) = (agent.clone(), channel.clone());
        Err(RosterError::TooMuch {
            agent,
            channel,
            load,
        })
    }

    fn find_agent(&self, agent: &impl Names<AgentHandle>) -> Result<LocalAgent, RosterError> {
        let unknown = || RosterError::UnknownAgent {
            agent: agent.shown(),
        };
        let handle = agent.find(&self.plan).ok_or_else(unknown)?;
        self.layout.scope.local(handle).ok_or_else(unknown)
    }

    fn find_cell(
        &self,
        agent: &impl Names<AgentHandle>,
        channel: &impl Names<ChannelHandle>,
    ) -> Result<(LocalAgent, ChannelHandle, CellHandle), RosterError> {
        let agent = self.find_agent(agent)?;
        let unknown = || RosterError::UnknownChannel {
            channel: channel.shown(),
        };
        let channel = channel.find(&self.plan).ok_or_else(unknown)?;
        let cell = self.layout.scope.cell(agent, channel).ok_or_else(unknown)?;
        Ok((agent, channel, cell))
    }

    /// Sets a presence state, whether the agent could choose it or not.
    fn change_presence(
        &mut self,
        agent: LocalAgent,
        presence: Option<PresenceStateHandle>,
        now: Timestamp,
    ) {
        let plans = &self.plan.compiled().presence_plans;
        let takes_work = |state: Option<PresenceStateHandle>| {
            state.is_some_and(|state| plans.at(state).active && plans.at(state).takes_work)
        };
        let state = self.agents.at_mut(agent);
        if takes_work(presence) && !takes_work(state.presence()) {
            state.idle_since = state.idle_since.max(now);
        }
        if state.presence() != presence {
            let value = presence.map_or(u64::MAX, |state| state.index() as u64);
            state.touch(Change::Presence, value);
            state.set_presence(presence);
            self.update(agent);
        }
    }

    #[inline]
    fn take(&mut self, agent: LocalAgent, cell: CellHandle, channel: ChannelHandle, size: u32) {
        self.stamp += 1;
        let state = self.agents.at_mut(agent);
        state.touch(Change::Taken, change_on(channel, size.into()));
        state.items = state.items.saturating_add(1);
        state.load = state.load.saturating_add(size.into());
        let row = self.cells.at_mut(cell);
        row.stamp = self.stamp;
        row.items = row.items.saturating_add(1);
        row.handled = row.handled.saturating_add(1);
        row.load = row.load.saturating_add(size.into());
        let standing = self.standing_after_load(agent, cell, channel);
        self.stand_last(cell, standing);
    }

    #[inline]
    fn put_down(
        &mut self,
        agent: LocalAgent,
        cell: CellHandle,
        channel: ChannelHandle,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let row = self.cells.at_mut(cell);
        if row.items == 0 || row.load < size.into() {
            let (items, load) = (row.items, row.load);
            let agent = self
                .plan
                .compiled()
                .agents
                .name(self.handle_of(agent))
                .clone();
            let channel = self.plan.compiled().channels.name(channel).clone();
            return Err(RosterError::NotHeld {
                agent,
                channel,
                size,
                items,
                load,
            });
        }
        row.items -= 1;
        row.load -= u64::from(size);
        let state = self.agents.at_mut(agent);
        state.touch(Change::PutDown, change_on(channel, size.into()));
        state.items = state.items.saturating_sub(1);
        state.load = state.load.saturating_sub(size.into());
        if state.items == 0 {
            state.idle_since = state.idle_since.max(now);
        }
        let standing = self.standing_after_load(agent, cell, channel);
        self.stand(cell, standing);
        Ok(())
    }

    fn move_cursor(&mut self, pool: PoolHandle, agent: AgentHandle) {
        let place = self.cursor_place(pool);
        if let Some(cursor) = self.cursors.get_mut(place) {
            *cursor = Some(agent);
        }
    }

    /// How the agent stands after a change of load on one channel; on its other channels the index is brought up to date.
    #[inline]
    fn standing_after_load(
        &mut self,
        agent: LocalAgent,
        cell: CellHandle,
        channel: ChannelHandle,
    ) -> Standing {
        if self.agents.at(agent).universal_capacity().is_some() {
            self.update_levels(agent);
        }
        if self.cells.at(cell).is_present() {
            self.standing(agent, cell, channel)
        } else {
            Standing::ABSENT
        }
    }

    /// Brings the index up to date after a change of an agent's load on all channels: where it is present stays so.
    fn update_levels(&mut self, agent: LocalAgent) {
        for channel in self.layout.scope.each_channel() {
            let cell = self.layout.scope.cell(agent, channel);
            if let Some(cell) = cell.filter(|cell| self.cells.at(*cell).is_present()) {
                let standing = self.standing(agent, cell, channel);
                self.stand(cell, standing);
            }
        }
    }

    /// Brings the index up to date after a change of an agent.
    fn update(&mut self, agent: LocalAgent) {
        for channel in self.layout.scope.each_channel() {
            let Some(cell) = self.layout.scope.cell(agent, channel) else {
                continue;
            };
            let present = self.passes_presence(agent, cell, channel);
            let standing = if present {
                self.standing(agent, cell, channel)
            } else {
                Standing::ABSENT
            };
            self.stand(cell, standing);
        }
    }

    /// Gate 2: the agent's presence state takes work on the channel, for one of its groups, and its switch is on.
    fn passes_presence(&self, agent: LocalAgent, cell: CellHandle, channel: ChannelHandle) -> bool {
        let compiled = self.plan.compiled();
        !self.cells.at(cell).is_switched_off()
            && self.agents.at(agent).presence().is_some_and(|state| {
                let plan = compiled.presence_plans.at(state);
                plan.active
                    && plan.takes_work
                    && plan.channels.get(channel.index()) == Some(&true)
                    && compiled.state_is_for(state, self.handle_of(agent))
            })
    }

    /// How an agent who is present stands.
    #[inline]
    fn standing(&self, agent: LocalAgent, cell: CellHandle, channel: ChannelHandle) -> Standing {
        let spare = self
            .cells
            .at(cell)
            .spare()
            .min(self.agents.at(agent).spare());
        Standing::present(spare, self.plan.compiled().channel_plans.at(channel).levels)
    }

    /// Moves an agent in the index of a channel to where it now belongs.
    #[inline]
    fn stand(&mut self, handle: CellHandle, after: Standing) {
        let cell = self.cells.at_mut(handle);
        let before = core::mem::replace(&mut cell.standing, after);
        if before == after {
            return;
        }
        for seat in cell.seats(handle, &self.layout.seats) {
            let shape = self.layout.shapes.at(seat.shape);
            match shape.kind {
                ShapeKind::Places { base } => {
                    let standing = (before, after);
                    shape.set_standing(&mut self.memory, base, seat.member, standing);
                }
                ShapeKind::Line { line } => {
                    if let Some(line) = self.lines.get_mut(line as usize) {
                        line.set_standing(seat.member, after);
                    }
                }
            }
        }
    }

    /// The same for an agent who was just given something, and stands behind all others from now on.
    #[inline]
    fn stand_last(&mut self, handle: CellHandle, after: Standing) {
        let cell = self.cells.at_mut(handle);
        let before = core::mem::replace(&mut cell.standing, after);
        for seat in cell.seats(handle, &self.layout.seats) {
            let shape = self.layout.shapes.at(seat.shape);
            match shape.kind {
                ShapeKind::Places { base } => {
                    let standing = (before, after);
                    shape.set_standing(&mut self.memory, base, seat.member, standing);
                    shape.set_stamp(&mut self.memory, base, seat.member, cell.stamp);
                }
                ShapeKind::Line { line } => {
                    if let Some(line) = self.lines.get_mut(line as usize) {
                        line.append(seat.member, after, cell.stamp);
                    }
                }
            }
        }
    }
}

/// A change on one channel, in one number: no value that is changed can stand for another channel.
#[inline]
fn change_on(channel: ChannelHandle, value: u64) -> u64 {
    value ^ (channel.index() as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
