//! The stored form of a router: rows that name everything by id.
//!
//! `json` documents the form. A field that is added later needs a default, so that older snapshots stay readable.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{
    AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RequesterId, RuleId, TriggerName,
};
use crate::model::{Capacity, SkillRequest, WorkItem};
use crate::router::output::{OfferedBy, Output};
use crate::time::Timestamp;

/// A snapshot that was read back, for [`Router::restore`](crate::Router::restore).
#[derive(Clone, Debug)]
pub struct SavedRouter {
    pub(crate) version: u32,
    pub(crate) now: Timestamp,
    pub(crate) last_stamp: u64,
    pub(crate) arrivals: u64,
    pub(crate) agents: Vec<SavedAgent>,
    pub(crate) cursors: Vec<SavedCursor>,
    pub(crate) capacities: Vec<SavedCapacity>,
    pub(crate) items: Vec<SavedItem<'static>>,
    pub(crate) last_agents: Vec<SavedLast>,
    pub(crate) outputs: Vec<Output>,
}

// A second list of the fields, so that the derived reader does not become `SavedRouter::deserialize` itself.
/// The derived reader of [`SavedRouter`].
#[derive(Deserialize)]
#[serde(remote = "SavedRouter", deny_unknown_fields)]
#[serde(expecting = "a snapshot: an object")]
struct SavedRouterFields {
    version: u32,
    #[serde(rename = "now_ms")]
    now: Timestamp,
    last_stamp: u64,
    arrivals: u64,
    agents: Vec<SavedAgent>,
    cursors: Vec<SavedCursor>,
    capacities: Vec<SavedCapacity>,
    items: Vec<SavedItem<'static>>,
    last_agents: Vec<SavedLast>,
    #[serde(default)]
    outputs: Vec<Output>,
}

strict!(SavedRouter, SavedRouterFields::deserialize, Accepted);

/// An agent whose state differs from that of a new agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedAgent {
    pub(crate) agent: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) presence: Option<PresenceStateId>,
    #[serde(rename = "idle_since_ms")]
    pub(crate) idle_since: Timestamp,
    pub(crate) channels: Vec<SavedChannel>,
}

/// The state of an agent on one channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedChannel {
    pub(crate) channel: ChannelId,
    pub(crate) on: bool,
    /// The sequence number of the last assignment.
    pub(crate) stamp: u64,
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

/// A capacity that was set at run time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedCapacity {
    pub(crate) agent: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<ChannelId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) for_good: Option<Capacity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temporary: Option<SavedTemporary>,
}

/// A capacity that ends by itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedTemporary {
    #[serde(rename = "until_ms")]
    pub(crate) until: Timestamp,
    pub(crate) capacity: Capacity,
}

/// The agent who last accepted work of a requester on a channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedLast {
    pub(crate) channel: ChannelId,
    pub(crate) requester: RequesterId,
    pub(crate) agent: AgentId,
    #[serde(rename = "at_ms")]
    pub(crate) at: Timestamp,
}

/// A live work item.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedItem<'a> {
    pub(crate) item: Cow<'a, WorkItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) queue: Option<QueueId>,
    pub(crate) size: u32,
    pub(crate) skills: Cow<'a, [SkillRequest]>,
    pub(crate) arrival: u64,
    #[serde(rename = "aging_since_ms")]
    pub(crate) aging_since: Timestamp,
    #[serde(rename = "waiting_since_ms")]
    pub(crate) waiting_since: Timestamp,
    pub(crate) state: SavedState,
    pub(crate) declines: Vec<SavedDecline>,
    pub(crate) wait: SavedWait,
}

/// The state of a work item.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SavedState {
    Queued,
    PendingAccept(SavedOffer),
    Accepted {
        agent: AgentId,
        /// Whether the item counts as load.
        counts: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        warm: Option<SavedOffer>,
    },
    WrappingUp {
        agent: AgentId,
        #[serde(rename = "until_ms")]
        until: Timestamp,
    },
}

/// An open offer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedOffer {
    pub(crate) agent: AgentId,
    #[serde(rename = "expires_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<RuleId>,
    pub(crate) by: OfferedBy,
}

/// A decline, by agent id: the plan may lack the agent at present.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedDecline {
    pub(crate) agent: AgentId,
    #[serde(rename = "until_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
}

/// The progress of a work item in its current wait.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedWait {
    /// Deadlines up to this moment are skipped.
    #[serde(rename = "heard_until_ms")]
    pub(crate) deadlines_after: Timestamp,
    pub(crate) target_missed: bool,
    pub(crate) triggered: Vec<TriggerName>,
    pub(crate) exhausted: bool,
    #[serde(rename = "start_over_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) start_over: Option<Timestamp>,
    #[serde(rename = "ask_again_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) recheck_at: Option<Timestamp>,
}
