//! Snapshots that no router has stored: each fault has an error that names the row.

use serde_json::{Value, json};

use super::{config, restored, stored};

/// Returns the error of a snapshot in which values are replaced, or added to a list or an object.
fn restore_error(changes: &[(&str, Value)]) -> String {
    let mut stored = stored();
    for (pointer, value) in changes {
        if let Some(existing) = stored.pointer_mut(pointer) {
            *existing = value.clone();
            continue;
        }
        let (list, name) = pointer.rsplit_once('/').unwrap();
        match stored.pointer_mut(list) {
            Some(Value::Array(values)) => values.push(value.clone()),
            Some(Value::Object(fields)) => {
                drop(fields.insert(name.to_owned(), value.clone()));
            }
            _ => panic!("nothing at {list}"),
        }
    }
    restored(config(), stored).unwrap_err()
}

#[test]
fn unknown_snapshot_format_is_refused() {
    assert_eq!(
        restore_error(&[("/version", json!(2))]),
        "the snapshot has format 2, expected 1"
    );
}

/// Returns a value of the valid snapshot.
fn item(pointer: &str) -> Value {
    stored().pointer(pointer).unwrap().clone()
}

/// Changes of a snapshot, and the error of restoring it.
type Case = (Vec<(&'static str, Value)>, &'static str);

fn check(cases: Vec<Case>) {
    for (changes, expected) in cases {
        assert_eq!(restore_error(&changes), expected, "with {changes:?}");
    }
}

#[test]
fn rows_of_items_that_no_router_stores_are_refused() {
    check(vec![
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
            vec![("/items/0/state/pending_accept/rule", json!("nothing"))],
            "work item `c1`: the plan has no assignment rule `nothing`",
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
    ]);
}

#[test]
fn moments_and_states_of_items_that_no_router_stores_are_refused() {
    check(vec![
        (
            vec![("/items/0/state/pending_accept/group", json!("blue"))],
            "work item `c1`: is offered to an agent who is not a member of the group of the offer",
        ),
        (
            vec![("/items/0/state/pending_accept/expires_ms", json!(1000))],
            "work item `c1`: has a deadline that is not later than `now_ms`",
        ),
        (
            vec![("/items/2/state/wrapping_up/until_ms", json!(1000))],
            "work item `c3`: has a deadline that is not later than `now_ms`",
        ),
        (
            vec![("/items/0/waiting_since_ms", json!(999))],
            "work item `c1`: `aging_since_ms` is later than `waiting_since_ms`",
        ),
        (
            vec![("/items/0/wait/heard_until_ms", json!(999))],
            "work item `c1`: `heard_until_ms` is later than `now_ms`, or earlier than `waiting_since_ms`",
        ),
        (
            vec![(
                "/items/0/wait/heard_until_ms",
                json!(253_402_300_799_999_u64),
            )],
            "work item `c1`: `heard_until_ms` is later than `now_ms`, or earlier than `waiting_since_ms`",
        ),
        (
            vec![("/items/0/wait/ask_again_ms", json!(2000))],
            "work item `c1`: has `ask_again_ms` without being queued",
        ),
        (
            vec![(
                "/items/0/declines",
                json!([{"agent": "ben"}, {"agent": "ben", "until_ms": 5000}]),
            )],
            "work item `c1`: `declines` names an agent twice",
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
    ]);
}

#[test]
fn rows_of_agents_that_no_router_stores_are_refused() {
    check(vec![
        (
            vec![("/agents", json!([]))],
            "agent `asha`: has an item on a channel without an entry under `agents`",
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
            vec![
                ("/agents/0/channels/0/handled", json!(0)),
                ("/agents/0/channels/0/stamp", json!(0)),
            ],
            "agent `asha`: has an item on a channel without a `stamp`",
        ),
        (
            vec![("/agents/0/channels/0/stamp", json!(0))],
            "agent `asha`: `handled` is above 0 without a `stamp`",
        ),
        (
            vec![(
                "/agents/1",
                json!({"agent": "ben", "idle_since_ms": 0, "channels": [item("/agents/0/channels/0")]}),
            )],
            "agent `ben`: `stamp` is that of another row",
        ),
        (
            vec![("/agents/0/idle_since_ms", json!(1001))],
            "agent `asha`: `idle_since_ms` is later than `now_ms`",
        ),
        (
            vec![("/agents/0/channels/0/on", json!(false))],
            "agent `asha`: is offered an item without being present",
        ),
        (
            vec![("/agents/0/presence", Value::Null)],
            "agent `asha`: is offered an item without being present",
        ),
        (
            vec![(
                "/capacities/0/temporary",
                json!({"until_ms": 1000, "capacity": 1}),
            )],
            "agent `ben`: has a capacity that ends not later than `now_ms`",
        ),
        (
            vec![("/capacities/1", item("/capacities/0"))],
            "agent `ben`: has two rows of one channel under `capacities`",
        ),
    ]);
}

#[test]
fn counters_and_other_rows_that_no_router_stores_are_refused() {
    check(vec![
        (
            vec![("/cursors/0/queue", json!("nothing"))],
            "cursors: queue `nothing`: the plan has no queue `nothing`",
        ),
        (
            vec![("/capacities/0/agent", json!("nobody"))],
            "capacities: agent `nobody`: the plan has no agent `nobody`",
        ),
        (
            vec![("/agents", Value::Null)],
            "agents: invalid type: null, expected a list",
        ),
        (
            vec![("/last_stamp", json!(1_u64 << 63))],
            "last_stamp: is not below 2⁶³",
        ),
        (
            vec![("/arrivals", json!(u64::MAX))],
            "arrivals: is not below 2⁶³",
        ),
        (
            vec![("/inputs", json!(u64::MAX))],
            "inputs: is not below 2⁶³",
        ),
        (
            vec![("/last_agents/1", item("/last_agents/0"))],
            "last_agents: a requester has two rows of one channel",
        ),
        (
            vec![("/last_agents/0/at_ms", json!(1001))],
            "last_agents: `at_ms` is later than that of the next row, or than `now_ms`",
        ),
        (
            vec![(
                "/last_agents/1",
                json!({"channel": "chat", "requester": "+2", "agent": "asha", "at_ms": 999}),
            )],
            "last_agents: `at_ms` is later than that of the next row, or than `now_ms`",
        ),
        (
            vec![("/cursors/1", item("/cursors/0"))],
            "cursors: queue `main`: a pool has two rows",
        ),
    ]);
}
