//! Custom routing conditions: the items that a queue takes, if a condition on facts cannot express it.

use core::fmt::Debug;

use crate::model::{Condition, WorkItem};
use crate::rule::{FromFn, implement};

/// A condition on items: routing puts an item into the first queue whose condition holds.
///
/// A queue refers to it as `"routing": {"custom": "name"}`. It is evaluated when an item is routed, never while it waits.
///
/// # Examples
///
/// ```
/// use handover::{RoutingCondition, WorkItem};
///
/// /// Takes the items of requesters whose number ends with an even digit.
/// #[derive(Debug)]
/// struct EvenNumbers;
///
/// impl RoutingCondition for EvenNumbers {
///     fn holds(&self, item: &WorkItem) -> bool {
///         let digit = item.requester.as_ref().and_then(|id| id.as_str().bytes().last());
///         digit.is_some_and(|digit| digit % 2 == 0)
///     }
/// }
/// assert!(EvenNumbers.holds(&WorkItem::new("conv-1", "whatsapp").requester("+491702")));
/// ```
pub trait RoutingCondition: Debug + Send + Sync {
    /// Returns `true` if the queue takes the item.
    fn holds(&self, item: &WorkItem) -> bool;
}

implement!(RoutingCondition: holds(item: &WorkItem) -> bool;);

/// Makes a [`RoutingCondition`] of a function.
///
/// # Examples
///
/// ```
/// use handover::rule::{RoutingCondition, routing_condition};
/// use handover::WorkItem;
///
/// let german = routing_condition::from_fn(|item: &WorkItem| {
///     item.requester.as_ref().is_some_and(|requester| requester.as_str().starts_with("+49"))
/// });
/// assert!(german.holds(&WorkItem::new("conv-1", "whatsapp").requester("+4917012345")));
/// ```
pub fn from_fn<F: Fn(&WorkItem) -> bool + Send + Sync>(function: F) -> impl RoutingCondition {
    FromFn(function)
}

/// A condition on facts is a routing condition, so that a custom condition can evaluate one.
impl RoutingCondition for Condition {
    fn holds(&self, item: &WorkItem) -> bool {
        Self::holds(self, &item.facts)
    }
}
