//! Reconfigurations.

use serde_json::{Value, json};

use crate::router::examples::router_pair::{RouterPair, config};

/// Returns the input that applies a changed configuration.
fn reconfigure(changes: &Value) -> Value {
    json!({"reconfigure": {"config": config(changes)}})
}

/// Returns a pair in which asha has accepted c1, c2 is offered to ben, and c3 is queued.
fn busy() -> RouterPair {
    let mut pair = RouterPair::with(&json!({}));
    for id in ["c1", "c2", "c3"] {
        pair.route(0, id);
    }
    pair.accept(1000, "c1", "asha");
    pair
}

#[test]
fn unchanged_configuration_keeps_all_items() {
    let mut pair = busy();
    assert_eq!(
        pair.at(2000, reconfigure(&json!({}))),
        ["reconfigured canceled=0 kept=3 moved=0 withdrawn=0"]
    );
}

#[test]
fn removed_channel_cancels_its_items() {
    let mut pair = busy();
    let config = json!({"reconfigure": {"config": {"agents": {"asha": {}, "ben": {}}}}});
    assert_eq!(
        pair.at(2000, config),
        [
            "canceled agent=asha item=c1 reason=channel_gone",
            "offer_ended agent=ben item=c2 why=canceled",
            "canceled item=c2 reason=channel_gone",
            "canceled item=c3 reason=channel_gone",
            "presence_set agent=asha state=null why=reconfigured",
            "presence_set agent=ben state=null why=reconfigured",
            "reconfigured canceled=3 kept=0 moved=0 withdrawn=0",
        ]
    );
}

#[test]
fn items_of_a_removed_queue_are_rerouted() {
    let mut pair = busy();
    let desk = json!({"active": true, "channel": "chat", "routing": "always"});
    assert_eq!(
        pair.at(
            2000,
            reconfigure(&json!({"queues": {"chat": null, "desk": desk}}))
        ),
        [
            "offer_ended agent=ben item=c2 why=withdrawn",
            "requeued item=c2 queue=desk why=queue_gone",
            "requeued item=c3 queue=desk why=queue_gone",
            "reconfigured canceled=0 kept=1 moved=2 withdrawn=1",
        ]
    );
    assert_eq!(
        pair.at(3000, json!({"release": {"item": "c1", "by": "asha"}})),
        [
            "released agent=asha item=c1 why=asked",
            "requeued item=c1 queue=desk why=released",
            // The queue has no pool, and asha has declined c1.
            "exhausted item=c1 queue=desk",
        ]
    );
}

#[test]
fn items_of_a_removed_agent_are_requeued() {
    let mut pair = busy();
    pair.at(
        2000,
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}}),
    );
    assert_eq!(
        pair.at(3000, json!({"set_agent": {"agent": "asha", "value": null}})),
        [
            "offer_ended agent=ben item=c1 why=superseded",
            "released agent=asha item=c1 why=agent_gone",
            "requeued item=c1 queue=chat why=agent_gone",
            "reconfigured canceled=0 kept=2 moved=1 withdrawn=0",
        ]
    );
    assert_eq!(
        pair.at(4000, json!({"set_agent": {"agent": "ben", "value": null}})),
        [
            "offer_ended agent=ben item=c2 why=withdrawn",
            "requeued item=c2 queue=chat why=withdrawn",
            "reconfigured canceled=0 kept=3 moved=0 withdrawn=1",
        ]
    );
}

#[test]
fn new_wait_limits_apply_from_the_reconfiguration_on() {
    let mut pair = busy();
    let queue = json!({"queues": {"chat": {
        "target_wait_secs": 5, "max_wait_secs": 20,
        "triggers": [{"at_secs": 8, "name": "past"}, {"at_secs": 12, "name": "ahead"}]}}});
    // Targets and triggers in the past are not output.
    assert_eq!(pair.at(10_000, reconfigure(&queue)).len(), 1);
    assert_eq!(
        pair.tick(12_000),
        [
            "trigger_due item=c2 name=ahead queue=chat",
            "trigger_due item=c3 name=ahead queue=chat"
        ]
    );
    // `max_wait_secs` applies to a queued item at once, and to an offered item when the offer ends.
    assert_eq!(
        pair.at(
            13_000,
            reconfigure(&json!({"queues": {"chat": {"max_wait_secs": 13}}}))
        ),
        [
            "canceled item=c3 reason=max_wait",
            "reconfigured canceled=1 kept=2 moved=0 withdrawn=0"
        ]
    );
    assert_eq!(
        pair.tick(30_000),
        [
            "offer_ended agent=ben item=c2 why=timed_out",
            "canceled item=c2 reason=max_wait"
        ]
    );
}

#[test]
fn targets_and_triggers_at_the_moment_of_a_reconfiguration_are_not_output() {
    let mut pair = busy();
    let queue = json!({"queues": {"chat": {
        "target_wait_secs": 10, "triggers": [{"at_secs": 10, "name": "now"}]}}});
    assert_eq!(pair.at(10_000, reconfigure(&queue)).len(), 1);
    assert!(pair.tick(20_000).is_empty());
}

#[test]
fn offer_withdrawn_at_the_moment_of_max_wait_is_canceled() {
    let changes = json!({"queues": {"chat": {"max_wait_secs": 20}}});
    let mut pair = RouterPair::with(&changes);
    pair.route(0, "c1");
    assert!(pair.tick(20_000).is_empty());
    assert_eq!(
        pair.at(
            20_000,
            json!({"set_agent": {"agent": "asha", "value": null}})
        ),
        [
            "offer_ended agent=asha item=c1 why=withdrawn",
            "canceled item=c1 reason=max_wait",
            "reconfigured canceled=1 kept=0 moved=0 withdrawn=1",
        ]
    );
}

#[test]
fn requested_skill_is_the_same_skill_after_a_reconfiguration() {
    let chess = json!({"skills": {"chess": 1}});
    let rules = json!({"ask": {"skills": "require"}});
    let before =
        json!({"rules": rules, "agents": {"asha": {"skills": {"arabic": 1}}, "ben": chess}});
    let after = json!({"rules": rules, "agents": {"asha": {}, "ben": chess}});
    let mut pair = RouterPair::with(&before);
    pair.set_presence(0, "ben", "away");
    let item =
        json!({"id": "c1", "channel": "chat", "skills": [{"skill": "chess", "mandatory": true}]});
    pair.at(0, json!({"route": {"item": item}}));
    pair.at(0, reconfigure(&after));
    assert_eq!(pair.set_presence(0, "ben", "here").len(), 2);
}

#[test]
fn overdue_items_are_canceled_by_deadline() {
    let mut pair = busy();
    // The wait of c1 starts again after that of c3, which came in later.
    pair.set_presence(1000, "asha", "away");
    pair.at(2000, json!({"release": {"item": "c1", "by": "asha"}}));
    let queue = json!({"queues": {"chat": {"max_wait_secs": 10}}});
    assert_eq!(
        pair.at(15_000, reconfigure(&queue)),
        [
            "canceled item=c3 reason=max_wait",
            "canceled item=c1 reason=max_wait",
            "reconfigured canceled=2 kept=1 moved=0 withdrawn=0",
        ]
    );
}

/// Returns a pair in which c1 is declined for 10 seconds by asha, who is removed at 2 s. Ben is busy.
fn declined_by_a_removed_agent() -> RouterPair {
    let mut pair = RouterPair::with(&json!({
        "reject_reasons": {"busy": {"reassignable_after_secs": 10}},
        "groups": {"red": {"members": ["asha", "ben"]}}}));
    pair.route(0, "c1");
    pair.route(0, "c2");
    pair.accept(1000, "c2", "ben");
    pair.at(
        1000,
        json!({"reject": {"item": "c1", "agent": "asha", "reason": "busy"}}),
    );
    pair.at(2000, json!({"set_agent": {"agent": "asha", "value": null}}));
    pair
}

/// Adds asha to the group again, present, and returns the outputs.
fn add_asha(pair: &mut RouterPair, now: u64) -> Vec<String> {
    pair.at(
        now,
        json!({"set_agent": {"agent": "asha", "value": {}, "groups": ["red"]}}),
    );
    pair.set_presence(now, "asha", "here")
}

#[test]
fn decline_of_a_removed_agent_lapses() {
    let mut pair = declined_by_a_removed_agent();
    assert!(pair.tick(11_000).is_empty());
    // The item has no decline in force, so it cannot be exhausted.
    assert_eq!(pair.set_presence(11_000, "ben", "away").len(), 1);
    assert_eq!(add_asha(&mut pair, 11_000).len(), 2);
}

#[test]
fn skipped_time_does_not_count_for_the_decline_of_a_removed_agent() {
    let mut pair = declined_by_a_removed_agent();
    pair.at(2000, json!({"skip_time": {"until_ms": 12_000}}));
    assert_eq!(add_asha(&mut pair, 13_000).len(), 1);
    assert!(pair.tick(20_999).is_empty());
    assert_eq!(pair.tick(21_000).len(), 1);
}

#[test]
fn invalid_configuration_is_refused() {
    let mut pair = busy();
    let wrong = json!({"groups": {"red": {"members": ["asha", "nobody"]}}});
    assert!(pair.refused(2000, reconfigure(&wrong)).is_empty());
    assert!(
        pair.refused(
            2000,
            json!({"set_agent": {"agent": "asha", "value": {}, "groups": ["blue"]}})
        )
        .is_empty()
    );
}

#[test]
fn migrated_item_is_decided_under_the_new_configuration() {
    let mut pair = busy();
    let changes = json!({"channels": {"chat": {"default_capacity": 3}}});
    pair.at(2000, reconfigure(&changes));
    let explanation = pair.router.explain("c1").unwrap();
    let assignment = explanation.decision().assignment().unwrap();
    let agent = assignment.agent(pair.router.plan());
    assert_eq!(agent.unwrap().as_str(), "ben");
}
