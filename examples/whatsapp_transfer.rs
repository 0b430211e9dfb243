//! An administrator enables the WhatsApp channel, its queue and a presence state. After that, WhatsApp conversations reach
//! live agents.
//!
//! 1. The configuration in `config/whatsapp.json` is complete, but not active. The administrator makes three changes.
//!    After each change, the compiled `Plan` reports which conditions are met.
//! 2. A bot hands over two conversations to a `Router`. The router offers each of them to an agent, until one accepts it.

#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::error::Error;

use handover::{
    ConditionState, Config, GroupId, Input, Plan, Router, Timestamp, WorkItem, explain, route,
};

#[path = "support/describe.rs"]
mod describe;
use describe::{agent_label, label, time_of_day};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result {
    let config: Config = serde_json::from_str(include_str!("config/whatsapp.json"))?;
    let plan = enable_whatsapp(config)?;
    hand_over_conversations(&mut Router::new(&plan))
}

/// Makes the three changes of the administrator, and prints the conditions that each change meets.
fn enable_whatsapp(mut config: Config) -> Result<Plan> {
    println!("1. An administrator enables WhatsApp\n");
    println!("The configuration as shipped (✓ met, ✗ not met):");
    let mut conditions = Vec::new();
    print_changes(&config, &mut conditions)?;

    let channel = config.channels.get_mut("whatsapp").ok_or("no channel")?;
    channel.active = true;
    let channel = label("whatsapp", channel.name.as_ref());
    println!("\nThe administrator activates the channel {channel}:");
    print_changes(&config, &mut conditions)?;

    let queue = config.queues.get_mut("agent-whatsapp").ok_or("no queue")?;
    queue.active = true;
    let queue = label("agent-whatsapp", queue.name.as_ref());
    println!("\nThe administrator activates the queue {queue}:");
    print_changes(&config, &mut conditions)?;

    let states = &mut config.presence_states;
    let state = states.get_mut("available").ok_or("no presence state")?;
    state.groups.add(GroupId::from("agent-whatsapp"));
    let state = label("available", state.name.as_ref());
    let group = config.groups.get("agent-whatsapp").ok_or("no group")?;
    let group = label("agent-whatsapp", group.name.as_ref());
    println!("\nThe administrator adds the group {group}\nto the presence state {state}:");
    print_changes(&config, &mut conditions)
}

/// Compiles a configuration, and prints the conditions that have changed since the last call.
fn print_changes(config: &Config, conditions: &mut Vec<ConditionState>) -> Result<Plan> {
    let plan = Plan::new(config.clone())?;
    let reachability = plan.reachability("whatsapp").ok_or("no channel")?;
    let queue = reachability.queues().first().ok_or("no queue")?;
    let states = queue.conditions().iter();
    for state in states.filter(|state| !conditions.contains(state)) {
        let (mark, note) = match state.missing() {
            // The advice follows the colon, as in "Queue `agent-whatsapp` is not active: activate it."
            Some(sentence) => ('✗', sentence.rsplit(": ").next().unwrap_or(sentence)),
            None if state.holds() => ('✓', "ok"),
            None => ('✗', "depends on another condition"),
        };
        println!("    {mark} {:<22}{note}", state.condition());
    }
    *conditions = queue.conditions().to_vec();
    let can = if reachability.is_reachable() {
        "can"
    } else {
        "cannot"
    };
    println!("    WhatsApp conversations {can} reach a live agent.");
    Ok(plan)
}

/// Hands over two conversations. The offer of the second one times out before another agent accepts it.
fn hand_over_conversations(router: &mut Router) -> Result {
    println!("\n2. A bot hands over two conversations\n");
    println!("Each table lists the agents who can take a conversation, the best first:");
    println!("    #      rank of the agent");
    println!("    tier   rank of the queue for the agent's group, from 1");
    println!("    pool   eligibility pool of the queue, from 0");
    println!("    why    what is compared, in this order: requested skills held, spare units of");
    println!("           capacity, and the number of the agent's last assignment\n");
    let start = Timestamp::saturating_from_millis(10 * 60 * 60 * 1000);
    for agent in ["asha", "ben"] {
        let (agent, state) = (agent.into(), Some("available".into()));
        step(router, start, Input::SetPresence { agent, state })?;
    }

    hand_over(router, start.plus_secs(11), "conv-1", "es")?;
    accept(router, start.plus_secs(17), "conv-1", "ben")?;

    hand_over(router, start.plus_secs(60), "conv-2", "en")?;
    // Nobody answers. The router has no clock. It returns the time at which it needs the next input: here, the time-out.
    let timeout = router.poll_timeout().ok_or("no offer is open")?;
    step(router, timeout, Input::Tick)?;
    accept(router, timeout.plus_secs(5), "conv-2", "ben")?;

    println!("\nResult:");
    for item in router.items() {
        let agent = item.holder().ok_or("a conversation has no agent")?;
        let agent = agent_label(agent, router.plan().config());
        println!("    {} is with {agent}", item.work_item().id);
    }
    Ok(())
}

/// Prints which agents can take a conversation, then routes it.
fn hand_over(router: &mut Router, now: Timestamp, id: &str, language: &str) -> Result {
    println!(
        "\n{}  The bot hands over {id} (language: {language})",
        time_of_day(now)
    );
    let item = WorkItem::new(id, "whatsapp")
        .fact("subtype", "whatsapp")
        .fact("state", "new")
        .fact("language", language);

    // `route` and `explain` change nothing. They show the decision that the router will make.
    let routed_item = route(router.plan(), item.clone(), now)?;
    for request in routed_item.skills() {
        println!("          It requests the skill {}", request.skill);
    }
    let explanation = explain(router.roster(), &routed_item, now)?;
    // The first line repeats the item, the queue and the time.
    for row in explanation.to_string().lines().skip(1) {
        println!("          {row}");
    }
    step(router, now, Input::Route { item, queue: None })
}

fn accept(router: &mut Router, now: Timestamp, item: &str, agent: &str) -> Result {
    let (item, agent) = (item.into(), agent.into());
    step(router, now, Input::Accept { item, agent })
}

/// Passes an input to the router, and prints the outputs that follow.
fn step(router: &mut Router, now: Timestamp, input: Input) -> Result {
    let result = router.handle(now, input);
    while let Some(output) = router.poll_output() {
        let text = describe::output(&output, router.plan().config());
        println!("{}  {text}", time_of_day(now));
    }
    Ok(result?)
}
