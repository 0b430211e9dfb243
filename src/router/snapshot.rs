//! Snapshots: a router is serialised as rows that name everything by id, and restored from them.

pub(crate) mod digest;
pub(crate) mod error;
pub(crate) mod format;
pub(crate) mod restore;
pub(crate) mod validate;

use alloc::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::roster::AgentRecord;
use crate::router::Router;
use crate::router::store::item::Item;
use crate::router::store::phase::{Accepted, ItemPhase, OpenOffer};
use digest::digest;
use format::{
    SavedAgent, SavedCapacity, SavedChannel, SavedCursor, SavedDecline, SavedItem, SavedLast,
    SavedOffer, SavedState, SavedTemporary, SavedWait,
};

/// The format version of snapshots that this version of the crate writes and reads.
pub const SNAPSHOT_VERSION: u32 = 1;

/// A view of a router's whole state, for serialising.
///
/// It borrows the router, so that a million items are not copied. Any self-describing format that keeps field names can store
/// it, such as JSON or CBOR; read it back as a [`SavedRouter`](crate::SavedRouter). It does not contain the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    router: &'a Router,
    with_outputs: bool,
}

impl Router {
    /// Returns a snapshot of the router's state, which includes the outputs that have not been polled.
    ///
    /// Serialising it takes time in proportion to the items and the agents. [`restore`](Self::restore) reads it back.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let plan = Plan::new(Config::new().agent("asha", Agent::new()))?;
    /// let mut router = Router::new(&plan);
    /// router.handle(Timestamp::from_millis(1_000), Input::Tick)?;
    ///
    /// let stored = serde_json::to_string(&router.snapshot())?;
    /// let saved: SavedRouter = serde_json::from_str(&stored)?;
    /// let restored = Router::restore(&plan, saved)?;
    /// assert_eq!(restored.digest(), router.digest());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            router: self,
            with_outputs: true,
        }
    }

    /// Returns a 64-bit hash of the router's state without the outputs that have not been polled.
    ///
    /// It is the same on every platform. Two routers of one plan with equal digests have, with overwhelming probability, the same
    /// state, and continue identically.
    ///
    /// Takes time in proportion to the items and the agents.
    pub fn digest(&self) -> u64 {
        digest(&Snapshot {
            router: self,
            with_outputs: false,
        })
    }

    fn saved_agent(&self, record: AgentRecord) -> SavedAgent {
        let tables = self.tables();
        let channels = record.channels.into_iter().map(|on| SavedChannel {
            channel: tables.channels.id(on.channel).clone(),
            on: on.on,
            stamp: on.assigned_seq,
            handled: on.handled,
        });
        let presence = record.presence;
        SavedAgent {
            agent: self.agent_id(record.agent),
            presence: presence.map(|state| tables.presence_states.id(state).clone()),
            idle_since: record.idle_since,
            channels: channels.collect(),
        }
    }

    fn saved_item<'a>(&self, item: &'a Item) -> SavedItem<'a> {
        let present = item.routed.declines().iter().map(|decline| SavedDecline {
            agent: self.agent_id(decline.agent()),
            until: decline.until(),
        });
        let wait = &item.wait;
        let notes = item.notes();
        let absent = notes.absent_declines.iter();
        let absent = absent.map(|(agent, until)| SavedDecline {
            agent: agent.clone(),
            until: *until,
        });
        SavedItem {
            item: Cow::Borrowed(item.routed.item()),
            queue: item.queue().map(|queue| self.queue_id(queue)),
            size: item.size(),
            skills: Cow::Borrowed(item.routed.skills()),
            arrival: item.arrival,
            aging_since: item.routed.aging_since(),
            waiting_since: item.routed.waiting_since(),
            state: self.saved_state(&item.phase),
            declines: present.chain(absent).collect(),
            wait: SavedWait {
                deadlines_after: item.silent_until(self.last_reconfigured),
                target_missed: wait.target_missed,
                triggered: notes.triggered.clone(),
                exhausted: notes.exhausted,
                start_over: notes.start_over,
                recheck_at: notes.recheck_at,
            },
        }
    }

    fn saved_state(&self, state: &ItemPhase) -> SavedState {
        match state {
            ItemPhase::Queued => SavedState::Queued,
            ItemPhase::Pending(offer) => SavedState::PendingAccept(self.saved_offer(offer)),
            ItemPhase::Accepted(Accepted {
                agent,
                counts,
                warm,
            }) => SavedState::Accepted {
                agent: self.agent_id(*agent),
                counts: *counts,
                warm: warm.as_ref().map(|offer| self.saved_offer(offer)),
            },
            ItemPhase::WrappingUp(wrap_up) => SavedState::WrappingUp {
                agent: self.agent_id(wrap_up.agent),
                until: wrap_up.until,
            },
        }
    }

    fn saved_offer(&self, offer: &OpenOffer) -> SavedOffer {
        let tables = self.tables();
        SavedOffer {
            agent: self.agent_id(offer.agent),
            expires: offer.expires,
            group: offer.group.clone(),
            rule: offer.rule.map(|rule| tables.rules.id(rule).clone()),
            by: offer.by.clone(),
        }
    }
}

/// A list that is serialised from an iterator, without collecting it.
struct RowList<F>(F);

impl<F, I> Serialize for RowList<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

impl Serialize for Snapshot<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let router = self.router;
        let tables = router.tables();
        let changed = |agent: &AgentRecord| !agent.is_initial();
        let agents = || router.roster.records().filter(changed);
        let cursors = || router.roster.cursor_records();
        let capacities = || router.capacity_overrides.iter();
        let items = || router.items.by_arrival().into_iter();
        let mut object = serializer.serialize_struct("Snapshot", 10)?;
        object.serialize_field("version", &SNAPSHOT_VERSION)?;
        object.serialize_field("now_ms", &router.now)?;
        object.serialize_field("last_stamp", &router.roster.last_seq())?;
        object.serialize_field("arrivals", &router.items.arrivals())?;
        object.serialize_field(
            "agents",
            &RowList(|| agents().map(|agent| router.saved_agent(agent))),
        )?;
        object.serialize_field(
            "cursors",
            &RowList(|| {
                cursors().map(|(queue, pool, agent)| SavedCursor {
                    queue: router.queue_id(queue),
                    pool,
                    agent: router.agent_id(agent),
                })
            }),
        )?;
        object.serialize_field(
            "capacities",
            &RowList(|| {
                capacities().map(|(agent, channel, set)| SavedCapacity {
                    agent: router.agent_id(agent),
                    channel: channel.map(|channel| tables.channels.id(channel).clone()),
                    for_good: set.permanent,
                    temporary: set
                        .temporary
                        .map(|(until, capacity)| SavedTemporary { until, capacity }),
                })
            }),
        )?;
        object.serialize_field(
            "items",
            &RowList(|| {
                items()
                    .filter_map(|item| router.items.get(item))
                    .map(|item| router.saved_item(item))
            }),
        )?;
        object.serialize_field(
            "last_agents",
            &RowList(|| {
                let last_agents = router.last_agents.iter();
                last_agents.map(|(channel, requester, last)| SavedLast {
                    channel: channel.clone(),
                    requester: requester.clone(),
                    agent: last.agent.clone(),
                    at: last.at,
                })
            }),
        )?;
        if self.with_outputs {
            object.serialize_field("outputs", &RowList(|| router.outputs.iter()))?;
        }
        object.end()
    }
}
