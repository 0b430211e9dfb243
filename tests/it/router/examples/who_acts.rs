//! Inputs that name who acts, and what counts as giving work away.

use serde_json::{Value, json};

use crate::router::examples::router_pair::{RouterPair, config};

/// Returns a pair with the queues `chat` and `sales` of one group, in which asha alone is present and has accepted c1.
fn accepted() -> RouterPair {
    let mut pair = RouterPair::with(&json!({
        "queues": {"sales": {
            "active": true, "channel": "chat",
            "eligibility": [{"groups": ["red"], "rule": "ask"}]}}}));
    pair.set_presence(0, "ben", "away");
    pair.route(0, "c1");
    pair.accept(1000, "c1", "asha");
    pair
}

/// Handles an input at 2 s, and returns its last output.
fn last_output(pair: &mut RouterPair, input: Value) -> String {
    pair.at(2000, input).pop().unwrap()
}

const OFFERED: &str =
    "offered agent=asha by=router expires_ms=32000 group=red item=c1 queue=chat rule=ask";

#[test]
fn released_item_returns_to_its_agent_unless_the_agent_gave_it_away() {
    let release = json!({"item": "c1"});
    assert_eq!(
        last_output(&mut accepted(), json!({"release": release})),
        OFFERED
    );
    let by_asha = json!({"item": "c1", "by": "asha"});
    let exhausted = "exhausted item=c1 queue=chat";
    assert_eq!(
        last_output(&mut accepted(), json!({"release": by_asha})),
        exhausted
    );
}

#[test]
fn transfer_to_the_own_queue_treats_declines_as_a_release() {
    let transfer = json!({"item": "c1", "to_queue": "chat"});
    assert_eq!(
        last_output(&mut accepted(), json!({"transfer": transfer})),
        OFFERED
    );
    let by_asha = json!({"item": "c1", "to_queue": "chat", "by": "asha"});
    let exhausted = "exhausted item=c1 queue=chat";
    assert_eq!(
        last_output(&mut accepted(), json!({"transfer": by_asha})),
        exhausted
    );
}

#[test]
fn transfer_to_another_queue_clears_declines() {
    for by in [json!({}), json!({"by": "asha"})] {
        let mut pair = accepted();
        // Asha declines c1, and gets it from a manager.
        pair.at(2000, json!({"release": {"item": "c1", "by": "asha"}}));
        pair.at(
            2000,
            json!({"assign_directly": {"item": "c1", "agent": "asha"}}),
        );
        let mut transfer = json!({"item": "c1", "to_queue": "sales"});
        transfer
            .as_object_mut()
            .unwrap()
            .extend(by.as_object().unwrap().clone());
        assert_eq!(
            pair.at(2000, json!({"transfer": transfer})),
            [
                "released agent=asha item=c1 why=transferred",
                "requeued item=c1 queue=sales why=transferred",
                "offered agent=asha by=router expires_ms=32000 group=red item=c1 queue=sales rule=ask",
            ]
        );
    }
}

#[test]
fn blind_transfer_is_a_decline_only_if_it_names_the_giver() {
    for (by, last) in [
        (
            json!(null),
            "offered agent=asha by=router expires_ms=33000 group=red item=c1 queue=chat rule=ask",
        ),
        (json!("asha"), "exhausted item=c1 queue=chat"),
    ] {
        let mut pair = accepted();
        pair.set_presence(2000, "ben", "here");
        let mut transfer = json!({"item": "c1", "to_agent": "ben", "mode": "blind"});
        if !by.is_null() {
            transfer["by"] = by;
        }
        pair.at(2000, json!({"transfer": transfer}));
        let outputs = pair.at(
            3000,
            json!({"reject": {"item": "c1", "agent": "ben", "reason": "busy"}}),
        );
        assert_eq!(outputs.last().unwrap(), last);
    }
}

#[test]
fn warm_transfer_is_no_decline_of_the_giver() {
    let mut pair = accepted();
    pair.set_presence(2000, "ben", "here");
    let transfer = json!({"item": "c1", "to_agent": "ben", "mode": "warm", "by": "asha"});
    pair.at(2000, json!({"transfer": transfer}));
    pair.accept(2000, "c1", "ben");
    pair.set_presence(2000, "ben", "away");
    assert_eq!(
        last_output(&mut pair, json!({"release": {"item": "c1"}})),
        OFFERED
    );
}

#[test]
fn offer_is_withdrawn_when_its_agent_leaves_the_group() {
    let groups = json!({"groups": {"blue": {"members": ["asha", "ben"]}}});
    let mut pair = RouterPair::with(&groups);
    pair.route(0, "c1");
    // Asha stays present, as she is in another group.
    let leaves = json!({"set_agent": {"agent": "asha", "value": {}, "groups": ["blue"]}});
    assert_eq!(
        pair.at(1000, leaves),
        [
            "offer_ended agent=asha item=c1 why=withdrawn",
            "requeued item=c1 queue=chat why=withdrawn",
            "reconfigured canceled=0 kept=1 moved=0 withdrawn=1",
            "offered agent=ben by=router expires_ms=31000 group=red item=c1 queue=chat rule=ask",
        ]
    );
    // The group is gone. The pool names another one, through which ben gets the item again.
    let mut changed = config(&json!({
        "queues": {"chat": {"eligibility": [{"groups": ["blue"], "rule": "ask"}]}},
        "groups": {"red": null, "blue": {"members": ["ben"]}}}));
    assert_eq!(
        pair.at(2000, json!({"reconfigure": {"config": changed}})),
        [
            "offer_ended agent=ben item=c1 why=withdrawn",
            "requeued item=c1 queue=chat why=withdrawn",
            "reconfigured canceled=0 kept=1 moved=0 withdrawn=1",
            "offered agent=ben by=router expires_ms=32000 group=blue item=c1 queue=chat rule=ask",
        ]
    );
    // A rule that keeps offers keeps this one as well.
    changed.rules.get_mut("ask").unwrap().on_presence_lost = handover::OnPresenceLost::Keep;
    changed.groups.get_mut("blue").unwrap().members.clear();
    assert_eq!(
        pair.at(3000, json!({"reconfigure": {"config": changed}})),
        ["reconfigured canceled=0 kept=1 moved=0 withdrawn=0"]
    );
}

#[test]
fn offer_by_hand_stays_when_its_agent_leaves_a_group() {
    let groups = json!({"groups": {"blue": {"members": ["asha"]}}});
    let mut pair = RouterPair::with(&groups);
    pair.route(0, "c1");
    pair.at(
        0,
        json!({"allocate": {"item": "c1", "agent": "asha", "by": "mia"}}),
    );
    assert_eq!(
        pair.at(
            1000,
            json!({"set_agent": {"agent": "asha", "value": {}, "groups": ["blue"]}})
        ),
        ["reconfigured canceled=0 kept=1 moved=0 withdrawn=0"]
    );
}
