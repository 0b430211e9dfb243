//! Custom rules: the traits, and the built-in rules, which implement them.
//!
//! | trait | decides | the configuration refers to it in |
//! |---|---|---|
//! | [`Eligibility`] | whether an agent can take an item | `gates` of an assignment rule |
//! | [`Ranking`] | which eligible agent is preferred | `assign_by` of an assignment rule |
//! | [`RoutingCondition`] | whether a queue takes an item | `routing` of a queue |
//! | [`Sizing`] | the size of an item | `sizes` of a channel |
//!
//! Custom rules are registered by name with a [`PlanBuilder`](crate::PlanBuilder). A configuration refers to them as
//! `{"custom": "name"}`, and in `gates` by the name alone.
//!
//! A rule must be a pure function of its arguments: no clock, no random numbers, no state. Otherwise a decision cannot be
//! explained or replayed.
//!
//! # Examples
//!
//! ```
//! use handover::rule::{Case, Candidate, Exclusion, eligibility};
//! use handover::*;
//!
//! // Only agents with fewer than three items.
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

/// Implements a trait for references, boxes and `Arc`s of its implementations, and for `FromFn`, which wraps a closure with the
/// signature of its first method.
macro_rules! implement {
    ($trait:ident: $method:ident($($argument:ident: $type:ty),*) -> $answer:ty; $($rest:tt)*) => {
        // The trait is dyn-compatible: plans store rules as trait objects.
        const _: fn(&dyn $trait) = |_| ();

        impl<F: Fn($($type),*) -> $answer + Send + Sync> $trait for $crate::rule::FromFn<F> {
            fn $method(&self, $($argument: $type),*) -> $answer {
                (self.0)($($argument),*)
            }
        }

        implement!(@for &R, $trait, $method($($argument: $type),*) -> $answer; $($rest)*);
        implement!(@for alloc::boxed::Box<R>, $trait, $method($($argument: $type),*) -> $answer; $($rest)*);
        implement!(@for alloc::sync::Arc<R>, $trait, $method($($argument: $type),*) -> $answer; $($rest)*);
    };
    (@for $pointer:ty, $trait:ident, $($method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        impl<R: $trait + ?Sized> $trait for $pointer {
            $(fn $method(&self, $($argument: $type),*) -> $answer {
                (**self).$method($($argument),*)
            })+
        }
    };
}
pub(crate) use implement;

/// A rule made of a closure, by the function `from_fn` of its module. Implements `Debug`, which the rule traits require.
#[derive(Clone, Copy)]
pub(crate) struct FromFn<F>(pub(crate) F);

impl<F> core::fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("from_fn(..)")
    }
}
