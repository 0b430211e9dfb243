//! The public functions `route` and `route_to`.
//!
//! Both return the item with the error, since the caller has given it away: an item that no queue takes can be stored, or
//! routed again after its facts have changed.

use crate::id::QueueId;
use crate::model::WorkItem;
use crate::plan::Plan;
use crate::routing::error::RouteError;
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
/// Returns [`RouteError`] with the item and the reason: the call is wrong, or no queue takes the item.
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
/// let error = route(&plan, WorkItem::new("conv-2", "whatsapp"), Timestamp::EPOCH).unwrap_err();
/// assert_eq!(error.why(), &RouteErrorKind::Unroutable(UnroutableReason::NoQueue));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn route(plan: &Plan, item: WorkItem, now: Timestamp) -> Result<Routed, RouteError> {
    routed(plan, item, None, now)
}

/// Routes a work item to a queue that the caller names. Does not evaluate the queue's `routing` condition.
///
/// # Errors
///
/// Returns [`RouteError`] with the item and the reason: the call is wrong, the channel or the queue is inactive, or the channel's
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
/// let error = route_to(&plan, item, &"support".into(), Timestamp::EPOCH).unwrap_err();
/// assert_eq!(error.code(), "unknown_queue");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn route_to(
    plan: &Plan,
    item: WorkItem,
    queue: &QueueId,
    now: Timestamp,
) -> Result<Routed, RouteError> {
    routed(plan, item, Some(queue), now)
}

/// Resolves an item and makes a routed one of it, in a named queue or in the one that takes it.
fn routed(
    plan: &Plan,
    mut item: WorkItem,
    named: Option<&QueueId>,
    now: Timestamp,
) -> Result<Routed, RouteError> {
    match resolve(plan, &mut item, named) {
        Ok(resolved) => Ok(Routed::new(plan, item, resolved, now)),
        // Some ids of the item may be interned by now, which changes no text.
        Err(why) => Err(RouteError::new(item, why)),
    }
}
