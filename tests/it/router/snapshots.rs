//! Snapshots: the restored router, and the errors of an invalid snapshot.

mod contradictions;
mod other_plans;

use handover::{Config, Input, Plan, Router, SavedRouter};
use serde_json::{Value, json};

use crate::support::plans::{at, plan};

/// Returns a configuration with two queues, and a pool that asks before one that accepts automatically.
fn config() -> Value {
    json!({
        "channels": {
            "chat": {"active": true, "wrap_up_secs": 30, "default_capacity": 9},
            "phone": {"active": true}},
        "queues": {
            "main": {"active": true, "channel": "chat", "routing": "always", "affinity": ["last_agent"],
                "eligibility": [{"groups": ["red"], "rule": "ask"}, {"groups": ["red"], "rule": "push", "eligible_at_secs": 60}]},
            "calls": {"active": true, "channel": "phone", "routing": "always"}},
        "rules": {"ask": {"assign_by": ["in_order"]}, "push": {"offer": "auto_accept"}},
        "presence_states": {"here": {"takes_work": true, "channels": ["chat"]}},
        "groups": {"red": {"members": ["asha"]}},
        "agents": {"asha": {}, "ben": {}}
    })
}

fn plan_of(config: Value) -> Plan {
    plan(&serde_json::from_value::<Config>(config).unwrap())
}

/// Returns a snapshot with an item in each state: `c1` is offered, `c2` accepted, `c3` in wrap-up, `c4` queued.
fn stored() -> Value {
    let mut router = Router::new(&plan_of(config()));
    let inputs = [
        json!({"set_presence": {"agent": "asha", "state": "here"}}),
        json!({"set_capacity": {"agent": "ben", "channel": "phone", "capacity": 2}}),
        json!({"route": {"item": {"id": "c1", "channel": "chat", "requester": "+1"}}}),
        json!({"route": {"item": {"id": "c2", "channel": "chat", "requester": "+1"}}}),
        json!({"accept": {"item": "c2", "agent": "asha"}}),
        json!({"route": {"item": {"id": "c3", "channel": "chat"}}}),
        json!({"accept": {"item": "c3", "agent": "asha"}}),
        json!({"complete": {"item": "c3"}}),
        json!({"route": {"item": {"id": "c4", "channel": "phone"}}}),
    ];
    for input in inputs {
        let input: Input = serde_json::from_value(input).unwrap();
        router.handle(at(1000), input).unwrap();
    }
    serde_json::to_value(router.snapshot()).unwrap()
}

/// Restores a snapshot under a configuration, and returns the text of the error.
fn restored(config: Value, stored: Value) -> Result<Router, String> {
    let saved: SavedRouter = serde_json::from_value(stored).map_err(|error| error.to_string())?;
    Router::restore(&plan_of(config), saved).map_err(|error| error.to_string())
}

#[test]
fn valid_snapshot_is_restored() {
    assert_eq!(
        restored(config(), stored()).unwrap().check_invariants(),
        Ok(())
    );
}

/// Whether an item counts as load follows from its facts.
#[test]
fn flipped_count_of_load_is_corrected() {
    let mut flipped = stored();
    flipped["items"][1]["state"]["accepted"]["counts"] = json!(false);
    let router = restored(config(), flipped).unwrap();
    assert_eq!(router.check_invariants(), Ok(()));
    let expected = restored(config(), stored()).unwrap();
    assert_eq!(router.digest(), expected.digest());
}

/// The skills in an item's row need not be those that the item requests.
#[test]
fn restored_item_keeps_its_requested_skills() {
    let mut config = config();
    config["agents"]["ben"] = json!({"skills": {"french": 1, "spanish": 1}});
    let mut router = Router::new(&plan_of(config.clone()));
    let item =
        json!({"id": "c1", "channel": "chat", "skills": [{"skill": "french", "mandatory": true}]});
    let input: Input = serde_json::from_value(json!({"route": {"item": item}})).unwrap();
    router.handle(at(1000), input).unwrap();
    let mut stored = serde_json::to_value(router.snapshot()).unwrap();
    let row = stored.pointer_mut("/items/0/skills/0/skill").unwrap();
    *row = json!("spanish");
    let restored = restored(config, stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(restored.snapshot()).unwrap(), stored);
}

#[test]
fn digest_of_a_state_never_changes() {
    let digest = restored(config(), stored()).unwrap().digest();
    // A change of this number invalidates every stored digest.
    assert_eq!(format!("{digest:016x}"), "f74a9dc37a69e151");
}

#[test]
fn unknown_snapshot_field_is_refused() {
    let mut stored = stored();
    stored["mood"] = json!("good");
    let error = restored(config(), stored).unwrap_err();
    assert!(error.starts_with("unknown field `mood`"), "{error}");
}

#[test]
fn restored_router_drops_last_agents_that_no_queue_uses() {
    let mut stored = stored();
    let rows = stored["last_agents"].as_array_mut().unwrap();
    assert_eq!(rows.len(), 1);
    for channel in ["phone", "removed"] {
        let row = json!({"channel": channel, "requester": "+1", "agent": "asha", "at_ms": 1000});
        rows.push(row);
    }
    let restored = restored(config(), stored).unwrap();
    let stored = serde_json::to_value(restored.snapshot()).unwrap();
    let row = json!({"channel": "chat", "requester": "+1", "agent": "asha", "at_ms": 1000});
    assert_eq!(stored["last_agents"], json!([row]));
}
