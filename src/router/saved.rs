//! What is stored of a router.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{
    AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RequesterId, RuleId, TriggerName,
};
use crate::model::{Capacity, SkillRequest, WorkItem};
use crate::router::output::{OfferedBy, Output};
use crate::time::Timestamp;

/// What was stored of a router, read again: give it to [`Router::restore`](crate::Router::restore).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedRouter {
    pub(super) version: u32,
    #[serde(rename = "now_ms")]
    pub(super) now: Timestamp,
    pub(super) last_stamp: u64,
    pub(super) arrivals: u64,
    pub(super) agents: Vec<SavedAgent>,
    pub(super) cursors: Vec<SavedCursor>,
    pub(super) capacities: Vec<SavedCapacity>,
    pub(super) items: Vec<SavedItem<'static>>,
    pub(super) last_agents: Vec<SavedLast>,
    #[serde(default)]
    pub(super) outputs: Vec<Output>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedAgent {
    pub(super) agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) presence: Option<PresenceStateId>,
    #[serde(rename = "idle_since_ms")]
    pub(super) idle_since: Timestamp,
    pub(super) channels: Vec<SavedChannel>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedChannel {
    pub(super) channel: ChannelId,
    pub(super) on: bool,
    pub(super) stamp: u64,
    pub(super) handled: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedCursor {
    pub(super) queue: QueueId,
    pub(super) pool: u32,
    pub(super) agent: AgentId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedCapacity {
    pub(super) agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<ChannelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) for_good: Option<Capacity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) temporary: Option<SavedTemporary>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedTemporary {
    #[serde(rename = "until_ms")]
    pub(super) until: Timestamp,
    pub(super) capacity: Capacity,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedLast {
    pub(super) channel: ChannelId,
    pub(super) requester: RequesterId,
    pub(super) agent: AgentId,
    #[serde(rename = "at_ms")]
    pub(super) at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedItem<'a> {
    pub(super) item: Cow<'a, WorkItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) queue: Option<QueueId>,
    pub(super) size: u32,
    pub(super) skills: Cow<'a, [SkillRequest]>,
    pub(super) arrival: u64,
    #[serde(rename = "aging_since_ms")]
    pub(super) aging_since: Timestamp,
    #[serde(rename = "waiting_since_ms")]
    pub(super) waiting_since: Timestamp,
    pub(super) state: SavedState,
    pub(super) declines: Vec<SavedDecline>,
    pub(super) wait: SavedWait,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum SavedState {
    Queued,
    PendingAccept(SavedOffer),
    Accepted {
        agent: AgentId,
        counts: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warm: Option<SavedOffer>,
    },
    WrappingUp {
        agent: AgentId,
        #[serde(rename = "until_ms")]
        until: Timestamp,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedOffer {
    pub(super) agent: AgentId,
    #[serde(
        default,
        rename = "expires_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) expires: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<RuleId>,
    pub(super) by: OfferedBy,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedDecline {
    pub(super) agent: AgentId,
    #[serde(default, rename = "until_ms", skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedWait {
    #[serde(rename = "heard_until_ms")]
    pub(super) heard_until: Timestamp,
    pub(super) target_missed: bool,
    pub(super) triggered: Vec<TriggerName>,
    pub(super) exhausted: bool,
    #[serde(
        default,
        rename = "start_over_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) start_over: Option<Timestamp>,
    #[serde(
        default,
        rename = "ask_again_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) ask_again: Option<Timestamp>,
}
