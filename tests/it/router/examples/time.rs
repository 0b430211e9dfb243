//! Steps far ahead, skipped time, and capacities that end.

use serde_json::json;

use crate::generators::router_input::DAY;
use crate::router::examples::router_pair::RouterPair;
use crate::support::plans::at;

#[test]
fn step_of_366_days_is_taken_and_one_of_a_millisecond_more_is_refused() {
    let longest = 1000 + 366 * DAY;
    let skip = |until: u64| json!({"skip_time": {"until_ms": until}});
    for (is_skip, expected) in [
        (false, vec![]),
        (
            true,
            vec![format!("time_skipped from_ms=1000 until_ms={longest}")],
        ),
    ] {
        let mut pair = RouterPair::with(&json!({}));
        pair.tick(1000);
        let step = |until| {
            if is_skip {
                (1000, skip(until))
            } else {
                (until, json!("tick"))
            }
        };
        let (now, input) = step(longest + 1);
        assert!(pair.refused(now, input).is_empty());
        let (now, input) = step(longest);
        assert_eq!(pair.at(now, input), expected);
    }
}

#[test]
fn first_step_may_be_at_any_moment() {
    let nobody = json!({
        "agents": {"asha": null, "ben": null}, "groups": {"red": {"members": []}}});
    let mut pair = RouterPair::with(&nobody);
    assert!(pair.tick(20_000 * DAY).is_empty());
    assert!(pair.refused(20_366 * DAY + 1, json!("tick")).is_empty());
}

#[test]
fn polled_timeout_is_at_most_365_days_ahead() {
    let day = 24 * 60 * 60;
    for (max_wait_secs, timeout) in [
        (365 * day - 1, 365 * DAY - 1000),
        (365 * day, 365 * DAY),
        (365 * day + 1, 365 * DAY),
        (366 * day, 365 * DAY),
    ] {
        let config = json!({
            "queues": {"chat": {"max_wait_secs": max_wait_secs}},
            "agents": {"asha": null, "ben": null}, "groups": {"red": {"members": []}}});
        let mut pair = RouterPair::with(&config);
        pair.route(5000, "c1");
        assert_eq!(pair.router.poll_timeout(), Some(at(5000 + timeout)));
        let outputs = pair.tick(5000 + timeout);
        let is_canceled = max_wait_secs <= 365 * day;
        assert_eq!(!outputs.is_empty(), is_canceled, "{outputs:?}");
    }
}

#[test]
fn skipped_time_does_not_count_as_idle_time() {
    let cleo = json!({"agents": {"cleo": {}}});
    let mut pair = RouterPair::with(&cleo);
    // Asha is idle since the epoch, and Ben since 2 s, though he is away. Cleo has no idle time.
    for (now, agent, state) in [
        (0, "cleo", "away"),
        (1000, "ben", "away"),
        (2000, "ben", "here"),
        (3000, "ben", "away"),
    ] {
        pair.set_presence(now, agent, state);
    }
    pair.at(5000, json!({"skip_time": {"until_ms": 65_000}}));
    for (agent, idle_since) in [("asha", 60_000), ("ben", 62_000), ("cleo", 0)] {
        let view = pair.router.agent(agent).unwrap();
        assert_eq!(view.status().idle_since(), at(idle_since), "{agent}");
    }
}

#[test]
fn replaced_temporary_capacity_does_not_end_the_next_one() {
    let set = |capacity: Option<u32>, until: Option<u64>| {
        let mut fields = json!({"agent": "asha", "channel": "chat", "capacity": capacity});
        if let Some(until) = until {
            fields["until_ms"] = until.into();
        }
        json!({"set_capacity": fields})
    };
    for is_removed in [false, true] {
        let alone = json!({"agents": {"ben": null}, "groups": {"red": {"members": ["asha"]}}});
        let mut pair = RouterPair::with(&alone);
        pair.at(0, set(Some(3), Some(10_000)));
        if is_removed {
            pair.at(0, set(None, None));
            assert_eq!(pair.router.poll_timeout(), None);
        }
        pair.at(0, set(Some(2), Some(20_000)));
        assert_eq!(pair.router.poll_timeout(), Some(at(20_000)));
        pair.route(0, "c1");
        pair.tick(10_000);
        // The second of two items fits into the capacity that holds until 20 s.
        assert_eq!(pair.route(19_999, "c2").len(), 2);
        assert_eq!(pair.route(19_999, "c3").len(), 1);
    }
}

#[test]
fn temporary_capacity_that_ends_in_skipped_time_ends_with_the_skip() {
    for until in [5000, 20_000] {
        let alone = json!({"agents": {"ben": null}, "groups": {"red": {"members": ["asha"]}}});
        let mut pair = RouterPair::with(&alone);
        let set = json!({"agent": "asha", "channel": "chat", "capacity": 0, "until_ms": 10_000});
        pair.at(0, json!({"set_capacity": set}));
        pair.route(0, "c1");
        let mut outputs = pair.at(0, json!({"skip_time": {"until_ms": until}}));
        let skipped = outputs.remove(0);
        assert_eq!(skipped, format!("time_skipped from_ms=0 until_ms={until}"));
        if until < 10_000 {
            assert_eq!(outputs, [""; 0]);
            outputs = pair.tick(10_000);
        }
        assert_eq!(outputs.len(), 1, "{outputs:?}");
        assert!(outputs[0].starts_with("offered agent=asha"), "{outputs:?}");
    }
}
