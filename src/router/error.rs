//! The error of a refused input, and the state of an item that it may name.
//!
//! A wrong configuration is refused with the [error of the plan](crate::plan::error), which [`RouterError::InvalidConfig`]
//! wraps.

pub(crate) mod code;

use thiserror::Error;

use crate::id::{
    AgentId, ChannelId, GroupId, IdError, PresenceStateId, QueueId, RejectReasonId, SkillId,
    WorkItemId,
};
use crate::model::{FACTS_MAX, SKILLS_MAX};
use crate::plan::PlanError;
use crate::time::Timestamp;

/// The result of an input, or of a part of one.
pub(crate) type Result<T = ()> = core::result::Result<T, RouterError>;

/// The error of a refused input. Returned by [`Router::handle`](crate::Router::handle).
///
/// A refused input changes nothing by itself, but time has passed: deadlines that were due have been processed. Only
/// [`RouterError::TimeWentBack`] and [`RouterError::TimeJump`] of a step leave the time unchanged as well. Each variant has a stable
/// [code](Self::code) and a [kind](Self::kind).
///
/// An item that no queue takes is not an error, but the output [`Output::Unroutable`](crate::Output::Unroutable).
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let mut router = Router::new(&Plan::new(Config::new())?);
/// let complete = Input::Complete { item: "conv-1".into(), by: None };
/// let error = router.handle(Timestamp::saturating_from_millis(1000), complete).unwrap_err();
/// assert_eq!(error, RouterError::UnknownItem { item: "conv-1".into() });
/// assert_eq!(error.to_string(), "there is no work item `conv-1`");
/// assert_eq!((error.code(), error.kind()), ("unknown_item", ErrorKind::NotFound));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RouterError {
    /// A custom rule has panicked in an earlier step, which did not end. The router takes no more inputs.
    #[error("a custom rule has panicked in an earlier step: restore the router from a snapshot")]
    Poisoned,
    /// The time of the call is before the time of an earlier call.
    #[error("time went back: the moment is {moment}, the router is at {now}")]
    TimeWentBack {
        /// The time of the call.
        moment: Timestamp,
        /// The time of the router.
        now: Timestamp,
    },
    /// The time of the call, or the end of skipped time, is more than 366 days ahead.
    ///
    /// Such a jump is a mistake, such as a clock in microseconds, and would end everything that waits. A longer time takes
    /// several steps.
    #[error(
        "time jumps: the moment is {moment}, the router is at {now}, expected at most 366 days later"
    )]
    TimeJump {
        /// The time of the call, or the end of skipped time.
        moment: Timestamp,
        /// The time of the router.
        now: Timestamp,
    },
    /// The router has no such item.
    #[error("there is no work item `{item}`")]
    UnknownItem {
        /// The id of the item.
        item: WorkItemId,
    },
    /// There is no such agent.
    #[error("there is no agent `{agent}`")]
    UnknownAgent {
        /// The id of the agent.
        agent: AgentId,
    },
    /// There is no such queue.
    #[error("there is no queue `{queue}`")]
    UnknownQueue {
        /// The id of the queue.
        queue: QueueId,
    },
    /// There is no such channel.
    #[error("there is no channel `{channel}`")]
    UnknownChannel {
        /// The id of the channel.
        channel: ChannelId,
    },
    /// There is no such group.
    #[error("there is no agent group `{group}`")]
    UnknownGroup {
        /// The id of the group.
        group: GroupId,
    },
    /// There is no such presence state.
    #[error("there is no presence state `{state}`")]
    UnknownState {
        /// The id of the state.
        state: PresenceStateId,
    },
    /// There is no such reject reason.
    #[error("there is no reject reason `{reason}`")]
    UnknownReason {
        /// The id of the reason.
        reason: RejectReasonId,
    },
    /// The agent whom the input names in `by` does not hold the item, or does not exist.
    #[error("agent `{by}` does not hold work item `{item}`")]
    NotTheHolder {
        /// The item.
        item: WorkItemId,
        /// The agent.
        by: AgentId,
    },
    /// A live item has the id of the new item.
    #[error("work item `{item}` already exists, it is {state}")]
    IdInUse {
        /// The item.
        item: WorkItemId,
        /// The state of the live item.
        state: ItemState,
    },
    /// The item is complete already: its agent wraps it up.
    #[error("work item `{item}` is complete already, its agent wraps it up")]
    AlreadyCompleted {
        /// The item.
        item: WorkItemId,
    },
    /// A warm transfer of the item is already offered.
    #[error("a warm transfer of work item `{item}` is under way")]
    TransferUnderWay {
        /// The item.
        item: WorkItemId,
    },
    /// The input does not apply to the state of the item.
    #[error("work item `{item}` is {found}, expected {expected}")]
    WrongState {
        /// The item.
        item: WorkItemId,
        /// The state of the item.
        found: ItemState,
        /// The states in which the input applies, such as *accepted or wrapping up*.
        expected: &'static str,
    },
    /// The agent holds the item already.
    #[error("agent `{agent}` has work item `{item}` already")]
    AlreadyAccepted {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
    },
    /// The item is not offered to this agent.
    #[error("work item `{item}` is not offered to agent `{agent}`")]
    NotOffered {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
    },
    /// The rule of the offer does not allow rejections.
    #[error("the offer of work item `{item}` cannot be rejected")]
    NotRejectable {
        /// The item.
        item: WorkItemId,
    },
    /// Agents cannot choose the reject reason.
    #[error("reject reason `{reason}` cannot be chosen by agents")]
    ReasonNotSelectable {
        /// The reason.
        reason: RejectReasonId,
    },
    /// The reject reason does not apply to the channel of the item.
    #[error("reject reason `{reason}` does not apply to channel `{channel}`")]
    ReasonOfAnotherChannel {
        /// The reason.
        reason: RejectReasonId,
        /// The item's channel.
        channel: ChannelId,
    },
    /// The queue belongs to another channel than the item.
    #[error("queue `{queue}` does not belong to channel `{channel}` of work item `{item}`")]
    QueueOfAnotherChannel {
        /// The queue.
        queue: QueueId,
        /// The item.
        item: WorkItemId,
        /// The item's channel.
        channel: ChannelId,
    },
    /// The target queue of a transfer is not active. For a new item, see [`UnroutableReason`](crate::UnroutableReason).
    #[error("queue `{queue}` is not active")]
    QueueInactive {
        /// The queue.
        queue: QueueId,
    },
    /// The target queue of a transfer has reached its maximum length. For a new item, see
    /// [`UnroutableReason`](crate::UnroutableReason).
    #[error("queue `{queue}` is full: {waiting} items wait, at most {max} may wait")]
    QueueFull {
        /// The queue.
        queue: QueueId,
        /// The number of other items that wait in the queue.
        waiting: u32,
        /// The maximum length.
        max: u32,
    },
    /// The agent does not take work on the channel of the item at this time.
    #[error("agent `{agent}` takes no work on channel `{channel}` now")]
    NotPresent {
        /// The agent.
        agent: AgentId,
        /// The item's channel.
        channel: ChannelId,
    },
    /// The agent has too little spare capacity for the item.
    #[error("agent `{agent}` has {spare} units of spare capacity, work item `{item}` takes {size}")]
    NoRoom {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The spare capacity of the agent, in units.
        spare: u64,
        /// The size of the item, in units.
        size: u32,
    },
    /// The presence state is not active.
    #[error("presence state `{state}` is not active")]
    StateInactive {
        /// The state.
        state: PresenceStateId,
    },
    /// The presence state applies to none of the agent's groups.
    #[error("presence state `{state}` is for none of the groups of agent `{agent}`")]
    StateNotForAgent {
        /// The state.
        state: PresenceStateId,
        /// The agent.
        agent: AgentId,
    },
    /// The end of a temporary capacity is not in the future, or the end of skipped time is in the past.
    #[error("`until_ms` is {until}, but the router is at {now} already")]
    UntilNotAhead {
        /// The given end.
        until: Timestamp,
        /// The time of the router.
        now: Timestamp,
    },
    /// The size of the new item is 0.
    #[error(
        "work item `{}` has size 0, expected at least 1",
        item.as_str().escape_debug()
    )]
    SizeZero {
        /// The item.
        item: WorkItemId,
    },
    /// The new item requests a skill at level 0.
    #[error(
        "work item `{}` asks for skill `{}` at level 0, expected at least 1",
        item.as_str().escape_debug(),
        skill.as_str().escape_debug()
    )]
    LevelZero {
        /// The item.
        item: WorkItemId,
        /// The skill.
        skill: SkillId,
    },
    /// The new item and its channel together request too many skills.
    #[error(
        "work item `{}` asks for more than {SKILLS_MAX} skills, its own and its channel's together",
        item.as_str().escape_debug()
    )]
    TooManySkills {
        /// The item.
        item: WorkItemId,
    },
    /// The new item has too many facts, or the update would give the item too many.
    #[error(
        "work item `{}` would have {found} facts, expected at most {FACTS_MAX}",
        item.as_str().escape_debug()
    )]
    TooManyFacts {
        /// The item.
        item: WorkItemId,
        /// The number of facts of the item, after the update.
        found: usize,
    },
    /// The id of the new item, or an id that it names, is invalid.
    #[error(transparent)]
    InvalidId(IdError),
    /// The input names a group twice, or names a group for an agent that it removes.
    #[error("group `{group}` of agent `{agent}` {fault}")]
    InvalidGroups {
        /// The agent.
        agent: AgentId,
        /// The first wrong group.
        group: GroupId,
        /// The fault, such as *is given twice*.
        fault: &'static str,
    },
    /// The new configuration has problems, which [`PlanError`] lists.
    #[error(transparent)]
    InvalidConfig(#[from] PlanError),
}

/// The state of a live work item.
///
/// ```text
///            offered               accepted            completed
///   queued ──────────► pending accept ──────► accepted ─────────► wrapping up ──► closed
///     ▲  │                   │                  │  │                              ▲
///     │  │ canceled          │ rejected,        │  └──── closed ──────────────────┘
///     │  ▼                   │ timed out,       │ released,
///     │ (gone)               │ withdrawn        │ transferred
///     └──────────────────────┴──────────────────┘
/// ```
///
/// An item that is accepted automatically skips `pending accept`. An item can be canceled in every state. A closed or
/// canceled item is no longer in the router.
///
/// # Examples
///
/// ```
/// use handover::ItemState;
///
/// assert_eq!(ItemState::PendingAccept.to_string(), "pending accept");
/// assert_eq!(serde_json::to_string(&ItemState::PendingAccept)?, r#""pending_accept""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ItemState {
    /// The item waits in its queue.
    Queued,
    /// The item is offered to an agent.
    PendingAccept,
    /// An agent has the item.
    Accepted,
    /// An agent wraps up the item.
    WrappingUp,
}

display_name!(ItemState, |state| match state {
    ItemState::Queued => "queued",
    ItemState::PendingAccept => "pending accept",
    ItemState::Accepted => "accepted",
    ItemState::WrappingUp => "wrapping up",
});
