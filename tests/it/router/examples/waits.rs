//! What time brings to an item that waits.

use serde_json::json;

use crate::router::examples::router_pair::Story;

/// Nobody is there, and the queue has the clocks given.
fn waiting(queue: &serde_json::Value) -> Story {
    let mut story = Story::with(&json!({"queues": {"chat": queue}}));
    for agent in ["asha", "ben"] {
        story.at(0, json!({"set_presence": {"agent": agent, "state": null}}));
    }
    story
}

#[test]
fn a_late_step_brings_everything_in_order() {
    let clocks = json!({
        "target_wait_secs": 20, "max_wait_secs": 40,
        "triggers": [{"at_secs": 20, "name": "music"}, {"at_secs": 10, "name": "hello"}, {"at_secs": 40, "name": "never"}]});
    let mut story = waiting(&clocks);
    story.route(0, "c1");
    story.route(5000, "c2");
    assert_eq!(
        story.tick(60_000),
        [
            "trigger_due item=c1 name=hello queue=chat",
            "trigger_due item=c2 name=hello queue=chat",
            "target_missed item=c1 queue=chat",
            "trigger_due item=c1 name=music queue=chat",
            "target_missed item=c2 queue=chat",
            "trigger_due item=c2 name=music queue=chat",
            "canceled item=c1 reason=max_wait",
            "canceled item=c2 reason=max_wait",
        ]
    );
}

#[test]
fn a_moment_includes_itself() {
    let mut story = waiting(&json!({"max_wait_secs": 40}));
    story.route(0, "c1");
    assert!(story.tick(39_999).is_empty());
    assert_eq!(story.tick(40_000), ["canceled item=c1 reason=max_wait"]);
}

#[test]
fn an_offer_and_the_wait_that_end_at_one_moment_end_in_this_order() {
    let mut story = Story::with(&json!({"queues": {"chat": {"max_wait_secs": 30}}}));
    story.route(0, "c1");
    assert_eq!(
        story.tick(30_000),
        [
            "offer_ended agent=asha item=c1 why=timed_out",
            "requeued item=c1 queue=chat why=timed_out",
            "canceled item=c1 reason=max_wait",
        ]
    );
}

#[test]
fn a_wait_that_ends_during_an_offer_ends_with_it() {
    let mut story = Story::with(&json!({"queues": {"chat": {"max_wait_secs": 20}}}));
    story.route(0, "c1");
    story.route(0, "c2");
    assert!(story.tick(20_000).is_empty());
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    assert_eq!(
        story.at(25_000, reject),
        [
            "offer_ended agent=asha item=c1 reason=busy why=rejected",
            "canceled item=c1 reason=max_wait"
        ]
    );
    story.accept(26_000, "c2", "ben");
    assert!(story.tick(60_000).is_empty());
}

#[test]
fn a_full_queue_takes_only_what_somebody_takes_at_once() {
    let mut story = Story::with(&json!({"queues": {"chat": {"max_length": 1}}}));
    for id in ["c1", "c2"] {
        story.route(0, id);
    }
    assert_eq!(story.route(0, "c3"), ["queued item=c3 queue=chat"]);
    assert_eq!(
        story.route(0, "c4"),
        ["unroutable item=c4 reason=queue_full"]
    );
    story.accept(0, "c1", "asha");
    let transfer = json!({"transfer": {"item": "c1", "to_queue": "chat"}});
    assert!(story.refused(0, transfer).is_empty());
    let released = story.at(0, json!({"release": {"item": "c1"}}));
    // What comes back is never refused. It is not asha's again, and the older of the two is.
    assert_eq!(
        released,
        [
            "released agent=asha item=c1 why=asked",
            "requeued item=c1 queue=chat why=released",
            "offered agent=asha by=router expires_ms=30000 group=red item=c3 queue=chat rule=ask",
        ]
    );
}

#[test]
fn the_oldest_of_equals_goes_first_and_a_missing_fact_last() {
    let sort = json!([{"field": "level", "direction": "descending"}]);
    let mut story = waiting(&json!({"sort": sort}));
    let items = [
        ("c1", json!({})),
        ("c2", json!({"level": 1})),
        ("c3", json!({"level": "x"})),
        ("c4", json!({"level": 2})),
    ];
    for (id, facts) in items {
        story.at(
            0,
            json!({"route": {"item": {"id": id, "channel": "chat", "facts": facts}}}),
        );
    }
    story.at(
        0,
        json!({"set_capacity": {"agent": "asha", "channel": "chat", "capacity": 4}}),
    );
    let offered = story.at(
        0,
        json!({"set_presence": {"agent": "asha", "state": "here"}}),
    );
    let order: Vec<&str> = offered
        .iter()
        .filter_map(|told| told.split("item=").nth(1)?.get(..2))
        .collect();
    assert_eq!(order, ["c3", "c4", "c2", "c1"]);
}

#[test]
fn who_sleeps_through_two_offers_is_sent_away_once_after_both() {
    let mut story = Story::with(&json!({
        "rules": {"ask": {"offer": {"ask": {"timeout_secs": 30, "timeout_presence": "away"}}}},
        "agents": {"asha": {"capacity": {"chat": 3}}, "ben": null},
        "groups": {"red": {"members": ["asha"]}}}));
    story.route(0, "c1");
    story.route(10_000, "c2");
    story.route(25_000, "c3");
    assert_eq!(
        story.tick(45_000),
        [
            "offer_ended agent=asha item=c1 why=timed_out",
            "requeued item=c1 queue=chat why=timed_out",
            "offer_ended agent=asha item=c2 why=timed_out",
            "requeued item=c2 queue=chat why=timed_out",
            "presence_set agent=asha state=away why=timed_out",
            "offer_ended agent=asha item=c3 why=withdrawn",
            "requeued item=c3 queue=chat why=withdrawn",
            "exhausted item=c1 queue=chat",
            "exhausted item=c2 queue=chat",
        ]
    );
}

#[test]
fn what_is_exhausted_starts_over_at_its_moment() {
    let mut story = Story::with(&json!({
        "queues": {"chat": {"when_exhausted": {"start_over_secs": 60}}},
        "agents": {"ben": null}, "groups": {"red": {"members": ["asha"]}}}));
    story.route(0, "c1");
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    let rejected = story.at(1000, reject);
    assert_eq!(rejected.last().unwrap(), "exhausted item=c1 queue=chat");
    assert!(story.tick(60_999).is_empty());
    assert_eq!(
        story.tick(61_000),
        ["offered agent=asha by=router expires_ms=91000 group=red item=c1 queue=chat rule=ask"]
    );
}
