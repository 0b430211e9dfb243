//! Coverage of the generated fixtures. A law checks only the cases that its generator produces.

use std::collections::{BTreeMap, BTreeSet};

use handover::{Affinity, AgentKind};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::generators::fixture::{Fixture, NOW, fixture, keys, skill_modes};
use crate::oracle::{Oracle, RankedCandidate};

const FIXTURES: usize = 3000;

/// Returns a name for the first field in which the best candidate differs from the candidate of the next agent.
fn decisive(oracle: &Oracle<'_>, best: &RankedCandidate<'_>, next: &RankedCandidate<'_>) -> String {
    let first_difference =
        |left: &[_], right: &[_]| left.iter().zip(right).position(|(a, b)| a != b);
    if best.affinity != next.affinity {
        let differs = best
            .affinity
            .iter()
            .zip(&next.affinity)
            .position(|(a, b)| a != b);
        format!("affinity {:?}", oracle.queue().affinity[differs.unwrap()])
    } else if best.tier != next.tier {
        "tier".into()
    } else if best.pool_rank != next.pool_rank {
        "pool".into()
    } else if best.is_human != next.is_human {
        "ai first".into()
    } else if best.skills != next.skills {
        let differs_in_count = best.skills.0.0 != next.skills.0.0;
        format!(
            "skills {}",
            if differs_in_count { "count" } else { "level" }
        )
    } else if best.assign_by != next.assign_by {
        let differs = first_difference(&best.assign_by, &next.assign_by).unwrap();
        let rank = if differs == 0 { "first" } else { "later" };
        format!("{:?} {rank}", oracle.rule(best.pool).assign_by[differs])
    } else if best.assigned_seq != next.assigned_seq {
        "last assigned".into()
    } else {
        "agent id".into()
    }
}

/// Whether two candidates have other live items of the item's requester, and the queue prefers such agents.
fn are_current(oracle: &Oracle<'_>, candidates: [&RankedCandidate<'_>; 2]) -> bool {
    let mut affinities = oracle.queue().affinity.iter();
    let entry = affinities.position(|affinity| matches!(affinity, Affinity::LastAgent { .. }));
    entry.is_some_and(|entry| candidates.iter().all(|best| best.affinity[entry] == 0))
}

/// Returns the outcomes that one fixture reaches.
fn outcomes(fixture: &Fixture) -> BTreeSet<String> {
    let mut outcomes = BTreeSet::new();
    for item in &fixture.items {
        let oracle = fixture.oracle(item, NOW);
        let ranked = oracle.ranked();
        for agent in oracle.config.agents.keys().map(handover::AgentId::as_str) {
            for pool in oracle
                .pools()
                .into_iter()
                .filter(|pool| oracle.members(*pool).contains_key(agent))
            {
                outcomes.extend(
                    oracle
                        .failed_gate(pool, agent)
                        .map(|gate| format!("fails {gate:?}")),
                );
            }
        }
        match ranked.first() {
            None => {
                outcomes.insert(format!("{:?}", oracle.wait_reason()));
                outcomes.insert(format!(
                    "wait has an end: {}",
                    oracle.first_eligible_at().is_some()
                ));
            }
            Some(best) => {
                outcomes.insert("assign".into());
                outcomes.insert(format!("mode {:?}", oracle.rule(best.pool).skills));
                let agent = oracle.config.agents.get(best.agent).unwrap();
                if agent.kind == AgentKind::Ai {
                    outcomes.insert("ai chosen".into());
                }
                outcomes.insert(format!("tier {}", best.tier.min(2)));
                outcomes.insert(format!("pool {}", best.pool_rank));
                let next = ranked.iter().find(|next| next.agent != best.agent);
                outcomes.extend(next.map(|next| decisive(&oracle, best, next)));
                let next_current = next.filter(|next| are_current(&oracle, [best, next]));
                outcomes.extend(next_current.map(|next| {
                    let decisive = decisive(&oracle, best, next);
                    format!("current agents: {decisive}")
                }));
                let cursor = fixture.roster.cursors.get(&(item.queue.clone(), best.pool));
                let members = oracle.members(best.pool);
                let first = cursor.and_then(|last| members.get(last.as_str()));
                outcomes.extend(first.and_then(|last| {
                    (members[best.agent] <= *last).then(|| "round robin wraps".into())
                }));
                if cursor.is_some() && first.is_none() {
                    outcomes.insert("cursor is not a member".into());
                }
                let is_in_several_groups = ranked
                    .iter()
                    .filter(|other| other.agent == best.agent)
                    .count()
                    > 1;
                outcomes.extend(is_in_several_groups.then(|| "chosen in several groups".into()));
            }
        }
        outcomes.extend(
            oracle
                .pools()
                .iter()
                .any(|pool| oracle.opens_at(*pool) > NOW)
                .then(|| "pool not open".into()),
        );
        outcomes.extend(
            oracle
                .pools()
                .iter()
                .any(|pool| oracle.opens_at(*pool) == NOW)
                .then(|| "pool opens now".into()),
        );
    }
    outcomes
}

#[test]
fn generated_fixtures_reach_all_outcomes() {
    let mut runner = TestRunner::deterministic();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..FIXTURES {
        let fixture = fixture().new_tree(&mut runner).unwrap().current();
        for outcome in outcomes(&fixture) {
            *counts.entry(outcome).or_default() += 1;
        }
    }
    let mut rare_outcomes: Vec<String> = [
        "assign",
        "ai chosen",
        "tier 0",
        "tier 1",
        "pool 0",
        "pool 1",
        "pool 2",
        "tier",
        "pool",
        "ai first",
        "skills count",
        "skills level",
        "last assigned",
        "agent id",
        "round robin wraps",
        "cursor is not a member",
        "chosen in several groups",
        "pool not open",
        "pool opens now",
        "fails Pool",
        "fails Presence",
        "fails Declined",
        "fails Skills",
        "fails Ai",
        "fails Capacity",
        "fails Custom(0)",
        "NoPool",
        "NoPoolOpen",
        "NobodyPresent",
        "NobodyWithRoom",
        "NobodySuitable",
        "wait has an end: true",
        "wait has an end: false",
    ]
    .map(String::from)
    .into();
    rare_outcomes.extend(keys().iter().map(|key| format!("{key:?} first")));
    rare_outcomes.extend(skill_modes().iter().map(|mode| format!("mode {mode:?}")));
    rare_outcomes.extend(
        [
            Affinity::last_agent(),
            Affinity::LastAgent { within_days: 1 },
            Affinity::Preferred,
        ]
        .map(|entry| format!("affinity {entry:?}")),
    );
    rare_outcomes.extend(
        [
            "affinity Preferred",
            "tier",
            "pool",
            "ai first",
            "skills count",
            "MostCapacity first",
            "last assigned",
        ]
        .map(|decisive| format!("current agents: {decisive}")),
    );
    rare_outcomes.retain(|name| counts.get(name).is_none_or(|count| *count < 5));
    assert!(
        rare_outcomes.is_empty(),
        "reached less than 5 times: {rare_outcomes:?} of {counts:#?}"
    );
}
