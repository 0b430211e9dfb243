//! From a work item to its queue.

use alloc::boxed::Box;

use thiserror::Error;

use crate::id::{ChannelId, IdError, QueueId, SkillId};
use crate::model::{FACTS_MAX, SKILLS_MAX, WorkItem};
use crate::plan::Plan;
use crate::routing::routed::Routed;
use crate::time::Timestamp;

pub(crate) use crate::routing::resolve::{ResolvedItem, no_queue, place, place_directly};

/// Finds the queue of a work item: of its channel's active queues, by `order` then id, the first whose routing takes it.
///
/// Its size and the skills it asks for are fixed with that.
///
/// # Errors
///
/// [`Unroutable`] gives the item back and says why: the call is wrong, or the configuration has no queue for it.
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
/// assert_eq!(unroutable.why(), &WhyUnroutable::NoQueue);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn route(plan: &Plan, item: WorkItem, now: Timestamp) -> Result<Routed, Unroutable> {
    routed(plan, item, None, now)
}

/// Puts a work item into a queue that the caller names, whatever the queue's routing says.
///
/// # Errors
///
/// [`Unroutable`] gives the item back and says why: the call is wrong, or its channel or the queue is not active, or the
/// item does not belong to its channel.
pub fn route_to(
    plan: &Plan,
    item: WorkItem,
    queue: &QueueId,
    now: Timestamp,
) -> Result<Routed, Unroutable> {
    routed(plan, item, Some(queue), now)
}

fn routed(
    plan: &Plan,
    item: WorkItem,
    named: Option<&QueueId>,
    now: Timestamp,
) -> Result<Routed, Unroutable> {
    match place(plan, &item, named) {
        Ok(place) => Ok(Routed::new(plan, item, place, now)),
        Err(why) => Err(Unroutable::new(item, why)),
    }
}

/// A work item that found no queue: the item, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("work item `{}` cannot be routed: {why}", item.id.as_str().escape_debug())]
pub struct Unroutable {
    item: Box<WorkItem>,
    why: WhyUnroutable,
}

impl Unroutable {
    pub(crate) fn new(item: WorkItem, why: WhyUnroutable) -> Self {
        let item = Box::new(item);
        Self { item, why }
    }

    /// Returns the item.
    pub fn item(&self) -> &WorkItem {
        &self.item
    }

    /// Gives the item back.
    pub fn into_item(self) -> WorkItem {
        *self.item
    }

    /// Returns why.
    pub fn why(&self) -> &WhyUnroutable {
        &self.why
    }
}

/// Why a work item found no queue.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WhyUnroutable {
    /// Its channel is not active.
    #[error("its channel is not active")]
    ChannelInactive,
    /// The condition of its channel does not hold of it.
    #[error("the condition of its channel does not hold")]
    NotInChannel,
    /// The queue that was named is not active.
    #[error("the queue is not active")]
    QueueInactive,
    /// No active queue of its channel takes it.
    #[error("no active queue of its channel takes it")]
    NoQueue,
    /// A wrong call: there is no such channel.
    #[error("there is no channel `{channel}`")]
    UnknownChannel {
        /// The channel that the item names.
        channel: ChannelId,
    },
    /// A wrong call: there is no such queue.
    #[error("there is no queue `{queue}`")]
    UnknownQueue {
        /// The queue that was named.
        queue: QueueId,
    },
    /// A wrong call: the queue is one of another channel.
    #[error("queue `{queue}` is one of channel `{found}`, the item comes by `{expected}`")]
    QueueOfAnotherChannel {
        /// The queue that was named.
        queue: QueueId,
        /// The item's channel.
        expected: ChannelId,
        /// The queue's channel.
        found: ChannelId,
    },
    /// A wrong call: a size of 0.
    #[error("its size is 0, expected at least 1")]
    SizeZero,
    /// A wrong call: a skill asked for at level 0.
    #[error("skill `{skill}` is asked for at level 0, expected at least 1")]
    LevelZero {
        /// The skill.
        skill: SkillId,
    },
    /// A wrong call: the item's id, or one that it names, is none.
    #[error("{0}")]
    InvalidId(IdError),
    /// A wrong call: too many facts.
    #[error("it has {found} facts, expected at most {FACTS_MAX}")]
    TooManyFacts {
        /// How many.
        found: usize,
    },
    /// A wrong call: too many skills, its own and its channel's together.
    #[error("it asks for more than {SKILLS_MAX} skills, its own and its channel's together")]
    TooManySkills,
}

impl WhyUnroutable {
    /// Says whether the call was wrong; otherwise the configuration has answered that nothing takes the item.
    pub fn is_wrong_call(&self) -> bool {
        !matches!(
            self,
            Self::ChannelInactive | Self::NotInChannel | Self::QueueInactive | Self::NoQueue
        )
    }
}
