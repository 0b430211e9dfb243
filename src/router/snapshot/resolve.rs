//! Resolves the rows of a snapshot: the ids that they name become handles of a plan.
//!
//! The fields of a row are resolved in their order, and the first id that the plan lacks is the [`RowFault`] of the row. The
//! caller adds the place of the row to it.
//!
//! The plan may lack these ids, which are kept as ids:
//!
//! - the agent of a decline, who may have been removed for a while and come back;
//! - the channel and the agent of a last acceptance;
//! - the group of an offer;
//! - skills;
//! - the triggers that have been output.

use alloc::string::ToString;

use crate::base::table::{
    AgentHandle, ChannelHandle, Handle, PoolHandle, PresenceStateHandle, QueueHandle, RuleHandle,
};
use crate::id::{AgentId, ChannelId, PresenceStateId, QueueId, RuleId};
use crate::plan::{Plan, Tables};
use crate::roster::{AgentRecord, ChannelRecord};
use crate::router::rebuild::Loads;
use crate::router::snapshot::error::RowFault;
use crate::router::snapshot::format::{SavedAgent, SavedCapacity, SavedCursor, SavedItem};
use crate::router::store::capacity_overrides::{CapacityKey, CapacityOverride};
use crate::router::store::item::Item;
use crate::router::store::wait::WaitNotes;
use crate::routing::requested_skills::RequestedSkills;
use crate::routing::resolve::{ResolvedItem, no_queue};
use crate::routing::routed::Routed;

/// The resolved form of a row, an id or a part of a row.
type Resolved<T> = Result<T, RowFault>;

/// Resolves the ids and the rows of a snapshot in a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver<'a> {
    plan: &'a Plan,
    tables: &'a Tables,
}

/// Ids.
impl<'a> Resolver<'a> {
    /// Creates the resolver of a plan.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let tables = plan.tables();
        Self { plan, tables }
    }

    pub(crate) fn find_agent(self, id: &AgentId) -> Resolved<AgentHandle> {
        known(self.tables.agents.find(id.as_str()), "agent", id)
    }

    fn find_channel(self, id: &ChannelId) -> Resolved<ChannelHandle> {
        known(self.tables.channels.find(id.as_str()), "channel", id)
    }

    fn find_queue(self, id: &QueueId) -> Resolved<QueueHandle> {
        known(self.tables.queues.find(id.as_str()), "queue", id)
    }

    fn find_presence_state(self, id: &PresenceStateId) -> Resolved<PresenceStateHandle> {
        let state = self.tables.presence_states.find(id.as_str());
        known(state, "presence state", id)
    }

    fn find_rule(self, id: &RuleId) -> Resolved<RuleHandle> {
        known(self.tables.rules.find(id.as_str()), "assignment rule", id)
    }
}

/// Returns the handle that was found for an id, or the fault of a row that names it.
fn known<H: Handle>(handle: Option<H>, what: &'static str, id: &impl ToString) -> Resolved<H> {
    let id = || id.to_string();
    handle.ok_or_else(|| RowFault::Unknown { what, id: id() })
}

/// Rows.
impl Resolver<'_> {
    /// Resolves the state of an agent, and takes the agent's load out of `loads`.
    ///
    /// Each load belongs to one agent and channel. The loads that remain after all rows belong to agents or channels without an
    /// entry.
    pub(crate) fn agent(
        self,
        agent: AgentHandle,
        row: &SavedAgent,
        loads: &mut Loads,
    ) -> Resolved<AgentRecord> {
        let presence = row.presence.as_ref();
        let presence = presence.map(|state| self.find_presence_state(state));
        let channels = row.channels.iter().map(|saved| {
            let channel = self.find_channel(&saved.channel)?;
            let (items, load) = loads.remove(&(agent, channel)).unwrap_or_default();
            if items > 0 && saved.stamp == 0 {
                return Err(RowFault::Broken(
                    "has an item on a channel without a `stamp`",
                ));
            }
            Ok(ChannelRecord {
                channel,
                on: saved.on,
                assigned_seq: saved.stamp,
                handled: saved.handled,
                items,
                load,
            })
        });
        Ok(AgentRecord {
            agent,
            presence: presence.transpose()?,
            idle_since: row.idle_since,
            channels: channels.collect::<Resolved<_>>()?,
        })
    }

    /// Resolves the agent whom a round-robin pool chose last.
    pub(crate) fn cursor(self, row: &SavedCursor) -> Resolved<(PoolHandle, AgentHandle)> {
        let queue = self.find_queue(&row.queue)?;
        let pool = known(self.tables.pool_at(queue, row.pool), "pool", &row.pool)?;
        Ok((pool, self.find_agent(&row.agent)?))
    }

    /// Resolves the capacities that inputs set. Without a channel, they apply over all channels.
    pub(crate) fn capacity(self, row: &SavedCapacity) -> Resolved<(CapacityKey, CapacityOverride)> {
        let agent = self.find_agent(&row.agent)?;
        let channel = row.channel.as_ref();
        let channel = channel
            .map(|channel| self.find_channel(channel))
            .transpose()?;
        let capacity = CapacityOverride {
            permanent: row.for_good,
            temporary: row.temporary.map(|set| (set.until, set.capacity)),
        };
        Ok(((agent, channel), capacity))
    }

    /// Resolves an item. `id_hash` is the hash of its id in the index of the items.
    ///
    /// The item keeps its stored size and skills: routing has fixed them, and another plan may compute others.
    pub(crate) fn item(self, row: SavedItem<'_>, id_hash: u32) -> Resolved<Item> {
        let mut item = row.item.into_owned();
        let channel = self.find_channel(&item.channel)?;
        let queue = row.queue.map(|queue| self.find_queue(&queue)).transpose()?;
        let agent = |id: &AgentId| self.find_agent(id);
        let phase = row.state.translate(agent, |id| self.find_rule(id))?;
        if queue.is_some_and(|queue| self.tables.queue_plans.at(queue).channel != channel) {
            return Err(RowFault::Broken("its queue belongs to another channel"));
        }
        // Most items request exactly their own skills, which are then stored once.
        let skills = if row.skills == item.skills {
            RequestedSkills::own(self.tables, &mut item.skills)
        } else {
            RequestedSkills::merged(self.tables, row.skills.into_owned())
        };
        let resolved = ResolvedItem {
            channel,
            queue: queue.unwrap_or_else(no_queue),
            size: row.size,
            skills,
        };
        // A routed item is created as one that arrives, so that its age and its wait begin at the same moment.
        let mut routed = Routed::new(self.plan, item, resolved, row.aging_since);
        routed.set_waiting_since(row.waiting_since);
        let mut item = Item::new(routed, id_hash, queue.is_some(), row.arrival, phase);
        if item.has_lost_group(self.tables) {
            let fault = "is offered to an agent who is not a member of the group of the offer";
            return Err(RowFault::Broken(fault));
        }
        item.wait.target_missed = row.wait.target_missed;
        // Most items have no notes. `set_notes` stores none if all fields are empty.
        item.set_notes(WaitNotes {
            triggered: row.wait.triggered,
            exhausted: row.wait.exhausted,
            start_over: row.wait.start_over,
            recheck_at: row.wait.recheck_at,
            ..WaitNotes::default()
        });
        let declines = row.declines.into_iter();
        item.set_declines_by_id(self.tables, declines.map(|row| (row.agent, row.until)));
        Ok(item)
    }
}
