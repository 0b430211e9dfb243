//! What the calls of a roster are made of: each change of an agent, and of the index with it.

use crate::agent_version::Change;
use crate::base::table::{
    AgentChannelHandle, AgentHandle, ChannelHandle, LocalAgent, PoolHandle, PresenceStateHandle,
};
use crate::lookup::Names;
use crate::roster::agent::LOAD_MAX;
use crate::roster::index::level::CapacityLevel;
use crate::roster::index::slots::SlotKind;

use crate::roster::{Roster, RosterError};
use crate::time::Timestamp;

impl Roster {
    pub(crate) fn check_load(
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

    pub(crate) fn find_agent(
        &self,
        agent: &impl Names<AgentHandle>,
    ) -> Result<LocalAgent, RosterError> {
        let unknown = || RosterError::UnknownAgent {
            agent: agent.shown(),
        };
        let handle = agent.find(&self.plan).ok_or_else(unknown)?;
        self.layout.scope.local(handle).ok_or_else(unknown)
    }

    pub(crate) fn find_cell(
        &self,
        agent: &impl Names<AgentHandle>,
        channel: &impl Names<ChannelHandle>,
    ) -> Result<(LocalAgent, ChannelHandle, AgentChannelHandle), RosterError> {
        let agent = self.find_agent(agent)?;
        let unknown = || RosterError::UnknownChannel {
            channel: channel.shown(),
        };
        let channel = channel.find(&self.plan).ok_or_else(unknown)?;
        let agent_channel = self
            .layout
            .scope
            .agent_channel(agent, channel)
            .ok_or_else(unknown)?;
        Ok((agent, channel, agent_channel))
    }

    /// Records that something has happened to an agent.
    #[inline]
    pub(crate) fn touch(&mut self, agent: LocalAgent, change: Change, value: u64) {
        if let Some(first) = self.layout.scope.first_cell(agent) {
            self.agent_channels
                .at_mut(first)
                .version
                .touch(change, value);
        }
    }

    /// Sets a presence state, whether the agent could choose it or not.
    pub(crate) fn change_presence(
        &mut self,
        agent: LocalAgent,
        presence: Option<PresenceStateHandle>,
        now: Timestamp,
    ) {
        let compiled = self.plan.compiled();
        let state = self.agents.at_mut(agent);
        if compiled.is_for_work(presence) && !compiled.is_for_work(state.presence()) {
            state.idle_since = state.idle_since.max(now);
        }
        if state.presence() != presence {
            let value = presence.map_or(u64::MAX, |state| state.index() as u64);
            state.set_presence(presence);
            self.touch(agent, Change::Presence, value);
            self.update(agent);
        }
    }

    #[inline]
    pub(crate) fn take(
        &mut self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
        channel: ChannelHandle,
        size: u32,
    ) {
        self.stamp += 1;
        self.touch(agent, Change::Taken, change_on(channel, size.into()));
        let row = self.agent_channels.at_mut(agent_channel);
        row.stamp = self.stamp;
        row.items = row.items.saturating_add(1);
        row.handled = row.handled.saturating_add(1);
        row.load = row.load.saturating_add(size.into());
        let level = self.level_after_load(agent, agent_channel);
        self.set_level_and_seq(agent_channel, level);
    }

    #[inline]
    pub(crate) fn put_down(
        &mut self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
        channel: ChannelHandle,
        size: u32,
        now: Timestamp,
    ) -> Result<(), RosterError> {
        let row = self.agent_channels.at_mut(agent_channel);
        if row.items == 0 || row.load < size.into() {
            return Err(self.not_held(agent, agent_channel, channel, size));
        }
        row.items -= 1;
        row.load -= u64::from(size);
        let may_be_idle = row.items == 0;
        self.touch(agent, Change::PutDown, change_on(channel, size.into()));
        if may_be_idle && self.items_on_all_channels(agent) == 0 {
            let state = self.agents.at_mut(agent);
            state.idle_since = state.idle_since.max(now);
        }
        let level = self.level_after_load(agent, agent_channel);
        self.set_level(agent_channel, level);
        Ok(())
    }

    #[cold]
    fn not_held(
        &self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
        channel: ChannelHandle,
        size: u32,
    ) -> RosterError {
        let compiled = self.plan.compiled();
        let row = self.agent_channels.at(agent_channel);
        RosterError::NotHeld {
            agent: compiled.agents.name(self.handle_of(agent)).clone(),
            channel: compiled.channels.name(channel).clone(),
            size,
            items: row.items,
            load: row.load,
        }
    }

    pub(crate) fn move_cursor(&mut self, pool: PoolHandle, agent: AgentHandle) {
        let place = self.cursor_place(pool);
        if let Some(cursor) = self.cursors.get_mut(place) {
            *cursor = Some(agent);
        }
    }

    /// What an agent has in hand counts differently from now on.
    pub(crate) fn change_load(
        &mut self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
        channel: ChannelHandle,
        load: u64,
    ) {
        self.agent_channels.at_mut(agent_channel).load = load;
        self.touch(agent, Change::Load, change_on(channel, load));
        self.update(agent);
    }

    /// How the agent stands after a change of load on one channel; on its other channels the index is brought up to date.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: every call on the way of an input costs, and these are done with each"
    )]
    pub(crate) fn level_after_load(
        &mut self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
    ) -> CapacityLevel {
        if self.agent_channels.at(agent_channel).is_limited {
            self.update_levels(agent);
        }
        let row = self.agent_channels.at(agent_channel);
        if row.is_present() {
            row.level_with(self.spare_in(agent, row))
        } else {
            CapacityLevel::ABSENT
        }
    }

    /// Brings the index up to date after a change of an agent's load on all channels: where it is present stays so. Kept apart,
    /// as few agents are limited over all channels.
    #[cold]
    pub(crate) fn update_levels(&mut self, agent: LocalAgent) {
        for channel in self.layout.scope.each_channel() {
            let agent_channel = self.layout.scope.agent_channel(agent, channel);
            if let Some(agent_channel) = agent_channel
                .filter(|agent_channel| self.agent_channels.at(*agent_channel).is_present())
            {
                let level = self.level(agent, agent_channel);
                self.set_level(agent_channel, level);
            }
        }
    }

    /// Brings the index up to date after a change of an agent.
    pub(crate) fn update(&mut self, agent: LocalAgent) {
        let is_limited = self.agents.at(agent).universal_capacity().is_some();
        for channel in self.layout.scope.each_channel() {
            let Some(agent_channel) = self.layout.scope.agent_channel(agent, channel) else {
                continue;
            };
            self.agent_channels.at_mut(agent_channel).is_limited = is_limited;
            let present = self.passes_presence(agent, agent_channel, channel);
            let level = if present {
                self.level(agent, agent_channel)
            } else {
                CapacityLevel::ABSENT
            };
            self.set_level(agent_channel, level);
        }
    }

    /// Gate 2: the agent's presence state takes work on the channel, for one of its groups, and its switch is on.
    pub(crate) fn passes_presence(
        &self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
        channel: ChannelHandle,
    ) -> bool {
        let compiled = self.plan.compiled();
        !self.agent_channels.at(agent_channel).is_switched_off()
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
    pub(crate) fn level(
        &self,
        agent: LocalAgent,
        agent_channel: AgentChannelHandle,
    ) -> CapacityLevel {
        let agent_channel = self.agent_channels.at(agent_channel);
        agent_channel.level_with(self.spare_in(agent, agent_channel))
    }

    /// Moves an agent in the index of a channel to where it now belongs.
    #[inline]
    pub(crate) fn set_level(&mut self, handle: AgentChannelHandle, after: CapacityLevel) {
        let agent_channel = self.agent_channels.at_mut(handle);
        let before = core::mem::replace(&mut agent_channel.level, after);
        if before == after {
            return;
        }
        for seat in agent_channel.slots.get(&self.layout.slots) {
            match seat.kind() {
                SlotKind::BitPosition(place) => place.set_level(&mut self.memory, (before, after)),
                SlotKind::Recency { line, member } => {
                    if let Some(line) = self.lines.get_mut(line) {
                        line.set_level(member, after);
                    }
                }
            }
        }
    }

    /// The same for an agent who was just given something, and stands behind all others from now on.
    #[inline]
    pub(crate) fn set_level_and_seq(&mut self, handle: AgentChannelHandle, after: CapacityLevel) {
        let agent_channel = self.agent_channels.at_mut(handle);
        let before = core::mem::replace(&mut agent_channel.level, after);
        for seat in agent_channel.slots.get(&self.layout.slots) {
            match seat.kind() {
                SlotKind::BitPosition(place) => {
                    if before != after {
                        place.set_level(&mut self.memory, (before, after));
                    }
                    place.set_stamp(&mut self.memory, agent_channel.stamp);
                }
                SlotKind::Recency { line, member } => {
                    if let Some(line) = self.lines.get_mut(line) {
                        line.append(member, after, agent_channel.stamp);
                    }
                }
            }
        }
    }
}

/// A change on one channel, in one number: no value that is changed can stand for another channel.
#[inline]
pub(crate) fn change_on(channel: ChannelHandle, value: u64) -> u64 {
    value ^ (channel.index() as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
