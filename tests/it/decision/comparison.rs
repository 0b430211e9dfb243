//! Comparison of decisions and explanations with the oracle.

use std::collections::BTreeSet;

use handover::{AgentId, Decision, Explanation, Gate, Plan, Roster, Timestamp, assign};

use crate::oracle::conversion::{chosen, routed};
use crate::oracle::{FailedGate, Oracle};
use crate::support::plans::at;

/// Decides on an item, asserts that the decision agrees with the oracle, and returns the decision.
#[track_caller]
pub(crate) fn assert_agrees(plan: &Plan, roster: &Roster, oracle: &Oracle<'_>) -> Decision {
    let decision = assign(roster, &routed(plan, oracle.item), at(oracle.now)).unwrap();
    let ranked = oracle.ranked();
    let best = ranked.first();
    let expected = best.map(|best| (best.agent, best.pool, best.group));
    assert_eq!(
        chosen(plan, &decision),
        expected,
        "candidates {ranked:#?} for {:#?}",
        oracle.item
    );
    match decision {
        Decision::Assign(assignment) => {
            assert_eq!(assignment.size(), oracle.item.size(oracle.config));
            assert_eq!(
                *assignment.rule(plan).unwrap(),
                oracle.queue().eligibility[assignment.pool(plan).unwrap()].rule
            );
            assert_eq!(
                plan.queue_id(assignment.queue_handle()).unwrap(),
                oracle.item.queue.as_str()
            );
        }
        Decision::Wait(wait) => {
            let pools = oracle.pools();
            let is_open = |pool: &&usize| oracle.opens_at(**pool) <= oracle.now;
            let open_count = pools.iter().filter(is_open).count();
            assert_eq!(wait.pools_open() as usize, open_count);
            assert_eq!(wait.pools_not_yet_open() as usize, pools.len() - open_count);
            assert_eq!(wait.reason(), oracle.wait_reason());
            assert_until(oracle, wait.until());
        }
    }
    decision
}

/// Asserts that a wait ends at an upcoming change, and not later than the first change that makes an agent eligible.
#[track_caller]
fn assert_until(oracle: &Oracle<'_>, until: Option<Timestamp>) {
    let first_eligible_at = oracle.first_eligible_at();
    match until.map(Timestamp::as_millis) {
        Some(until) => {
            let changes = oracle.upcoming_changes();
            assert!(changes.contains(&until), "{until} is not in {changes:?}");
            assert!(
                first_eligible_at.is_none_or(|time| until <= time),
                "{until} is after {first_eligible_at:?}"
            );
        }
        None => assert_eq!(first_eligible_at, None),
    }
}

/// Asserts that an explanation lists the eligible agents in order, then all other members of the queue's pools.
///
/// Each of the others is listed once, with the gate of the pool in which the agent got furthest.
#[track_caller]
pub(crate) fn assert_explains(oracle: &Oracle<'_>, explanation: &Explanation) {
    let mut expected: Vec<(&str, usize, &str)> = Vec::new();
    for candidate in oracle.ranked() {
        if expected.iter().all(|(agent, ..)| *agent != candidate.agent) {
            expected.push((candidate.agent, candidate.pool, candidate.group));
        }
    }
    let reports = explanation.candidates();
    let (eligible, others) = reports.split_at(expected.len());
    for (report, (agent, pool, group)) in eligible.iter().zip(expected) {
        assert_eq!(report.gate(), None, "{agent} is eligible");
        assert_eq!(report.agent().as_str(), agent);
        assert_eq!(report.pool(), pool);
        assert_eq!(report.group().as_str(), group);
    }
    for report in others {
        let agent = report.agent();
        let expected = oracle.furthest_failed_gate(agent.as_str());
        let gate = report.gate();
        let gate = gate.unwrap_or_else(|| panic!("{agent} is not eligible"));
        let gate = failed_gate(oracle, report.pool(), gate);
        assert_eq!(Some(gate), expected, "{agent}");
    }
    let pools = oracle.pools().into_iter();
    let members: BTreeSet<&str> = pools
        .flat_map(|pool| oracle.members(pool).into_keys())
        .collect();
    let listed: BTreeSet<&str> = reports
        .iter()
        .map(|report| AgentId::as_str(report.agent()))
        .collect();
    assert_eq!(listed, members);
    assert_eq!(reports.len(), members.len(), "an agent is listed twice");
    let table = explanation.to_string();
    for id in members {
        assert!(table.contains(id), "{id} is missing in\n{table}");
    }
}

/// Converts a gate of an explanation into a gate of the oracle.
fn failed_gate(oracle: &Oracle<'_>, pool: usize, gate: &Gate) -> FailedGate {
    match gate {
        Gate::Pool => FailedGate::Pool,
        Gate::Presence => FailedGate::Presence,
        Gate::Declined => FailedGate::Declined,
        Gate::Skills => FailedGate::Skills,
        Gate::Ai => FailedGate::Ai,
        Gate::Capacity => FailedGate::Capacity,
        Gate::Custom(name) => {
            let gates = &oracle.rule(pool).gates;
            FailedGate::Custom(gates.iter().position(|other| other == name).unwrap())
        }
        other => panic!("{other:?} is not in the oracle"),
    }
}
