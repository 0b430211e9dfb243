//! Work that is moved by hand.

use serde_json::json;

use crate::router::examples::router_pair::Story;

/// Asha has accepted c1, and ben is free.
fn accepted() -> Story {
    let mut story = Story::with(&json!({}));
    story.route(0, "c1");
    story.accept(1000, "c1", "asha");
    story
}

#[test]
fn a_blind_transfer_releases_the_giver_at_once() {
    let mut story = accepted();
    let transfer = json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "blind"}});
    assert_eq!(
        story.at(2000, transfer),
        [
            "released agent=asha item=c1 why=transferred",
            "offered agent=ben by=transfer:asha expires_ms=32000 item=c1 queue=chat rule=ask",
        ]
    );
    assert_eq!(
        story.at(
            3000,
            json!({"reject": {"item": "c1", "agent": "ben", "reason": "busy"}})
        ),
        [
            "offer_ended agent=ben item=c1 reason=busy why=rejected",
            "requeued item=c1 queue=chat why=rejected",
            // Asha gave it away, ben rejected it.
            "exhausted item=c1 queue=chat",
        ]
    );
}

#[test]
fn a_warm_transfer_releases_the_giver_when_the_other_accepts() {
    let mut story = accepted();
    let transfer = json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm"}});
    assert_eq!(
        story.at(2000, transfer.clone()),
        ["offered agent=ben by=transfer:asha expires_ms=32000 item=c1 queue=chat rule=ask"]
    );
    assert!(story.refused(2000, transfer.clone()).is_empty());
    assert_eq!(
        story.tick(32_000),
        ["offer_ended agent=ben item=c1 why=timed_out"]
    );
    story.at(33_000, transfer);
    assert_eq!(
        story.accept(34_000, "c1", "ben"),
        [
            "released agent=asha item=c1 why=transferred",
            "accepted agent=ben by=agent item=c1 queue=chat rule=ask",
        ]
    );
}

#[test]
fn whatever_ends_the_item_supersedes_a_warm_offer() {
    for (input, last) in [
        (
            json!({"close": {"item": "c1"}}),
            "closed agent=asha item=c1",
        ),
        (
            json!({"cancel": {"item": "c1", "note": "spam"}}),
            "canceled agent=asha item=c1 note=spam reason=requested",
        ),
        (
            json!({"release": {"item": "c1"}}),
            "released agent=asha item=c1 why=asked",
        ),
    ] {
        let mut story = accepted();
        story.at(
            2000,
            json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm"}}),
        );
        let told = story.at(3000, input);
        assert_eq!(
            told[..2],
            ["offer_ended agent=ben item=c1 why=superseded", last]
        );
    }
}

#[test]
fn capacity_is_asked_of_a_transfer_but_not_by_force() {
    let mut story = accepted();
    story.route(1000, "c2");
    let mut transfer = json!({"item": "c1", "to_agent": "ben", "mode": "warm"});
    assert!(
        story
            .refused(2000, json!({"transfer": transfer}))
            .is_empty()
    );
    transfer["force"] = json!(true);
    assert_eq!(story.at(2000, json!({"transfer": transfer})).len(), 1);
}

#[test]
fn an_allocation_supersedes_an_open_offer() {
    let mut story = Story::with(&json!({}));
    story.route(0, "c1");
    for _ in 0..2 {
        assert_eq!(
            story.at(
                1000,
                json!({"allocate": {"item": "c1", "agent": "asha", "by": "mia"}})
            ),
            [
                "offer_ended agent=asha item=c1 why=superseded",
                "offered agent=asha by=manager:mia expires_ms=31000 item=c1 queue=chat rule=ask",
            ]
        );
    }
}

#[test]
fn work_given_away_does_not_come_straight_back() {
    let mut story = accepted();
    assert_eq!(
        story.at(
            2000,
            json!({"transfer": {"item": "c1", "to_queue": "chat"}})
        ),
        [
            "released agent=asha item=c1 why=transferred",
            "requeued item=c1 queue=chat why=transferred",
            "offered agent=ben by=router expires_ms=32000 group=red item=c1 queue=chat rule=ask",
        ]
    );
    // Who only had an offer cannot give away.
    let told = story.at(
        3000,
        json!({"transfer": {"item": "c1", "to_queue": "chat"}}),
    );
    assert!(told[2].starts_with("offered agent=ben"), "{told:?}");
}

#[test]
fn what_is_assigned_directly_leaves_whoever_had_it() {
    let mut story = accepted();
    assert!(
        story
            .refused(
                2000,
                json!({"assign_directly": {"item": "c1", "agent": "asha"}})
            )
            .is_empty()
    );
    assert_eq!(
        story.at(
            2000,
            json!({"assign_directly": {"item": "c1", "agent": "ben"}})
        ),
        [
            "released agent=asha item=c1 why=direct",
            "accepted agent=ben by=direct item=c1 queue=chat"
        ]
    );
}

#[test]
fn an_item_without_a_queue_is_routed_when_it_is_released() {
    for (queue, last) in [
        ("always", "requeued item=c1 queue=chat why=released"),
        ("manual", "canceled item=c1 reason=queue_gone"),
    ] {
        let mut story = Story::with(&json!({"queues": {"chat": {"routing": "manual"}}}));
        let item = json!({"id": "c1", "channel": "chat"});
        assert_eq!(
            story.at(
                0,
                json!({"assign_directly": {"new_item": item, "agent": "asha"}})
            ),
            ["accepted agent=asha by=direct item=c1"]
        );
        let config = crate::router::examples::router_pair::config(
            &json!({"queues": {"chat": {"routing": queue}}}),
        );
        story.at(0, json!({"reconfigure": {"config": config}}));
        let told = story.at(1000, json!({"release": {"item": "c1"}}));
        assert_eq!(told[..2], ["released agent=asha item=c1 why=asked", last]);
    }
}
