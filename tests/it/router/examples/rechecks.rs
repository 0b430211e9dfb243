//! The moments at which custom gates are called again.
//!
//! The gate `embargo` excludes agents whose id has an even length, up to the moment `embargo_ms` of the item.

use handover::rule::{Candidate, Case, Exclusion};
use handover::*;
use serde_json::{Value, json};

use crate::router::examples::router_pair::{RouterPair, config};
use crate::router::limits;
use crate::support::json::merge;
use crate::support::plans::at;

/// Returns the changes of a configuration whose rule has the gate, with changes of their own.
fn gated(changes: &Value) -> Value {
    let mut gated = json!({"rules": {"ask": {"gates": ["embargo"], "offer": {"ask": {}}}}});
    merge(&mut gated, changes);
    gated
}

/// Returns the changes of a configuration that leave asha alone.
fn alone() -> Value {
    gated(&json!({"agents": {"ben": null}, "groups": {"red": {"members": ["asha"]}}}))
}

/// Returns an item to which the gate applies up to 10 s.
fn embargoed(id: &str) -> Value {
    json!({"id": id, "channel": "chat", "facts": {"embargo_ms": 10_000}})
}

/// Asserts that an output offers an item to an agent.
#[track_caller]
fn assert_offered(output: &str, id: &str, agent: &str) {
    let is_offered = output.starts_with(&format!("offered agent={agent} "))
        && output.contains(&format!(" item={id} "));
    assert!(is_offered, "{output}");
}

/// Asserts that the item is offered to an agent at 10 s, and that the router wakes up for it.
#[track_caller]
fn assert_offered_at_10_secs(pair: &mut RouterPair, id: &str, agent: &str) {
    assert_eq!(pair.router.poll_timeout(), Some(at(10_000)));
    assert!(pair.tick(9_999).is_empty());
    let outputs = pair.tick(10_000);
    assert_eq!(outputs.len(), 1, "{outputs:?}");
    assert_offered(&outputs[0], id, agent);
}

#[test]
fn freed_agent_gets_the_item_when_its_exclusion_ends() {
    let mut pair = RouterPair::with(&alone());
    pair.set_presence(0, "asha", "away");
    pair.at(0, json!({"route": {"item": embargoed("c1")}}));
    pair.set_presence(1000, "asha", "here");
    assert_offered_at_10_secs(&mut pair, "c1", "asha");
}

#[test]
fn released_item_is_offered_when_the_exclusion_ends() {
    let mut pair = RouterPair::with(&alone());
    let direct = json!({"assign_directly": {"new_item": embargoed("c1"), "agent": "asha"}});
    pair.at(0, direct);
    pair.at(1000, json!({"release": {"item": "c1"}}));
    assert_offered_at_10_secs(&mut pair, "c1", "asha");
}

#[test]
fn agents_who_are_freed_together_get_the_item_when_their_exclusion_ends() {
    let mut pair = RouterPair::with(&gated(&json!({
        "channels": {"chat": {"wrap_up_secs": 5}},
        "agents": {"ben": null, "cleo": {}}, "groups": {"red": {"members": ["asha", "cleo"]}}})));
    for (id, agent) in [("c1", "asha"), ("c2", "cleo")] {
        let item = json!({"id": id, "channel": "chat"});
        let direct = json!({"assign_directly": {"new_item": item, "agent": agent}});
        pair.at(0, direct);
        pair.at(0, json!({"complete": {"item": id}}));
    }
    pair.at(1000, json!({"route": {"item": embargoed("c3")}}));
    assert_eq!(pair.tick(5000).len(), 2);
    assert_offered_at_10_secs(&mut pair, "c3", "asha");
}

#[test]
fn item_that_loses_its_match_is_offered_when_the_exclusion_of_another_agent_ends() {
    let changes = |takes_work: bool| {
        gated(&json!({
            "presence_states": {"here": {"takes_work": takes_work}},
            "agents": {"asha": null, "cleo": {}}, "groups": {"red": {"members": ["ben", "cleo"]}}}))
    };
    let mut pair = RouterPair::with(&changes(false));
    pair.route(0, "c1");
    pair.at(0, json!({"route": {"item": embargoed("c2")}}));
    // Both items match ben, who gets c1. c2 waits for cleo.
    let change = json!({"reconfigure": {"config": config(&changes(true))}});
    let outputs = pair.at(1000, change);
    assert_offered(outputs.last().unwrap(), "c1", "ben");
    assert_offered_at_10_secs(&mut pair, "c2", "cleo");
}

/// A gate that excludes asha up to 20 s and ben up to 10 s.
#[derive(Debug)]
struct Beginners;

impl Eligibility for Beginners {
    fn check(&self, _: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        let until = if agent.id() == "asha" { 20_000 } else { 10_000 };
        Err(Exclusion::new("begins later").until(at(until)))
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// Returns a router with two items that wait for asha and ben.
fn two_waiting() -> Router {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let config = limits::config(queue, AssignmentRule::new().gate("beginners"))
        .group("all", AgentGroup::new(["asha", "ben"]))
        .agent("ben", Agent::new());
    let plan = Plan::builder(config).eligibility("beginners", Beginners);
    let mut router = Router::new(&plan.build().unwrap());
    for id in ["one", "two"] {
        let item = WorkItem::new(id, "chat");
        limits::handle(&mut router, at(0), limits::route(item));
    }
    router
}

/// Makes an agent present.
fn log_in(router: &mut Router, agent: &str) {
    let (agent, state) = (agent.into(), Some("available".into()));
    limits::handle(router, at(1000), Input::SetPresence { agent, state });
}

#[test]
fn earliest_end_of_the_exclusions_counts() {
    for agents in [["asha", "ben"], ["ben", "asha"]] {
        let mut router = two_waiting();
        for agent in agents {
            log_in(&mut router, agent);
        }
        for (now, id) in [(10_000, "one"), (20_000, "two")] {
            assert_eq!(router.poll_timeout(), Some(at(now)));
            let outputs = limits::handle(&mut router, at(now), Input::Tick);
            assert_eq!(limits::offered(&outputs), [id]);
        }
    }
}

#[test]
fn next_item_of_the_class_waits_for_the_end_of_the_exclusion() {
    let mut router = two_waiting();
    log_in(&mut router, "ben");
    let (item, note) = ("one".into(), None);
    limits::handle(&mut router, at(2000), Input::Cancel { item, note });
    assert_eq!(router.poll_timeout(), Some(at(10_000)));
    let outputs = limits::handle(&mut router, at(10_000), Input::Tick);
    assert_eq!(limits::offered(&outputs), ["two"]);
}
