//! Writes a snapshot: one function per table turns the router's state into rows, with ids for handles.
//!
//! The tables are in the order of [`SavedTables`](super::format::SavedTables), and so are the fields of each row. The order of
//! the rows is fixed as well, because the digest depends on it: agents, cursors and capacities are in the order of their
//! handles, which is that of the ids; items are ordered by arrival, and last agents by channel and age.

use alloc::borrow::Cow;
use core::convert::Infallible;

use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};

use crate::base::table::{AgentHandle, RuleHandle};
use crate::plan::Tables;
use crate::router::error::RouterError;
use crate::router::snapshot::format::{
    SavedAgent, SavedCapacity, SavedChannel, SavedCursor, SavedDecline, SavedItem, SavedLastAgent,
    SavedTemporary, SavedWait,
};
use crate::router::snapshot::{BEHAVIOUR_VERSION, SNAPSHOT_VERSION, Snapshot};
use crate::router::store::item::Item;

impl Serialize for Snapshot<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let router = self.router;
        if self.is_complete && router.is_in_step {
            // The step has changed only a part of the state.
            return Err(S::Error::custom(RouterError::Poisoned));
        }
        // Some formats write the number of fields in front. The digest, which leaves out some fields, ignores it.
        let mut tables = serializer.serialize_struct("Snapshot", 13)?;
        tables.serialize_field("version", &SNAPSHOT_VERSION)?;
        if self.is_complete {
            tables.serialize_field("behaviour", &BEHAVIOUR_VERSION)?;
            tables.serialize_field("fingerprint", &router.plan().fingerprint())?;
            tables.serialize_field("inputs", &router.inputs)?;
        }
        tables.serialize_field("now_ms", &router.now)?;
        tables.serialize_field("last_stamp", &router.roster.last_seq())?;
        tables.serialize_field("arrivals", &router.items.arrivals)?;
        tables.serialize_field("agents", &RowList(|| self.agents()))?;
        tables.serialize_field("cursors", &RowList(|| self.cursors()))?;
        tables.serialize_field("capacities", &RowList(|| self.capacities()))?;
        tables.serialize_field("items", &RowList(|| self.items()))?;
        tables.serialize_field("last_agents", &RowList(|| self.last_agents()))?;
        if self.is_complete {
            tables.serialize_field("outputs", &RowList(|| router.outputs.iter()))?;
        }
        tables.end()
    }
}

/// A table that is serialised row by row, without collecting the rows.
///
/// `serialize_field` takes its value by reference, which an iterator does not allow. The rows are therefore a function.
struct RowList<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for RowList<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// The tables.
impl Snapshot<'_> {
    /// Returns the tables of the plan, which have the ids of all handles.
    fn tables(&self) -> &Tables {
        self.router.tables()
    }

    /// Returns the agents whose state differs from that in a new router. Most agents of a large plan are not logged in.
    fn agents(&self) -> impl Iterator<Item = SavedAgent> {
        let tables = self.tables();
        let records = self.router.roster.records();
        let changed = records.filter(|record| !record.is_initial());
        let state_id = |state| tables.presence_states.id(state).clone();
        changed.map(move |record| {
            // A record has the channels that differ only, so that a row stays short in a plan of many channels.
            let channels = record.channels.into_iter().map(|own| SavedChannel {
                channel: tables.channels.id(own.channel).clone(),
                on: own.on,
                stamp: own.assigned_seq,
                handled: own.handled,
            });
            SavedAgent {
                agent: tables.agents.id(record.agent).clone(),
                presence: record.presence.map(state_id),
                idle_since: record.idle_since,
                channels: channels.collect(),
            }
        })
    }

    /// Returns the agents whom the round-robin pools chose last.
    fn cursors(&self) -> impl Iterator<Item = SavedCursor> {
        let cursors = self.router.roster.cursor_records();
        cursors.map(|(queue, pool, agent)| SavedCursor {
            queue: self.router.queue_id(queue),
            pool,
            agent: self.router.agent_id(agent),
        })
    }

    /// Returns the capacities that inputs set. Configured capacities are part of the plan.
    fn capacities(&self) -> impl Iterator<Item = SavedCapacity> {
        let overrides = self.router.capacity_overrides.iter();
        let temporary = |(until, capacity)| SavedTemporary { until, capacity };
        overrides.map(move |((agent, channel), set)| SavedCapacity {
            agent: self.router.agent_id(agent),
            channel: channel.map(|channel| self.tables().channels.id(channel).clone()),
            for_good: set.permanent,
            temporary: set.temporary.map(temporary),
        })
    }

    /// Returns the items by arrival. Sorts their handles, O(n log n), but copies no item.
    fn items(&self) -> impl Iterator<Item = SavedItem<'_>> {
        let handles = self.router.items.by_arrival().into_iter();
        handles.map(|handle| self.item(self.router.items.item(handle)))
    }

    /// Returns the last acceptance of each requester. Its agent may be one whom the plan lacks.
    fn last_agents(&self) -> impl Iterator<Item = SavedLastAgent> {
        let acceptances = self.router.last_agents.iter();
        acceptances.map(|(channel, requester, last)| SavedLastAgent {
            channel: channel.clone(),
            requester: requester.clone(),
            agent: last.agent.clone(),
            at: last.at,
        })
    }
}

/// The parts of an item's row.
impl Snapshot<'_> {
    /// Returns the row of an item. Copies its ids, which is cheap, but not its facts.
    fn item<'a>(&self, item: &'a Item) -> SavedItem<'a> {
        let notes = item.notes();
        let declines = item.declines_by_id(self.tables());
        let declines = declines.map(|(agent, until)| SavedDecline { agent, until });
        let agent_id = |agent: &AgentHandle| Ok::<_, Infallible>(self.router.agent_id(*agent));
        let rule_id = |rule: &RuleHandle| Ok(self.tables().rules.id(*rule).clone());
        let Ok(state) = item.phase.translate(agent_id, rule_id);
        SavedItem {
            item: Cow::Borrowed(item.work_item()),
            queue: item.queue().map(|queue| self.router.queue_id(queue)),
            size: item.size(),
            skills: Cow::Borrowed(item.routed.skills()),
            arrival: item.arrival,
            aging_since: item.routed.aging_since(),
            waiting_since: item.routed.waiting_since(),
            // Timers and classes are not written: both follow from the fields of the row.
            state,
            declines: declines.collect(),
            wait: SavedWait {
                // Per item, so that an item whose wait began after the reconfiguration has a row that does not depend on it.
                silent_until: item.silent_until(self.router.last_reconfigured),
                target_missed: item.wait.target_missed,
                triggered: notes.triggered.clone(),
                exhausted: notes.exhausted,
                start_over: notes.start_over,
                recheck_at: notes.recheck_at,
            },
        }
    }
}
