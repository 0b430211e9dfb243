//! Inputs that are delivered twice.

use serde_json::{Value, json};

use crate::router::examples::router_pair::RouterPair;

/// Returns a pair in which asha holds c1, c2 is offered to ben, and c3 is queued.
fn busy() -> RouterPair {
    let mut pair = RouterPair::with(&json!({
        "channels": {"chat": {"wrap_up_secs": 60}},
        "queues": {"other": {"active": true, "channel": "chat"}},
        "reject_reasons": {"busy": {}}
    }));
    for id in ["c1", "c2", "c3"] {
        pair.route(0, id);
    }
    pair.accept(0, "c1", "asha");
    pair
}

/// Gives an input twice. Returns the code of the second refusal, or its outputs.
#[track_caller]
fn twice(pair: &mut RouterPair, input: &Value) -> Result<Vec<String>, &'static str> {
    pair.at(1_000, input.clone());
    let (result, outputs) = pair.handle(2_000, input.clone());
    match result {
        Ok(()) => Ok(outputs),
        Err(error) => Err(error.code()),
    }
}

#[test]
fn repeat_is_refused_with_the_documented_code() {
    let new_item = json!({"id": "c9", "channel": "chat"});
    let cases = [
        (json!({"route": {"item": new_item}}), "id_in_use"),
        (
            json!({"accept": {"item": "c2", "agent": "ben"}}),
            "already_accepted",
        ),
        (
            json!({"reject": {"item": "c2", "agent": "ben", "reason": "busy"}}),
            "not_offered",
        ),
        (json!({"complete": {"item": "c1"}}), "already_completed"),
        (
            json!({"complete": {"item": "c1", "by": "asha"}}),
            "already_completed",
        ),
        (json!({"close": {"item": "c1"}}), "unknown_item"),
        (json!({"cancel": {"item": "c3"}}), "unknown_item"),
        (
            json!({"release": {"item": "c1", "by": "asha"}}),
            "not_the_holder",
        ),
        (json!({"release": {"item": "c1"}}), "wrong_state"),
        (
            json!({"transfer": {"item": "c1", "to_queue": "other", "by": "asha"}}),
            "not_the_holder",
        ),
        (
            json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}}),
            "transfer_under_way",
        ),
        (
            json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "blind", "force": true}}),
            "wrong_state",
        ),
        (
            json!({"assign_directly": {"item": "c3", "agent": "ben"}}),
            "already_accepted",
        ),
        (
            json!({"assign_directly": {"new_item": new_item, "agent": "ben"}}),
            "id_in_use",
        ),
        (
            json!({"set_capacity": {"agent": "ben", "capacity": 3, "until_ms": 2_000}}),
            "until_not_ahead",
        ),
        (
            json!({"set_agent": {"agent": "ben", "value": null}}),
            "unknown_agent",
        ),
        (json!({"skip_time": {"until_ms": 1_500}}), "until_not_ahead"),
    ];
    for (input, code) in cases {
        assert_eq!(twice(&mut busy(), &input), Err(code), "{input}");
    }
}

#[test]
fn repeat_of_a_setting_does_nothing() {
    let cases = [
        json!({"set_presence": {"agent": "ben", "state": null}}),
        json!({"set_channel": {"agent": "ben", "channel": "chat", "on": false}}),
        json!({"set_capacity": {"agent": "ben", "capacity": 5}}),
        json!({"update": {"item": "c3", "facts": {"language": "es"}}}),
        json!({"skip_time": {"until_ms": 2_000}}),
        json!("tick"),
    ];
    for input in cases {
        assert_eq!(twice(&mut busy(), &input), Ok(vec![]), "{input}");
    }
}

#[test]
fn repeated_allocation_and_transfer_to_a_queue_act_again() {
    let allocate = json!({"allocate": {"item": "c3", "agent": "ben", "by": "mona"}});
    let outputs = twice(&mut busy(), &allocate).unwrap();
    assert!(outputs[0].contains("superseded"), "{outputs:?}");
    assert!(outputs[1].contains("offered"), "{outputs:?}");

    let mut pair = busy();
    pair.at(1_000, allocate.clone());
    pair.accept(1_500, "c3", "ben");
    let (result, _) = pair.handle(2_000, allocate);
    assert_eq!(result.unwrap_err().code(), "wrong_state");

    let transfer = json!({"transfer": {"item": "c1", "to_queue": "other"}});
    let outputs = twice(&mut busy(), &transfer).unwrap();
    assert!(outputs[0].contains("requeued"), "{outputs:?}");
}

#[test]
fn route_of_an_item_that_is_gone_is_new_work() {
    let mut pair = busy();
    pair.at(1_000, json!({"cancel": {"item": "c3"}}));
    let outputs = pair.route(2_000, "c3");
    assert!(outputs[0].contains("queued"), "{outputs:?}");
}

#[test]
fn repeated_release_by_the_host_releases_what_is_held_again() {
    let mut pair = busy();
    let release = json!({"release": {"item": "c1"}});
    pair.at(1_000, release.clone());
    pair.accept(1_500, "c1", "asha");
    let outputs = pair.at(2_000, release);
    assert!(outputs[0].contains("released"), "{outputs:?}");
}

#[test]
fn late_repeat_replaces_a_later_value() {
    let mut pair = busy();
    let cleo = json!({"set_agent": {"agent": "cleo", "value": {}, "groups": ["red"]}});
    pair.at(1_000, cleo.clone());
    pair.set_presence(2_000, "cleo", "here");
    pair.at(
        3_000,
        json!({"set_agent": {"agent": "cleo", "value": null}}),
    );
    // Adds the agent again, who is absent.
    pair.at(4_000, cleo);
    let outputs = pair.set_presence(5_000, "cleo", "here");
    assert!(outputs[0].contains("presence_set"), "{outputs:?}");

    let away = json!({"set_presence": {"agent": "cleo", "state": null}});
    pair.at(6_000, away.clone());
    pair.set_presence(7_000, "cleo", "here");
    assert!(pair.at(8_000, away)[0].contains("presence_set"));
}

#[test]
fn repeated_forget_outputs_known_false() {
    let mut pair = busy();
    let item = json!({"id": "c8", "channel": "chat", "requester": "+49170"});
    pair.at(0, json!({"route": {"item": item}}));
    let forget = json!({"forget": {"requester": "+49170"}});
    let first = pair.at(1_000, forget.clone());
    assert!(first[0].contains("true"), "{first:?}");
    let second = pair.at(2_000, forget);
    assert!(second[0].contains("false"), "{second:?}");
}
