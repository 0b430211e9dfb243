//! An administrator enables the WhatsApp channel, its queue and a presence state, and WhatsApp conversations reach live
//! agents.
//!
//! The configuration in `config/whatsapp.json` is as it is shipped: everything is there, nothing is switched on.
//!
//! In the tables, `tier` is how the group ranks the queue, from 1, `pool` the place of the eligibility pool, from 0, and the
//! lower the number of an agent's last assignment, the longer ago it was.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use handover::{
    Config, Decision, GroupId, Plan, Roster, Timestamp, WorkItem, assign, explain, route,
};

fn main() -> Result<(), Box<dyn Error>> {
    let shipped = include_str!("config/whatsapp.json");
    let config: Config = serde_json::from_str(shipped)?;
    let plan = enable_whatsapp(config)?;
    hand_over_conversations(&plan)
}

/// The three steps of the procedure, each followed by what is still missing.
fn enable_whatsapp(mut config: Config) -> Result<Plan, Box<dyn Error>> {
    println!("== As shipped: can a WhatsApp conversation reach a person?\n");
    show_reachability(&config)?;

    println!("== Step 1: activate the service channel\n");
    config
        .channels
        .get_mut("whatsapp")
        .ok_or("no channel `whatsapp`")?
        .active = true;
    show_reachability(&config)?;

    println!("== Step 2: activate the queue\n");
    config
        .queues
        .get_mut("agent-whatsapp")
        .ok_or("no queue `agent-whatsapp`")?
        .active = true;
    show_reachability(&config)?;

    println!("== Step 3: add the agent group to the presence state\n");
    let available = config
        .presence_states
        .get_mut("available")
        .ok_or("no state `available`")?;
    available.groups.add(GroupId::from("agent-whatsapp"));
    let plan = show_reachability(&config)?;

    for lint in plan.lints() {
        println!("{lint}");
    }
    Ok(plan)
}

fn show_reachability(config: &Config) -> Result<Plan, Box<dyn Error>> {
    let plan = Plan::new(config.clone())?;
    println!(
        "{}",
        plan.reachability("whatsapp")
            .ok_or("no channel `whatsapp`")?
    );
    Ok(plan)
}

/// The bot hands over one conversation after the other, until nobody has room.
fn hand_over_conversations(plan: &Plan) -> Result<(), Box<dyn Error>> {
    println!("== Asha and Ben become available; the bot hands over six conversations\n");
    let mut roster = Roster::new(plan);
    let mut now = Timestamp::from_millis(1_000);
    roster.set_presence("asha", "available", now)?;
    roster.set_presence("ben", "available", now)?;

    let languages = ["en", "es", "en", "en", "es", "en"];
    let mut waiting = None;
    for (number, language) in (1..).zip(languages) {
        now = now.plus_secs(10);
        let item = WorkItem::new(format!("conv-{number}"), "whatsapp")
            .fact("subtype", "whatsapp")
            .fact("state", "new")
            .fact("language", language);
        println!("-- {} is handed over, language {language}", item.id);
        let item = route(plan, item, now)?;
        print!("{}", explain(&roster, &item, now)?);
        match assign(&roster, &item, now)? {
            Decision::Assign(assignment) => {
                roster.commit(&assignment)?;
                let agent = assignment.agent(plan).ok_or("another plan")?;
                println!("=> {} goes to {agent}\n", item.item().id);
            }
            Decision::Wait(wait) => {
                println!("=> {} waits: {wait}\n", item.item().id);
                waiting = Some(item);
            }
        }
    }

    let Some(item) = waiting else { return Ok(()) };
    println!(
        "-- Ben ends one of his conversations, {} is asked about again",
        item.item().id
    );
    now = now.plus_secs(10);
    roster.release("ben", "whatsapp", 1, now)?;
    print!("{}", explain(&roster, &item, now)?);
    match assign(&roster, &item, now)? {
        Decision::Assign(assignment) => {
            roster.commit(&assignment)?;
            let agent = assignment.agent(plan).ok_or("another plan")?;
            println!("=> {} goes to {agent}", item.item().id);
        }
        Decision::Wait(wait) => println!("=> {} waits: {wait}", item.item().id),
    }
    Ok(())
}
