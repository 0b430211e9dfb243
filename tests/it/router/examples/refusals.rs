//! The error text of every refusal.

use handover::{Input, SkillRequest, WorkItem};
use serde_json::{Value, json};

use crate::router::examples::router_pair::RouterPair;

/// Returns a pair in which asha has accepted c1, c2 is offered to ben, and c3 is queued.
fn busy() -> RouterPair {
    let mut pair = RouterPair::with(&json!({
        "channels": {"phone": {"active": true}},
        "queues": {
            "chat": {"max_length": 2},
            "full": {"active": true, "channel": "chat", "max_length": 0},
            "off": {"channel": "chat"},
            "calls": {"active": true, "channel": "phone"}},
        "presence_states": {"retired": {"active": false}},
        "reject_reasons": {
            "hidden": {"selectable": false},
            "of-calls": {"channels": ["phone"]}}
    }));
    for id in ["c1", "c2", "c3"] {
        pair.route(0, id);
    }
    pair.accept(1000, "c1", "asha");
    pair
}

#[track_caller]
fn assert_refused(input: Value, expected: &str) {
    assert_eq!(busy().error(2000, input), expected);
}

#[test]
fn unknown_ids_are_refused() {
    assert_refused(
        json!({"complete": {"item": "c9"}}),
        "there is no work item `c9`",
    );
    assert_refused(
        json!({"set_presence": {"agent": "zoe", "state": null}}),
        "there is no agent `zoe`",
    );
    assert_refused(
        json!({"set_agent": {"agent": "zoe", "value": {}, "groups": ["blue"]}}),
        "there is no agent group `blue`",
    );
    assert_refused(
        json!({"set_agent": {"agent": "asha", "value": null, "groups": ["red"]}}),
        "group `red` of agent `asha` is given, although the agent is removed",
    );
    assert_refused(
        json!({"set_agent": {"agent": "zoe", "value": {}, "groups": ["red", "red"]}}),
        "group `red` of agent `zoe` is given twice, expected once",
    );
    assert_refused(
        json!({"transfer": {"item": "c1", "to_queue": "nowhere"}}),
        "there is no queue `nowhere`",
    );
    assert_refused(
        json!({"set_channel": {"agent": "asha", "channel": "fax", "on": true}}),
        "there is no channel `fax`",
    );
    assert_refused(
        json!({"reject": {"item": "c2", "agent": "ben", "reason": "bored"}}),
        "there is no reject reason `bored`",
    );
    assert_refused(
        json!({"set_presence": {"agent": "asha", "state": "asleep"}}),
        "there is no presence state `asleep`",
    );
}

#[test]
fn invalid_items_are_refused() {
    let route = |item: Value| json!({"route": {"item": item}});
    assert_refused(
        route(json!({"id": "c1", "channel": "chat"})),
        "work item `c1` already exists, it is accepted",
    );
    assert_refused(
        route(json!({"id": "c4", "channel": "chat", "size": 0})),
        "work item `c4` has size 0, expected at least 1",
    );
    assert_refused(
        route(json!({"id": "c4", "channel": "fax"})),
        "there is no channel `fax`",
    );
    assert_refused(
        json!({"route": {"item": {"id": "c4", "channel": "chat"}, "queue": "calls"}}),
        "queue `calls` does not belong to channel `chat` of work item `c4`",
    );
    assert_refused(
        route(json!({"id": "c4", "channel": "chat", "skills": [{"skill": "latin", "level": 0}]})),
        "work item `c4` asks for skill `latin` at level 0, expected at least 1",
    );
    let facts: serde_json::Map<_, _> = (0..1024).map(|i| (format!("f{i}"), json!(i))).collect();
    let mut pair = busy();
    pair.at(2000, json!({"update": {"item": "c3", "facts": facts}}));
    assert_eq!(
        pair.error(
            2000,
            json!({"update": {"item": "c3", "facts": {"more": 1}}})
        ),
        "work item `c3` would have 1025 facts, expected at most 1024"
    );
}

#[test]
fn items_that_cannot_be_read_are_refused() {
    let skills = (0..33).map(|number| SkillRequest::new(number.to_string()));
    let mut many_skills = WorkItem::new("c4", "chat");
    many_skills.skills.extend(skills);
    let facts = (0..1025).map(|number| (number.to_string(), 1.into()));
    let mut many_facts = WorkItem::new("c4", "chat");
    many_facts.facts.extend(facts);
    for (item, expected) in [
        (
            many_skills,
            "work item `c4` asks for more than 32 skills, its own and its channel's together",
        ),
        (
            many_facts,
            "work item `c4` would have 1025 facts, expected at most 1024",
        ),
        (
            WorkItem::new("c4\n", "chat"),
            "the id \"c4\\n\" contains a control character",
        ),
        (
            WorkItem::new("c4\n", "chat").size(0_u32),
            "work item `c4\\n` has size 0, expected at least 1",
        ),
    ] {
        let route = Input::Route { item, queue: None };
        let (result, _) = busy().handle_input(2000, &route);
        assert_eq!(result.unwrap_err().to_string(), expected);
    }
}

#[test]
fn inputs_in_the_wrong_state_are_refused() {
    assert_refused(
        json!({"complete": {"item": "c3"}}),
        "work item `c3` is queued, expected accepted",
    );
    assert_refused(
        json!({"complete": {"item": "c1", "by": "ben"}}),
        "agent `ben` does not hold work item `c1`",
    );
    assert_refused(
        json!({"accept": {"item": "c1", "agent": "asha"}}),
        "agent `asha` has work item `c1` already",
    );
    let mut pair = RouterPair::with(&json!({"channels": {"chat": {"wrap_up_secs": 30}}}));
    pair.route(0, "c1");
    pair.accept(0, "c1", "asha");
    pair.at(0, json!({"complete": {"item": "c1"}}));
    assert_eq!(
        pair.error(0, json!({"complete": {"item": "c1"}})),
        "work item `c1` is complete already, its agent wraps it up"
    );
    assert_refused(
        json!({"accept": {"item": "c2", "agent": "asha"}}),
        "work item `c2` is not offered to agent `asha`",
    );
    assert_refused(
        json!({"reject": {"item": "c2", "agent": "ben", "reason": "hidden"}}),
        "reject reason `hidden` cannot be chosen by agents",
    );
    assert_refused(
        json!({"reject": {"item": "c2", "agent": "ben", "reason": "of-calls"}}),
        "reject reason `of-calls` does not apply to channel `chat`",
    );
    assert_refused(
        json!({"set_presence": {"agent": "asha", "state": "retired"}}),
        "presence state `retired` is not active",
    );
    assert_refused(
        json!({"assign_directly": {"item": "c1", "agent": "asha"}}),
        "agent `asha` has work item `c1` already",
    );
}

#[test]
fn invalid_transfers_are_refused() {
    let to_ben = |mode: &str| json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": mode}});
    let to_queue = |queue: &str| json!({"transfer": {"item": "c1", "to_queue": queue}});
    assert_refused(
        to_queue("calls"),
        "queue `calls` does not belong to channel `chat` of work item `c1`",
    );
    assert_refused(to_queue("off"), "queue `off` is not active");
    assert_refused(
        to_queue("full"),
        "queue `full` is full: 0 items wait, at most 0 may wait",
    );
    assert_refused(
        to_ben("blind"),
        "agent `ben` has 0 units of spare capacity, work item `c1` takes 1",
    );
    let mut pair = busy();
    pair.set_presence(2000, "ben", None);
    assert_eq!(
        pair.error(2000, to_ben("warm")),
        "agent `ben` takes no work on channel `chat` now"
    );
    let mut pair = busy();
    pair.at(
        2000,
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}}),
    );
    assert_eq!(
        pair.error(2000, to_queue("chat")),
        "a warm transfer of work item `c1` is under way"
    );
}

#[test]
fn invalid_times_are_refused() {
    let until = json!({"set_capacity": {"agent": "ben", "capacity": 1, "until_ms": 2000}});
    assert_refused(
        until,
        "`until_ms` is 2000 ms, but the router is at 2000 ms already",
    );
    let mut pair = busy();
    assert_eq!(
        pair.error(500, json!("tick")),
        "time went back: the moment is 500 ms, the router is at 1000 ms"
    );
}
