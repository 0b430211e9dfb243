//! An explanation, held against what the rules say of every member of the queue's pools.

use std::collections::BTreeSet;

use handover::{Explanation, Gate, Plan};

use crate::oracle::gates::{Case, Stop};

/// Those who may take the item in their order, then everyone else with the gate in which they came furthest.
#[track_caller]
pub(crate) fn check(case: &Case<'_>, plan: &Plan, explanation: &Explanation) {
    let mut expected: Vec<(&str, usize, &str)> = Vec::new();
    for standing in case.standings() {
        if expected.iter().all(|(agent, ..)| *agent != standing.agent) {
            expected.push((standing.agent, standing.pool, standing.group));
        }
    }
    let considered = explanation.candidates();
    let (may, others) = considered.split_at(expected.len());
    for (found, expected) in may.iter().zip(&expected) {
        assert_eq!(found.gate(), None, "{} may take it", expected.0);
        assert_eq!(found.agent().as_str(), expected.0);
        assert_eq!(found.pool(), Some(expected.1));
        assert_eq!(
            found.group().map(handover::GroupId::as_str),
            Some(expected.2)
        );
    }
    for found in others {
        let stop = case.reason(found.agent().as_str());
        let gate = found
            .gate()
            .unwrap_or_else(|| panic!("{} may not take it", found.agent()));
        let pool = found.pool().unwrap_or_default();
        assert_eq!(Some(stop_of(case, pool, gate)), stop, "{}", found.agent());
    }
    let members: BTreeSet<&str> = case
        .pools()
        .into_iter()
        .flat_map(|pool| case.listed(pool).into_keys())
        .collect();
    let named: BTreeSet<&str> = considered
        .iter()
        .map(|found| found.agent().as_str())
        .collect();
    assert_eq!(named, members);
    assert_eq!(considered.len(), members.len(), "each once");
    let shown = explanation.to_string();
    for id in members {
        assert!(shown.contains(id), "{id} is missing in\n{shown}");
    }
    let _ = plan;
}

fn stop_of(case: &Case<'_>, pool: usize, gate: &Gate) -> Stop {
    match gate {
        Gate::Pool => Stop::Pool,
        Gate::Presence => Stop::Presence,
        Gate::Declined => Stop::Declined,
        Gate::Skills => Stop::Skills,
        Gate::Ai => Stop::Ai,
        Gate::Capacity => Stop::Capacity,
        Gate::Custom(name) => {
            let gates = &case.rule(pool).gates;
            Stop::Custom(gates.iter().position(|other| other == name).unwrap())
        }
        other => panic!("{other:?} is new"),
    }
}
