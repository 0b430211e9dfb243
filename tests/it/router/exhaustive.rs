//! Everything that can happen at a small desk, in every order: two agents, two items, until no new state comes up.
//!
//! States are compared in a form that does not tell a state from the same one an hour later: moments relative to now, stamps
//! and arrivals by their order, and without what no rule of this desk asks for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Write as _};

use handover::{
    Config, Input, ItemState, Output, Plan, Router, Timestamp, Transfer, TransferMode, WorkItem,
};
use serde_json::{Value, json};

const AGENTS: [&str; 2] = ["asha", "ben"];
const ITEMS: [&str; 2] = ["one", "two"];
const TIMEOUT_MILLIS: u64 = 30_000;

fn plan(changes: &Value) -> Plan {
    let mut config = json!({
        "channels": {"chat": {"active": true, "default_capacity": 1}},
        "queues": {"chat": {
            "active": true, "channel": "chat", "routing": "always",
            "eligibility": [{"groups": ["desk"], "rule": "ask"}]}},
        "rules": {"ask": {"offer": {"ask": {"timeout_secs": 30, "timeout_presence": "away"}}}},
        "presence_states": {"here": {"takes_work": true, "channels": "all"}, "away": {}},
        "groups": {"desk": {"members": AGENTS}},
        "agents": {"asha": {}, "ben": {}},
        "reject_reasons": {"busy": {}}
    });
    crate::router::examples::router_pair::merge(&mut config, changes);
    let config: Config = serde_json::from_value(config).unwrap();
    Plan::new(config).unwrap()
}

/// Everything that may happen next: what is refused anywhere is left out where it cannot be otherwise.
fn moves(router: &Router) -> Vec<(u64, Input)> {
    let now = router.now().as_millis();
    let mut moves: Vec<Input> = Vec::new();
    for agent in AGENTS {
        for state in [Some("here"), None] {
            let (agent, state) = (agent.into(), state.map(Into::into));
            moves.push(Input::SetPresence { agent, state });
        }
    }
    for item in ITEMS {
        let Some(status) = router.item(item) else {
            let item = WorkItem::new(item, "chat");
            moves.push(Input::Route { item, queue: None });
            continue;
        };
        moves.push(Input::Cancel {
            item: item.into(),
            note: None,
        });
        if let Some(agent) = status.offered_to() {
            let (agent, reason) = (agent.clone(), "busy".into());
            let item = || item.into();
            moves.push(Input::Accept {
                item: item(),
                agent: agent.clone(),
            });
            moves.push(Input::Reject {
                item: item(),
                agent,
                reason,
            });
        }
        moves.push(Input::Transfer(Transfer::to_queue(item, "chat")));
        if status.state() == ItemState::Accepted {
            moves.push(Input::Complete { item: item.into() });
            moves.push(Input::Release { item: item.into() });
            let holder = status.holder().unwrap();
            let other = AGENTS.into_iter().find(|agent| *holder != **agent).unwrap();
            for mode in [TransferMode::Warm, TransferMode::Blind] {
                let transfer = Transfer::to_agent(item, other, mode);
                moves.push(Input::Transfer(transfer));
            }
        }
    }
    let mut moves: Vec<(u64, Input)> = moves.into_iter().map(|input| (now, input)).collect();
    if let Some(wake_up) = router.poll_timeout().map(Timestamp::as_millis) {
        // In time, when all that is open has timed out besides, and together with an answer that comes too late.
        moves.push((wake_up, Input::Tick));
        moves.push((wake_up + TIMEOUT_MILLIS, Input::Tick));
        let asked = ITEMS.iter().filter_map(|item| router.item(item));
        let asked = asked
            .filter_map(|item| Some((item.work_item().id.clone(), item.offered_to()?.clone())));
        moves.extend(asked.map(|(item, agent)| (wake_up, Input::Accept { item, agent })));
        // Some time passes, so that offers have not as long to go.
        let half = now + TIMEOUT_MILLIS / 2;
        moves.extend((half < wake_up).then_some((half, Input::Tick)));
    }
    moves
}

/// A state, as it is compared.
fn canonical(router: &Router) -> String {
    let mut state = serde_json::to_value(router.snapshot()).unwrap();
    let mut ranked: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for item in state["items"].as_array().unwrap() {
        for field in ["arrival", "aging_since_ms", "waiting_since_ms"] {
            let own = ranked.entry(field).or_default();
            own.insert(item[field].as_u64().unwrap());
        }
    }
    let now = state["now_ms"].as_u64().unwrap();
    let mut stamps = BTreeSet::new();
    for agent in state["agents"].as_array().unwrap() {
        let channels = agent["channels"].as_array().unwrap();
        stamps.extend(channels.iter().map(|on| on["stamp"].as_u64().unwrap()));
    }
    ranked.insert("stamp", stamps);
    simplify(&mut state, now, &ranked);
    for forgotten in ["last_stamp", "arrivals", "last_agents", "outputs"] {
        state.as_object_mut().unwrap().remove(forgotten);
    }
    state.to_string()
}

fn simplify(value: &mut Value, now: u64, ranked: &BTreeMap<&str, BTreeSet<u64>>) {
    match value {
        Value::Array(values) => {
            for value in values {
                simplify(value, now, ranked);
            }
        }
        Value::Object(fields) => {
            // No rule of this desk asks for these, and they grow without end.
            for forgotten in ["handled", "idle_since_ms", "heard_until_ms"] {
                fields.remove(forgotten);
            }
            for (field, value) in fields.iter_mut() {
                match (ranked.get(field.as_str()), value.as_u64()) {
                    (Some(order), Some(own)) => *value = json!(order.range(..own).count()),
                    (None, Some(moment)) if field.ends_with("_ms") => {
                        *value = json!(moment.cast_signed() - now.cast_signed());
                    }
                    _ => simplify(value, now, ranked),
                }
            }
        }
        _ => {}
    }
}

/// What is true of every step, beside what `check_invariants` looks at.
fn check(before: &Router, after: &mut Router, input: &Input, refused: bool) {
    after
        .check_invariants()
        .unwrap_or_else(|broken| panic!("after {input:?}: {broken}"));
    let outputs: Vec<Output> = std::iter::from_fn(|| after.poll_output()).collect();
    for item in ITEMS {
        let ended = outputs.iter().filter(|output| {
            matches!(output, Output::Closed { item: gone, .. } | Output::Canceled { item: gone, .. } if *gone == *item)
        });
        let ended = ended.count();
        let (was, is) = (before.item(item).is_some(), after.item(item).is_some());
        assert!(ended <= 1, "`{item}` ends {ended} times after {input:?}");
        assert!(
            usize::from(was)
                + usize::from(
                    matches!(input, Input::Route { item: new, .. } if new.id == *item && !was && !refused)
                )
                == usize::from(is) + ended,
            "`{item}` is lost or doubled after {input:?}"
        );
    }
    for agent in AGENTS {
        let status = after.agent(agent).unwrap();
        assert!(
            status.held().len() <= 2,
            "`{agent}` holds more than there is"
        );
    }
}

/// Goes everywhere from the start; says how many states there are, and what was output on the way.
fn explore(plan: &Plan) -> (usize, BTreeSet<String>) {
    let start = Router::new(plan);
    let mut seen = BTreeSet::from([canonical(&start)]);
    let mut open = VecDeque::from([start]);
    let mut kinds = BTreeSet::new();
    while let Some(router) = open.pop_front() {
        for (now, input) in moves(&router) {
            let mut next = router.clone();
            let result = next.handle(Timestamp::from_millis(now), input.clone());
            let mut told = next.clone();
            kinds.extend(std::iter::from_fn(|| told.poll_output()).map(|output| kind(&output)));
            check(&router, &mut next, &input, result.is_err());
            if seen.insert(canonical(&next)) {
                open.push_back(next);
            }
        }
    }
    (seen.len(), kinds)
}

fn kind(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
    match fields.get("why") {
        Some(why) => format!("{name} {}", why.as_str().unwrap()),
        None => name.clone(),
    }
}

#[test]
fn no_order_of_what_happens_at_a_small_desk_breaks_a_law() {
    let (states, kinds) = explore(&plan(&json!({})));
    // Said though the test passes: the harness keeps back only what macros print.
    let _ = writeln!(io::stdout(), "states of a small desk: {states}");
    // So many there are, and no more: the search ended by itself.
    assert_eq!(states, 43_352);
    for expected in [
        "offered",
        "offer_ended rejected",
        "offer_ended timed_out",
        "offer_ended withdrawn",
        "offer_ended superseded",
        "offer_ended canceled",
        "requeued released",
        "requeued timed_out",
        "released transferred",
        "exhausted",
        "closed",
        "canceled",
    ] {
        assert!(kinds.contains(expected), "never {expected}: {kinds:?}");
    }
}
