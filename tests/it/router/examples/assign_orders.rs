//! The order of the agents after earlier assignments.

use serde_json::{Value, json};

use crate::router::examples::router_pair::{RouterPair, config};

/// Returns the changes of a configuration in which asha, ben and cleo are chosen by keys.
fn changes(assign_by: &Value, offer: &Value) -> Value {
    json!({
        "channels": {"chat": {"default_capacity": 9}},
        "rules": {"ask": {"assign_by": assign_by, "offer": offer}},
        "groups": {"red": {"members": ["asha", "ben", "cleo"]}},
        "agents": {"cleo": {}}})
}

/// Routes an item, and returns the agent who gets it.
#[track_caller]
fn agent_of(pair: &mut RouterPair, id: &str) -> String {
    let outputs = pair.route(0, id);
    let agent = outputs[1].split_once("agent=").unwrap().1;
    agent.split(' ').next().unwrap().into()
}

/// Assigns c1 to c4 to the agents in turn and c5 to an agent by hand, and replaces the configuration by itself.
#[track_caller]
fn after_five_assignments(assign_by: &str, agent_of_c5: &str) -> RouterPair {
    let changes = changes(&json!([assign_by]), &json!("auto_accept"));
    let mut pair = RouterPair::with(&changes);
    for (id, agent) in [
        ("c1", "asha"),
        ("c2", "ben"),
        ("c3", "cleo"),
        ("c4", "asha"),
    ] {
        assert_eq!(agent_of(&mut pair, id), agent);
    }
    let item = json!({"id": "c5", "channel": "chat"});
    pair.at(
        0,
        json!({"assign_directly": {"new_item": item, "agent": agent_of_c5}}),
    );
    pair.at(0, json!({"reconfigure": {"config": config(&changes)}}));
    pair
}

#[test]
fn round_robin_goes_on_after_the_last_chosen_agent() {
    // An assignment by hand moves no cursor, and a reconfiguration keeps it.
    let mut pair = after_five_assignments("round_robin", "cleo");
    assert_eq!(agent_of(&mut pair, "c6"), "ben");
}

#[test]
fn last_assigned_counts_every_assignment() {
    let mut pair = after_five_assignments("last_assigned", "ben");
    for (id, agent) in [("c6", "cleo"), ("c7", "asha"), ("c8", "ben")] {
        assert_eq!(agent_of(&mut pair, id), agent);
    }
}

#[test]
fn fewest_handled_does_not_count_a_rejected_offer() {
    let keys = json!(["fewest_handled", "in_order"]);
    let mut pair = RouterPair::with(&changes(&keys, &json!({"ask": {}})));
    for agent in ["asha", "cleo"] {
        pair.set_presence(0, agent, "away");
    }
    assert_eq!(agent_of(&mut pair, "c1"), "ben");
    pair.set_presence(0, "asha", "here");
    pair.at(
        0,
        json!({"reject": {"item": "c1", "agent": "ben", "reason": "busy"}}),
    );
    pair.accept(0, "c1", "asha");
    assert_eq!(agent_of(&mut pair, "c2"), "ben");
    assert_eq!(agent_of(&mut pair, "c3"), "asha");
}

#[test]
fn fewest_handled_counts_items_before_a_reconfiguration() {
    let changes = changes(
        &json!(["fewest_handled", "in_order"]),
        &json!("auto_accept"),
    );
    let mut pair = RouterPair::with(&changes);
    assert_eq!(agent_of(&mut pair, "c1"), "asha");
    pair.at(0, json!({"complete": {"item": "c1"}}));
    pair.at(0, json!({"reconfigure": {"config": config(&changes)}}));
    assert_eq!(agent_of(&mut pair, "c2"), "ben");
}

#[test]
fn last_assigned_counts_a_rejected_offer_before_a_reconfiguration() {
    let changes = changes(&json!(["last_assigned"]), &json!({"ask": {}}));
    let mut pair = RouterPair::with(&changes);
    for agent in ["ben", "cleo"] {
        pair.set_presence(0, agent, "away");
    }
    assert_eq!(agent_of(&mut pair, "c1"), "asha");
    let reject = json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}});
    pair.at(0, reject);
    pair.at(0, json!({"cancel": {"item": "c1"}}));
    pair.at(0, json!({"reconfigure": {"config": config(&changes)}}));
    pair.set_presence(0, "cleo", "here");
    // Asha was assigned c1, and Cleo nothing.
    assert_eq!(agent_of(&mut pair, "c2"), "cleo");
}
