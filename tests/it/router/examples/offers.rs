//! Offers, declines, loads and capacities.

use serde_json::json;

use crate::router::examples::router_pair::RouterPair;

#[test]
fn offer_can_be_accepted_only_before_it_expires() {
    let mut pair = RouterPair::with(&json!({}));
    pair.route(0, "c1");
    pair.route(0, "c2");
    assert_eq!(
        pair.accept(29_999, "c1", "asha"),
        ["accepted agent=asha by=agent group=red item=c1 queue=chat rule=ask"]
    );
    let late = json!({"accept": {"item": "c2", "agent": "ben"}});
    assert_eq!(
        pair.refused(30_000, late),
        [
            "offer_ended agent=ben item=c2 why=timed_out",
            "requeued item=c2 queue=chat why=timed_out",
        ]
    );
}

#[test]
fn lost_presence_withdraws_the_offer_without_a_decline() {
    let mut pair = RouterPair::with(
        &json!({"groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}),
    );
    pair.route(0, "c1");
    let switch = |on: bool| json!({"set_channel": {"agent": "asha", "channel": "chat", "on": on}});
    assert_eq!(
        pair.at(1000, switch(false)),
        [
            "offer_ended agent=asha item=c1 why=withdrawn",
            "requeued item=c1 queue=chat why=withdrawn"
        ]
    );
    assert_eq!(
        pair.at(2000, switch(true)),
        ["offered agent=asha by=router expires_ms=32000 group=red item=c1 queue=chat rule=ask"]
    );
}

#[test]
fn decline_ends_at_the_exact_millisecond() {
    let mut pair = RouterPair::with(&json!({
        "reject_reasons": {"busy": {"reassignable_after_secs": 10}},
        "groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    pair.route(0, "c1");
    pair.at(
        1000,
        json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}}),
    );
    assert!(pair.tick(10_999).is_empty());
    let again = pair.tick(11_000);
    assert!(again[0].starts_with("offered agent=asha"), "{again:?}");
    // The end of a decline does not clear the declines, so `exhausted` is not output again.
    let rejected = pair.at(
        12_000,
        json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}}),
    );
    assert_eq!(rejected.len(), 2, "{rejected:?}");
}

#[test]
fn wrap_up_uses_capacity() {
    let mut pair = RouterPair::with(&json!({
        "channels": {"chat": {"wrap_up_secs": 30}},
        "rules": {"ask": {"offer": "auto_accept"}},
        "groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    assert_eq!(
        pair.route(0, "c1"),
        [
            "queued item=c1 queue=chat",
            "accepted agent=asha by=auto group=red item=c1 queue=chat rule=ask"
        ]
    );
    pair.route(0, "c2");
    assert_eq!(
        pair.at(1000, json!({"complete": {"item": "c1"}})),
        ["wrapping_up agent=asha item=c1"]
    );
    for input in ["complete", "release"] {
        assert!(
            pair.refused(1000, json!({input: {"item": "c1"}}))
                .is_empty()
        );
    }
    assert!(pair.tick(30_999).is_empty());
    assert_eq!(
        pair.tick(31_000),
        [
            "closed agent=asha item=c1",
            "accepted agent=asha by=auto group=red item=c2 queue=chat rule=ask"
        ]
    );
}

#[test]
fn accepted_item_counts_as_load_unless_utilization_excludes_its_fact() {
    let mut pair = RouterPair::with(&json!({
        "channels": {"chat": {"utilization": {"field": "state", "in": ["new", "open"]}}},
        "rules": {"ask": {"offer": "auto_accept"}},
        "groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    // The items have no fact `state`, so each counts: Asha gets one of three.
    assert_eq!(pair.route(0, "c1").len(), 2);
    for id in ["c2", "c3"] {
        let queued = format!("queued item={id} queue=chat");
        assert_eq!(pair.route(0, id), [queued]);
    }
    let update = |id: &str, state: &str| json!({"update": {"item": id, "facts": {"state": state}}});
    assert!(pair.at(1000, update("c1", "open")).is_empty());
    let freed = pair.at(2000, update("c1", "on_hold"));
    assert_eq!(
        freed,
        ["accepted agent=asha by=auto group=red item=c2 queue=chat rule=ask"]
    );
}

#[test]
fn temporary_capacity_overrides_a_permanent_one() {
    let mut pair = RouterPair::with(
        &json!({"groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}),
    );
    let set = |capacity: u32| json!({"agent": "asha", "channel": "chat", "capacity": capacity});
    let mut until = set(0);
    until["until_ms"] = json!(5000);
    pair.at(0, json!({"set_capacity": until}));
    pair.at(0, json!({"set_capacity": set(2)}));
    for id in ["c1", "c2", "c3"] {
        assert_eq!(pair.route(1000, id).len(), 1);
    }
    assert_eq!(pair.tick(5000).len(), 2);
    assert!(
        pair.refused(5000, json!({"set_capacity": until}))
            .is_empty()
    );
    until["capacity"] = json!(null);
    pair.at(5000, json!({"set_capacity": until}));
    assert!(pair.at(6000, json!({"cancel": {"item": "c1"}})).len() == 2);
}

#[test]
fn item_without_a_holder_is_canceled_when_the_condition_of_its_channel_fails() {
    let condition = json!({"field": "kind", "is_not": "spam"});
    let mut pair = RouterPair::with(&json!({"channels": {"chat": {"condition": condition}}}));
    for id in ["c1", "c2", "c3"] {
        pair.route(0, id);
    }
    pair.accept(1000, "c1", "asha");
    let update = |id: &str| json!({"update": {"item": id, "facts": {"kind": "spam"}}});
    // Asha keeps what she has accepted, c2 is offered to ben, and c3 is queued.
    assert!(pair.at(2000, update("c1")).is_empty());
    assert_eq!(
        pair.at(2000, update("c3")),
        ["canceled item=c3 reason=disqualified"]
    );
    assert_eq!(
        pair.at(2000, update("c2")),
        [
            "offer_ended agent=ben item=c2 why=canceled",
            "canceled item=c2 reason=disqualified",
        ]
    );
}
