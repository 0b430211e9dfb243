//! Writes the state of a roster as records, and builds a roster from records: those of a router's snapshot, or those of a
//! roster of another plan.
//!
//! Records name agents by handle. A record that equals that of a new roster is left out, so that a snapshot grows with the
//! agents who have done something.

use alloc::vec::Vec;

use crate::base::table::{
    AgentHandle, ChannelHandle, PoolHandle, PresenceStateHandle, QueueHandle,
};
use crate::plan::Plan;
use crate::roster::Roster;
use crate::roster::index::scope::RosterScope;
use crate::time::Timestamp;

/// The state of an agent, by handle: what cannot be computed again. Capacities follow from the plan.
#[derive(Clone, Debug)]
pub(crate) struct AgentRecord {
    pub(crate) agent: AgentHandle,
    pub(crate) presence: Option<PresenceStateHandle>,
    pub(crate) idle_since: Timestamp,
    /// The channels whose state is not that of a new roster.
    pub(crate) channels: Vec<ChannelRecord>,
}

/// The state of an agent on a channel, by handle. The fields are those of [`AgentChannel`](super::agent::AgentChannel).
#[derive(Clone, Debug)]
pub(crate) struct ChannelRecord {
    pub(crate) channel: ChannelHandle,
    pub(crate) on: bool,
    pub(crate) assigned_seq: u64,
    pub(crate) handled: u32,
    pub(crate) items: u32,
    pub(crate) load: u64,
}

/// A round-robin cursor: the queue, the position of the pool in the queue's `eligibility`, and the agent.
pub(crate) type CursorRecord = (QueueHandle, u32, AgentHandle);

/// Records of a roster.
impl Roster {
    /// Iterates over the records of all agents, without the channels that are [initial](ChannelRecord::is_initial).
    pub(crate) fn records(&self) -> impl Iterator<Item = AgentRecord> {
        self.layout.scope.each_agent().map(|agent| {
            let channels = self.layout.scope.channels_of(agent).map(|(channel, row)| {
                let agent_channel = self.agent_channels.at(row);
                ChannelRecord {
                    channel,
                    on: agent_channel.is_on,
                    assigned_seq: agent_channel.assigned_seq,
                    handled: agent_channel.handled,
                    items: agent_channel.items,
                    load: agent_channel.load,
                }
            });
            AgentRecord {
                agent: self.handle_of(agent),
                presence: self.state(agent).presence,
                idle_since: self.state(agent).idle_since,
                channels: channels.filter(|record| !record.is_initial()).collect(),
            }
        })
    }

    /// Iterates over the cursors of the pools through which an agent has been chosen.
    pub(crate) fn cursor_records(&self) -> impl Iterator<Item = CursorRecord> {
        let tables = self.plan.tables();
        tables.queue_plans.iter().flat_map(move |(queue, plan)| {
            plan.pools.handles().filter_map(move |pool| {
                let agent = self.cursor(pool)?;
                // Record the position in `eligibility`, not the handle: handles follow the order in which the pools open,
                // which can differ between two plans.
                Some((queue, tables.pools.at(pool).position, agent))
            })
        })
    }

    /// Returns the sequence number of the last assignment to any agent; 0 if there was none.
    pub(crate) fn last_seq(&self) -> u64 {
        self.last_seq
    }
}

impl AgentRecord {
    /// Returns `true` if the record equals that of an agent of a new roster.
    pub(crate) fn is_initial(&self) -> bool {
        self.channels.is_empty() && self.presence.is_none() && self.idle_since == Timestamp::EPOCH
    }
}

impl ChannelRecord {
    /// Returns `true` if the record equals that of an agent of a new roster.
    ///
    /// Load is not compared: in a router, an agent without items has none.
    fn is_initial(&self) -> bool {
        self.assigned_seq == 0 && self.handled == 0 && self.items == 0 && self.on
    }
}

/// Rosters from records.
impl Roster {
    /// Builds a roster of all agents of a plan from records.
    ///
    /// Agents without a record are as in a new roster. Capacities are the configured ones.
    pub(crate) fn from_records(
        plan: &Plan,
        agents: impl IntoIterator<Item = AgentRecord>,
        cursors: impl IntoIterator<Item = (PoolHandle, AgentHandle)>,
        last_seq: u64,
    ) -> Self {
        let mut roster = Self::empty(plan, RosterScope::all(plan.tables()));
        // Sets the fields directly, without an update of the index per agent. The index is built at the end.
        for record in agents {
            let agent = roster.local(record.agent);
            let state = roster.agents.at_mut(agent);
            state.presence = record.presence;
            state.idle_since = record.idle_since;
            for channel in record.channels {
                let row = roster.layout.scope.agent_channel(agent, channel.channel);
                let agent_channel = roster.agent_channels.at_mut(row);
                agent_channel.is_on = channel.on;
                agent_channel.assigned_seq = channel.assigned_seq;
                agent_channel.handled = channel.handled;
                agent_channel.items = channel.items;
                agent_channel.load = channel.load;
            }
        }
        for (pool, agent) in cursors {
            roster.move_cursor(pool, agent);
        }
        // INVARIANT: `last_seq` is at least the number of every record, so the next assignment has the highest number.
        roster.last_seq = last_seq;
        roster.with_index()
    }

    /// Builds the roster of another plan, with the state of all agents and channels that both plans have.
    ///
    /// Capacities are those of the new plan. If an agent's presence state takes work only under the new plan, the agent is
    /// idle since `now`. Versions are kept: if they began again, an assignment decided long before could match by chance.
    pub(crate) fn migrated_to(&self, plan: &Plan, now: Timestamp) -> Self {
        let (old, new) = (self.plan.tables(), plan.tables());
        // Handles differ between plans, so everything is found by id again. Entities that the new plan lacks are dropped.
        let agent_of = |agent| old.agents.handle_in(agent, &new.agents);
        let channel_of = |channel| old.channels.handle_in(channel, &new.channels);
        let state_of = |state| old.presence_states.handle_in(state, &new.presence_states);
        let agents = self.records().filter_map(|record| {
            let presence = record.presence.and_then(state_of);
            // As in `change_presence`: the idle time of an agent who could not take work until now begins now.
            let begins_work = new.takes_work(presence) && !old.takes_work(record.presence);
            let work_since = if begins_work { now } else { record.idle_since };
            let channels = record.channels.into_iter().filter_map(|record| {
                Some(ChannelRecord {
                    channel: channel_of(record.channel)?,
                    ..record
                })
            });
            Some(AgentRecord {
                agent: agent_of(record.agent)?,
                presence,
                idle_since: record.idle_since.max(work_since),
                channels: channels.collect(),
            })
        });
        let cursors = self.cursor_records();
        let cursors = cursors.filter_map(|(queue, position, agent)| {
            let queue = old.queues.handle_in(queue, &new.queues)?;
            Some((new.pool_at(queue, position)?, agent_of(agent)?))
        });
        // The order of the last assignments goes on: sequence numbers are kept.
        let mut next = Self::from_records(plan, agents, cursors, self.last_seq);
        // Records have no versions: where a snapshot is restored, no earlier assignment exists.
        for (agent, _) in old.agents.iter() {
            if let Some(after) = agent_of(agent) {
                let after = next.local(after);
                next.agents.at_mut(after).version = self.version(self.local(agent));
            }
        }
        next
    }
}
