//! Rules of a service's own: the traits, and the built-in rules as values of them.
//!
//! An [`Eligibility`] says whether an agent may take an item, a [`Ranking`] how gladly; a [`RoutingCondition`] says whether
//! a queue takes an item, a [`Sizing`] how large it is. They are registered by name with a
//! [`PlanBuilder`](crate::PlanBuilder), and a configuration refers to them as `{"custom": "name"}`, or among the `gates` of
//! a rule.
//!
//! All of them are functions of their arguments: no clock, no dice, no memory. The same question must get the same answer,
//! else a decision cannot be explained or replayed.
//!
//! # Examples
//!
//! ```
//! use handover::rule::{Case, Candidate, Exclusion, eligibility};
//! use handover::*;
//!
//! // Only who has less than three items in hand.
//! let calm = eligibility::from_fn(|_: &Case<'_>, agent: &Candidate<'_>| {
//!     if agent.items_in_hand() < 3 { Ok(()) } else { Err(Exclusion::new("has three items in hand")) }
//! });
//! let config = Config::new().rule("calm-first", AssignmentRule::new().gate("calm"));
//! assert!(Plan::builder(config).eligibility("calm", calm).build().is_ok());
//! ```

pub(crate) mod candidate;
pub(crate) mod case;
pub(crate) mod custom;
pub mod eligibility;
pub mod ranking;
pub mod routing_condition;
pub mod sizing;

pub use candidate::Candidate;
pub use case::Case;
pub(crate) use custom::Custom;
pub use custom::CustomKind;
pub use eligibility::{Eligibility, Exclusion};
pub use ranking::{Ranking, Score};
pub use routing_condition::RoutingCondition;
pub use sizing::Sizing;

/// Forwards a trait of one method to what a reference, a box or an `Arc` points to.
macro_rules! forward {
    ($trait:ident: $($method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        forward!(@for &R, $trait, $($method, ($($argument: $type),*), $answer;)+);
        forward!(@for alloc::boxed::Box<R>, $trait, $($method, ($($argument: $type),*), $answer;)+);
        forward!(@for alloc::sync::Arc<R>, $trait, $($method, ($($argument: $type),*), $answer;)+);
    };
    (@for $pointer:ty, $trait:ident, $($method:ident, ($($argument:ident: $type:ty),*), $answer:ty;)+) => {
        impl<R: $trait + ?Sized> $trait for $pointer {
            $(fn $method(&self, $($argument: $type),*) -> $answer {
                (**self).$method($($argument),*)
            })+
        }
    };
}
pub(crate) use forward;

/// A closure, with a `Debug` that says so.
#[derive(Clone, Copy)]
pub(crate) struct FromFn<F>(pub(crate) F);

impl<F> core::fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("from_fn(..)")
    }
}
