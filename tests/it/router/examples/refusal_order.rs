//! Inputs with several faults: the first fault in the documented order gives the code.
//!
//! Each list begins with an input that has all faults. Each next input has one fault fewer, the one that was reported.

use handover::{Input, Map, RouterError, SkillRequest, WorkItem};
use serde_json::{Value, json};

use crate::router::examples::router_pair::RouterPair;

/// Returns a pair in which asha has accepted c1, c2 is offered to ben, c3 is queued, and cleo wraps up c4.
///
/// Ben has no spare capacity, and dora is absent. A warm transfer of c5, which eve holds, is offered to fay.
fn busy() -> RouterPair {
    let mut pair = RouterPair::with(&json!({
        "channels": {"chat": {"wrap_up_secs": 600}, "phone": {"active": true}, "off": {}},
        "queues": {
            "full": {"active": true, "channel": "chat", "max_length": 0},
            "closed": {"channel": "chat"},
            "calls": {"channel": "phone"}},
        "rules": {"strict": {"offer": {"ask": {"rejectable": false}}}},
        "presence_states": {
            "retired": {"active": false, "groups": ["red"]},
            "special": {"groups": []}},
        "agents": {"cleo": {}, "dora": {}, "eve": {}, "fay": {}},
        "reject_reasons": {"hidden": {"selectable": false, "channels": ["phone"]}}
    }));
    pair.set_presence(0, "dora", None);
    for id in ["c1", "c2", "c3"] {
        pair.route(0, id);
    }
    pair.accept(0, "c1", "asha");
    for (id, agent) in [("c4", "cleo"), ("c5", "eve")] {
        let item = json!({"id": id, "channel": "chat"});
        pair.at(
            0,
            json!({"assign_directly": {"new_item": item, "agent": agent}}),
        );
    }
    pair.at(0, json!({"complete": {"item": "c4"}}));
    pair.at(
        0,
        json!({"transfer": {"item": "c5", "to_agent": "fay", "mode": "warm"}}),
    );
    pair
}

/// Asserts the code of each input in the state of [`busy`]. The pair asserts that the model refuses it with the same code.
#[track_caller]
fn assert_codes(kind: &str, inputs: &[(Value, &str)]) {
    let mut pair = busy();
    for (fields, code) in inputs {
        let (result, outputs) = pair.handle(1000, json!({kind: fields}));
        let found = result.as_ref().map_err(RouterError::code);
        assert_eq!((found, outputs), (Err(*code), vec![]), "{fields}");
    }
}

#[test]
fn faults_of_offers_are_reported_in_order() {
    assert_codes(
        "accept",
        &[
            (json!({"item": "c9", "agent": "zoe"}), "unknown_item"),
            (json!({"item": "c3", "agent": "zoe"}), "unknown_agent"),
            (json!({"item": "c1", "agent": "asha"}), "already_accepted"),
            (json!({"item": "c4", "agent": "cleo"}), "already_accepted"),
            (json!({"item": "c4", "agent": "asha"}), "not_offered"),
            (json!({"item": "c3", "agent": "asha"}), "not_offered"),
        ],
    );
    let reject = |item: &str, agent: &str, reason: &str| json!({"item": item, "agent": agent, "reason": reason});
    assert_codes(
        "reject",
        &[
            (reject("c9", "zoe", "bored"), "unknown_item"),
            (reject("c2", "zoe", "bored"), "unknown_agent"),
            (reject("c2", "asha", "bored"), "unknown_reason"),
            (reject("c2", "asha", "hidden"), "not_offered"),
            (reject("c1", "asha", "hidden"), "not_offered"),
            (reject("c2", "ben", "hidden"), "reason_not_selectable"),
        ],
    );
}

#[test]
fn rejection_that_the_rule_forbids_is_reported_before_its_reason() {
    let mut pair = RouterPair::with(&json!({
        "rules": {"ask": {"offer": {"ask": {"rejectable": false}}}},
        "channels": {"phone": {}},
        "reject_reasons": {
            "hidden": {"selectable": false, "channels": ["phone"]},
            "of-calls": {"channels": ["phone"]}}}));
    pair.route(0, "c1");
    let reject =
        |reason: &str| json!({"reject": {"item": "c1", "agent": "asha", "reason": reason}});
    for reason in ["hidden", "busy"] {
        let (result, _) = pair.handle(0, reject(reason));
        assert_eq!(result.unwrap_err().code(), "not_rejectable");
    }
    assert!(pair.error(0, reject("bored")).contains("`bored`"));
}

#[test]
fn faults_of_ends_are_reported_in_order() {
    assert_codes(
        "complete",
        &[
            (json!({"item": "c9", "by": "zoe"}), "unknown_item"),
            (json!({"item": "c4", "by": "zoe"}), "not_the_holder"),
            (json!({"item": "c4", "by": "asha"}), "not_the_holder"),
            (json!({"item": "c4", "by": "cleo"}), "already_completed"),
            (json!({"item": "c4"}), "already_completed"),
            (json!({"item": "c2", "by": "ben"}), "not_the_holder"),
            (json!({"item": "c2"}), "wrong_state"),
        ],
    );
    for kind in ["close", "release"] {
        assert_codes(
            kind,
            &[
                (json!({"item": "c9", "by": "zoe"}), "unknown_item"),
                (json!({"item": "c3", "by": "asha"}), "not_the_holder"),
                (json!({"item": "c3"}), "wrong_state"),
            ],
        );
    }
    assert_codes(
        "release",
        &[
            (json!({"item": "c4", "by": "asha"}), "not_the_holder"),
            (json!({"item": "c4", "by": "cleo"}), "wrong_state"),
        ],
    );
    assert_codes("cancel", &[(json!({"item": "c9"}), "unknown_item")]);
}

#[test]
fn faults_of_transfers_are_reported_in_order() {
    let to_queue = |item: &str, queue: &str| json!({"item": item, "to_queue": queue});
    let by = |mut transfer: Value, by: &str| {
        transfer["by"] = json!(by);
        transfer
    };
    assert_codes(
        "transfer",
        &[
            (by(to_queue("c9", "nowhere"), "zoe"), "unknown_item"),
            (by(to_queue("c5", "nowhere"), "zoe"), "unknown_queue"),
            (by(to_queue("c5", "calls"), "asha"), "not_the_holder"),
            (by(to_queue("c5", "calls"), "fay"), "not_the_holder"),
            (by(to_queue("c5", "calls"), "eve"), "transfer_under_way"),
            (by(to_queue("c4", "calls"), "cleo"), "wrong_state"),
            (
                by(to_queue("c1", "calls"), "asha"),
                "queue_of_another_channel",
            ),
            (to_queue("c3", "closed"), "queue_inactive"),
            (to_queue("c3", "full"), "queue_full"),
        ],
    );
    let to_agent =
        |item: &str, agent: &str| json!({"item": item, "to_agent": agent, "mode": "warm"});
    assert_codes(
        "transfer",
        &[
            (by(to_agent("c9", "zoe"), "zoe"), "unknown_item"),
            (by(to_agent("c5", "zoe"), "asha"), "unknown_agent"),
            (by(to_agent("c5", "eve"), "asha"), "not_the_holder"),
            (by(to_agent("c5", "eve"), "eve"), "transfer_under_way"),
            (to_agent("c4", "cleo"), "wrong_state"),
            (to_agent("c2", "dora"), "wrong_state"),
            (to_agent("c1", "asha"), "already_accepted"),
            (to_agent("c1", "dora"), "not_present"),
            (to_agent("c1", "ben"), "no_room"),
        ],
    );
}

#[test]
fn agent_who_has_left_holds_the_item_already() {
    let mut pair = busy();
    pair.set_presence(1000, "asha", None);
    let transfer = json!({"transfer": {"item": "c1", "to_agent": "asha", "mode": "warm"}});
    let (result, _) = pair.handle(1000, transfer);
    assert_eq!(result.unwrap_err().code(), "already_accepted");
}

#[test]
fn faults_of_assignments_by_hand_are_reported_in_order() {
    let allocate = |item: &str, agent: &str| json!({"item": item, "agent": agent, "by": "mia"});
    assert_codes(
        "allocate",
        &[
            (allocate("c9", "zoe"), "unknown_item"),
            (allocate("c5", "zoe"), "unknown_agent"),
            (allocate("c5", "dora"), "transfer_under_way"),
            (allocate("c1", "dora"), "wrong_state"),
            (allocate("c3", "dora"), "not_present"),
        ],
    );
    let new_item = |id: &str, channel: &str| json!({"id": id, "channel": channel, "size": 0});
    assert_codes(
        "assign_directly",
        &[
            (json!({"item": "c9", "agent": "zoe"}), "unknown_item"),
            (json!({"item": "c4", "agent": "zoe"}), "unknown_agent"),
            (json!({"item": "c4", "agent": "cleo"}), "wrong_state"),
            (json!({"item": "c1", "agent": "asha"}), "already_accepted"),
            (
                json!({"new_item": new_item("c1", "fax"), "agent": "zoe"}),
                "unknown_channel",
            ),
            (
                json!({"new_item": new_item("c1", "chat"), "agent": "zoe"}),
                "unknown_agent",
            ),
            (
                json!({"new_item": new_item("c1", "chat"), "agent": "asha"}),
                "id_in_use",
            ),
            (
                json!({"new_item": new_item("c6", "chat"), "agent": "asha"}),
                "size_zero",
            ),
        ],
    );
}

#[test]
fn faults_of_agents_are_reported_in_order() {
    assert_codes(
        "set_presence",
        &[
            (json!({"agent": "zoe", "state": "asleep"}), "unknown_agent"),
            (json!({"agent": "dora", "state": "asleep"}), "unknown_state"),
            (
                json!({"agent": "dora", "state": "retired"}),
                "state_inactive",
            ),
            (
                json!({"agent": "dora", "state": "special"}),
                "state_not_for_agent",
            ),
        ],
    );
    assert_codes(
        "set_channel",
        &[
            (
                json!({"agent": "zoe", "channel": "fax", "on": true}),
                "unknown_agent",
            ),
            (
                json!({"agent": "asha", "channel": "fax", "on": true}),
                "unknown_channel",
            ),
        ],
    );
    assert_codes(
        "set_capacity",
        &[
            (
                json!({"agent": "zoe", "channel": "fax", "capacity": 1, "until_ms": 0}),
                "unknown_agent",
            ),
            (
                json!({"agent": "asha", "channel": "fax", "capacity": 1, "until_ms": 0}),
                "unknown_channel",
            ),
            (
                json!({"agent": "asha", "channel": "chat", "capacity": 1, "until_ms": 1000}),
                "until_not_ahead",
            ),
        ],
    );
    let unconfigured = json!({"capacity": {"fax": 1}});
    assert_codes(
        "set_agent",
        &[
            (
                json!({"agent": "zoe", "value": null, "groups": ["red", "blue"]}),
                "unknown_agent",
            ),
            (
                json!({"agent": "asha", "value": null, "groups": ["red", "blue"]}),
                "unknown_group",
            ),
            (
                json!({"agent": "asha", "value": null, "groups": ["red"]}),
                "invalid_groups",
            ),
            (
                json!({"agent": "asha", "value": unconfigured, "groups": ["red", "red"]}),
                "invalid_groups",
            ),
            (
                json!({"agent": "asha", "value": unconfigured, "groups": ["red"]}),
                "invalid_config",
            ),
        ],
    );
}

/// Removes a fault of an item or of its named queue.
type Change = fn(&mut WorkItem, &mut Option<&str>);

#[test]
fn faults_of_new_items_are_reported_in_order() {
    // An item that breaks limits cannot be read from JSON. Each change removes the fault that was reported.
    let mut item = WorkItem::new("c1", "fax").size(0_u32).requester("");
    item.skills.push(SkillRequest::new("latin").level(0_u32));
    let skills = (0..33).map(|number| SkillRequest::new(number.to_string()));
    item.skills.extend(skills);
    item.facts
        .extend((0..1025).map(|number| (number.to_string(), 1.into())));
    let mut queue = Some("nowhere");
    let changes: [(&str, Change); 9] = [
        ("unknown_channel", |item, _| item.channel = "off".into()),
        ("unknown_queue", |_, queue| *queue = Some("calls")),
        ("id_in_use", |item, _| item.id = "c6".into()),
        ("queue_of_another_channel", |_, queue| *queue = None),
        ("size_zero", |item, _| item.size = None),
        ("level_zero", |item, _| item.skills[0].level = 1),
        ("too_many_skills", |item, _| item.skills.truncate(2)),
        ("too_many_facts", |item, _| item.facts = Map::new()),
        ("invalid_id", |item, _| item.requester = None),
    ];
    let mut pair = busy();
    for (code, change) in changes {
        let route = Input::Route {
            item: item.clone(),
            queue: queue.map(Into::into),
        };
        let (result, outputs) = pair.handle_input(1000, &route);
        let found = result.as_ref().map_err(RouterError::code);
        assert_eq!((found, outputs), (Err(code), vec![]));
        change(&mut item, &mut queue);
    }
    // The input is valid now. The item is unroutable because its channel is inactive.
    let (result, outputs) = pair.handle_input(1000, &Input::Route { item, queue: None });
    assert_eq!(result, Ok(()));
    assert_eq!(outputs, ["unroutable item=c6 reason=channel_inactive"]);
}

#[test]
fn time_is_checked_first() {
    let (result, _) = busy().handle(1000, json!({"complete": {"item": "c9"}}));
    assert_eq!(result.unwrap_err().code(), "unknown_item");
    let mut pair = busy();
    pair.tick(1000);
    let (result, outputs) = pair.handle(999, json!({"complete": {"item": "c9"}}));
    assert_eq!(
        (result.unwrap_err().code(), outputs),
        ("time_went_back", vec![])
    );
}
