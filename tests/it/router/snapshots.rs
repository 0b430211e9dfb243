//! Snapshots: the restored router, and the errors of an invalid snapshot.

use handover::{Config, Input, Router, SavedRouter};
use serde_json::{Value, json};

use crate::support::plans::{at, builder, plan};

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

fn plan_of(config: Value) -> handover::Plan {
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

/// Returns the error of a snapshot in which values are replaced, or added at the end of a list.
fn restore_error(changes: &[(&str, Value)]) -> String {
    let mut stored = stored();
    for (pointer, value) in changes {
        if let Some(existing) = stored.pointer_mut(pointer) {
            *existing = value.clone();
            continue;
        }
        let (list, _) = pointer.rsplit_once('/').unwrap();
        let list = stored.pointer_mut(list).and_then(Value::as_array_mut);
        list.unwrap_or_else(|| panic!("no list at {pointer}"))
            .push(value.clone());
    }
    restored(config(), stored).unwrap_err()
}

#[test]
fn valid_snapshot_is_restored() {
    assert_eq!(
        restored(config(), stored()).unwrap().check_invariants(),
        Ok(())
    );
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

/// Text from strangers may be hashed with a secret seed, which differs in each process.
#[test]
fn seed_of_hash_tables_does_not_change_the_fingerprint() {
    let config: Config = serde_json::from_value(config()).unwrap();
    let saved: SavedRouter = serde_json::from_value(stored()).unwrap();
    for seed in [0, 7, u64::MAX] {
        let plan = builder(&config).hash_seed(seed).build().unwrap();
        assert!(Router::restore(&plan, saved.clone()).is_ok(), "{seed}");
    }
}

#[test]
fn unknown_snapshot_format_is_refused() {
    assert_eq!(
        restore_error(&[("/version", json!(2))]),
        "the snapshot has format 2, expected 1"
    );
}

/// Returns the value of a fingerprint in a snapshot.
fn fingerprint(config: Value) -> u64 {
    let router = Router::new(&plan_of(config));
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    stored["fingerprint"].as_u64().unwrap()
}

#[test]
fn snapshot_of_another_configuration_is_refused() {
    // The plan has all ids that the snapshot names, and still decides otherwise.
    let mut other = config();
    other["queues"]["main"]["eligibility"][0]["rule"] = json!("push");
    let error = restored(other.clone(), stored()).unwrap_err();
    let (found, expected) = (fingerprint(config()), plan_of(other).fingerprint());
    assert_eq!(
        error,
        format!(
            "the snapshot belongs to a configuration with the fingerprint {found}, and the plan has {expected}: restore it under \
             the configuration that it was stored with, then apply the new one with `Input::Reconfigure`"
        )
    );
}

/// As after `Input::Reconfigure`: the snapshot belongs to the configuration that applies.
#[test]
fn snapshot_belongs_to_the_last_configuration() {
    let mut other = config();
    other["agents"]["cleo"] = json!({});
    let mut router = Router::new(&plan_of(config()));
    let config = Box::new(serde_json::from_value(other.clone()).unwrap());
    router
        .handle(at(1000), Input::Reconfigure { config })
        .unwrap();
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    assert!(restored(self::config(), stored.clone()).is_err());
    assert_eq!(restored(other, stored).unwrap().digest(), router.digest());
}

/// A database may sort the keys of the stored configuration.
#[test]
fn configuration_with_its_keys_in_another_order_is_the_same() {
    let text = |first: &str, second: &str| {
        format!(
            r#"{{"agents": {{{first}, {second}}}, "channels": {{"chat": {{"active": true}}}}}}"#
        )
    };
    let (asha, ben) = (r#""asha": {"skills": {"a": 1, "b": 2}}"#, r#""ben": {}"#);
    let reversed = r#""asha": {"skills": {"b": 2, "a": 1}}"#;
    let plans = [text(asha, ben), text(ben, reversed)];
    let [plan_a, plan_b] = plans.map(|text| plan(&serde_json::from_str::<Config>(&text).unwrap()));
    assert_ne!(plan_a.config(), plan_b.config());
    assert_eq!(plan_a.fingerprint(), plan_b.fingerprint());
    let router = Router::new(&plan_a);
    let saved: SavedRouter =
        serde_json::from_value(serde_json::to_value(router.snapshot()).unwrap()).unwrap();
    assert!(Router::restore(&plan_b, saved).is_ok());
}

#[test]
fn plan_without_a_referenced_entry_is_refused() {
    let error_without = |pointers: &[&str]| {
        let mut config = config();
        for pointer in pointers {
            let (section, id) = pointer.rsplit_once('/').unwrap();
            let section = config.pointer_mut(section).unwrap();
            match section {
                Value::Array(values) => drop(values.remove(id.parse().unwrap())),
                fields => drop(fields.as_object_mut().unwrap().remove(id).unwrap()),
            }
        }
        // As if it had been stored under this configuration: otherwise the fingerprint would be refused.
        let mut stored = stored();
        stored["fingerprint"] = json!(plan_of(config.clone()).fingerprint());
        restored(config, stored).unwrap_err()
    };
    let cases: &[(&[&str], &str)] = &[
        (
            &["/agents/asha", "/groups/red/members/0"],
            "work item `c1`: the plan has no agent `asha`",
        ),
        (
            &["/agents/ben"],
            "capacities: agent `ben`: the plan has no agent `ben`",
        ),
        (
            &["/channels/phone", "/queues/calls"],
            "work item `c4`: the plan has no channel `phone`",
        ),
        (
            &["/queues/calls"],
            "work item `c4`: the plan has no queue `calls`",
        ),
        (
            &["/queues/main/eligibility/0", "/rules/ask"],
            "work item `c1`: the plan has no assignment rule `ask`",
        ),
        (
            &["/queues/main/eligibility/0", "/queues/main/eligibility/0"],
            "cursors: queue `main`: the plan has no pool `0`",
        ),
        (
            &["/presence_states/here"],
            "agent `asha`: the plan has no presence state `here`",
        ),
    ];
    for (pointers, expected) in cases {
        assert_eq!(&error_without(pointers), expected, "without {pointers:?}");
    }
}

#[test]
fn contradicting_snapshot_rows_are_refused() {
    let item = |pointer: &str| stored().pointer(pointer).unwrap().clone();
    let cases = [
        (
            vec![("/items/1", item("/items/0"))],
            "work item `c1`: has two rows",
        ),
        (
            vec![("/items/1/arrival", item("/items/0/arrival"))],
            "work item `c2`: `arrival` is that of another item, or above `arrivals`",
        ),
        (
            vec![("/items/0/arrival", json!(1_000))],
            "work item `c1`: `arrival` is that of another item, or above `arrivals`",
        ),
        (
            vec![("/items/3/queue", json!("main"))],
            "work item `c4`: its queue belongs to another channel",
        ),
        (
            vec![("/items/3/queue", Value::Null)],
            "work item `c4`: is queued without a queue",
        ),
        (
            vec![("/agents", json!([]))],
            "agent `asha`: has an item on a channel without an entry under `agents`",
        ),
        (
            vec![("/cursors/0/queue", json!("nothing"))],
            "cursors: queue `nothing`: the plan has no queue `nothing`",
        ),
        (
            vec![("/capacities/0/agent", json!("nobody"))],
            "capacities: agent `nobody`: the plan has no agent `nobody`",
        ),
        (
            vec![("/items/0/state/pending_accept/rule", json!("nothing"))],
            "work item `c1`: the plan has no assignment rule `nothing`",
        ),
        (
            vec![("/agents", Value::Null)],
            "agents: invalid type: null, expected a list",
        ),
        (
            vec![("/agents/1", item("/agents/0"))],
            "agent `asha`: has two rows",
        ),
        (
            vec![("/agents/0/channels/1", item("/agents/0/channels/0"))],
            "agent `asha`: has two rows of one channel",
        ),
        (
            vec![("/last_stamp", json!(0))],
            "agent `asha`: `stamp` is above `last_stamp`",
        ),
        (
            vec![("/capacities/1", item("/capacities/0"))],
            "agent `ben`: has two rows of one channel under `capacities`",
        ),
        (
            vec![("/cursors/1", item("/cursors/0"))],
            "cursors: queue `main`: a pool has two rows",
        ),
        (
            vec![("/items/0/size", json!(0))],
            "work item `c1`: `size` is 0, expected at least 1",
        ),
        (
            vec![(
                "/items/0/skills",
                json!([{"skill": "a", "level": 0, "mandatory": true}]),
            )],
            "work item `c1`: `skills` has the level 0, expected at least 1",
        ),
        (
            vec![(
                "/items/0/skills",
                json!([{"skill": "a", "level": 1, "mandatory": true}, {"skill": "a", "level": 2, "mandatory": true}]),
            )],
            "work item `c1`: `skills` names a skill twice, or too many skills",
        ),
        (
            vec![("/items/0/waiting_since_ms", json!(253_402_300_799_999_u64))],
            "work item `c1`: `waiting_since_ms` or `aging_since_ms` is later than `now_ms`",
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(restore_error(&changes), expected, "with {changes:?}");
    }
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
