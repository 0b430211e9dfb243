//! Offers, and what an agent holds.

use serde_json::json;

use crate::router::examples::router_pair::Story;

#[test]
fn an_offer_can_be_accepted_before_it_expires_and_not_at_it() {
    let mut story = Story::with(&json!({}));
    story.route(0, "c1");
    story.route(0, "c2");
    assert_eq!(
        story.accept(29_999, "c1", "asha"),
        ["accepted agent=asha by=agent group=red item=c1 queue=chat rule=ask"]
    );
    let late = json!({"accept": {"item": "c2", "agent": "ben"}});
    assert_eq!(
        story.refused(30_000, late),
        [
            "offer_ended agent=ben item=c2 why=timed_out",
            "requeued item=c2 queue=chat why=timed_out",
        ]
    );
}

#[test]
fn an_offer_is_withdrawn_with_the_presence_and_is_not_declined_by_that() {
    let mut story =
        Story::with(&json!({"groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    story.route(0, "c1");
    let switch = |on: bool| json!({"set_channel": {"agent": "asha", "channel": "chat", "on": on}});
    assert_eq!(
        story.at(1000, switch(false)),
        [
            "offer_ended agent=asha item=c1 why=withdrawn",
            "requeued item=c1 queue=chat why=withdrawn"
        ]
    );
    assert_eq!(
        story.at(2000, switch(true)),
        ["offered agent=asha by=router expires_ms=32000 group=red item=c1 queue=chat rule=ask"]
    );
}

#[test]
fn a_decline_lapses_at_its_moment() {
    let mut story = Story::with(&json!({
        "reject_reasons": {"busy": {"reassignable_after_secs": 10}},
        "groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    story.route(0, "c1");
    story.at(
        1000,
        json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}}),
    );
    assert!(story.tick(10_999).is_empty());
    let again = story.tick(11_000);
    assert!(again[0].starts_with("offered agent=asha"), "{again:?}");
    // A lapse is not a clearing.
    let rejected = story.at(
        12_000,
        json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}}),
    );
    assert_eq!(rejected.len(), 2, "{rejected:?}");
}

#[test]
fn capacity_is_held_while_work_is_wrapped_up() {
    let mut story = Story::with(&json!({
        "channels": {"chat": {"wrap_up_secs": 30}},
        "rules": {"ask": {"offer": "auto_accept"}},
        "groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    assert_eq!(
        story.route(0, "c1"),
        [
            "queued item=c1 queue=chat",
            "accepted agent=asha by=auto group=red item=c1 queue=chat rule=ask"
        ]
    );
    story.route(0, "c2");
    assert_eq!(
        story.at(1000, json!({"complete": {"item": "c1"}})),
        ["wrapping_up agent=asha item=c1"]
    );
    for input in ["complete", "release"] {
        assert!(
            story
                .refused(1000, json!({input: {"item": "c1"}}))
                .is_empty()
        );
    }
    assert!(story.tick(30_999).is_empty());
    assert_eq!(
        story.tick(31_000),
        [
            "closed agent=asha item=c1",
            "accepted agent=asha by=auto group=red item=c2 queue=chat rule=ask"
        ]
    );
}

#[test]
fn accepted_work_counts_as_the_channel_says_or_if_it_says_nothing_of_it() {
    let mut story = Story::with(&json!({
        "channels": {"chat": {"utilization": {"field": "state", "in": ["new", "open"]}}},
        "rules": {"ask": {"offer": "auto_accept"}},
        "groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    for id in ["c1", "c2", "c3"] {
        story.route(0, id);
    }
    let update = |id: &str, state: &str| json!({"update": {"item": id, "facts": {"state": state}}});
    assert!(story.at(1000, update("c1", "open")).is_empty());
    let freed = story.at(2000, update("c1", "on_hold"));
    assert_eq!(
        freed,
        ["accepted agent=asha by=auto group=red item=c2 queue=chat rule=ask"]
    );
}

#[test]
fn who_answered_last_is_asked_again_within_thirty_days_to_the_millisecond() {
    let days = 30 * 24 * 60 * 60 * 1000;
    for (wait, agent) in [(days, "ben"), (days + 1, "asha")] {
        let mut story = Story::with(&json!({
            "queues": {"chat": {"affinity": ["last_agent"]}},
            "rules": {"ask": {"assign_by": ["in_order"], "offer": "auto_accept"}}}));
        let item = |id: &str| json!({"id": id, "channel": "chat", "requester": "+49"});
        story.at(
            1000,
            json!({"assign_directly": {"new_item": item("c1"), "agent": "ben"}}),
        );
        story.at(1000, json!({"close": {"item": "c1"}}));
        let told = story.at(1000 + wait, json!({"route": {"item": item("c2")}}));
        assert!(
            told[1].starts_with(&format!("accepted agent={agent}")),
            "{told:?}"
        );
    }
}

#[test]
fn of_each_channel_so_many_requesters_are_remembered() {
    let mut story = Story::with(&json!({}));
    for requester in 0..100_000 {
        story.model.memory.push(crate::model::Acceptance {
            channel: "chat".into(),
            requester: requester.to_string(),
            agent: "asha".into(),
            at: 0,
        });
    }
    let item = json!({"id": "c1", "channel": "chat", "requester": "+49"});
    story.at(
        1000,
        json!({"assign_directly": {"new_item": item, "agent": "ben"}}),
    );
    assert_eq!(story.model.memory.len(), 100_000);
    assert_eq!(story.model.memory[0].requester, "1");
}

#[test]
fn a_capacity_for_a_time_lies_above_one_for_good() {
    let mut story =
        Story::with(&json!({"groups": {"red": {"members": ["asha"]}}, "agents": {"ben": null}}));
    let set = |capacity: u32| json!({"agent": "asha", "channel": "chat", "capacity": capacity});
    let mut until = set(0);
    until["until_ms"] = json!(5000);
    story.at(0, json!({"set_capacity": until}));
    story.at(0, json!({"set_capacity": set(2)}));
    for id in ["c1", "c2", "c3"] {
        assert_eq!(story.route(1000, id).len(), 1);
    }
    assert_eq!(story.tick(5000).len(), 2);
    assert!(
        story
            .refused(5000, json!({"set_capacity": until}))
            .is_empty()
    );
    until["capacity"] = json!(null);
    story.at(5000, json!({"set_capacity": until}));
    assert!(story.at(6000, json!({"cancel": {"item": "c1"}})).len() == 2);
}
