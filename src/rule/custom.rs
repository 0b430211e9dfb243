//! The registry of custom rules. A plan keeps it, so that the plan of the next configuration can use the same rules.

use alloc::sync::Arc;

use crate::id::CustomName;
use crate::model::Map;
use crate::rule::{Eligibility, Ranking, RoutingCondition, Sizing};

/// A kind of custom rule. Each kind has its own names.
///
/// # Examples
///
/// ```
/// use handover::rule::CustomKind;
/// use handover::*;
///
/// let config = Config::new().rule("fair", AssignmentRule::new().gate("rested"));
/// let error = Plan::new(config).unwrap_err();
/// assert!(matches!(
///     error.problems()[0].kind(),
///     ProblemKind::NotRegistered { rule: CustomKind::Eligibility, .. }
/// ));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CustomKind {
    /// An [`Eligibility`].
    Eligibility,
    /// A [`Ranking`].
    Ranking,
    /// A [`RoutingCondition`].
    RoutingCondition,
    /// A [`Sizing`].
    Sizing,
}

display_name!(CustomKind, |kind| match kind {
    CustomKind::Eligibility => "eligibility rule",
    CustomKind::Ranking => "ranking",
    CustomKind::RoutingCondition => "routing condition",
    CustomKind::Sizing => "sizing",
});

/// The registered custom rules, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Custom {
    /// Named in the `gates` of an assignment rule.
    pub(crate) eligibilities: Map<CustomName, Arc<dyn Eligibility>>,
    /// Named in `assign_by`.
    pub(crate) rankings: Map<CustomName, Arc<dyn Ranking>>,
    /// Named in the `routing` of a queue.
    pub(crate) routing_conditions: Map<CustomName, Arc<dyn RoutingCondition>>,
    /// Named in the `sizes` of a channel.
    pub(crate) sizings: Map<CustomName, Arc<dyn Sizing>>,
}
