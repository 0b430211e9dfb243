//! A new configuration.

use serde_json::{Value, json};

use crate::router::examples::router_pair::{Story, config};

fn reconfigure(changes: &Value) -> Value {
    json!({"reconfigure": {"config": config(changes)}})
}

/// Asha has accepted c1, ben is asked about c2, and c3 waits.
fn busy() -> Story {
    let mut story = Story::with(&json!({}));
    for id in ["c1", "c2", "c3"] {
        story.route(0, id);
    }
    story.accept(1000, "c1", "asha");
    story
}

#[test]
fn what_stays_is_counted_as_kept() {
    let mut story = busy();
    assert_eq!(
        story.at(2000, reconfigure(&json!({}))),
        ["reconfigured canceled=0 kept=3 moved=0 withdrawn=0"]
    );
}

#[test]
fn a_channel_that_is_gone_takes_its_items_with_it() {
    let mut story = busy();
    let config = json!({"reconfigure": {"config": {"agents": {"asha": {}, "ben": {}}}}});
    assert_eq!(
        story.at(2000, config),
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
fn a_queue_that_is_gone_has_its_items_routed_anew() {
    let mut story = busy();
    let other = json!({"active": true, "channel": "chat", "routing": "always"});
    assert_eq!(
        story.at(
            2000,
            reconfigure(&json!({"queues": {"chat": null, "desk": other}}))
        ),
        [
            "offer_ended agent=ben item=c2 why=withdrawn",
            "requeued item=c2 queue=desk why=queue_gone",
            "requeued item=c3 queue=desk why=queue_gone",
            "reconfigured canceled=0 kept=1 moved=2 withdrawn=1",
        ]
    );
    assert_eq!(
        story.at(3000, json!({"release": {"item": "c1"}})),
        [
            "released agent=asha item=c1 why=asked",
            "requeued item=c1 queue=desk why=released",
            // It has no pool, so that nobody passes, and asha has declined it.
            "exhausted item=c1 queue=desk",
        ]
    );
}

#[test]
fn an_agent_who_is_gone_leaves_everything() {
    let mut story = busy();
    story.at(
        2000,
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}}),
    );
    assert_eq!(
        story.at(3000, json!({"set_agent": {"agent": "asha", "value": null}})),
        [
            "offer_ended agent=ben item=c1 why=superseded",
            "released agent=asha item=c1 why=agent_gone",
            "requeued item=c1 queue=chat why=agent_gone",
            "reconfigured canceled=0 kept=2 moved=1 withdrawn=0",
        ]
    );
    assert_eq!(
        story.at(4000, json!({"set_agent": {"agent": "ben", "value": null}})),
        [
            "offer_ended agent=ben item=c2 why=withdrawn",
            "requeued item=c2 queue=chat why=withdrawn",
            "reconfigured canceled=0 kept=3 moved=0 withdrawn=1",
        ]
    );
}

#[test]
fn clocks_of_a_new_configuration() {
    let mut story = busy();
    let queue = json!({"queues": {"chat": {
        "target_wait_secs": 5, "max_wait_secs": 20,
        "triggers": [{"at_secs": 8, "name": "past"}, {"at_secs": 12, "name": "ahead"}]}}});
    // What has passed is not made up for.
    assert_eq!(story.at(10_000, reconfigure(&queue)).len(), 1);
    assert_eq!(
        story.tick(12_000),
        [
            "trigger_due item=c2 name=ahead queue=chat",
            "trigger_due item=c3 name=ahead queue=chat"
        ]
    );
    // The end of the wait applies at once, and to an offer when it ends.
    assert_eq!(
        story.at(
            13_000,
            reconfigure(&json!({"queues": {"chat": {"max_wait_secs": 13}}}))
        ),
        [
            "canceled item=c3 reason=max_wait",
            "reconfigured canceled=1 kept=2 moved=0 withdrawn=0"
        ]
    );
    assert_eq!(
        story.tick(30_000),
        [
            "offer_ended agent=ben item=c2 why=timed_out",
            "canceled item=c2 reason=max_wait"
        ]
    );
}

#[test]
fn a_configuration_with_a_problem_is_refused_whole() {
    let mut story = busy();
    let wrong = json!({"groups": {"red": {"members": ["asha", "nobody"]}}});
    assert!(story.refused(2000, reconfigure(&wrong)).is_empty());
    assert!(
        story
            .refused(
                2000,
                json!({"set_agent": {"agent": "asha", "value": {}, "groups": ["blue"]}})
            )
            .is_empty()
    );
}
