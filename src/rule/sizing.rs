//! How large an item is, where a condition cannot say it.

use core::fmt::Debug;

use crate::model::WorkItem;
use crate::rule::{FromFn, forward};

/// Says how many units of capacity an item takes.
///
/// It stands in a channel's `sizes` as `{"custom": "name"}` and is asked once, when the item is routed.
pub trait Sizing: Debug + Send + Sync {
    /// Returns the size, from 1, or none where the next size rule should be asked. A 0 is no size: it counts as none.
    fn size(&self, item: &WorkItem) -> Option<u32>;
}

const _: fn(&dyn Sizing) = |_| ();

forward!(Sizing: size(item: &WorkItem) -> Option<u32>;);

/// Makes a [`Sizing`] of a function.
///
/// # Examples
///
/// ```
/// use handover::rule::{Sizing, sizing};
/// use handover::{Fact, Scalar, WorkItem};
///
/// // One unit for every ten pages.
/// let by_pages = sizing::from_fn(|item: &WorkItem| match item.facts.get("pages") {
///     Some(Fact::One(Scalar::Integer(pages))) => u32::try_from(pages / 10 + 1).ok(),
///     _ => None,
/// });
/// assert_eq!(by_pages.size(&WorkItem::new("case-1", "case").fact("pages", 34)), Some(4));
/// ```
pub fn from_fn<F: Fn(&WorkItem) -> Option<u32> + Send + Sync>(function: F) -> impl Sizing {
    FromFn(function)
}

impl<F: Fn(&WorkItem) -> Option<u32> + Send + Sync> Sizing for FromFn<F> {
    fn size(&self, item: &WorkItem) -> Option<u32> {
        (self.0)(item)
    }
}

/// Leaves every item to the next size rule: the null implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsConfigured;

impl Sizing for AsConfigured {
    fn size(&self, _: &WorkItem) -> Option<u32> {
        None
    }
}
