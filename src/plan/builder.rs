//! A builder for plans with custom rules.
//!
//! A configuration is data, and refers to code by name only. The builder registers the code under these names, checks the
//! configuration against them, and compiles both into a plan.

use alloc::sync::Arc;

use crate::base::hash::Seeded;
use crate::id::CustomName;
use crate::model::Config;
use crate::plan::{Plan, PlanError, Tables, validate};
use crate::rule::{Custom, Eligibility, Ranking, RoutingCondition, Sizing};

/// Builds a [`Plan`] with custom rules, to which the configuration refers by name.
///
/// [`Plan::new`] suffices for a configuration without custom rules.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Score, ranking};
/// use handover::*;
///
/// let config = Config::new()
///     .rule("nearest", AssignmentRule::new().assign_by([AssignBy::custom("distance")]));
/// assert!(Plan::new(config.clone()).is_err());
///
/// let distance = ranking::from_fn(|_: &Case<'_>, agent: &Candidate<'_>, _| Score::from(agent.items_in_hand()));
/// assert!(Plan::builder(config).ranking("distance", distance).build().is_ok());
/// ```
#[derive(Debug)]
#[must_use]
pub struct PlanBuilder {
    config: Config,
    /// The custom rules that were registered so far.
    custom: Custom,
    /// The seed of the hash tables of ids.
    hasher: Seeded,
}

/// Defines the methods that register a custom rule.
macro_rules! registrations {
    ($($(#[$doc:meta])* $name:ident($trait:ident) => $registry:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, name: impl Into<CustomName>, rule: impl $trait + 'static) -> Self {
            self.custom.$registry.insert(name, Arc::new(rule));
            self
        }
    )*};
}

impl PlanBuilder {
    /// Makes a builder without custom rules.
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            custom: Custom::default(),
            hasher: Seeded::default(),
        }
    }

    /// Returns a builder for another configuration, with the custom rules and the hash seed of an existing plan.
    pub(crate) fn after(plan: &Plan, config: Config) -> Self {
        Self {
            config,
            custom: plan.tables.custom.clone(),
            hasher: plan.tables.hasher,
        }
    }

    registrations! {
        /// Registers an eligibility rule, which the `gates` of an assignment rule can name.
        ///
        /// Replaces an eligibility rule that was registered under the name before.
        eligibility(Eligibility) => eligibilities;
        /// Registers a ranking, which `assign_by` can name.
        ///
        /// Replaces a ranking that was registered under the name before.
        ranking(Ranking) => rankings;
        /// Registers a routing condition, which the `routing` of a queue can name.
        ///
        /// Replaces a routing condition that was registered under the name before.
        routing_condition(RoutingCondition) => routing_conditions;
        /// Registers a sizing, which the `sizes` of a channel can name.
        ///
        /// Replaces a sizing that was registered under the name before.
        sizing(Sizing) => sizings;
    }

    /// Seeds the hash tables of the plan, and of the routers that are made of it.
    ///
    /// The tables hold ids that strangers choose, such as those of items and requesters. The seed must be a secret random number,
    /// so that nobody can choose ids that collide. By default, it is derived from addresses in memory, which most platforms
    /// choose at random. A host sets it where they are fixed, such as in WebAssembly or on a microcontroller. The facts of items
    /// are in tables with seeds of their own, and bounded by [`FACTS_MAX`](crate::FACTS_MAX).
    ///
    /// No decision, snapshot or digest depends on the seed.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Config, Plan};
    ///
    /// let random: u64 = 0x5EED; // from the operating system
    /// let plan = Plan::builder(Config::new()).hash_seed(random).build()?;
    /// assert_eq!(plan.fingerprint(), Plan::new(Config::new())?.fingerprint());
    /// # Ok::<(), handover::PlanError>(())
    /// ```
    pub fn hash_seed(mut self, seed: u64) -> Self {
        self.hasher = Seeded(seed);
        self
    }

    /// Builds the plan.
    ///
    /// # Errors
    ///
    /// Returns a [`PlanError`] with *all* problems of the configuration, each with its path and the expected value. A
    /// reference to a custom rule that is not registered is a problem.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::rule::eligibility::Anyone;
    /// use handover::*;
    ///
    /// let config = Config::new().rule("fair", AssignmentRule::new().gate("rested"));
    /// let error = Plan::builder(config.clone()).build().unwrap_err();
    /// assert_eq!(error.problems()[0].path(), "rules.fair.gates[0]");
    ///
    /// let plan = Plan::builder(config).eligibility("rested", Anyone).build()?;
    /// assert_eq!(plan.config().rules.len(), 1);
    /// # Ok::<(), PlanError>(())
    /// ```
    pub fn build(self) -> Result<Plan, PlanError> {
        // Once, after all registrations, so that their order does not matter.
        let problems = validate::problems(&self.config, &self.custom);
        if !problems.is_empty() {
            return Err(PlanError { problems });
        }
        // INVARIANT: compiling relies on a configuration without problems.
        let tables = Tables::new(self.config, &self.custom, self.hasher);
        Ok(Plan {
            tables: Arc::new(tables),
        })
    }
}
