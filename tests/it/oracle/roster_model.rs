//! A reference implementation of the roster with plain maps. Tests apply the same changes to it and to a `Roster`.

use std::collections::BTreeMap;

use handover::{Capacity, Config, Scope};

/// The state of all agents.
#[derive(Clone, Debug, Default)]
pub(crate) struct RosterModel {
    /// The state of each agent, by id. A missing agent has the default state.
    pub(crate) agents: BTreeMap<String, AgentModel>,
    /// The round-robin cursors: the agent last assigned through each queue and pool.
    pub(crate) cursors: BTreeMap<(String, usize), String>,
    /// The sequence number of the last assignment.
    pub(crate) last_seq: u64,
}

/// The state of one agent.
#[derive(Clone, Debug, Default)]
pub(crate) struct AgentModel {
    pub(crate) presence: Option<String>,
    pub(crate) idle_since: u64,
    /// Replaces the configured capacity.
    pub(crate) universal_capacity: Option<Capacity>,
    pub(crate) channels: BTreeMap<String, ChannelModel>,
}

/// The state of one agent on one channel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChannelModel {
    pub(crate) is_off: bool,
    pub(crate) load: u64,
    pub(crate) items: u32,
    pub(crate) handled: u32,
    /// The time of the last assignment, as in a row of a database.
    pub(crate) assigned_at: Option<u64>,
    /// The sequence number of the last assignment. 0 means never.
    pub(crate) assigned_seq: u64,
    /// Replaces the configured capacity.
    pub(crate) capacity: Option<Capacity>,
}

impl RosterModel {
    /// Creates a roster from the records of agents. The last assignments are numbered by time, then agent id, then channel.
    pub(crate) fn from_records(agents: BTreeMap<String, AgentModel>) -> Self {
        let mut roster = Self {
            agents,
            ..Self::default()
        };
        let mut assignments: Vec<(u64, String, String)> = Vec::new();
        for (id, agent) in &roster.agents {
            for (channel, record) in &agent.channels {
                let at = record.assigned_at;
                assignments.extend(at.map(|at| (at, id.clone(), channel.clone())));
            }
        }
        assignments.sort();
        for (_, id, channel) in assignments {
            roster.set_assigned(&id, &channel);
        }
        roster
    }

    /// Sets the time of each last assignment to its sequence number, so that a roster built from rows has the same order.
    pub(crate) fn set_times_from_seqs(&mut self) {
        let agents = self.agents.values_mut();
        for record in agents.flat_map(|agent| agent.channels.values_mut()) {
            record.assigned_at = (record.assigned_seq > 0).then_some(record.assigned_seq);
        }
    }

    /// Returns a copy with the cursors of one queue.
    pub(crate) fn for_queue(&self, queue: &str) -> Self {
        let mut roster = self.clone();
        roster.cursors.retain(|(other, _), _| other == queue);
        roster
    }

    /// Records a new assignment of an agent on a channel.
    pub(crate) fn set_assigned(&mut self, id: &str, channel: &str) {
        self.last_seq += 1;
        self.channel_mut(id, channel).assigned_seq = self.last_seq;
    }

    pub(crate) fn agent_mut(&mut self, id: &str) -> &mut AgentModel {
        self.agents.entry(id.into()).or_default()
    }

    pub(crate) fn channel_mut(&mut self, id: &str, channel: &str) -> &mut ChannelModel {
        let channels = &mut self.agent_mut(id).channels;
        channels.entry(channel.into()).or_default()
    }

    pub(crate) fn channel(&self, id: &str, channel: &str) -> ChannelModel {
        let agent = self.agents.get(id);
        agent
            .and_then(|agent| agent.channels.get(channel))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn idle_since(&self, id: &str) -> u64 {
        self.agents.get(id).map_or(0, |agent| agent.idle_since)
    }

    /// Whether an agent has an item in hand on any channel.
    pub(crate) fn has_items(&self, id: &str) -> bool {
        self.agents
            .get(id)
            .is_some_and(|agent| agent.channels.values().any(|channel| channel.items > 0))
    }

    pub(crate) fn capacity(&self, config: &Config, id: &str, channel: &str) -> Capacity {
        let agent = config.agents.get(id).unwrap();
        let configured = agent.capacity.get(channel).copied();
        let default = config.channels.get(channel).unwrap().default_capacity;
        self.channel(id, channel)
            .capacity
            .or(configured)
            .unwrap_or(default)
    }

    pub(crate) fn universal_capacity(&self, config: &Config, id: &str) -> Capacity {
        let agent = self.agents.get(id);
        let replaced = agent.and_then(|agent| agent.universal_capacity);
        let configured = config.agents.get(id).unwrap().universal_capacity;
        replaced.or(configured).unwrap_or(Capacity::Unlimited)
    }

    /// Returns the spare units of an agent on a channel: the lower of the spare capacities on the channel and over all channels.
    /// Unlimited is `u64::MAX`.
    pub(crate) fn spare(&self, config: &Config, id: &str, channel: &str) -> u64 {
        let agent = self.agents.get(id);
        let universal_load: u64 = agent.map_or(0, |agent| {
            agent.channels.values().map(|channel| channel.load).sum()
        });
        let spare = |capacity: Capacity, load: u64| match capacity {
            Capacity::Units(units) => u64::from(units).saturating_sub(load),
            Capacity::Unlimited => u64::MAX,
        };
        let on_channel = spare(
            self.capacity(config, id, channel),
            self.channel(id, channel).load,
        );
        on_channel.min(spare(self.universal_capacity(config, id), universal_load))
    }

    pub(crate) fn is_present(&self, config: &Config, id: &str, channel: &str) -> bool {
        let presence = self
            .agents
            .get(id)
            .and_then(|agent| agent.presence.as_ref());
        let Some(state) = presence.and_then(|name| config.presence_states.get(name.as_str()))
        else {
            return false;
        };
        state.active
            && state.takes_work
            && state.channels.includes(&channel.into())
            && applies_to(config, &state.groups, id)
            && !self.channel(id, channel).is_off
    }

    /// Adds an item to an agent, as a new assignment.
    pub(crate) fn give(&mut self, id: &str, channel: &str, size: u64) {
        self.set_assigned(id, channel);
        let record = self.channel_mut(id, channel);
        record.load += size;
        record.items += 1;
        record.handled += 1;
    }

    /// Removes an item from an agent. An agent who then has no items is idle from `now` on.
    pub(crate) fn release(&mut self, id: &str, channel: &str, size: u64, now: u64) {
        let record = self.channel_mut(id, channel);
        record.load -= size;
        record.items -= 1;
        if !self.has_items(id) {
            let agent = self.agent_mut(id);
            agent.idle_since = agent.idle_since.max(now);
        }
    }

    /// Sets the presence state of an agent. An agent who begins to take work is idle from `now` on.
    pub(crate) fn set_presence(
        &mut self,
        config: &Config,
        id: &str,
        state: Option<&str>,
        now: u64,
    ) {
        let takes_work = |state: Option<&str>| {
            let state = state.and_then(|name| config.presence_states.get(name));
            state.is_some_and(|state| state.active && state.takes_work)
        };
        let agent = self.agent_mut(id);
        if !takes_work(agent.presence.as_deref()) && takes_work(state) {
            agent.idle_since = agent.idle_since.max(now);
        }
        agent.presence = state.map(Into::into);
    }
}

/// Whether a presence state for `groups` applies to an agent.
pub(crate) fn applies_to(config: &Config, groups: &Scope<handover::GroupId>, id: &str) -> bool {
    match groups {
        Scope::All => true,
        Scope::Only(groups) => groups.iter().any(|group| {
            let group = config.groups.get(group).unwrap();
            group.members.iter().any(|member| *member == id)
        }),
    }
}
