//! Making a plan, with rules of the service's own.

use alloc::sync::Arc;

use crate::base::hash::Seeded;
use crate::id::CustomName;
use crate::model::Config;
use crate::plan::{Plan, PlanError, Tables, validate};
use crate::rule::{Custom, Eligibility, Ranking, RoutingCondition, Sizing};

/// Makes a [`Plan`] whose configuration refers to rules of the service's own by name.
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
    custom: Custom,
    hasher: Seeded,
}

impl PlanBuilder {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            custom: Custom::default(),
            hasher: Seeded::default(),
        }
    }

    /// Begins a plan with the same rules of the service's own as another.
    pub(crate) fn after(plan: &Plan, config: Config) -> Self {
        Self {
            config,
            custom: plan.compiled.custom.clone(),
            hasher: plan.compiled.hasher,
        }
    }

    /// Registers a rule that `gates` may name, in place of an earlier one of that name.
    pub fn eligibility(
        mut self,
        name: impl Into<CustomName>,
        rule: impl Eligibility + 'static,
    ) -> Self {
        self.custom.eligibilities.insert(name, Arc::new(rule));
        self
    }

    /// Registers a ranking that `assign_by` may name, in place of an earlier one of that name.
    pub fn ranking(mut self, name: impl Into<CustomName>, rule: impl Ranking + 'static) -> Self {
        self.custom.rankings.insert(name, Arc::new(rule));
        self
    }

    /// Registers a condition that `routing` may name, in place of an earlier one of that name.
    pub fn routing_condition(
        mut self,
        name: impl Into<CustomName>,
        rule: impl RoutingCondition + 'static,
    ) -> Self {
        self.custom.routing_conditions.insert(name, Arc::new(rule));
        self
    }

    /// Registers a sizing that `sizes` may name, in place of an earlier one of that name.
    pub fn sizing(mut self, name: impl Into<CustomName>, rule: impl Sizing + 'static) -> Self {
        self.custom.sizings.insert(name, Arc::new(rule));
        self
    }

    /// Seeds the hashing of ids, for a service whose ids come from strangers. No decision depends on it.
    pub fn hash_seed(mut self, seed: u64) -> Self {
        self.hasher = Seeded(seed);
        self
    }

    /// Checks the configuration and makes the plan.
    ///
    /// # Errors
    ///
    /// [`PlanError`] holds *every* problem of the configuration, each with its path and what would be right.
    pub fn build(self) -> Result<Plan, PlanError> {
        let problems = validate::problems(&self.config, &self.custom);
        if !problems.is_empty() {
            return Err(PlanError::new(problems));
        }
        let compiled = Tables::new(self.config, &self.custom, self.hasher);
        Ok(Plan {
            compiled: Arc::new(compiled),
        })
    }
}
