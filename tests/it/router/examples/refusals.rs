//! Each refusal of the router, in its words: what is wrong, what was expected and what was found.

use serde_json::{Value, json};

use crate::router::examples::router_pair::Story;

/// Asha has c1, ben is asked about c2, c3 waits.
fn desk() -> Story {
    let mut story = Story::with(&json!({
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
        story.route(0, id);
    }
    story.accept(1000, "c1", "asha");
    story
}

#[track_caller]
fn refused(input: Value, expected: &str) {
    assert_eq!(desk().refusal(2000, input), expected);
}

#[test]
fn of_what_is_not_there() {
    refused(
        json!({"complete": {"item": "c9"}}),
        "there is no work item `c9`",
    );
    refused(
        json!({"set_presence": {"agent": "zoe", "state": null}}),
        "there is no agent `zoe`",
    );
    refused(
        json!({"set_agent": {"agent": "zoe", "value": {}, "groups": ["blue"]}}),
        "there is no agent group `blue`",
    );
    refused(
        json!({"set_agent": {"agent": "asha", "value": null, "groups": ["red"]}}),
        "agent `asha` is to be gone, and a member of `red`",
    );
    refused(
        json!({"transfer": {"item": "c1", "to_queue": "nowhere"}}),
        "there is no queue `nowhere`",
    );
    refused(
        json!({"set_channel": {"agent": "asha", "channel": "fax", "on": true}}),
        "there is no channel `fax`",
    );
    refused(
        json!({"reject": {"item": "c2", "agent": "ben", "reason": "bored"}}),
        "there is no reject reason `bored`",
    );
    refused(
        json!({"set_presence": {"agent": "asha", "state": "asleep"}}),
        "there is no presence state `asleep`",
    );
}

#[test]
fn of_items_that_come_in() {
    let route = |item: Value| json!({"route": {"item": item}});
    refused(
        route(json!({"id": "c1", "channel": "chat"})),
        "work item `c1` is here already",
    );
    refused(
        route(json!({"id": "c4", "channel": "chat", "size": 0})),
        "work item `c4` cannot be routed: its size is 0, expected at least 1",
    );
    refused(
        route(json!({"id": "c4", "channel": "fax"})),
        "work item `c4` cannot be routed: there is no channel `fax`",
    );
    refused(
        json!({"route": {"item": {"id": "c4", "channel": "chat"}, "queue": "calls"}}),
        "work item `c4` cannot be routed: queue `calls` is one of channel `phone`, the item comes by `chat`",
    );
    let facts: serde_json::Map<_, _> = (0..1024).map(|i| (format!("f{i}"), json!(i))).collect();
    let mut story = desk();
    story.at(2000, json!({"update": {"item": "c3", "facts": facts}}));
    assert_eq!(
        story.refusal(
            2000,
            json!({"update": {"item": "c3", "facts": {"more": 1}}})
        ),
        "work item `c3` would have 1025 facts, expected at most 1024"
    );
}

#[test]
fn of_the_wrong_state_or_agent() {
    refused(
        json!({"complete": {"item": "c3"}}),
        "work item `c3` is queued, expected accepted",
    );
    refused(
        json!({"accept": {"item": "c2", "agent": "asha"}}),
        "work item `c2` is not offered to agent `asha`",
    );
    refused(
        json!({"reject": {"item": "c2", "agent": "ben", "reason": "hidden"}}),
        "reject reason `hidden` cannot be chosen by agents",
    );
    refused(
        json!({"reject": {"item": "c2", "agent": "ben", "reason": "of-calls"}}),
        "reject reason `of-calls` is not for channel `chat`",
    );
    refused(
        json!({"set_presence": {"agent": "asha", "state": "retired"}}),
        "presence state `retired` is not active",
    );
    refused(
        json!({"assign_directly": {"item": "c1", "agent": "asha"}}),
        "agent `asha` has work item `c1` already",
    );
}

#[test]
fn of_moves() {
    let to_ben = |mode: &str| json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": mode}});
    let to_queue = |queue: &str| json!({"transfer": {"item": "c1", "to_queue": queue}});
    refused(
        to_queue("calls"),
        "queue `calls` is not of channel `chat`, by which work item `c1` came",
    );
    refused(to_queue("off"), "queue `off` is not active");
    refused(
        to_queue("full"),
        "queue `full` is full: 0 items wait, 0 may",
    );
    refused(
        to_ben("blind"),
        "agent `ben` has 0 units to spare, work item `c1` takes 1",
    );
    let mut story = desk();
    story.at(
        2000,
        json!({"set_presence": {"agent": "ben", "state": null}}),
    );
    assert_eq!(
        story.refusal(2000, to_ben("warm")),
        "agent `ben` takes no work on channel `chat` now"
    );
    let mut story = desk();
    story.at(
        2000,
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}}),
    );
    assert_eq!(
        story.refusal(2000, to_queue("chat")),
        "a warm transfer of work item `c1` is under way"
    );
}

#[test]
fn of_moments() {
    let until = json!({"set_capacity": {"agent": "ben", "capacity": 1, "until_ms": 2000}});
    refused(
        until,
        "the capacity is set until 2000 ms, expected a moment after 2000 ms",
    );
    let mut story = desk();
    assert_eq!(
        story.refusal(500, json!("tick")),
        "time went back: the moment is 500 ms, the router is at 1000 ms"
    );
}
