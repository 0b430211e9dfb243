//! The table of assignment rules, with their keys and gates.
//!
//! Built-in and custom keys are both trait objects: a decision evaluates a key by one virtual call, and does not depend on its
//! kind.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::base::table::{RuleHandle, Table};
use crate::id::CustomName;
use crate::model::{AssignBy, AssignmentRule, Offer};
use crate::plan::compile::ids::Source;
use crate::plan::rows::{FastRule, RankingKey, RulePlan};
use crate::rule::{Custom, Ranking, ranking};

/// Compiles all rules in the order of their handles. A rule may serve many pools, and is compiled once.
pub(crate) fn rule_plans(source: Source<'_>) -> Table<RuleHandle, RulePlan> {
    let rules = &source.config.rules;
    let plans = source.ids.rules.iter().map(|(_, id)| {
        let position = rules.position_of(id);
        rule_plan(position, rules.at_position(position), source.custom)
    });
    plans.collect()
}

/// Compiles the rule at a position of the configuration.
// INVARIANT: the custom rules are registered, which `validate` has checked.
fn rule_plan(position: u32, rule: &AssignmentRule, custom: &Custom) -> RulePlan {
    // A repeated key or gate never decides: agents are equal in the key already, or have passed the gate.
    let (keys, gates) = (unique(&rule.assign_by), unique(&rule.gates));
    let gate = |name: &CustomName| (name.clone(), custom.eligibilities.at(name).clone());
    RulePlan {
        position,
        keys: keys.iter().map(|key| ranking_key(key, custom)).collect(),
        // `last_assigned` is the implied last key of every rule, so it changes nothing at the end.
        fast_rule: match keys.as_slice() {
            [] | [AssignBy::LastAssigned] => Some(FastRule::LastAssigned),
            [AssignBy::MostCapacity] | [AssignBy::MostCapacity, AssignBy::LastAssigned] => {
                Some(FastRule::MostCapacity)
            }
            _ => None,
        },
        // PERF: a scan then stops at the highest level row with an eligible agent, unless skills are ranked first.
        leads_with_capacity: keys.first() == Some(&&AssignBy::MostCapacity),
        skills: rule.skills,
        include_ai: rule.include_ai,
        timeout_secs: rule.offer.ask().and_then(|ask| ask.timeout_secs),
        auto_accept: rule.offer == Offer::AutoAccept,
        custom_gates: gates.into_iter().map(gate).collect(),
    }
}

/// Returns the distinct entries of a list. The cost is the entries times the distinct ones, of which there are at most as many as
/// registered rules and built-in keys.
fn unique<T: PartialEq>(list: &[T]) -> Vec<&T> {
    let mut entries = Vec::new();
    for entry in list {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

/// Returns the ranking of a key, with the name by which explanations and outputs refer to it.
fn ranking_key(key: &AssignBy, custom: &Custom) -> RankingKey {
    let (name, ranking): (&str, Arc<dyn Ranking>) = match key {
        AssignBy::MostCapacity => ("most_capacity", Arc::new(ranking::MostCapacity)),
        AssignBy::LastAssigned => ("last_assigned", Arc::new(ranking::LastAssigned)),
        AssignBy::LongestIdle => ("longest_idle", Arc::new(ranking::LongestIdle)),
        AssignBy::FewestItems => ("fewest_items", Arc::new(ranking::FewestItems)),
        AssignBy::LowestUtilization => ("lowest_utilization", Arc::new(ranking::LowestUtilization)),
        AssignBy::RoundRobin => ("round_robin", Arc::new(ranking::RoundRobin)),
        AssignBy::InOrder => ("in_order", Arc::new(ranking::InOrder)),
        AssignBy::FewestHandled => ("fewest_handled", Arc::new(ranking::FewestHandled)),
        AssignBy::SpecialistsFirst => ("specialists_first", Arc::new(ranking::SpecialistsFirst)),
        AssignBy::Custom(name) => (name.as_str(), custom.rankings.at(name).clone()),
    };
    // An explanation distinguishes a custom key from a built-in one of the same name.
    RankingKey {
        is_custom: matches!(key, AssignBy::Custom(_)),
        name: name.into(),
        ranking,
    }
}
