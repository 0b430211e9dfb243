//! Whatever a new configuration takes away from an item, in whatever state, and all of it together.

use serde_json::{Value, json};

use crate::router::examples::router_pair::{Story, config};

/// What can be gone.
const LOSSES: [&str; 8] = [
    "the agent who has it",
    "the agent who is asked",
    "its queue",
    "the other queue",
    "the rule",
    "the presence state",
    "the work of the presence state",
    "its channel",
];

/// In what state an item can be when that happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Queued,
    Pending,
    Accepted,
    Warm,
    WrappingUp,
    WithoutQueue,
    WarmWithoutQueue,
}

const STATES: [State; 7] = [
    State::Queued,
    State::Pending,
    State::Accepted,
    State::Warm,
    State::WrappingUp,
    State::WithoutQueue,
    State::WarmWithoutQueue,
];

/// What is left.
fn left(lost: impl Fn(&str) -> bool, keeps: bool) -> Value {
    let agents = [("asha", LOSSES[0]), ("ben", LOSSES[1]), ("cleo", "")];
    let there: Vec<&str> = agents
        .iter()
        .filter(|(_, loss)| !lost(loss))
        .map(|(agent, _)| *agent)
        .collect();
    let rule = if lost("the rule") { "new" } else { "ask" };
    let queue = |order: u32| {
        json!({
            "active": true, "channel": "chat", "order": order,
            "routing": {"field": "odd", "exists": false},
            "eligibility": [{"groups": ["red"], "rule": rule}]})
    };
    let unless = |loss: &str, value: Value| if lost(loss) { Value::Null } else { value };
    let lost_channel = lost("its channel");
    let of_chat = |value: Value| if lost_channel { Value::Null } else { value };
    let ask = json!({
        "offer": {"ask": {"timeout_secs": 30, "timeout_presence": "away"}},
        "on_presence_lost": if keeps { "keep" } else { "withdraw" }});
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
            json!({"takes_work": !lost("the work of the presence state")}))},
        "groups": {"red": {"members": there}},
        "agents": {}
    });
    for (agent, loss) in agents {
        changes["agents"][agent] = unless(loss, json!({}));
    }
    changes
}

/// An item in a state: asha has it, and ben is asked.
fn item(state: State, keeps: bool) -> Story {
    let mut story = Story::with(&left(|_| false, keeps));
    let away = |agent: &str| json!({"set_presence": {"agent": agent, "state": "away"}});
    let transfer =
        json!({"transfer": {"item": "c1", "to_agent": "ben", "mode": "warm", "force": true}});
    story.at(0, away("cleo"));
    match state {
        State::Queued => {
            story.at(0, away("asha"));
            story.at(0, away("ben"));
            story.route(1000, "c1");
        }
        State::Pending => {
            story.at(0, away("asha"));
            story.route(1000, "c1");
        }
        State::Accepted | State::Warm | State::WrappingUp => {
            story.route(1000, "c1");
            story.accept(1000, "c1", "asha");
        }
        State::WithoutQueue | State::WarmWithoutQueue => {
            let item = json!({"id": "c1", "channel": "chat", "facts": {"odd": true}});
            let direct = json!({"assign_directly": {"new_item": item, "agent": "asha"}});
            story.at(1000, direct);
        }
    }
    match state {
        State::Warm | State::WarmWithoutQueue => drop(story.at(2000, transfer)),
        State::WrappingUp => drop(story.at(2000, json!({"complete": {"item": "c1"}}))),
        _ => {}
    }
    story
}

/// What follows of some losses: at once, then from what may be done with the item, and with time.
fn lose(state: State, keeps: bool, losses: u32) {
    let lost = |loss: &str| {
        let place = LOSSES.iter().position(|own| *own == loss);
        place.is_some_and(|place| losses >> place & 1 == 1)
    };
    let mut story = item(state, keeps);
    let reconfigure = json!({"reconfigure": {"config": config(&left(lost, keeps))}});
    let _ = story.tell(3000, reconfigure);
    let inputs = [
        json!({"reject": {"item": "c1", "agent": "ben", "reason": "busy"}}),
        json!({"accept": {"item": "c1", "agent": "ben"}}),
        json!({"set_presence": {"agent": "cleo", "state": "here"}}),
        json!({"release": {"item": "c1"}}),
        json!("tick"),
    ];
    for (moment, input) in (4..).zip(inputs) {
        // What is refused is refused by both.
        let _ = story.tell(moment * 1000, input);
    }
    story.at(60_000, json!("tick"));
    // Everything comes back, and what was gone is new.
    let reconfigure = json!({"reconfigure": {"config": config(&left(|_| false, keeps))}});
    story.at(61_000, reconfigure);
    story.at(200_000, json!("tick"));
}

#[test]
fn what_is_lost_in_any_combination_is_lost_as_the_rules_say() {
    for state in STATES {
        for losses in 0..1 << LOSSES.len() {
            for keeps in [false, true] {
                lose(state, keeps, losses);
            }
        }
    }
}
