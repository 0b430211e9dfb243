//! The public functions `route` and `route_to`, and their error.
//!
//! Both return the item with the error, since the caller has given it away: an item that no queue takes can be stored, or
//! routed again after its facts have changed.

use alloc::boxed::Box;

use thiserror::Error;

use crate::id::{ChannelId, IdError, QueueId, SkillId};
use crate::model::{FACTS_MAX, SKILLS_MAX, WorkItem};
use crate::plan::Plan;
use crate::routing::resolve::resolve;
use crate::routing::routed::Routed;
use crate::time::Timestamp;

/// Finds the queue of a work item, and fixes its size and requested skills.
///
/// Tries the active queues of the item's channel by ascending `order`, then by id; the first whose `routing` condition holds
/// takes the item. Queues whose condition demands a value of a field are found by an index, so that the cost does not grow
/// with their number.
///
/// # Errors
///
/// Returns [`Unroutable`] with the item and the reason: the call is wrong, or no queue takes the item.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new().active(true))
///     .queue("spanish", Queue::new("whatsapp").active(true).routing(Condition::is("language", "es")));
/// let plan = Plan::new(config)?;
///
/// let item = WorkItem::new("conv-1", "whatsapp").fact("language", "es");
/// let routed = route(&plan, item, Timestamp::EPOCH)?;
/// assert_eq!(plan.queue_id(routed.queue()), Some(&"spanish".into()));
///
/// let unroutable = route(&plan, WorkItem::new("conv-2", "whatsapp"), Timestamp::EPOCH).unwrap_err();
/// assert_eq!(unroutable.why(), &RouteErrorKind::NoQueue);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn route(plan: &Plan, item: WorkItem, now: Timestamp) -> Result<Routed, Unroutable> {
    routed(plan, item, None, now)
}

/// Routes a work item to a queue that the caller names. Does not evaluate the queue's `routing` condition.
///
/// # Errors
///
/// Returns [`Unroutable`] with the item and the reason: the call is wrong, the channel or the queue is inactive, or the channel's
/// condition does not hold.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("sales", Queue::new("chat").active(true));
/// let plan = Plan::new(config)?;
///
/// // The routing of the queue is manual by default, so only `route_to` brings items into it.
/// let item = WorkItem::new("chat-1", "chat");
/// assert!(route(&plan, item.clone(), Timestamp::EPOCH).is_err());
/// let routed = route_to(&plan, item.clone(), &"sales".into(), Timestamp::EPOCH)?;
/// assert_eq!(plan.queue_id(routed.queue()), Some(&"sales".into()));
///
/// let unroutable = route_to(&plan, item, &"support".into(), Timestamp::EPOCH).unwrap_err();
/// assert!(matches!(unroutable.why(), RouteErrorKind::UnknownQueue { .. }));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn route_to(
    plan: &Plan,
    item: WorkItem,
    queue: &QueueId,
    now: Timestamp,
) -> Result<Routed, Unroutable> {
    routed(plan, item, Some(queue), now)
}

/// Resolves an item and makes a routed one of it, in a named queue or in the one that takes it.
fn routed(
    plan: &Plan,
    mut item: WorkItem,
    named: Option<&QueueId>,
    now: Timestamp,
) -> Result<Routed, Unroutable> {
    match resolve(plan, &mut item, named) {
        Ok(resolved) => Ok(Routed::new(plan, item, resolved, now)),
        // Some ids of the item may be interned by now, which changes no text.
        Err(why) => Err(Unroutable::new(item, why)),
    }
}

/// The error of [`route`](crate::route()): the work item, and the reason why it was not routed.
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
/// let unroutable = route(&plan, WorkItem::new("chat-1", "chat"), Timestamp::EPOCH).unwrap_err();
/// assert_eq!(unroutable.to_string(), "work item `chat-1` cannot be routed: no active queue of its channel takes it");
///
/// // The error returns the item. With a language, it can be routed.
/// let item = unroutable.into_item().fact("language", "es");
/// assert!(route(&plan, item, Timestamp::EPOCH).is_ok());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("work item `{}` cannot be routed: {why}", item.id.as_str().escape_debug())]
pub struct Unroutable {
    /// Boxed, since a `Result` is as large as its larger side.
    item: Box<WorkItem>,
    why: RouteErrorKind,
}

impl Unroutable {
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
}

/// The reason why a work item was not routed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RouteErrorKind {
    /// The item's channel is inactive.
    #[error("its channel is not active")]
    ChannelInactive,
    /// The condition of the item's channel does not hold.
    #[error("the condition of its channel does not hold")]
    NotInChannel,
    /// The named queue is inactive.
    #[error("the queue is not active")]
    QueueInactive,
    /// No active queue of the channel takes the item.
    #[error("no active queue of its channel takes it")]
    NoQueue,
    /// Wrong call: the plan lacks the item's channel.
    #[error("there is no channel `{channel}`")]
    UnknownChannel {
        /// The item's channel.
        channel: ChannelId,
    },
    /// Wrong call: the plan lacks the named queue.
    #[error("there is no queue `{queue}`")]
    UnknownQueue {
        /// The named queue.
        queue: QueueId,
    },
    /// Wrong call: the named queue belongs to another channel.
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
    /// Wrong call: the item's size is 0.
    #[error("its size is 0, expected at least 1")]
    SizeZero,
    /// Wrong call: the item requests a skill at level 0.
    #[error("skill `{skill}` is asked for at level 0, expected at least 1")]
    LevelZero {
        /// The skill.
        skill: SkillId,
    },
    /// Wrong call: the item's id, or an id that it names, is invalid.
    #[error("{0}")]
    InvalidId(IdError),
    /// Wrong call: the item has too many facts.
    #[error("it has {found} facts, expected at most {FACTS_MAX}")]
    TooManyFacts {
        /// The number of facts.
        found: usize,
    },
    /// Wrong call: the item and its channel together request too many skills.
    #[error("it asks for more than {SKILLS_MAX} skills, its own and its channel's together")]
    TooManySkills,
}

impl RouteErrorKind {
    /// Returns whether the call was wrong. Otherwise the call was valid, and the configuration has no queue for the item.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::RouteErrorKind;
    ///
    /// // An administrator can change the configuration so that a queue takes the item.
    /// assert!(!RouteErrorKind::NoQueue.is_wrong_call());
    /// // Only the caller can correct the item.
    /// assert!(RouteErrorKind::SizeZero.is_wrong_call());
    /// ```
    pub fn is_wrong_call(&self) -> bool {
        !matches!(
            self,
            Self::ChannelInactive | Self::NotInChannel | Self::QueueInactive | Self::NoQueue
        )
    }
}
