//! Whole days with thousands of items, each determined by its seed.

mod actions;
mod configuration;
mod day;

use std::collections::BTreeMap;

use day::Day;

const SEEDS: std::ops::Range<u64> = 0..40;

/// How often things of a kind have happened.
pub(crate) type Tally = BTreeMap<String, usize>;

/// In the last hour everybody is back, works, and nobody comes.
#[test]
fn after_a_quiet_hour_every_item_is_done_or_has_a_stated_reason() {
    let mut all = Tally::new();
    for seed in SEEDS {
        let mut day = Day::lived(seed, None);
        day.everything_has_an_end();
        for (kind, times) in day.tally {
            *all.entry(kind).or_default() += times;
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
        assert!(all.contains_key(kind), "no {kind} in {all:#?}");
    }
    let (came, closed) = (all["came"], all["closed"]);
    assert!(closed * 10 > came * 7, "{closed} of {came} are closed");
}

#[test]
fn a_restart_in_the_middle_of_the_day_changes_nothing() {
    for seed in SEEDS.start..SEEDS.start + 4 {
        Day::lived(seed, Some(day::NOON));
    }
}

#[test]
fn the_same_seed_is_the_same_day() {
    let (one, other) = (Day::lived(7, None), Day::lived(7, None));
    assert_eq!(one.router.digest(), other.router.digest());
    assert_ne!(one.router.digest(), Day::lived(8, None).router.digest());
}
