//! The changes of a roster, by handle and without errors.
//!
//! Each change follows the same steps:
//!
//! 1. Change the state of the agent, over all channels or on one.
//! 2. Record the change in the agent's version, so that assignments decided before are stale.
//! 3. Compute the agent's capacity level, and move the agent in the index if the level has changed.
//!
//! INVARIANT of all changes: the roster covers the agent and the channel, and the agent holds the item that is removed. The
//! public methods of [`Roster`] check both before they call a change. The roster of a router covers the whole plan, and the
//! router's items state who holds them.

use crate::agent_version::Change;
use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, LocalAgent, PoolHandle, PresenceStateHandle,
};
use crate::decision::Assignment;
use crate::model::Capacity;
use crate::roster::Roster;
use crate::roster::agent::AgentChannel;
use crate::roster::index::level::CapacityLevel;
use crate::time::Timestamp;

/// Presence and capacity.
impl Roster {
    /// Sets the presence state of an agent; `None` removes it. Does not check that the agent can choose the state.
    ///
    /// The cost is linear in the channels.
    pub(crate) fn change_presence(
        &mut self,
        agent: LocalAgent,
        presence: Option<PresenceStateHandle>,
        now: Timestamp,
    ) {
        let state = self.agents.at_mut(agent);
        if state.presence == presence {
            // An assignment decided before stays valid.
            return;
        }
        let tables = self.plan.tables();
        if tables.takes_work(presence) && !tables.takes_work(state.presence) {
            // The idle time of an agent who was away begins now. `max`, since rows and clocks may be ahead of `now`.
            state.idle_since = state.idle_since.max(now);
        }
        state.presence = presence;
        let value = presence.map_or(u64::MAX, |state| state.index() as u64);
        state.version.record(Change::Presence, value);
        self.update_index(agent);
    }

    /// Moves the beginnings of idle times by skipped time. Takes time in proportion to the agents.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        let tables = self.plan.tables();
        for state in self.agents.rows_mut() {
            // An agent who has never taken work has no such moment.
            if state.idle_since != Timestamp::EPOCH || tables.takes_work(state.presence) {
                state.idle_since = state.idle_since.plus_millis(millis);
            }
        }
    }

    /// Switches a channel of an agent on or off. Does nothing if the switch is in that position.
    pub(crate) fn change_switch(&mut self, agent: LocalAgent, channel: ChannelHandle, on: bool) {
        let agent_channel = self.agent_channel_mut(agent, channel);
        // An unchanged switch is not recorded, so that an assignment decided before stays valid.
        if agent_channel.is_on != on {
            agent_channel.is_on = on;
            self.record(agent, Change::Switch, channel, on.into());
            self.update_index(agent);
        }
    }

    /// Sets the capacity of an agent on a channel, or its universal capacity if `channel` is `None`. Without a capacity, sets
    /// the configured one.
    pub(crate) fn change_capacity(
        &mut self,
        agent: LocalAgent,
        channel: Option<ChannelHandle>,
        capacity: Option<Capacity>,
    ) {
        let (handle, tables) = (self.handle_of(agent), self.plan.tables());
        if let Some(channel) = channel {
            // Recorded even if the capacity is unchanged. A needless stale assignment is harmless: it is decided again.
            let capacity = capacity.unwrap_or_else(|| tables.capacity(handle, channel));
            self.agent_channel_mut(agent, channel).capacity = capacity;
            self.record(agent, Change::Capacity, channel, capacity.to_number());
        } else {
            let configured = tables.agent_plans.at(handle).universal_capacity;
            let state = self.agents.at_mut(agent);
            state.universal_capacity = capacity.or(configured).unwrap_or(Capacity::Unlimited);
            // No capacity has the number `u64::MAX`, so restoring the configured one differs from setting any capacity.
            let value = capacity.map_or(u64::MAX, Capacity::to_number);
            state.version.record(Change::UniversalCapacity, value);
        }
        // A universal capacity changes the levels on all channels.
        self.update_index(agent);
    }
}

/// Items.
impl Roster {
    /// Applies an assignment that was just decided. [`commit`](Self::commit) does the same after it has checked the
    /// assignment.
    ///
    /// INVARIANT: the assignment was decided under the roster's plan, and the agent has not changed since.
    #[inline]
    pub(crate) fn apply(&mut self, assignment: &Assignment) {
        let agent = self.local(assignment.agent);
        debug_assert!(
            self.version(agent) == assignment.version,
            "the agent has changed since the decision"
        );
        self.add_item(agent, assignment.channel, assignment.size);
        // Move the cursor under every rule, so that a rule that is changed to `round_robin` later continues after this agent.
        self.move_cursor(assignment.pool, assignment.agent);
    }

    /// Adds an item to an agent, who becomes the last one in the order of the last assignment.
    ///
    /// The item counts as handled from now on, as an open offer does. The cost is linear in the groups of the agent, and also
    /// in the channels if the agent has a universal capacity.
    #[inline]
    pub(crate) fn add_item(&mut self, agent: LocalAgent, channel: ChannelHandle, size: u32) {
        self.last_seq += 1;
        let seq = self.last_seq;
        let row = self.layout.scope.agent_channel(agent, channel);
        let agent_channel = self.agent_channels.at_mut(row);
        agent_channel.assigned_seq = seq;
        agent_channel.items = agent_channel.items.saturating_add(1);
        agent_channel.handled = agent_channel.handled.saturating_add(1);
        agent_channel.load = agent_channel.load.saturating_add(size.into());
        self.record(agent, Change::ItemAdded, channel, size.into());
        let levels = self.update_level(agent, row);
        // Even if the level stays: the sequence number has changed.
        let slots = &self.agent_channels.at(row).slots;
        let index = &mut self.index;
        index.set_level_and_seq(&self.layout, slots, levels, seq);
    }

    /// Removes an item from an agent. If it was the last item on all channels, the agent is idle since `now`.
    ///
    /// INVARIANT: the agent holds at least one item and `size` units on the channel.
    #[inline]
    pub(crate) fn remove_item(
        &mut self,
        agent: LocalAgent,
        channel: ChannelHandle,
        size: u32,
        now: Timestamp,
    ) {
        let row = self.layout.scope.agent_channel(agent, channel);
        let agent_channel = self.agent_channels.at_mut(row);
        debug_assert!(
            agent_channel.items > 0 && agent_channel.load >= size.into(),
            "the agent does not hold the item"
        );
        // Saturates, so that a fault of this crate cannot turn an idle agent into one with 2⁶⁴ units.
        agent_channel.items = agent_channel.items.saturating_sub(1);
        agent_channel.load = agent_channel.load.saturating_sub(size.into());
        let may_be_idle = agent_channel.items == 0;
        self.record(agent, Change::ItemRemoved, channel, size.into());
        // PERF: the other channels are read only if this one has no items.
        if may_be_idle && self.items_on_all_channels(agent) == 0 {
            let state = self.agents.at_mut(agent);
            state.idle_since = state.idle_since.max(now);
        }
        let levels = self.update_level(agent, row);
        self.move_level(row, levels);
    }

    /// Removes an item that the agent was offered and did not accept. It does not count as handled.
    pub(crate) fn remove_offered_item(
        &mut self,
        agent: LocalAgent,
        channel: ChannelHandle,
        size: u32,
        now: Timestamp,
    ) {
        self.remove_item(agent, channel, size, now);
        let agent_channel = self.agent_channel_mut(agent, channel);
        // A roster built from rows may hold an open offer that its row has not counted.
        agent_channel.handled = agent_channel.handled.saturating_sub(1);
    }

    /// Changes the units of an item that an agent holds. INVARIANT: the agent holds `before` units.
    pub(crate) fn set_units(
        &mut self,
        agent: LocalAgent,
        channel: ChannelHandle,
        (before, after): (u32, u32),
    ) {
        let load = self.agent_channel(agent, channel).load;
        // Saturates, as in `remove_item`: a fault of this crate must not wrap the load around.
        let load = load.saturating_sub(before.into());
        self.change_load(agent, channel, load.saturating_add(after.into()));
    }

    /// Sets the units that an agent holds on a channel.
    pub(crate) fn change_load(&mut self, agent: LocalAgent, channel: ChannelHandle, load: u64) {
        let row = self.layout.scope.agent_channel(agent, channel);
        self.agent_channels.at_mut(row).load = load;
        self.record(agent, Change::Load, channel, load);
        let levels = self.update_level(agent, row);
        self.move_level(row, levels);
    }

    /// Sets the agent who was last chosen through a pool. Does nothing if the roster does not cover the pool's queue.
    pub(crate) fn move_cursor(&mut self, pool: PoolHandle, agent: AgentHandle) {
        let index = self.cursor_index(pool);
        if let Some(cursor) = self.cursors.get_mut(index) {
            *cursor = Some(agent);
        }
    }
}

/// Versions and the index.
impl Roster {
    /// Returns the state of an agent on a channel. The caller records the change, and updates the index.
    fn agent_channel_mut(
        &mut self,
        agent: LocalAgent,
        channel: ChannelHandle,
    ) -> &mut AgentChannel {
        let row = self.layout.scope.agent_channel(agent, channel);
        self.agent_channels.at_mut(row)
    }

    /// Records a change of an agent on a channel in its version.
    #[inline]
    fn record(&mut self, agent: LocalAgent, change: Change, channel: ChannelHandle, value: u64) {
        let version = &mut self.agents.at_mut(agent).version;
        version.record_on(change, channel.index(), value);
    }

    /// Computes the level of an agent after a change of its load on one channel. Returns the levels before and after, between
    /// which the caller has to move the agent in the index.
    #[inline]
    fn update_level(
        &mut self,
        agent: LocalAgent,
        row: AgentChannelHandle,
    ) -> (CapacityLevel, CapacityLevel) {
        if self.agents.at(agent).is_limited() {
            // A universal capacity counts the load on all channels, so the levels change there too.
            self.update_index(agent);
            let level = self.agent_channels.at(row).level;
            // `update_index` has moved the agent, so the levels are equal and the caller moves nothing.
            return (level, level);
        }
        let agent_channel = self.agent_channels.at_mut(row);
        let before = agent_channel.level;
        // An absent agent keeps the level `ABSENT`. `update_index` computes the level when the agent becomes present.
        if before.is_present() {
            agent_channel.level = agent_channel.level_with(agent_channel.units_left());
        }
        (before, agent_channel.level)
    }

    /// Moves an agent in the index, if its level has changed.
    #[inline]
    fn move_level(&mut self, row: AgentChannelHandle, levels: (CapacityLevel, CapacityLevel)) {
        if levels.0 != levels.1 {
            let slots = &self.agent_channels.at(row).slots;
            self.index.set_level(&self.layout, slots, levels);
        }
    }

    /// Computes the levels of an agent on all channels, and moves the agent in the index. The cost is linear in the channels.
    pub(crate) fn update_index(&mut self, agent: LocalAgent) {
        let state = self.working_state(agent);
        // PERF: `move_level` compares the levels, so that a channel whose level is unchanged costs no write to the index.
        for (channel, row) in self.layout.scope.channels_of(agent) {
            let level = self.level(agent, state, channel, self.agent_channels.at(row));
            let before = core::mem::replace(&mut self.agent_channels.at_mut(row).level, level);
            self.move_level(row, (before, level));
        }
    }

    /// Computes the level of an agent on a channel from its state. [`AgentChannel::level`] has the result of the last call.
    ///
    /// INVARIANT: `state` is the agent's [working state](Self::working_state). Together with the channels of the state and the
    /// agent's switch for the channel, it is the gate `presence`.
    pub(crate) fn level(
        &self,
        agent: LocalAgent,
        state: Option<PresenceStateHandle>,
        channel: ChannelHandle,
        agent_channel: &AgentChannel,
    ) -> CapacityLevel {
        let states = &self.plan.tables().presence_plans;
        let lists_channel = |state| states.at(state).channels.get(channel.index()) == Some(&true);
        if agent_channel.is_on && state.is_some_and(lists_channel) {
            agent_channel.level_with(self.spare_units_in(agent, agent_channel))
        } else {
            CapacityLevel::ABSENT
        }
    }

    /// Returns the presence state of an agent, if it takes work and applies to one of the agent's groups.
    ///
    /// PERF: does not depend on the channel, so that a change of an agent reads its groups once.
    pub(crate) fn working_state(&self, agent: LocalAgent) -> Option<PresenceStateHandle> {
        let tables = self.plan.tables();
        let state = self.state(agent).presence?;
        let is_working =
            tables.takes_work(Some(state)) && tables.state_applies_to(state, self.handle_of(agent));
        is_working.then_some(state)
    }
}
