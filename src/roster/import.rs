//! A roster as a router's snapshot remembers it.

use crate::base::table::AgentChannelHandle;
use alloc::vec::Vec;

use crate::base::table::{
    AgentHandle, ChannelHandle, Handle, LocalAgent, PoolHandle, PresenceStateHandle, QueueHandle,
};
use crate::plan::Plan;
use crate::roster::Roster;
use crate::roster::build::whole;
use crate::time::Timestamp;

/// What is remembered of an agent.
#[derive(Clone, Debug)]
pub(crate) struct RememberedAgent {
    pub(crate) agent: AgentHandle,
    pub(crate) presence: Option<PresenceStateHandle>,
    pub(crate) idle_since: Timestamp,
    pub(crate) channels: Vec<RememberedChannel>,
}

/// What is remembered of an agent on a channel.
#[derive(Clone, Debug)]
pub(crate) struct RememberedChannel {
    pub(crate) channel: ChannelHandle,
    pub(crate) on: bool,
    pub(crate) stamp: u64,
    pub(crate) handled: u32,
    /// What the agent has in hand.
    pub(crate) items: u32,
    pub(crate) load: u64,
}

impl Roster {
    /// The agents of whom anything is true that was not from the start.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = RememberedAgent> {
        let agents = (0..self.agents.len()).map(LocalAgent::from_index);
        agents.filter_map(|agent| {
            let channels: Vec<RememberedChannel> = self
                .layout
                .scope
                .each_channel()
                .filter_map(|channel| self.remembered_on(agent, channel))
                .collect();
            let (presence, idle_since) = (self.state(agent).presence(), self.idle_since(agent));
            let is_new =
                channels.is_empty() && presence.is_none() && idle_since == Timestamp::EPOCH;
            (!is_new).then(|| RememberedAgent {
                agent: self.handle_of(agent),
                presence,
                idle_since,
                channels,
            })
        })
    }

    fn remembered_on(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
    ) -> Option<RememberedChannel> {
        let agent_channel = self
            .agent_channels
            .at(self.layout.scope.agent_channel(agent, channel)?);
        let is_new = agent_channel.stamp == 0
            && agent_channel.handled == 0
            && !agent_channel.is_switched_off();
        (!is_new).then(|| RememberedChannel {
            channel,
            on: !agent_channel.is_switched_off(),
            stamp: agent_channel.stamp,
            handled: agent_channel.handled,
            items: agent_channel.items,
            load: agent_channel.load,
        })
    }

    /// Who was last chosen through each pool: by queue, the pool's place in its list, and the agent.
    pub(crate) fn remembered_cursors(
        &self,
    ) -> impl Iterator<Item = (QueueHandle, u32, AgentHandle)> {
        let compiled = self.plan.compiled();
        compiled.queue_plans.iter().flat_map(move |(queue, plan)| {
            plan.pools.handles().filter_map(move |pool| {
                let agent = self.cursor(pool)?;
                Some((queue, compiled.pools.at(pool).place, agent))
            })
        })
    }

    /// The stamp that was given last.
    pub(crate) fn last_stamp(&self) -> u64 {
        self.stamp
    }

    /// Makes a roster of what is remembered.
    pub(crate) fn restored(
        plan: &Plan,
        agents: impl IntoIterator<Item = RememberedAgent>,
        cursors: impl IntoIterator<Item = (PoolHandle, AgentHandle)>,
        stamp: u64,
    ) -> Self {
        let mut roster = Self::empty(plan, whole(plan));
        for remembered in agents {
            let agent = LocalAgent::from_index(remembered.agent.index());
            let state = roster.agents.at_mut(agent);
            state.set_presence(remembered.presence);
            state.idle_since = remembered.idle_since;
            for on in remembered.channels {
                if let Some(agent_channel) = roster.layout.scope.agent_channel(agent, on.channel) {
                    let agent_channel = roster.agent_channels.at_mut(agent_channel);
                    agent_channel.switch(on.on);
                    agent_channel.stamp = on.stamp;
                    agent_channel.handled = on.handled;
                    agent_channel.items = on.items;
                    agent_channel.load = on.load;
                }
            }
        }
        for (pool, agent) in cursors {
            roster.move_cursor(pool, agent);
        }
        roster.stamp = stamp;
        roster.finish()
    }
}

impl Roster {
    /// Makes a roster of another plan of which everything is true that is true of this one, as far as it is of what both
    /// plans have. Capacities are as configured.
    pub(crate) fn import(&self, plan: &Plan, now: Timestamp) -> Self {
        let mut next = Self::empty(plan, whole(plan));
        let (old, new) = (self.plan.compiled(), plan.compiled());
        for (agent, id) in new.agents.iter() {
            if let Some(before) = old.agents.find(id.as_str()) {
                self.import_agent(before, &mut next, agent, now);
            }
        }
        self.import_cursors(&mut next);
        next.stamp = self.stamp;
        next.finish()
    }

    fn import_agent(
        &self,
        before: AgentHandle,
        next: &mut Self,
        after: AgentHandle,
        now: Timestamp,
    ) {
        let (from, to) = (
            LocalAgent::from_index(before.index()),
            LocalAgent::from_index(after.index()),
        );
        let (old, new) = (self.plan.compiled(), next.plan.clone());
        let new = new.compiled();
        let presence = self.state(from).presence();
        let carried = presence.and_then(|state| {
            new.presence_states
                .find(old.presence_states.name(state).as_str())
        });
        let state = next.agents.at_mut(to);
        state.set_presence(carried);
        state.idle_since = self.state(from).idle_since;
        if new.is_for_work(carried) && !old.is_for_work(presence) {
            state.idle_since = state.idle_since.max(now);
        }
        if let Some(first) = next.layout.scope.first_cell(to) {
            next.agent_channels.at_mut(first).version = self.version(from);
        }
        for (channel, id) in new.channels.iter() {
            let before = old.channels.find(id.as_str());
            let agent_channels = before
                .and_then(|before| self.layout.scope.agent_channel(from, before))
                .zip(next.layout.scope.agent_channel(to, channel));
            if let Some((from, to)) = agent_channels {
                self.import_agent_channel(from, next, to);
            }
        }
    }

    fn import_agent_channel(
        &self,
        from: AgentChannelHandle,
        next: &mut Self,
        to: AgentChannelHandle,
    ) {
        let from = self.agent_channels.at(from);
        let to = next.agent_channels.at_mut(to);
        to.load = from.load;
        to.stamp = from.stamp;
        to.items = from.items;
        to.handled = from.handled;
        to.switch(!from.is_switched_off());
    }

    fn import_cursors(&self, next: &mut Self) {
        let (old, new) = (self.plan.compiled(), next.plan.clone());
        let new = new.compiled();
        for (queue, id) in new.queues.iter() {
            let Some(before) = old.queues.find(id.as_str()) else {
                continue;
            };
            let pools = old.queue_plans.at(before).pools;
            for pool in new.queue_plans.at(queue).pools.handles() {
                let place = new.pools.at(pool).place;
                let before = pools
                    .handles()
                    .find(|pool| old.pools.at(*pool).place == place);
                let agent = before.and_then(|before| self.cursor(before));
                let agent =
                    agent.and_then(|agent| new.agents.find(old.agents.name(agent).as_str()));
                if let Some(agent) = agent {
                    next.move_cursor(pool, agent);
                }
            }
        }
    }
}
