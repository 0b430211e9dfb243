//! Why a router refuses an input.

use thiserror::Error;

use crate::id::{AgentId, ChannelId, GroupId, QueueId, RejectReasonId, WorkItemId};
use crate::plan::PlanError;
use crate::roster::RosterError;
use crate::routing::route::Unroutable;
use crate::time::Timestamp;

/// Why a [`Router`](crate::Router) refuses an input. Time has moved all the same, but for [`RouterError::TimeWentBack`],
/// which changes nothing at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RouterError {
    /// The moment lies before one that the router has seen.
    #[error("time went back: the moment is {moment}, the router is at {now}")]
    TimeWentBack {
        /// The moment that was told.
        moment: Timestamp,
        /// The router's own.
        now: Timestamp,
    },
    /// The router has no such item.
    #[error("there is no work item `{item}`")]
    UnknownItem {
        /// The item as it was named.
        item: WorkItemId,
    },
    /// There is no such agent.
    #[error("there is no agent `{agent}`")]
    UnknownAgent {
        /// The agent as it was named.
        agent: AgentId,
    },
    /// There is no such group.
    #[error("there is no agent group `{group}`")]
    UnknownGroup {
        /// The group as it was named.
        group: GroupId,
    },
    /// An agent that is to be gone is to be a member of groups.
    #[error("agent `{agent}` is to be gone, and a member of `{group}`")]
    GoneInGroup {
        /// The agent.
        agent: AgentId,
        /// The first of the groups.
        group: GroupId,
    },
    /// There is no such queue.
    #[error("there is no queue `{queue}`")]
    UnknownQueue {
        /// The queue as it was named.
        queue: QueueId,
    },
    /// There is no such channel.
    #[error("there is no channel `{channel}`")]
    UnknownChannel {
        /// The channel as it was named.
        channel: ChannelId,
    },
    /// There is no such reject reason.
    #[error("there is no reject reason `{reason}`")]
    UnknownReason {
        /// The reason as it was named.
        reason: RejectReasonId,
    },
    /// The router has an item of this id, which is not yet gone.
    #[error("work item `{item}` is here already")]
    ItemExists {
        /// The item.
        item: WorkItemId,
    },
    /// The item cannot be routed: the call is wrong.
    #[error(transparent)]
    WrongItem(#[from] Unroutable),
    /// The presence state cannot be chosen.
    #[error(transparent)]
    Presence(RosterError),
    /// The item is in another state than this can be done in.
    #[error("work item `{item}` is {found}, expected {expected}")]
    WrongState {
        /// The item.
        item: WorkItemId,
        /// In which state it is.
        found: ItemState,
        /// In which states this can be done.
        expected: &'static str,
    },
    /// The item is not offered to this agent.
    #[error("work item `{item}` is not offered to agent `{agent}`")]
    NotOffered {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
    },
    /// The rule of the offer does not let agents reject.
    #[error("the offer of work item `{item}` cannot be rejected")]
    NotRejectable {
        /// The item.
        item: WorkItemId,
    },
    /// Agents cannot choose this reason.
    #[error("reject reason `{reason}` cannot be chosen by agents")]
    ReasonNotSelectable {
        /// The reason.
        reason: RejectReasonId,
    },
    /// The reason is for other channels.
    #[error("reject reason `{reason}` is not for channel `{channel}`")]
    ReasonNotForChannel {
        /// The reason.
        reason: RejectReasonId,
        /// The item's channel.
        channel: ChannelId,
    },
    /// With these facts the item would have too many.
    #[error(
        "work item `{item}` would have {found} facts, expected at most {}",
        crate::FACTS_MAX
    )]
    TooManyFacts {
        /// The item.
        item: WorkItemId,
        /// How many.
        found: usize,
    },
    /// The queue is not active.
    #[error("queue `{queue}` is not active")]
    QueueInactive {
        /// The queue.
        queue: QueueId,
    },
    /// The queue is one of another channel than the item.
    #[error("queue `{queue}` is not of channel `{channel}`, by which work item `{item}` came")]
    QueueOfAnotherChannel {
        /// The queue.
        queue: QueueId,
        /// The item.
        item: WorkItemId,
        /// The item's channel.
        channel: ChannelId,
    },
    /// As many items wait in the queue as may.
    #[error("queue `{queue}` is full: {waiting} items wait, {max} may")]
    QueueFull {
        /// The queue.
        queue: QueueId,
        /// How many others wait there.
        waiting: u32,
        /// How many may.
        max: u32,
    },
    /// The agent has the item already.
    #[error("agent `{agent}` has work item `{item}` already")]
    HasItAlready {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
    },
    /// The agent does not take work on the item's channel now.
    #[error("agent `{agent}` takes no work on channel `{channel}` now")]
    NotPresent {
        /// The agent.
        agent: AgentId,
        /// The item's channel.
        channel: ChannelId,
    },
    /// The agent has no room for the item.
    #[error("agent `{agent}` has {spare} units to spare, work item `{item}` takes {size}")]
    NoRoom {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The units that are free to the agent.
        spare: u64,
        /// The units that the item takes.
        size: u32,
    },
    /// A warm transfer of the item is under way.
    #[error("a warm transfer of work item `{item}` is under way")]
    TransferUnderWay {
        /// The item.
        item: WorkItemId,
    },
    /// A capacity is set until a moment that has come.
    #[error("the capacity is set until {until}, expected a moment after {now}")]
    UntilNotAhead {
        /// The moment that was told.
        until: Timestamp,
        /// The router's own.
        now: Timestamp,
    },
    /// The configuration has problems.
    #[error(transparent)]
    Config(#[from] PlanError),
}

// Out of the way of what goes well.
impl RouterError {
    #[cold]
    pub(crate) fn time_went_back(moment: Timestamp, now: Timestamp) -> Self {
        Self::TimeWentBack { moment, now }
    }

    #[cold]
    pub(crate) fn unknown_item(item: &WorkItemId) -> Self {
        let item = item.clone();
        Self::UnknownItem { item }
    }

    #[cold]
    pub(crate) fn unknown_agent(agent: &AgentId) -> Self {
        let agent = agent.clone();
        Self::UnknownAgent { agent }
    }

    #[cold]
    pub(crate) fn item_exists(item: &WorkItemId) -> Self {
        let item = item.clone();
        Self::ItemExists { item }
    }
}

/// Where a work item is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ItemState {
    /// It waits in its queue.
    Queued,
    /// It is offered to an agent.
    PendingAccept,
    /// An agent has it.
    Accepted,
    /// An agent wraps it up.
    WrappingUp,
}

impl core::fmt::Display for ItemState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(match self {
            Self::Queued => "queued",
            Self::PendingAccept => "pending accept",
            Self::Accepted => "accepted",
            Self::WrappingUp => "wrapping up",
        })
    }
}
