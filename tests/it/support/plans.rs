//! Plans in which all custom rules of generated configurations are registered.

use handover::rule::{Candidate, Case, Exclusion, eligibility, ranking};
use handover::{Config, Eligibility, Plan, PlanBuilder, PlanError, SkillMode, Timestamp, WorkItem};

use crate::oracle::{BUSY, EMBARGO, LIGHT_LOAD, integer};

/// Returns the timestamp with a number of milliseconds.
pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::saturating_from_millis(millis)
}

/// Compiles a configuration without problems.
pub(crate) fn plan(config: &Config) -> Plan {
    try_plan(config).unwrap()
}

/// Compiles a configuration that may have problems. See [`plan`].
pub(crate) fn try_plan(config: &Config) -> Result<Plan, PlanError> {
    builder(config).build()
}

/// Returns the builder of a plan with all custom rules.
pub(crate) fn builder(config: &Config) -> PlanBuilder {
    let embargo = eligibility::from_fn(|case: &Case<'_>, agent: &Candidate<'_>| {
        let until = case.item().facts.get("embargo_ms").and_then(integer);
        match until {
            Some(until) if agent.id().as_str().len().is_multiple_of(2) => {
                Err(Exclusion::new("under embargo").until(at(until)))
            }
            _ => Ok(()),
        }
    });
    let busy = eligibility::from_fn(|_: &Case<'_>, agent: &Candidate<'_>| {
        let is_busy = agent.items_in_hand() > 0;
        is_busy.then_some(()).ok_or_else(|| Exclusion::new("idle"))
    });
    Plan::builder(config.clone())
        .eligibility(EMBARGO, embargo)
        .eligibility(BUSY, busy)
        .eligibility(LIGHT_LOAD, LightLoad)
        .eligibility("anyone", eligibility::Anyone)
        .eligibility("present", eligibility::Present)
        .eligibility("not_declined", eligibility::NotDeclined)
        .eligibility("holds_skills", eligibility::HoldsSkills(SkillMode::Require))
        .eligibility(
            "holds_levels",
            eligibility::HoldsSkills(SkillMode::RequireLevels),
        )
        .eligibility("human_only", eligibility::HumanOnly)
        .eligibility("has_capacity", eligibility::HasCapacity)
        .ranking("no_preference", ranking::NoPreference)
        .ranking("most_capacity", ranking::MostCapacity)
        .ranking("last_assigned", ranking::LastAssigned)
        .ranking("longest_idle", ranking::LongestIdle)
        .ranking("fewest_items", ranking::FewestItems)
        .ranking("lowest_utilization", ranking::LowestUtilization)
        .ranking("round_robin", ranking::RoundRobin)
        .ranking("in_order", ranking::InOrder)
        .ranking("fewest_handled", ranking::FewestHandled)
        .ranking("specialists_first", ranking::SpecialistsFirst)
}

/// The gate [`LIGHT_LOAD`]. It ignores the item, so all items are in one class.
#[derive(Debug)]
struct LightLoad;

impl Eligibility for LightLoad {
    fn check(&self, _: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        let is_light = agent.load() < 2;
        is_light
            .then_some(())
            .ok_or_else(|| Exclusion::new("loaded"))
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}
