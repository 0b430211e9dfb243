//! The errors of `route`, `route_to` and a routed item, and the kinds of all errors that have a code.
//!
//! ```text
//! RouteError ─► RouteErrorKind ─┬► UnroutableReason   the call is valid, but no queue takes the item
//!                               └► WrongCall          only the caller can correct it
//! ```
//!
//! A router has the same two cases: an [`UnroutableReason`] becomes an output, and a [`WrongCall`] becomes a
//! [`RouterError`](crate::RouterError).

use alloc::boxed::Box;
use alloc::string::String;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{ChannelId, IdError, QueueId, SkillId};
use crate::model::{FACTS_MAX, SKILLS_MAX, WorkItem};

/// The kind of an error: what a host can do about it.
///
/// [`RouterError::kind`](crate::RouterError::kind) and [`RouteError::kind`] return it.
///
/// # Examples
///
/// An HTTP service maps the kinds to its status codes:
///
/// ```
/// use handover::ErrorKind;
///
/// let status = |kind| match kind {
///     ErrorKind::NotFound => 404,
///     ErrorKind::Conflict => 409,
///     ErrorKind::Invalid => 400,
///     _ => 500,
/// };
/// assert_eq!(status(ErrorKind::Conflict), 409);
/// assert_eq!(ErrorKind::NotFound.as_str(), "not_found");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call names something that does not exist.
    NotFound,
    /// The call does not fit the present state of an item, agent or queue. The same call can succeed at another time.
    Conflict,
    /// A value of the call is wrong. The same call always fails under the same configuration.
    Invalid,
    /// The moment of the call is wrong.
    Time,
}

impl ErrorKind {
    /// Returns the stable name of the kind, such as `not_found`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::Time => "time",
        }
    }
}

display_name!(ErrorKind, |kind| kind.as_str());

/// The reason why the configuration has no queue for an item of a valid call.
///
/// [`route`](crate::route()) and [`route_to`](crate::route_to) return it in a [`RouteErrorKind`], without `QueueFull`. A router
/// outputs it in [`Output::Unroutable`](crate::Output::Unroutable).
///
/// # Examples
///
/// ```
/// # use handover::*;
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).max_length(1));
/// let mut router = Router::new(&Plan::new(config)?);
/// let now = Timestamp::saturating_from_millis(1_000);
/// for id in ["chat-1", "chat-2"] {
///     router.handle(now, Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// // The first chat waits. The second one is refused, so that the host can inform the customer at once.
/// let refused = Output::Unroutable { item: "chat-2".into(), reason: UnroutableReason::QueueFull };
/// assert!(matches!(router.poll_output(), Some(Output::Queued { .. })));
/// assert_eq!(router.poll_output(), Some(refused));
/// assert_eq!(UnroutableReason::QueueFull.code(), "queue_full");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Error,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnroutableReason {
    /// The channel is not active.
    #[error("its channel is not active")]
    ChannelInactive,
    /// The item does not meet the condition of the channel.
    #[error("the condition of its channel does not hold")]
    NotInChannel,
    /// The named queue is not active.
    #[error("the queue is not active")]
    QueueInactive,
    /// No active queue of the channel takes the item.
    #[error("no active queue of its channel takes it")]
    NoQueue,
    /// No agent can take the item at once, and the queue has reached its maximum length.
    #[error("no agent can take it at once, and the queue is full")]
    QueueFull,
}

impl UnroutableReason {
    /// Returns the stable code of the reason, which is also its JSON form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ChannelInactive => "channel_inactive",
            Self::NotInChannel => "not_in_channel",
            Self::QueueInactive => "queue_inactive",
            Self::NoQueue => "no_queue",
            Self::QueueFull => "queue_full",
        }
    }
}

/// A fault of a call that routes an item. If a call has several faults, the first one in the order of the variants is reported.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let plan = Plan::new(Config::new().channel("chat", ServiceChannel::new()))?;
/// let item = WorkItem::new("chat-1", "chat").size(0_u32);
/// let error = route(&plan, item, Timestamp::EPOCH).unwrap_err();
/// assert_eq!(error.why(), &RouteErrorKind::WrongCall(WrongCall::SizeZero));
/// # Ok::<(), PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WrongCall {
    /// The plan lacks the item's channel.
    #[error("there is no channel `{channel}`")]
    UnknownChannel {
        /// The item's channel.
        channel: ChannelId,
    },
    /// The plan lacks the named queue.
    #[error("there is no queue `{queue}`")]
    UnknownQueue {
        /// The named queue.
        queue: QueueId,
    },
    /// The named queue belongs to another channel.
    #[error(
        "queue `{queue}` belongs to channel `{found}`, but the item is on channel `{expected}`"
    )]
    QueueOfAnotherChannel {
        /// The named queue.
        queue: QueueId,
        /// The item's channel.
        expected: ChannelId,
        /// The queue's channel.
        found: ChannelId,
    },
    /// The item's size is 0.
    #[error("its size is 0, expected at least 1")]
    SizeZero,
    /// The item requests a skill at level 0.
    #[error("skill `{skill}` is asked for at level 0, expected at least 1")]
    LevelZero {
        /// The skill.
        skill: SkillId,
    },
    /// The item and its channel together request too many skills.
    #[error("it asks for more than {SKILLS_MAX} skills, its own and its channel's together")]
    TooManySkills,
    /// The item has too many facts.
    #[error("it has {found} facts, expected at most {FACTS_MAX}")]
    TooManyFacts {
        /// The number of facts.
        found: usize,
    },
    /// The item's id, or an id that it names, is invalid.
    #[error("{0}")]
    InvalidId(IdError),
}

impl WrongCall {
    /// Returns the stable code and the kind.
    const fn code_and_kind(&self) -> (&'static str, ErrorKind) {
        match self {
            Self::UnknownChannel { .. } => ("unknown_channel", ErrorKind::NotFound),
            Self::UnknownQueue { .. } => ("unknown_queue", ErrorKind::NotFound),
            Self::QueueOfAnotherChannel { .. } => ("queue_of_another_channel", ErrorKind::Invalid),
            Self::SizeZero => ("size_zero", ErrorKind::Invalid),
            Self::LevelZero { .. } => ("level_zero", ErrorKind::Invalid),
            Self::TooManySkills => ("too_many_skills", ErrorKind::Invalid),
            Self::TooManyFacts { .. } => ("too_many_facts", ErrorKind::Invalid),
            Self::InvalidId(_) => ("invalid_id", ErrorKind::Invalid),
        }
    }
}

/// The reason why a work item was not routed.
///
/// # Examples
///
/// ```
/// use handover::{RouteErrorKind, UnroutableReason, WrongCall};
///
/// let advice = |why: RouteErrorKind| match why {
///     RouteErrorKind::Unroutable(_) => "change the configuration",
///     _ => "correct the item",
/// };
/// assert_eq!(advice(UnroutableReason::NoQueue.into()), "change the configuration");
/// assert_eq!(advice(WrongCall::SizeZero.into()), "correct the item");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RouteErrorKind {
    /// The call is right, but the configuration has no queue for the item.
    #[error(transparent)]
    Unroutable(#[from] UnroutableReason),
    /// The call is wrong. Only the caller can correct it.
    #[error(transparent)]
    WrongCall(#[from] WrongCall),
}

/// The error of [`route`](crate::route()) and [`route_to`](crate::route_to): the work item, and the reason why it was not routed.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("spanish", Queue::new("chat").active(true).routing(Condition::is("language", "es")));
/// let plan = Plan::new(config)?;
///
/// let error = route(&plan, WorkItem::new("chat-1", "chat"), Timestamp::EPOCH).unwrap_err();
/// assert_eq!(error.to_string(), "work item `chat-1` cannot be routed: no active queue of its channel takes it");
/// assert_eq!(error.code(), "no_queue");
///
/// // The error returns the item. With a language, it can be routed.
/// let item = error.into_item().fact("language", "es");
/// assert!(route(&plan, item, Timestamp::EPOCH).is_ok());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("work item `{}` cannot be routed: {why}", item.id.as_str().escape_debug())]
pub struct RouteError {
    /// Boxed, since a `Result` is as large as its larger side.
    item: Box<WorkItem>,
    why: RouteErrorKind,
}

impl RouteError {
    pub(crate) fn new(item: WorkItem, why: RouteErrorKind) -> Self {
        Self {
            item: Box::new(item),
            why,
        }
    }

    /// Returns the work item.
    pub fn item(&self) -> &WorkItem {
        &self.item
    }

    /// Converts into the work item.
    pub fn into_item(self) -> WorkItem {
        *self.item
    }

    /// Returns the reason.
    pub fn why(&self) -> &RouteErrorKind {
        &self.why
    }

    /// Returns the stable code of the reason, such as `no_queue` or `size_zero`.
    ///
    /// The module [`json`](crate::json) lists all codes. They are those of [`RouterError::code`](crate::RouterError::code) and
    /// [`UnroutableReason::code`].
    pub const fn code(&self) -> &'static str {
        match &self.why {
            RouteErrorKind::Unroutable(reason) => reason.code(),
            RouteErrorKind::WrongCall(wrong) => wrong.code_and_kind().0,
        }
    }

    /// Returns the kind of error. It is [`ErrorKind::Conflict`] exactly if the call is right, but no queue takes the item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new().channel("chat", ServiceChannel::new().active(true));
    /// # let plan = Plan::new(config)?;
    /// let error = route(&plan, WorkItem::new("chat-1", "chat"), Timestamp::EPOCH).unwrap_err();
    /// assert_eq!((error.code(), error.kind()), ("no_queue", ErrorKind::Conflict));
    ///
    /// let error = route(&plan, WorkItem::new("fax-1", "fax"), Timestamp::EPOCH).unwrap_err();
    /// assert_eq!((error.code(), error.kind()), ("unknown_channel", ErrorKind::NotFound));
    /// # Ok::<(), PlanError>(())
    /// ```
    pub const fn kind(&self) -> ErrorKind {
        match &self.why {
            RouteErrorKind::Unroutable(_) => ErrorKind::Conflict,
            RouteErrorKind::WrongCall(wrong) => wrong.code_and_kind().1,
        }
    }
}

/// The error of the methods of [`Routed`](crate::Routed) that name an agent. The item is unchanged after it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoutedError {
    /// The plan lacks the agent.
    #[error("there is no agent `{agent}`")]
    UnknownAgent {
        /// The name or handle that was given.
        agent: String,
    },
    /// The item was routed under another plan, whose agents have other handles.
    #[error("the item was routed under another plan")]
    PlanMismatch,
}
