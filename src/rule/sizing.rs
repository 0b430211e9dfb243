//! Custom sizings: the size of an item, if a condition on facts cannot express it.

use core::fmt::Debug;

use crate::model::WorkItem;
use crate::rule::{FromFn, implement};

/// A size rule: the number of capacity units that an item takes.
///
/// A channel refers to it in its `sizes` as `{"custom": "name"}`. It is evaluated once, when the item is routed.
///
/// # Examples
///
/// ```
/// use handover::{Fact, Scalar, Sizing, WorkItem};
///
/// /// Gives every item as many units as its text has lines.
/// #[derive(Debug)]
/// struct Lines;
///
/// impl Sizing for Lines {
///     fn size(&self, item: &WorkItem) -> Option<u32> {
///         let fact = item.facts.get("text")?;
///         let Fact::One(Scalar::Text(text)) = fact else { return None };
///         u32::try_from(text.lines().count()).ok()
///     }
/// }
/// assert_eq!(Lines.size(&WorkItem::new("case-1", "case").fact("text", "a\nb")), Some(2));
/// ```
pub trait Sizing: Debug + Send + Sync {
    /// Returns the size of an item, at least 1. `None` and 0 leave the item to the next size rule.
    fn size(&self, item: &WorkItem) -> Option<u32>;
}

implement!(Sizing: size(item: &WorkItem) -> Option<u32>;);

/// Makes a [`Sizing`] of a function.
///
/// # Examples
///
/// ```
/// use handover::rule::{Sizing, sizing};
/// use handover::{Fact, Scalar, WorkItem};
///
/// // One unit, and another one per 10 full pages.
/// let by_pages = sizing::from_fn(|item: &WorkItem| match item.facts.get("pages") {
///     Some(Fact::One(Scalar::Integer(pages))) => u32::try_from(pages / 10 + 1).ok(),
///     _ => None,
/// });
/// assert_eq!(by_pages.size(&WorkItem::new("case-1", "case").fact("pages", 34)), Some(4));
/// ```
pub fn from_fn<F: Fn(&WorkItem) -> Option<u32> + Send + Sync>(function: F) -> impl Sizing {
    FromFn(function)
}
