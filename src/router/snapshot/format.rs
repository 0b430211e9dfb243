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
    pub(crate) version: u32,
    #[serde(rename = "now_ms")]
    pub(crate) now: Timestamp,
    pub(crate) last_stamp: u64,
    pub(crate) arrivals: u64,
    pub(crate) agents: Vec<SavedAgent>,
    pub(crate) cursors: Vec<SavedCursor>,
    pub(crate) capacities: Vec<SavedCapacity>,
    pub(crate) items: Vec<SavedItem<'static>>,
    pub(crate) last_agents: Vec<SavedLast>,
    #[serde(default)]
    pub(crate) outputs: Vec<Output>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedAgent {
    pub(crate) agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) presence: Option<PresenceStateId>,
    #[serde(rename = "idle_since_ms")]
    pub(crate) idle_since: Timestamp,
    pub(crate) channels: Vec<SavedChannel>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedChannel {
    pub(crate) channel: ChannelId,
    pub(crate) on: bool,
    pub(crate) stamp: u64,
    pub(crate) handled: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedCursor {
    pub(crate) queue: QueueId,
    pub(crate) pool: u32,
    pub(crate) agent: AgentId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedCapacity {
    pub(crate) agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<ChannelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) for_good: Option<Capacity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) temporary: Option<SavedTemporary>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedTemporary {
    #[serde(rename = "until_ms")]
    pub(crate) until: Timestamp,
    pub(crate) capacity: Capacity,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedLast {
    pub(crate) channel: ChannelId,
    pub(crate) requester: RequesterId,
    pub(crate) agent: AgentId,
    #[serde(rename = "at_ms")]
    pub(crate) at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedItem<'a> {
    pub(crate) item: Cow<'a, WorkItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SavedState {
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
pub(crate) struct SavedOffer {
    pub(crate) agent: AgentId,
    #[serde(
        default,
        rename = "expires_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) expires: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<RuleId>,
    pub(crate) by: OfferedBy,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedDecline {
    pub(crate) agent: AgentId,
    #[serde(default, rename = "until_ms", skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedWait {
    #[serde(rename = "heard_until_ms")]
    pub(crate) deadlines_after: Timestamp,
    pub(crate) target_missed: bool,
    pub(crate) triggered: Vec<TriggerName>,
    pub(crate) exhausted: bool,
    #[serde(
        default,
        rename = "start_over_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) start_over: Option<Timestamp>,
    #[serde(
        default,
        rename = "ask_again_ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) recheck_at: Option<Timestamp>,
}
