//! Waiting items: targets, triggers, limits, order, exhaustion.

use serde_json::json;

use crate::router::examples::router_pair::RouterPair;

/// Returns a pair without present agents, with changes of the queue.
fn waiting(queue: &serde_json::Value) -> RouterPair {
    let mut pair = RouterPair::with(&json!({"queues": {"chat": queue}}));
    for agent in ["asha", "ben"] {
        pair.set_presence(0, agent, None);
    }
    pair
}

#[test]
fn late_step_processes_everything_that_is_due_in_order() {
    let limits = json!({
        "target_wait_secs": 20, "max_wait_secs": 40,
        "triggers": [{"at_secs": 20, "name": "music"}, {"at_secs": 10, "name": "hello"}, {"at_secs": 40, "name": "never"}]});
    let mut pair = waiting(&limits);
    pair.route(0, "c1");
    pair.route(5000, "c2");
    assert_eq!(
        pair.tick(60_000),
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
fn max_wait_cancels_at_the_exact_millisecond() {
    let mut pair = waiting(&json!({"max_wait_secs": 40}));
    pair.route(0, "c1");
    assert!(pair.tick(39_999).is_empty());
    assert_eq!(pair.tick(40_000), ["canceled item=c1 reason=max_wait"]);
}

#[test]
fn offer_ends_before_a_wait_that_ends_at_the_same_time() {
    let mut pair = RouterPair::with(&json!({"queues": {"chat": {"max_wait_secs": 30}}}));
    pair.route(0, "c1");
    assert_eq!(
        pair.tick(30_000),
        [
            "offer_ended agent=asha item=c1 why=timed_out",
            "requeued item=c1 queue=chat why=timed_out",
            "canceled item=c1 reason=max_wait",
        ]
    );
}

#[test]
fn wait_that_ends_during_an_offer_cancels_unless_it_is_accepted() {
    let mut pair = RouterPair::with(&json!({"queues": {"chat": {"max_wait_secs": 20}}}));
    pair.route(0, "c1");
    pair.route(0, "c2");
    assert!(pair.tick(20_000).is_empty());
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    assert_eq!(
        pair.at(25_000, reject),
        [
            "offer_ended agent=asha item=c1 reason=busy why=rejected",
            "canceled item=c1 reason=max_wait"
        ]
    );
    pair.accept(26_000, "c2", "ben");
    assert!(pair.tick(60_000).is_empty());
}

#[test]
fn item_rejected_at_the_moment_of_max_wait_is_canceled() {
    let limits = json!({"queues": {"chat": {"max_wait_secs": 20, "target_wait_secs": 5}}});
    let mut pair = RouterPair::with(&limits);
    pair.route(0, "c1");
    // An earlier deadline must have no effect on the later step.
    assert_eq!(pair.tick(5000), ["target_missed item=c1 queue=chat"]);
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    assert_eq!(
        pair.at(20_000, reject),
        [
            "offer_ended agent=asha item=c1 reason=busy why=rejected",
            "canceled item=c1 reason=max_wait"
        ]
    );
}

#[test]
fn full_queue_takes_only_items_that_are_assigned_at_once() {
    let mut pair = RouterPair::with(&json!({"queues": {"chat": {"max_length": 1}}}));
    for id in ["c1", "c2"] {
        pair.route(0, id);
    }
    assert_eq!(pair.route(0, "c3"), ["queued item=c3 queue=chat"]);
    assert_eq!(
        pair.route(0, "c4"),
        ["unroutable item=c4 reason=queue_full"]
    );
    pair.accept(0, "c1", "asha");
    let transfer = json!({"transfer": {"item": "c1", "to_queue": "chat"}});
    assert!(pair.refused(0, transfer).is_empty());
    let released = pair.at(0, json!({"release": {"item": "c1", "by": "asha"}}));
    // A released item is never refused. Asha has declined c1, so she gets c3.
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
fn items_are_sorted_with_missing_facts_last() {
    let sort = json!([{"field": "level", "direction": "descending"}]);
    let mut pair = waiting(&json!({"sort": sort}));
    let items = [
        ("c1", json!({})),
        ("c2", json!({"level": 1})),
        ("c3", json!({"level": "x"})),
        ("c4", json!({"level": 2})),
    ];
    for (id, facts) in items {
        pair.at(
            0,
            json!({"route": {"item": {"id": id, "channel": "chat", "facts": facts}}}),
        );
    }
    pair.at(
        0,
        json!({"set_capacity": {"agent": "asha", "channel": "chat", "capacity": 4}}),
    );
    let offered = pair.set_presence(0, "asha", "here");
    let order: Vec<&str> = offered
        .iter()
        .filter_map(|outputs| outputs.split("item=").nth(1)?.get(..2))
        .collect();
    assert_eq!(order, ["c3", "c4", "c2", "c1"]);
}

#[test]
fn two_timed_out_offers_set_the_timeout_presence_once() {
    let mut pair = RouterPair::with(&json!({
        "rules": {"ask": {"offer": {"ask": {"timeout_secs": 30, "timeout_presence": "away"}}}},
        "agents": {"asha": {"capacity": {"chat": 3}}, "ben": null},
        "groups": {"red": {"members": ["asha"]}}}));
    pair.route(0, "c1");
    pair.route(10_000, "c2");
    pair.route(25_000, "c3");
    assert_eq!(
        pair.tick(45_000),
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
fn offers_that_expire_at_the_same_moment_all_time_out() {
    let mut pair = RouterPair::with(&json!({
        "rules": {"ask": {"offer": {"ask": {"timeout_secs": 30, "timeout_presence": "away"}}}},
        "agents": {"asha": {"capacity": {"chat": 2}}, "ben": null},
        "groups": {"red": {"members": ["asha"]}}}));
    pair.route(0, "c1");
    pair.route(0, "c2");
    assert_eq!(
        pair.tick(30_000)[..5],
        [
            "offer_ended agent=asha item=c1 why=timed_out",
            "requeued item=c1 queue=chat why=timed_out",
            "offer_ended agent=asha item=c2 why=timed_out",
            "requeued item=c2 queue=chat why=timed_out",
            "presence_set agent=asha state=away why=timed_out",
        ]
    );
}

#[test]
fn timeout_presence_replaces_only_another_state_that_takes_work() {
    for state in ["away", "busy", "here"] {
        let mut pair = RouterPair::with(&json!({
            "presence_states": {"busy": {"takes_work": true, "channels": "all"}},
            "rules": {"ask": {
                "offer": {"ask": {"timeout_secs": 30, "timeout_presence": "busy"}},
                "on_presence_lost": "keep"}},
            "agents": {"ben": null}, "groups": {"red": {"members": ["asha"]}}}));
        pair.route(0, "c1");
        pair.set_presence(1000, "asha", state);
        let outputs = pair.tick(30_000);
        let is_set = outputs.iter().any(|line| line.starts_with("presence_set"));
        assert_eq!(is_set, state == "here", "{outputs:?}");
    }
}

#[test]
fn exhausted_item_starts_over_at_the_exact_millisecond() {
    let mut pair = RouterPair::with(&json!({
        "queues": {"chat": {"when_exhausted": {"start_over_secs": 60}}},
        "agents": {"ben": null}, "groups": {"red": {"members": ["asha"]}}}));
    pair.route(0, "c1");
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    let rejected = pair.at(1000, reject);
    assert_eq!(rejected.last().unwrap(), "exhausted item=c1 queue=chat");
    assert!(pair.tick(60_999).is_empty());
    assert_eq!(
        pair.tick(61_000),
        ["offered agent=asha by=router expires_ms=91000 group=red item=c1 queue=chat rule=ask"]
    );
}

#[test]
fn late_step_outputs_each_of_256_triggers_once_in_their_order() {
    // Configures two triggers per second, the latest first.
    let trigger = |n: usize| json!({"at_secs": (257 - n) / 2, "name": format!("t{n}")});
    let triggers: Vec<_> = (0..256).map(trigger).collect();
    let mut pair = waiting(&json!({"triggers": triggers}));
    pair.route(0, "c1");
    // Triggers fire by time, then in the order of the configuration.
    let order = (0..128).rev().flat_map(|pair| [2 * pair, 2 * pair + 1]);
    let expected: Vec<_> = order
        .map(|n| format!("trigger_due item=c1 name=t{n} queue=chat"))
        .collect();
    assert_eq!(pair.tick(1_000_000), expected);
    assert_eq!(pair.tick(2_000_000), [""; 0]);
}

#[test]
fn item_is_exhausted_when_the_pools_that_open_later_have_nobody_left() {
    let mut pair = RouterPair::with(&json!({
        "queues": {"chat": {"eligibility": [
            {"groups": ["red"], "rule": "ask"},
            {"groups": ["second"], "rule": "ask", "eligible_at_secs": 300}]}},
        "groups": {"red": {"members": ["asha"]}, "second": {"members": ["ben"]}}}));
    pair.route(0, "c1");
    let reject = |agent: &str| json!({"reject": {"item": "c1", "agent": agent, "reason": "busy"}});
    let rejected = pair.at(1000, reject("asha"));
    // Ben has not declined, though his pool opens later.
    assert_eq!(rejected.len(), 2, "{rejected:?}");
    let leave = json!({"set_presence": {"agent": "ben", "state": "away"}});
    let left = pair.at(2000, leave);
    assert_eq!(left.last().unwrap(), "exhausted item=c1 queue=chat");
}

#[test]
fn pool_that_opens_after_the_maximum_wait_counts_for_exhaustion() {
    let mut pair = RouterPair::with(&json!({
        "queues": {"chat": {"max_wait_secs": 60, "eligibility": [
            {"groups": ["red"], "rule": "ask"},
            {"groups": ["second"], "rule": "ask", "eligible_at_secs": 300}]}},
        "groups": {"red": {"members": ["asha"]}, "second": {"members": ["ben"]}}}));
    pair.route(0, "c1");
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    let rejected = pair.at(1000, reject);
    assert_eq!(rejected.len(), 2, "{rejected:?}");
    assert_eq!(pair.tick(60_000), ["canceled item=c1 reason=max_wait"]);
}

#[test]
fn decline_of_a_removed_agent_lapses_at_the_exact_millisecond() {
    for (now, is_exhausted) in [(60_999, true), (61_000, false)] {
        let reason = json!({"reject_reasons": {"busy": {"reassignable_after_secs": 60}}});
        let mut pair = RouterPair::with(&reason);
        // Ben is busy, so that c1 waits after Asha has rejected it.
        let item = json!({"id": "c0", "channel": "chat"});
        let direct = json!({"assign_directly": {"new_item": item, "agent": "ben"}});
        pair.at(0, direct);
        pair.route(0, "c1");
        let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
        pair.at(1000, reject);
        let remove = json!({"set_agent": {"agent": "asha", "value": null}});
        pair.at(2000, remove);
        let left = pair.set_presence(now, "ben", "away");
        let exhausted = "exhausted item=c1 queue=chat".to_owned();
        assert_eq!(left.contains(&exhausted), is_exhausted, "{left:?}");
    }
}
