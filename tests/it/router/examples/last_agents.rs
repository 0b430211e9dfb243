//! Last agents: ranks, memory, and requesters who are forgotten.

use handover::REQUESTERS_MAX;
use serde_json::{Value, json};

use crate::generators::router_input::DAY;
use crate::router::examples::router_pair::RouterPair;
use crate::router_model::ModelAcceptance;

/// Returns a pair whose agents accept at once, asha before ben, with an affinity and changes.
fn remembering(affinity: &Value, changes: &Value) -> RouterPair {
    let mut config = json!({
        "channels": {"chat": {"default_capacity": 9}},
        "queues": {"chat": {"affinity": affinity}},
        "rules": {"ask": {"assign_by": ["in_order"], "offer": "auto_accept"}}});
    crate::support::json::merge(&mut config, changes);
    RouterPair::with(&config)
}

fn item(id: &str) -> Value {
    json!({"id": id, "channel": "chat", "requester": "+49"})
}

/// Returns the input that routes an item of the requester.
fn route(id: &str) -> Value {
    json!({"route": {"item": item(id)}})
}

/// Assigns an item of the requester to an agent, and closes it.
fn serve(pair: &mut RouterPair, now: u64, agent: &str) {
    pair.at(
        now,
        json!({"assign_directly": {"new_item": item("served"), "agent": agent}}),
    );
    pair.at(now, json!({"close": {"item": "served"}}));
}

/// Asserts that outputs assign an item to an agent.
#[track_caller]
fn assert_accepted(outputs: &[String], agent: &str) {
    let accepted = format!("accepted agent={agent}");
    let is_accepted = |output: &String| output.starts_with(&accepted);
    assert!(outputs.iter().any(is_accepted), "{outputs:?}");
}

#[test]
fn last_agent_comes_first_within_the_days_of_the_queue() {
    let a_week = json!({"last_agent": {"within_days": 7}});
    for (affinity, days) in [(json!("last_agent"), 30), (a_week, 7)] {
        for (wait, agent) in [(days * DAY, "ben"), (days * DAY + 1, "asha")] {
            let mut pair = remembering(&json!([affinity]), &json!({}));
            serve(&mut pair, 1000, "ben");
            assert_accepted(&pair.at(1000 + wait, route("c1")), agent);
        }
    }
}

#[test]
fn items_of_one_requester_that_arrive_together_go_to_one_agent() {
    let ask = json!({"rules": {"ask": {"assign_by": ["last_assigned"], "offer": {"ask": {}}}}});
    let mut pair = remembering(&json!(["last_agent"]), &ask);
    for (now, id) in [(0, "c1"), (150, "c2"), (300, "c3")] {
        let outputs = pair.at(now, route(id));
        assert!(outputs[1].starts_with("offered agent=asha"), "{outputs:?}");
    }
    // Another requester goes to the agent who has been assigned nothing.
    let outputs = pair.route(300, "c4");
    assert!(outputs[1].starts_with("offered agent=ben"), "{outputs:?}");
}

#[test]
fn agent_with_live_work_of_the_requester_comes_before_the_last_agent() {
    let wrap_up = json!({"channels": {"chat": {"wrap_up_secs": 30}}});
    let mut pair = remembering(&json!(["last_agent"]), &wrap_up);
    let assign =
        |id: &str, agent: &str| json!({"assign_directly": {"new_item": item(id), "agent": agent}});
    pair.at(0, assign("c1", "asha"));
    pair.at(1000, assign("c2", "ben"));
    pair.at(1000, json!({"close": {"item": "c2"}}));
    // Ben is the last agent, and Asha has a conversation that is open, and then wraps it up.
    assert_accepted(&pair.at(2000, route("c3")), "asha");
    pair.at(2000, json!({"close": {"item": "c3"}}));
    pair.at(3000, json!({"complete": {"item": "c1"}}));
    serve(&mut pair, 3000, "ben");
    assert_accepted(&pair.at(32_999, route("c4")), "asha");
    pair.at(32_999, json!({"close": {"item": "c4"}}));
    serve(&mut pair, 32_999, "ben");
    assert_accepted(&pair.at(33_000, route("c5")), "ben");
}

#[test]
fn preferred_agent_is_first_among_those_with_live_work_of_the_requester() {
    let mut pair = remembering(&json!(["last_agent", "preferred"]), &json!({}));
    for (id, agent) in [("c1", "asha"), ("c2", "ben")] {
        pair.at(
            0,
            json!({"assign_directly": {"new_item": item(id), "agent": agent}}),
        );
    }
    let mut preferring = item("c3");
    preferring["preferred_agents"] = json!(["ben"]);
    let outputs = pair.at(0, json!({"route": {"item": preferring}}));
    assert_accepted(&outputs, "ben");
    pair.at(0, json!({"close": {"item": "c3"}}));
    assert_accepted(&pair.at(0, route("c4")), "asha");
}

#[test]
fn ai_agent_is_not_remembered_and_does_not_replace_a_person() {
    let mut pair = remembering(
        &json!(["last_agent"]),
        &json!({"agents": {"bot": {"kind": "ai"}}}),
    );
    serve(&mut pair, 0, "ben");
    serve(&mut pair, 1000, "bot");
    assert_eq!(pair.model.last_acceptances.len(), 1);
    assert_accepted(&pair.at(2000, route("c1")), "ben");
}

#[test]
fn memory_of_a_channel_is_dropped_with_its_last_entry() {
    let mut pair = remembering(&json!(["last_agent"]), &json!({}));
    serve(&mut pair, 0, "ben");
    let config = |affinity: Value| {
        let changes = json!({
            "channels": {"chat": {"default_capacity": 9}},
            "queues": {"chat": {"affinity": affinity}},
            "rules": {"ask": {"assign_by": ["in_order"], "offer": "auto_accept"}}});
        json!({"reconfigure": {"config": super::router_pair::config(&changes)}})
    };
    // A shorter time keeps what is remembered until the next acceptance.
    pair.at(DAY, config(json!([{"last_agent": {"within_days": 1}}])));
    assert_accepted(&pair.at(DAY, route("c1")), "ben");
    pair.at(DAY, json!({"close": {"item": "c1"}}));
    pair.at(DAY, config(json!(["preferred"])));
    pair.at(DAY, config(json!(["last_agent"])));
    assert_accepted(&pair.at(DAY, route("c2")), "asha");
}

#[test]
fn acceptance_drops_entries_that_no_queue_counts() {
    let mut pair = remembering(&json!([{"last_agent": {"within_days": 2}}]), &json!({}));
    let route = |id: &str, requester: &str| json!({"route": {"item": {"id": id, "channel": "chat", "requester": requester}}});
    pair.at(0, route("c1", "+1"));
    pair.at(1, route("c2", "+2"));
    pair.at(2 * DAY + 1, route("c3", "+3"));
    let acceptances = pair.model.last_acceptances.iter();
    let requesters: Vec<&str> = acceptances.map(|last| last.requester.as_str()).collect();
    assert_eq!(requesters, ["+2", "+3"]);
    assert_eq!(pair.memory(), pair.model.last_acceptances);
}

#[test]
fn forgotten_requester_has_no_last_agent_and_no_live_work() {
    let mut pair = remembering(&json!(["last_agent"]), &json!({}));
    let forget = json!({"forget": {"requester": "+49"}});
    assert_eq!(
        pair.at(0, forget.clone()),
        ["forgotten known=false requester=+49"]
    );
    serve(&mut pair, 0, "ben");
    assert_eq!(
        pair.at(0, forget.clone()),
        ["forgotten known=true requester=+49"]
    );
    assert_accepted(&pair.at(0, route("c1")), "asha");
    pair.at(
        0,
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "blind"}}),
    );
    // Ben has accepted the item. It no longer has a requester.
    assert_eq!(
        pair.at(0, forget.clone()),
        ["forgotten known=true requester=+49"]
    );
    assert_eq!(pair.at(0, forget), ["forgotten known=false requester=+49"]);
    assert_accepted(&pair.at(0, route("c2")), "asha");
}

#[test]
fn requester_of_one_channel_is_known_after_other_channels_are_searched() {
    let email = json!({"channels": {"email": {"active": true}}, "queues": {"email": {
        "active": true, "channel": "email", "routing": "always", "affinity": ["last_agent"],
        "eligibility": [{"groups": ["red"], "rule": "ask"}]}}});
    let mut pair = remembering(&json!(["last_agent"]), &email);
    serve(&mut pair, 0, "ben");
    let item = json!({"id": "c1", "channel": "email", "requester": "+50"});
    pair.at(0, json!({"route": {"item": item}}));
    assert_eq!(
        pair.at(0, json!({"forget": {"requester": "+49"}})),
        ["forgotten known=true requester=+49"]
    );
}

#[test]
fn channel_remembers_100000_requesters() {
    let mut pair = remembering(&json!(["last_agent"]), &json!({}));
    for requester in 0..100_000 {
        pair.model.last_acceptances.push(ModelAcceptance {
            channel: "chat".into(),
            requester: requester.to_string(),
            agent: "asha".into(),
            at: 0,
        });
    }
    serve(&mut pair, 1000, "ben");
    assert_eq!(pair.model.last_acceptances.len(), REQUESTERS_MAX);
    assert_eq!(pair.model.last_acceptances[0].requester, "1");
}
