//! The configuration of a simulated day, and its changes.

use handover::{Agent, AgentKind, Config};
use serde_json::{Value, json};

use crate::support::random::Rng;

pub(super) const QUEUES: [&str; 6] = [
    "chat-vip",
    "chat",
    "whatsapp-es",
    "whatsapp",
    "phone",
    "callback",
];
pub(super) const CHANNELS: [&str; 3] = ["chat", "whatsapp", "phone"];
const PEOPLE: usize = 29;

pub(super) fn agents() -> Vec<String> {
    let people = (0..PEOPLE).map(|number| format!("agent-{number:02}"));
    people.chain(["robot".into()]).collect()
}

/// Returns a configuration of 30 agents in 3 groups, for 6 queues on 3 channels.
pub(super) fn config() -> Config {
    let members =
        |numbers: std::ops::Range<usize>| -> Vec<String> { agents().drain(numbers).collect() };
    let mut config: Config = serde_json::from_value(json!({
        "channels": {
            "chat": {"active": true, "kind": "messaging", "default_capacity": 3,
                "condition": {"field": "spam", "is_not": true},
                "sizes": [{"when": {"field": "vip", "is": true}, "size": 2}]},
            "whatsapp": {"active": true, "kind": "messaging", "default_capacity": 4,
                "utilization": {"field": "state", "is": "open"}},
            "phone": {"active": true, "kind": "phone", "wrap_up_secs": 30}},
        "queues": queues(),
        "rules": rules(),
        "presence_states": {
            "here": {"takes_work": true, "channels": "all"},
            "writing": {"takes_work": true, "channels": ["chat", "whatsapp"]},
            "away": {}},
        "groups": {
            "front": {"members": members(0..16), "queue_order": {"chat-vip": 1, "phone": 2}},
            "back": {"members": members(10..25)},
            "voice": {"members": members(18..30)}},
        "reject_reasons": {
            "busy": {"reassignable_after_secs": 60},
            "not_mine": {},
            "timed_out": {"reassignable_after_secs": 120},
            "gave_away": {"reassignable_after_secs": 30}}
    }))
    .unwrap();
    for (number, id) in agents().into_iter().enumerate() {
        config = config.agent(id, agent(number));
    }
    config
}

fn agent(number: usize) -> Agent {
    let mut agent = Agent::new().universal_capacity(5);
    if number == PEOPLE {
        agent = agent.kind(AgentKind::Ai);
    }
    if number.is_multiple_of(3) {
        agent = agent.skill("spanish", 1 + u32::from(number.is_multiple_of(2)));
    }
    if number.is_multiple_of(7) {
        agent = agent.capacity("chat", 1);
    }
    agent
}

fn queues() -> Value {
    let open = |groups: Value, rule: &str, secs: u32| json!({"groups": groups, "rule": rule, "eligible_at_secs": secs});
    json!({
        "chat-vip": {"active": true, "channel": "chat", "order": 1, "routing": {"field": "vip", "is": true},
            "eligibility": [open(json!(["front", "back"]), "ask", 0)],
            "sort": [{"field": "severity", "direction": "ascending"}],
            "when_exhausted": {"start_over_secs": 60}, "target_wait_secs": 30},
        "chat": {"active": true, "channel": "chat", "routing": "always",
            "eligibility": [open(json!(["front"]), "ask", 0), open(json!(["back"]), "spread", 60)],
            "max_wait_secs": 300, "max_length": 60, "target_wait_secs": 60,
            "triggers": [{"at_secs": 30, "name": "please-hold"}, {"at_secs": 120, "name": "sorry"}]},
        "whatsapp-es": {"active": true, "channel": "whatsapp", "order": 1, "routing": {"field": "language", "is": "es"},
            "eligibility": [open(json!(["back", "voice"]), "spanish", 0)],
            "when_exhausted": {"start_over_secs": 30}},
        "whatsapp": {"active": true, "channel": "whatsapp", "routing": "always",
            "eligibility": [open(json!(["back", "voice"]), "spread", 0), open(json!(["front"]), "ask", 120)],
            "affinity": ["last_agent", "preferred"], "when_exhausted": {"start_over_secs": 60},
            "target_wait_secs": 120, "max_length": 80},
        "phone": {"active": true, "channel": "phone", "routing": "always",
            "eligibility": [open(json!(["voice"]), "ring", 0), open(json!(["front"]), "ring", 20)],
            "max_wait_secs": 120, "max_length": 15, "target_wait_secs": 20},
        "callback": {"active": true, "channel": "phone", "routing": "manual",
            "eligibility": [open(json!(["voice", "front"]), "push", 0)]}
    })
}

fn rules() -> Value {
    let ask = |secs: u32| json!({"ask": {"timeout_secs": secs, "timeout_presence": "away"}});
    json!({
        "ask": {"assign_by": ["most_capacity"], "offer": ask(20)},
        "spread": {"assign_by": ["round_robin"], "offer": ask(30), "include_ai": true},
        "spanish": {"assign_by": ["longest_idle"], "offer": ask(30), "skills": "require"},
        "ring": {"assign_by": ["longest_idle"], "offer": ask(15), "on_presence_lost": "keep"},
        "push": {"offer": "auto_accept"}
    })
}

/// Returns the configuration with something removed or switched off.
pub(super) fn changed_config(rng: &mut Rng) -> Config {
    let mut config = config();
    match rng.below(6) {
        0 => {
            for _ in 0..4 {
                remove_agent(&mut config, &agents()[rng.below(PEOPLE)]);
            }
        }
        1 => {
            let queue = QUEUES[rng.below(QUEUES.len())];
            config.queues.remove(queue);
            for group in config.groups.values_mut() {
                group.queue_order.remove(queue);
            }
        }
        2 => {
            config
                .queues
                .get_mut(QUEUES[rng.below(QUEUES.len())])
                .unwrap()
                .active = false;
        }
        3 => {
            config
                .channels
                .get_mut(CHANNELS[rng.below(3)])
                .unwrap()
                .active = false;
        }
        4 => {
            config
                .presence_states
                .get_mut("writing")
                .unwrap()
                .takes_work = false;
        }
        _ => config.rules.get_mut("spread").unwrap().include_ai = false,
    }
    config
}

fn remove_agent(config: &mut Config, agent: &str) {
    config.agents.remove(agent);
    for group in config.groups.values_mut() {
        group.members.retain(|member| member.as_str() != agent);
    }
}
