//! The first item for an agent, over several tiers and queues.

use handover::{Config, Input, Router};
use serde_json::{Value, json};

use super::limits::{handle, offered};
use crate::support::json::merge;
use crate::support::plans::{at, plan};

/// Returns a configuration in which kim serves queues with sort keys and without, with changes.
fn config(changes: &Value) -> Config {
    let pools = json!([{"groups": ["all"], "rule": "any"}]);
    let mut config = json!({
        "channels": {"chat": {"active": true}},
        "queues": {
            "plain": {"active": true, "channel": "chat", "eligibility": pools},
            "sorted": {"active": true, "channel": "chat", "routing": "always", "eligibility": pools,
                "sort": [{"field": "n", "direction": "ascending"}]}},
        "rules": {"any": {}, "skilled": {"skills": "require"}},
        "presence_states": {"here": {"takes_work": true, "channels": "all"}},
        "groups": {"all": {"members": ["kim"]}},
        "agents": {"kim": {}}});
    merge(&mut config, changes);
    serde_json::from_value(config).unwrap()
}

/// Returns a router of a changed configuration.
fn router(changes: &Value) -> Router {
    Router::new(&plan(&config(changes)))
}

/// Gives an input at a time in milliseconds, and returns the items that are offered.
fn step(router: &mut Router, now: u64, input: Value) -> Vec<String> {
    let input: Input = serde_json::from_value(input).unwrap();
    let outputs = handle(router, at(now), input);
    offered(&outputs).into_iter().map(str::to_owned).collect()
}

/// Routes an item, by its fields other than the channel.
fn route(router: &mut Router, now: u64, mut item: Value) {
    item["channel"] = "chat".into();
    step(router, now, json!({"route": {"item": item}}));
}

/// Returns the items that are offered when kim logs in.
fn log_in(router: &mut Router, now: u64) -> Vec<String> {
    let here = json!({"set_presence": {"agent": "kim", "state": "here"}});
    step(router, now, here)
}

/// Returns routers in which kim serves few queues, and many.
fn few_and_many_queues() -> [Router; 2] {
    [0, 9].map(|others| {
        let queue = json!({"active": true, "channel": "chat",
            "eligibility": [{"groups": ["all"], "rule": "any"}]});
        let others = (0..others).map(|number| (format!("other-{number}"), queue.clone()));
        let others: serde_json::Map<_, _> = others.collect();
        router(&json!({"queues": others}))
    })
}

/// Routes an item to the queue without sort keys.
fn route_plain(router: &mut Router, now: u64) {
    let item = json!({"id": "plain", "channel": "chat"});
    step(
        router,
        now,
        json!({"route": {"item": item, "queue": "plain"}}),
    );
}

#[test]
fn oldest_item_behind_a_declined_head_of_a_sorted_queue_comes_first() {
    for mut router in few_and_many_queues() {
        route(&mut router, 0, json!({"id": "oldest", "facts": {"n": 9}}));
        route_plain(&mut router, 1);
        let declined = json!({"id": "declined", "channel": "chat", "facts": {"n": 1}});
        let direct = json!({"assign_directly": {"new_item": declined, "agent": "kim"}});
        step(&mut router, 2, direct);
        let release = json!({"release": {"item": "declined", "by": "kim"}});
        step(&mut router, 3, release);
        assert_eq!(log_in(&mut router, 4), ["oldest"]);
    }
}

#[test]
fn younger_item_of_a_sorted_queue_comes_after_an_older_one_of_another_queue() {
    for mut router in few_and_many_queues() {
        route_plain(&mut router, 1);
        route(&mut router, 2, json!({"id": "sorted", "facts": {"n": 1}}));
        assert_eq!(log_in(&mut router, 4), ["plain"]);
    }
}

#[test]
fn older_of_the_first_items_of_two_sorted_queues_comes_first_in_a_backlog() {
    for queues in [["sorted", "sorted-2"], ["sorted-2", "sorted"]] {
        let sort = json!([{"field": "n", "direction": "ascending"}]);
        let pools = json!([{"groups": ["all"], "rule": "any"}]);
        let queue = json!({"active": true, "channel": "chat", "eligibility": pools, "sort": sort});
        let mut router = router(&json!({"queues": {"sorted-2": queue}}));
        log_in(&mut router, 0);
        let held = json!({"id": "held", "channel": "chat"});
        let direct = json!({"assign_directly": {"new_item": held, "agent": "kim"}});
        step(&mut router, 0, direct);
        for (now, queue) in (1..).zip(queues) {
            let item = json!({"id": queue, "channel": "chat"});
            step(
                &mut router,
                now,
                json!({"route": {"item": item, "queue": queue}}),
            );
        }
        let release = json!({"release": {"item": "held", "by": "kim"}});
        assert_eq!(step(&mut router, 3, release), [queues[0]]);
    }
}

#[test]
fn tier_of_an_item_comes_before_its_age_within_a_queue() {
    let skill = |skill: &str| json!([{"skill": skill, "mandatory": true}]);
    // Through `experts`, kim gets items without skills in tier 1; through `all`, any items in tier 2.
    let changes = json!({
        "queues": {"desk": {"active": true, "channel": "chat", "routing": "always", "order": 1, "eligibility": [
            {"groups": ["experts"], "rule": "skilled"}, {"groups": ["all"], "rule": "any"}]}},
        "groups": {
            "all": {"queue_order": {"plain": 1}},
            "experts": {"members": ["kim"]}},
        "agents": {"ben": {"skills": {"chess": 1, "go": 1}}}});
    let items = [
        json!({"id": "chess", "skills": skill("chess")}),
        json!({"id": "go", "skills": skill("go")}),
        json!({"id": "any"}),
    ];
    for (count, first) in [(2, "chess"), (3, "any")] {
        let mut router = router(&changes);
        for (now, item) in (0..).zip(&items[..count]) {
            route(&mut router, now, item.clone());
        }
        assert_eq!(log_in(&mut router, 4), [first]);
    }
}

#[test]
fn released_item_comes_after_an_older_one_that_fits_now() {
    let mut router = router(&json!({"channels": {"chat": {"default_capacity": 2}}}));
    route(&mut router, 0, json!({"id": "large", "size": 2}));
    let small = json!({"id": "small", "channel": "chat"});
    let direct = json!({"assign_directly": {"new_item": small, "agent": "kim"}});
    step(&mut router, 1, direct);
    assert_eq!(log_in(&mut router, 2), [""; 0]);
    let release = json!({"release": {"item": "small"}});
    assert_eq!(step(&mut router, 3, release), ["large"]);
}

#[test]
fn agents_who_are_freed_together_each_get_the_item_that_only_they_can_take() {
    // Each agent holds its own skill at its own level, and has its own capacity, which grows or falls with the ids.
    for grows in [true, false] {
        let rank = |number: u32| if grows { number } else { 7 - number };
        let name = |number: u32| format!("agent-{number}");
        let numbers = 1..=6;
        let agents: serde_json::Map<_, _> = numbers
            .clone()
            .map(|number| {
                let skills = json!({name(number): rank(number)});
                let capacity = json!({"chat": 2 * rank(number)});
                (
                    name(number),
                    json!({"skills": skills, "capacity": capacity}),
                )
            })
            .collect();
        let members: Vec<String> = agents.keys().cloned().collect();
        let mut router = router(&json!({
            "channels": {"chat": {"wrap_up_secs": 5}},
            "agents": agents, "groups": {"all": {"members": members}},
            "rules": {"any": {"skills": "require_levels"}}}));
        for number in numbers.clone() {
            let (id, agent) = (format!("first-{number}"), name(number));
            let here = json!({"set_presence": {"agent": agent, "state": "here"}});
            step(&mut router, 0, here);
            let item = json!({"id": id, "channel": "chat"});
            let direct = json!({"assign_directly": {"new_item": item, "agent": agent}});
            step(&mut router, 0, direct);
            step(&mut router, 0, json!({"complete": {"item": id}}));
            // It takes all the capacity of the agent.
            let skill = json!([{"skill": agent, "level": rank(number), "mandatory": true}]);
            let own = json!({"id": agent, "skills": skill, "size": 2 * rank(number)});
            route(&mut router, 0, own);
        }
        assert_eq!(step(&mut router, 5000, json!("tick")), members);
    }
}

#[test]
fn item_is_not_held_up_by_items_that_require_other_skills() {
    let names: Vec<String> = (0..130)
        .map(|number| format!("skill-{number:03}"))
        .collect();
    let all: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), 1.into())).collect();
    let mut router = router(&json!({
        "agents": {"ben": {"skills": all}, "kim": {"skills": {"skill-100": 1}}},
        "rules": {"any": {"skills": "require"}}}));
    log_in(&mut router, 0);
    for name in &names {
        let skills = json!([{"skill": name, "mandatory": true}]);
        let item = json!({"id": name, "channel": "chat", "skills": skills});
        let offered = step(&mut router, 1, json!({"route": {"item": item}}));
        assert_eq!(!offered.is_empty(), name == "skill-100", "{name}");
    }
}

/// Returns a router in which kim and lee are present and wrap up an item until 5 s. It takes all their capacity.
fn two_wrapping_up(changes: &Value, capacities: [u32; 2]) -> Router {
    let mut config = json!({
        "channels": {"chat": {"wrap_up_secs": 5}},
        "groups": {"all": {"members": ["kim", "lee"]}},
        "agents": {"kim": {"skills": {"chess": 1, "go": 1}}, "lee": {"skills": {"chess": 1, "go": 1}}}});
    merge(&mut config, changes);
    let mut router = router(&config);
    for (agent, capacity) in ["kim", "lee"].into_iter().zip(capacities) {
        let set = json!({"agent": agent, "channel": "chat", "capacity": capacity});
        step(&mut router, 0, json!({"set_capacity": set}));
        let here = json!({"set_presence": {"agent": agent, "state": "here"}});
        step(&mut router, 0, here);
        let id = format!("held-by-{agent}");
        let item = json!({"id": id, "channel": "chat", "size": capacity.max(1)});
        let direct = json!({"assign_directly": {"new_item": item, "agent": agent}});
        step(&mut router, 0, direct);
        step(&mut router, 0, json!({"complete": {"item": id}}));
    }
    router
}

/// Returns the items that are offered when the wrap-ups end.
fn end_wrap_ups(router: &mut Router) -> Vec<String> {
    step(router, 5000, json!("tick"))
}

#[test]
fn items_of_two_classes_that_match_one_agent_go_to_both_freed_agents() {
    let require = json!({"rules": {"any": {"skills": "require"}}});
    let mut router = two_wrapping_up(&require, [1, 1]);
    for skill in ["chess", "go"] {
        let skills = json!([{"skill": skill, "mandatory": true}]);
        route(&mut router, 1, json!({"id": skill, "skills": skills}));
    }
    assert_eq!(end_wrap_ups(&mut router), ["chess", "go"]);
}

#[test]
fn item_that_the_first_freed_agent_has_declined_goes_to_the_second() {
    let mut router = two_wrapping_up(&json!({}), [1, 1]);
    let item = json!({"id": "declined", "channel": "chat"});
    let direct = json!({"assign_directly": {"new_item": item, "agent": "kim"}});
    step(&mut router, 1, direct);
    let release = json!({"release": {"item": "declined", "by": "kim"}});
    step(&mut router, 1, release);
    assert_eq!(end_wrap_ups(&mut router), ["declined"]);
}

/// Returns the changes in which `desk` has a pool of kim and then one of all, in a higher tier, with a gate for the first.
fn desk(gate: &Value) -> Value {
    json!({
        "queues": {"desk": {"active": true, "channel": "chat", "eligibility": [
            {"groups": ["experts"], "rule": "gated"}, {"groups": ["all"], "rule": "any"}]}},
        "rules": {"gated": {"gates": gate}},
        "groups": {"all": {"queue_order": {"plain": 1, "sorted": 1}}, "experts": {"members": ["kim"]}}})
}

/// Routes an item to a queue.
fn route_to(router: &mut Router, now: u64, queue: &str, id: &str, size: u32) {
    let item = json!({"id": id, "channel": "chat", "size": size});
    step(
        router,
        now,
        json!({"route": {"item": item, "queue": queue}}),
    );
}

#[test]
fn lowest_tier_of_the_freed_agents_decides_the_order_between_queues() {
    for members in [["kim", "lee"], ["lee", "kim"]] {
        let mut changes = desk(&json!([]));
        changes["groups"]["experts"]["members"] = json!([members[0]]);
        let mut router = two_wrapping_up(&changes, [1, 1]);
        route_to(&mut router, 1, "desk", "older", 1);
        route_to(&mut router, 2, "plain", "younger", 1);
        assert_eq!(end_wrap_ups(&mut router), ["older", "younger"]);
    }
}

#[test]
fn match_that_an_assignment_moves_to_a_higher_tier_comes_later() {
    let mut router = two_wrapping_up(&desk(&json!(["light"])), [3, 0]);
    route_to(&mut router, 1, "plain", "first", 2);
    route_to(&mut router, 2, "desk", "higher", 1);
    route_to(&mut router, 3, "plain", "second", 1);
    // With two units, kim does not pass the gate of `desk` in tier 1.
    assert_eq!(end_wrap_ups(&mut router), ["first", "second"]);
}

#[test]
fn match_that_an_assignment_moves_to_a_lower_tier_comes_earlier() {
    let mut router = two_wrapping_up(&desk(&json!(["busy"])), [2, 0]);
    route_to(&mut router, 1, "plain", "first", 1);
    route_to(&mut router, 2, "desk", "lower", 1);
    route_to(&mut router, 3, "plain", "last", 1);
    // With an item in hand, kim passes the gate of `desk` in tier 1.
    assert_eq!(end_wrap_ups(&mut router), ["first", "lower"]);
}

#[test]
fn inactive_queue_keeps_its_items_when_an_agent_logs_in() {
    let mut router = router(&json!({}));
    route(&mut router, 0, json!({"id": "kept"}));
    let inactive = config(&json!({"queues": {"sorted": {"active": false}}}));
    step(&mut router, 1, json!({"reconfigure": {"config": inactive}}));
    assert_eq!(log_in(&mut router, 2), [""; 0]);
    step(
        &mut router,
        3,
        json!({"reconfigure": {"config": config(&json!({}))}}),
    );
    assert_eq!(
        router.item("kept").unwrap().offered_to().unwrap().as_str(),
        "kim"
    );
}

#[test]
fn universal_capacity_that_one_channel_frees_is_used_on_another() {
    let pools = json!([{"groups": ["all"], "rule": "any"}]);
    let mut router = router(&json!({
        "channels": {"phone": {"active": true}},
        "queues": {"calls": {"active": true, "channel": "phone", "routing": "always", "eligibility": pools}},
        "agents": {"kim": {"universal_capacity": 1}}}));
    log_in(&mut router, 0);
    route(&mut router, 0, json!({"id": "first"}));
    let call = json!({"id": "call", "channel": "phone"});
    step(&mut router, 1, json!({"route": {"item": call}}));
    let accept = json!({"accept": {"item": "first", "agent": "kim"}});
    step(&mut router, 2, accept);
    let complete = json!({"complete": {"item": "first"}});
    assert_eq!(step(&mut router, 3, complete), ["call"]);
}
