//! Reconfigurations that remove any combination of entities, with an item in every state.

use serde_json::{Value, json};

use crate::router::examples::router_pair::{RouterPair, config};

/// Everything that a reconfiguration can remove.
const LOSSES: [&str; 8] = [
    "the holder",
    "the agent with the offer",
    "its queue",
    "the other queue",
    "the rule",
    "the presence state",
    "the work of the presence state",
    "its channel",
];

/// The state of the item before the reconfiguration.
#[derive(Clone, Copy, Debug, PartialEq)]
enum InitialState {
    Queued,
    Pending,
    Accepted,
    Warm,
    WrappingUp,
    WithoutQueue,
    WarmWithoutQueue,
}

const INITIAL_STATES: [InitialState; 7] = [
    InitialState::Queued,
    InitialState::Pending,
    InitialState::Accepted,
    InitialState::Warm,
    InitialState::WrappingUp,
    InitialState::WithoutQueue,
    InitialState::WarmWithoutQueue,
];

/// Returns the changes to the configuration, without the entities that are lost.
fn remaining(is_lost: impl Fn(&str) -> bool, keeps_offers: bool) -> Value {
    let agents = [("asha", LOSSES[0]), ("ben", LOSSES[1]), ("cleo", "")];
    let members: Vec<&str> = agents
        .iter()
        .filter(|(_, loss)| !is_lost(loss))
        .map(|(agent, _)| *agent)
        .collect();
    let rule = if is_lost("the rule") { "new" } else { "ask" };
    let queue = |order: u32| {
        json!({
            "active": true, "channel": "chat", "order": order,
            "routing": {"field": "odd", "exists": false},
            "eligibility": [{"groups": ["red"], "rule": rule}]})
    };
    let unless = |loss: &str, value: Value| if is_lost(loss) { Value::Null } else { value };
    let is_channel_lost = is_lost("its channel");
    let of_chat = |value: Value| if is_channel_lost { Value::Null } else { value };
    let ask = json!({
        "offer": {"ask": {"timeout_secs": 30, "timeout_presence": "away"}},
        "on_presence_lost": if keeps_offers { "keep" } else { "withdraw" }});
    let mut changes = json!({
        "channels": {
            "chat": of_chat(json!({"wrap_up_secs": 20})),
            "other": {"active": true}},
        "queues": {
            "chat": of_chat(unless("its queue", queue(1))),
            "desk": of_chat(unless("the other queue", queue(2)))},
        "rules": {"ask": unless("the rule", ask.clone()), "new": ask},
        "presence_states": {"here": unless(
            "the presence state",
            json!({"takes_work": !is_lost("the work of the presence state")}))},
        "groups": {"red": {"members": members}},
        "agents": {}
    });
    for (agent, loss) in agents {
        changes["agents"][agent] = unless(loss, json!({}));
    }
    changes
}

/// Returns a pair with an item in a state. Asha is the holder, and ben has the offer.
fn item_in(state: InitialState, keeps_offers: bool) -> RouterPair {
    let mut pair = RouterPair::with(&remaining(|_| false, keeps_offers));
    let away = |agent: &str| json!({"set_presence": {"agent": agent, "state": "away"}});
    let transfer =
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}});
    pair.at(0, away("cleo"));
    match state {
        InitialState::Queued => {
            pair.at(0, away("asha"));
            pair.at(0, away("ben"));
            pair.route(1000, "c1");
        }
        InitialState::Pending => {
            pair.at(0, away("asha"));
            pair.route(1000, "c1");
        }
        InitialState::Accepted | InitialState::Warm | InitialState::WrappingUp => {
            pair.route(1000, "c1");
            pair.accept(1000, "c1", "asha");
        }
        InitialState::WithoutQueue | InitialState::WarmWithoutQueue => {
            let item = json!({"id": "c1", "channel": "chat", "facts": {"odd": true}});
            let direct = json!({"assign_directly": {"new_item": item, "agent": "asha"}});
            pair.at(1000, direct);
        }
    }
    match state {
        InitialState::Warm | InitialState::WarmWithoutQueue => drop(pair.at(2000, transfer)),
        InitialState::WrappingUp => drop(pair.at(2000, json!({"complete": {"item": "c1"}}))),
        _ => {}
    }
    pair
}

/// Reconfigures with some losses, then gives inputs about the item and lets time pass. The pair asserts agreement.
fn assert_agreement_after(state: InitialState, keeps_offers: bool, losses: u32) {
    let is_lost = |loss: &str| {
        let bit = LOSSES.iter().position(|other| *other == loss);
        bit.is_some_and(|bit| losses >> bit & 1 == 1)
    };
    let mut pair = item_in(state, keeps_offers);
    let reconfigure = json!({"reconfigure": {"config": config(&remaining(is_lost, keeps_offers))}});
    let _ = pair.handle(3000, reconfigure);
    let inputs = [
        json!({"reject": {"item": "c1", "agent": "ben", "reason": "busy"}}),
        json!({"accept": {"item": "c1", "agent": "ben"}}),
        json!({"set_presence": {"agent": "cleo", "state": "here"}}),
        json!({"release": {"item": "c1", "by": "asha"}}),
        json!("tick"),
    ];
    for (second, input) in (4..).zip(inputs) {
        // Both sides may refuse the input.
        let _ = pair.handle(second * 1000, input);
    }
    pair.at(60_000, json!("tick"));
    // Everything is added again.
    let reconfigure =
        json!({"reconfigure": {"config": config(&remaining(|_| false, keeps_offers))}});
    pair.at(61_000, reconfigure);
    pair.at(200_000, json!("tick"));
}

#[test]
fn reconfigure_matches_the_model_for_every_loss_combination() {
    for state in INITIAL_STATES {
        for losses in 0..1 << LOSSES.len() {
            for keeps_offers in [false, true] {
                assert_agreement_after(state, keeps_offers, losses);
            }
        }
    }
}
