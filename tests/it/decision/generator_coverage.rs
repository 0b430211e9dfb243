//! The generators are tested too: what they never reach, no law looks at.

use std::collections::{BTreeMap, BTreeSet};

use handover::{Affinity, AgentKind};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::generators::fixture::{self, NOW, World};
use crate::oracle::Standing;
use crate::oracle::gates::Case;

const WORLDS: usize = 3000;

/// The component of the order that set the best apart from the next agent.
fn decisive(case: &Case<'_>, best: &Standing<'_>, next: &Standing<'_>) -> String {
    let first_difference =
        |left: &[_], right: &[_]| left.iter().zip(right).position(|(a, b)| a != b);
    if best.affinity != next.affinity {
        let differs = best
            .affinity
            .iter()
            .zip(&next.affinity)
            .position(|(a, b)| a != b);
        format!("affinity {:?}", case.queue().affinity[differs.unwrap()])
    } else if best.tier != next.tier {
        "tier".into()
    } else if best.turn_of_pool != next.turn_of_pool {
        "pool".into()
    } else if best.human != next.human {
        "ai first".into()
    } else if best.skills != next.skills {
        let counts = best.skills.0.0 != next.skills.0.0;
        format!("skills {}", if counts { "count" } else { "level" })
    } else if best.assign_by != next.assign_by {
        let differs = first_difference(&best.assign_by, &next.assign_by).unwrap();
        let place = if differs == 0 { "first" } else { "later" };
        format!("{:?} {place}", case.rule(best.pool).assign_by[differs])
    } else if best.last_assigned != next.last_assigned {
        "last assigned at the end".into()
    } else {
        "agent id".into()
    }
}

/// What one world shows.
fn seen_in(world: &World) -> BTreeSet<String> {
    let World {
        config,
        desk,
        questions,
    } = world;
    let mut seen = BTreeSet::new();
    for question in questions {
        let case = Case {
            config,
            desk,
            question,
            now: NOW,
        };
        let standings = case.standings();
        for agent in config.agents.keys().map(handover::AgentId::as_str) {
            for pool in case
                .pools()
                .into_iter()
                .filter(|pool| case.listed(*pool).contains_key(agent))
            {
                seen.extend(case.stop(pool, agent).map(|stop| format!("stop {stop:?}")));
            }
        }
        match standings.first() {
            None => {
                seen.insert(format!("{:?}", case.why()));
                seen.insert(format!(
                    "wait until something: {}",
                    case.first_change().is_some()
                ));
            }
            Some(best) => {
                seen.insert("assign".into());
                seen.insert(format!("mode {:?}", case.rule(best.pool).skills));
                let agent = config.agents.get(best.agent).unwrap();
                if agent.kind == AgentKind::Ai {
                    seen.insert("ai chosen".into());
                }
                seen.insert(format!("tier {}", best.tier.min(2)));
                seen.insert(format!("pool {}", best.turn_of_pool));
                let next = standings.iter().find(|next| next.agent != best.agent);
                seen.extend(next.map(|next| decisive(&case, best, next)));
                let cursor = desk.cursors.get(&(question.queue.clone(), best.pool));
                let listed = case.listed(best.pool);
                let first = cursor.and_then(|last| listed.get(last.as_str()));
                seen.extend(first.and_then(|last| {
                    (listed[best.agent] <= *last).then(|| "round robin wraps".into())
                }));
                if cursor.is_some() && first.is_none() {
                    seen.insert("cursor not listed".into());
                }
                let doubled = standings
                    .iter()
                    .filter(|other| other.agent == best.agent)
                    .count()
                    > 1;
                seen.extend(doubled.then(|| "chosen in several groups".into()));
            }
        }
        seen.extend(
            case.pools()
                .iter()
                .any(|pool| case.opens(*pool) > NOW)
                .then(|| "pool not open".into()),
        );
        seen.extend(
            case.pools()
                .iter()
                .any(|pool| case.opens(*pool) == NOW)
                .then(|| "pool opens now".into()),
        );
    }
    seen
}

#[test]
fn the_generators_reach_everything() {
    let mut runner = TestRunner::deterministic();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..WORLDS {
        let world = fixture::world().new_tree(&mut runner).unwrap().current();
        for seen in seen_in(&world) {
            *counts.entry(seen).or_default() += 1;
        }
    }
    let mut wanted: Vec<String> = [
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
        "last assigned at the end",
        "agent id",
        "round robin wraps",
        "cursor not listed",
        "chosen in several groups",
        "pool not open",
        "pool opens now",
        "stop Pool",
        "stop Presence",
        "stop Declined",
        "stop Skills",
        "stop Ai",
        "stop Capacity",
        "stop Custom(0)",
        "NoPool",
        "NoPoolOpen",
        "NobodyPresent",
        "NobodyWithRoom",
        "NobodySuitable",
        "wait until something: true",
        "wait until something: false",
    ]
    .map(String::from)
    .into();
    wanted.extend(fixture::keys().iter().map(|key| format!("{key:?} first")));
    wanted.extend(
        fixture::skill_modes()
            .iter()
            .map(|mode| format!("mode {mode:?}")),
    );
    wanted.extend(
        [Affinity::LastAgent, Affinity::Preferred].map(|entry| format!("affinity {entry:?}")),
    );
    wanted.retain(|name| counts.get(name).is_none_or(|count| *count < 5));
    assert!(
        wanted.is_empty(),
        "seldom or never reached: {wanted:?}; seen: {counts:#?}"
    );
}
