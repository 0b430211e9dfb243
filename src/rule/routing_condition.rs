//! Which items a queue takes, where a condition on facts cannot say it.

use core::fmt::Debug;

use crate::model::{Condition, WorkItem};
use crate::rule::{FromFn, forward};

/// Says whether a queue takes an item by itself.
///
/// It stands as a queue's `routing` as `{"custom": "name"}` and is asked once, when the item is routed.
pub trait RoutingCondition: Debug + Send + Sync {
    /// Says whether the queue takes the item.
    fn holds(&self, item: &WorkItem) -> bool;
}

const _: fn(&dyn RoutingCondition) = |_| ();

forward!(RoutingCondition: holds(item: &WorkItem) -> bool;);

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

impl<F: Fn(&WorkItem) -> bool + Send + Sync> RoutingCondition for FromFn<F> {
    fn holds(&self, item: &WorkItem) -> bool {
        (self.0)(item)
    }
}

/// A condition on facts is a routing condition, so that one of a service's own can ask it too.
impl RoutingCondition for Condition {
    fn holds(&self, item: &WorkItem) -> bool {
        Self::holds(self, &item.facts)
    }
}

/// Takes every item: the null implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl RoutingCondition for Everything {
    fn holds(&self, _: &WorkItem) -> bool {
        true
    }
}
