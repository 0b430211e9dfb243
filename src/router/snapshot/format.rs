//! The stored form of a router: tables of rows that name everything by id.
//!
//! Each table has one row type; the phase of an item is the [`ItemPhase`] of the router, with ids. Rows are written in
//! [`write`](super::write), checked in [`validate`](super::validate) and resolved in [`resolve`](super::resolve). In JSON, a
//! snapshot of one chat that is offered to Asha is:
//!
//! ```json
//! {"version": 1, "behaviour": 1, "fingerprint": 7, "inputs": 2, "now_ms": 1000, "last_stamp": 1, "arrivals": 1,
//!  "agents": [{"agent": "asha", "presence": "here", "idle_since_ms": 1000,
//!              "channels": [{"channel": "chat", "on": true, "stamp": 1, "handled": 1}]}],
//!  "cursors": [], "capacities": [],
//!  "items": [{"item": {"id": "c1", "channel": "chat"}, "queue": "main", "size": 1, "skills": [], "arrival": 1,
//!             "aging_since_ms": 1000, "waiting_since_ms": 1000,
//!             "state": {"pending_accept": {"agent": "asha", "group": "red", "rule": "ask", "by": "router"}}, "declines": [],
//!             "wait": {"heard_until_ms": 1000, "target_missed": false, "triggered": [], "exhausted": false}}],
//!  "last_agents": [], "outputs": []}
//! ```
//!
//! An optional field is left out when it is `None`. Reading also accepts null, and a field that is added later needs a
//! default, so that older snapshots stay readable. The digest covers the fields in the order in which they are declared here:
//! a new order would invalidate stored digests.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use crate::id::{AgentId, ChannelId, PresenceStateId, QueueId, RequesterId, RuleId, TriggerName};
use crate::model::{Capacity, SkillRequest, WorkItem};
use crate::router::output::Output;
use crate::router::snapshot::BEHAVIOUR_VERSION;
use crate::router::store::phase::ItemPhase;
use crate::time::Timestamp;

/// A snapshot that was read back, for [`Router::restore`](crate::Router::restore). See [`keeping`](crate::keeping#recovery).
#[derive(Clone, Debug)]
pub struct SavedRouter(pub(crate) SavedTables);

/// The tables of a snapshot.
// Not `SavedRouter` itself: its `Deserialize` is strict, which cannot be derived.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a snapshot: an object")]
pub(crate) struct SavedTables {
    /// The format version, [`SNAPSHOT_VERSION`](super::SNAPSHOT_VERSION).
    pub(crate) version: u32,
    /// The version of the behaviour, [`BEHAVIOUR_VERSION`].
    pub(crate) behaviour: u32,
    /// The [fingerprint](crate::Plan::fingerprint) of the plan.
    pub(crate) fingerprint: u64,
    /// The number of inputs so far, refused ones included.
    pub(crate) inputs: u64,
    /// The moment of the last step.
    #[serde(rename = "now_ms")]
    pub(crate) now: Timestamp,
    /// The sequence number of the last assignment.
    pub(crate) last_stamp: u64,
    /// The arrival number of the last item.
    pub(crate) arrivals: u64,
    pub(crate) agents: Vec<SavedAgent>,
    pub(crate) cursors: Vec<SavedCursor>,
    pub(crate) capacities: Vec<SavedCapacity>,
    pub(crate) items: Vec<SavedItem<'static>>,
    /// By channel, the oldest acceptance first.
    pub(crate) last_agents: Vec<SavedLastAgent>,
    /// The outputs that had not been polled.
    #[serde(default)]
    pub(crate) outputs: Vec<Output>,
}

strict!(SavedRouter, read_router, Accepted);

impl SavedRouter {
    /// Returns the version of the behaviour of the router that wrote the snapshot, if it differs from [`BEHAVIOUR_VERSION`].
    ///
    /// It is a warning, not an error: the snapshot can be restored. But if a host replays the inputs that it has recorded since, the
    /// outputs may differ from those that it has acted on. Take a snapshot after the last input before an
    /// [upgrade](crate::keeping#upgrades).
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let router = Router::new(&Plan::new(Config::new())?);
    /// let stored = serde_json::to_string(&router.snapshot())?;
    /// let saved: SavedRouter = serde_json::from_str(&stored)?;
    /// assert_eq!(saved.other_behaviour(), None);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn other_behaviour(&self) -> Option<u32> {
        let version = self.0.behaviour;
        (version != BEHAVIOUR_VERSION).then_some(version)
    }
}

/// Reads a snapshot from any deserializer.
fn read_router<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SavedRouter, D::Error> {
    SavedTables::deserialize(deserializer).map(SavedRouter)
}

/// An agent whose state differs from that in a new router.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedAgent {
    pub(crate) agent: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) presence: Option<PresenceStateId>,
    /// The moment at which the agent last ran out of items or its presence began to take work, whichever is later.
    #[serde(rename = "idle_since_ms")]
    pub(crate) idle_since: Timestamp,
    /// The channels on which the state differs. The load is not stored: it is the sum of the items.
    pub(crate) channels: Vec<SavedChannel>,
}

/// The state of an agent on one channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedChannel {
    pub(crate) channel: ChannelId,
    /// Whether the agent has the channel switched on.
    pub(crate) on: bool,
    /// The sequence number of the last assignment.
    pub(crate) stamp: u64,
    /// The number of items that the agent has accepted, open offers included.
    pub(crate) handled: u32,
}

/// The agent whom a round-robin pool chose last.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedCursor {
    pub(crate) queue: QueueId,
    /// The position of the pool in the queue's list.
    pub(crate) pool: u32,
    pub(crate) agent: AgentId,
}

/// The capacities that inputs set for an agent and a channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedCapacity {
    pub(crate) agent: AgentId,
    /// `None` for the universal capacity, over all channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<ChannelId>,
    /// In force until an input replaces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) for_good: Option<Capacity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temporary: Option<SavedTemporary>,
}

/// A capacity that ends at a moment. Takes precedence over the permanent one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedTemporary {
    #[serde(rename = "until_ms")]
    pub(crate) until: Timestamp,
    pub(crate) capacity: Capacity,
}

/// The agent who last accepted work of a requester on a channel, for affinity.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedLastAgent {
    pub(crate) channel: ChannelId,
    pub(crate) requester: RequesterId,
    pub(crate) agent: AgentId,
    #[serde(rename = "at_ms")]
    pub(crate) at: Timestamp,
}

/// A live work item.
///
/// The item and its skills are borrowed when they are written, so that a million items are not copied.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedItem<'a> {
    pub(crate) item: Cow<'a, WorkItem>,
    /// `None` if the item was assigned directly, and no queue takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) queue: Option<QueueId>,
    /// The units of capacity that the item takes. Routing fixed them.
    pub(crate) size: u32,
    /// The skills that the item and its channel request. Routing fixed them.
    pub(crate) skills: Cow<'a, [SkillRequest]>,
    /// The sequence number among all items that have come in.
    pub(crate) arrival: u64,
    /// The moment at which the item came in.
    #[serde(rename = "aging_since_ms")]
    pub(crate) aging_since: Timestamp,
    /// The moment at which the current wait began.
    #[serde(rename = "waiting_since_ms")]
    pub(crate) waiting_since: Timestamp,
    pub(crate) state: ItemPhase<AgentId, RuleId>,
    pub(crate) declines: Vec<SavedDecline>,
    pub(crate) wait: SavedWait,
}

/// A decline, by agent id: the plan may lack the agent at present.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedDecline {
    pub(crate) agent: AgentId,
    /// `None` if the decline holds until it is cleared.
    #[serde(rename = "until_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
}

/// The progress of a work item in its current wait.
///
/// Open pools, the class and the timer are not stored: they follow from `waiting_since_ms` and the plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedWait {
    /// Targets and triggers up to this moment are skipped: the moment of the last reconfiguration or the beginning of the wait,
    /// whichever is later.
    #[serde(rename = "heard_until_ms")]
    pub(crate) silent_until: Timestamp,
    /// Whether `target_missed` has been output.
    pub(crate) target_missed: bool,
    /// The triggers that have been output.
    pub(crate) triggered: BTreeSet<TriggerName>,
    /// Whether `exhausted` has been output.
    pub(crate) exhausted: bool,
    /// The moment at which all declines are cleared, after exhaustion.
    #[serde(rename = "start_over_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) start_over: Option<Timestamp>,
    /// The moment at which a custom gate is checked again.
    #[serde(rename = "ask_again_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) recheck_at: Option<Timestamp>,
}
