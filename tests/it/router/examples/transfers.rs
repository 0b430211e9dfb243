//! Transfers, allocations and direct assignments.

use serde_json::json;

use crate::router::examples::router_pair::{RouterPair, config};

/// Returns a pair in which asha has accepted c1 and ben is free.
fn accepted() -> RouterPair {
    let mut pair = RouterPair::with(&json!({}));
    pair.route(0, "c1");
    pair.accept(1000, "c1", "asha");
    pair
}

#[test]
fn blind_transfer_releases_the_giver_at_once() {
    let mut pair = accepted();
    let transfer =
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "blind", "by": "asha"}});
    assert_eq!(
        pair.at(2000, transfer),
        [
            "released agent=asha item=c1 why=transferred",
            "offered agent=ben by=transfer:asha expires_ms=32000 item=c1 queue=chat rule=ask",
        ]
    );
    assert_eq!(
        pair.at(
            3000,
            json!({"reject": {"item": "c1", "agent": "ben", "reason": "busy"}})
        ),
        [
            "offer_ended agent=ben item=c1 reason=busy why=rejected",
            "requeued item=c1 queue=chat why=rejected",
            // Asha gave c1 away, ben rejected it.
            "exhausted item=c1 queue=chat",
        ]
    );
}

#[test]
fn warm_transfer_releases_the_giver_at_acceptance() {
    let mut pair = accepted();
    let transfer = json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm"}});
    assert_eq!(
        pair.at(2000, transfer.clone()),
        ["offered agent=ben by=transfer:asha expires_ms=32000 item=c1 queue=chat rule=ask"]
    );
    assert!(pair.refused(2000, transfer.clone()).is_empty());
    assert_eq!(
        pair.tick(32_000),
        ["offer_ended agent=ben item=c1 why=timed_out"]
    );
    pair.at(33_000, transfer);
    assert_eq!(
        pair.accept(34_000, "c1", "ben"),
        [
            "released agent=asha item=c1 why=transferred",
            "accepted agent=ben by=agent item=c1 queue=chat rule=ask",
        ]
    );
}

#[test]
fn warm_offer_is_superseded_when_the_item_ends() {
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
        let mut pair = accepted();
        pair.at(
            2000,
            json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm"}}),
        );
        let outputs = pair.at(3000, input);
        assert_eq!(
            outputs[..2],
            ["offer_ended agent=ben item=c1 why=superseded", last]
        );
    }
}

#[test]
fn warm_offer_is_superseded_when_the_wrap_up_begins() {
    let mut pair = RouterPair::with(&json!({"channels": {"chat": {"wrap_up_secs": 20}}}));
    pair.route(0, "c1");
    pair.accept(1000, "c1", "asha");
    pair.at(
        2000,
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm"}}),
    );
    assert_eq!(
        pair.at(3000, json!({"complete": {"item": "c1"}})),
        [
            "offer_ended agent=ben item=c1 why=superseded",
            "wrapping_up agent=asha item=c1",
        ]
    );
}

#[test]
fn transfer_checks_capacity_unless_forced() {
    let mut pair = accepted();
    pair.route(1000, "c2");
    let mut transfer = json!({"item": "c1", "to_agent": "ben", "mode": "warm"});
    assert!(pair.refused(2000, json!({"transfer": transfer})).is_empty());
    transfer["force"] = json!(true);
    assert_eq!(pair.at(2000, json!({"transfer": transfer})).len(), 1);
}

#[test]
fn allocation_supersedes_an_open_offer() {
    let mut pair = RouterPair::with(&json!({}));
    pair.route(0, "c1");
    for _ in 0..2 {
        assert_eq!(
            pair.at(
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
fn transfer_counts_as_a_decline_by_the_holder_only() {
    let mut pair = accepted();
    assert_eq!(
        pair.at(
            2000,
            json!({"transfer": {"item": "c1", "to_queue": "chat", "by": "asha"}})
        ),
        [
            "released agent=asha item=c1 why=transferred",
            "requeued item=c1 queue=chat why=transferred",
            "offered agent=ben by=router expires_ms=32000 group=red item=c1 queue=chat rule=ask",
        ]
    );
    // Only a holder can give an item away, so the transfer of an offered item records no decline.
    let outputs = pair.at(
        3000,
        json!({"transfer": {"item": "c1", "to_queue": "chat"}}),
    );
    assert!(outputs[2].starts_with("offered agent=ben"), "{outputs:?}");
}

#[test]
fn direct_assignment_releases_the_holder() {
    let mut pair = accepted();
    assert!(
        pair.refused(
            2000,
            json!({"assign_directly": {"item": "c1", "agent": "asha"}})
        )
        .is_empty()
    );
    assert_eq!(
        pair.at(
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
fn item_without_a_queue_is_routed_at_release() {
    for (queue, last) in [
        ("always", "requeued item=c1 queue=chat why=released"),
        ("manual", "canceled item=c1 reason=queue_gone"),
    ] {
        let mut pair = RouterPair::with(&json!({"queues": {"chat": {"routing": "manual"}}}));
        let item = json!({"id": "c1", "channel": "chat"});
        assert_eq!(
            pair.at(
                0,
                json!({"assign_directly": {"new_item": item, "agent": "asha"}})
            ),
            ["accepted agent=asha by=direct item=c1"]
        );
        let config = config(&json!({"queues": {"chat": {"routing": queue}}}));
        pair.at(0, json!({"reconfigure": {"config": config}}));
        let outputs = pair.at(1000, json!({"release": {"item": "c1"}}));
        assert_eq!(
            outputs[..2],
            ["released agent=asha item=c1 why=asked", last]
        );
    }
}
