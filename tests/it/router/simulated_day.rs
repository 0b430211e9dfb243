//! Simulated days with thousands of items. A day follows from its seed.

mod actions;
mod configuration;
mod day;

use std::collections::BTreeMap;

use crate::support::cases;
use day::SimulatedDay;

/// The number of outputs of each kind.
pub(crate) type OutputCounts = BTreeMap<String, usize>;

/// In the last hour, all agents are present and no item arrives.
#[test]
fn every_item_ends_or_waits_for_a_stated_reason_after_a_day() {
    let mut counts = OutputCounts::new();
    for seed in 0..u64::from(cases::count(40)) {
        let mut day = SimulatedDay::run(seed, None);
        day.check_items();
        for (kind, count) in day.counts {
            *counts.entry(kind).or_default() += count;
        }
    }
    for kind in [
        "accepted",
        "canceled disqualified",
        "canceled max_wait",
        "canceled queue_gone",
        "canceled requested",
        "closed",
        "exhausted",
        "offer_ended rejected",
        "offer_ended superseded",
        "offer_ended timed_out",
        "offer_ended withdrawn",
        "offered",
        "presence_set timed_out",
        "reconfigured",
        "released agent_gone",
        "released asked",
        "released transferred",
        "requeued queue_gone",
        "target_missed",
        "trigger_due",
        "unroutable queue_full",
        "waits at the end",
        "wrapping_up",
    ] {
        assert!(counts.contains_key(kind), "no {kind} in {counts:#?}");
    }
    let (routed, closed) = (counts["routed"], counts["closed"]);
    assert!(closed * 10 > routed * 7, "{closed} of {routed} are closed");
}

#[test]
fn restart_at_noon_changes_nothing() {
    for seed in 0..u64::from(cases::count(4)) {
        SimulatedDay::run(seed, Some(day::NOON));
    }
}

#[test]
fn same_seed_gives_the_same_day() {
    let (first, second) = (SimulatedDay::run(7, None), SimulatedDay::run(7, None));
    assert_eq!(first.router.digest(), second.router.digest());
    let different = SimulatedDay::run(8, None);
    assert_ne!(first.router.digest(), different.router.digest());
}
