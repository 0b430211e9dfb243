//! Rules of a service's own: who is in training gets no calls yet, and the customer's account manager comes first.
//!
//! The configuration names them, the service registers them.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::HashMap;
use std::error::Error;

use handover::rule::{Candidate, Case, Exclusion, Score, ranking::MostCapacity};
use handover::{
    AgentId, Config, Decision, Eligibility, Fact, Plan, Ranking, Roster, Scalar, Timestamp,
    WorkItem, assign, explain, route,
};

/// Excludes agents until their training ends. The service knows the dates from its own calendar.
#[derive(Debug)]
struct Trained {
    training_ends: HashMap<AgentId, Timestamp>,
}

impl Eligibility for Trained {
    fn check(&self, _: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        match self.training_ends.get(agent.id()) {
            // The rule sees no clock: it says until when, and the crate knows when that is over.
            Some(ends) => Err(Exclusion::new("in training").until(*ends)),
            None => Ok(()),
        }
    }
}

/// Puts the customer's account manager first; all others by the spare capacity that they have anyway.
#[derive(Debug)]
struct AccountManagerFirst;

impl Ranking for AccountManagerFirst {
    fn score(&self, case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score {
        match case.item().facts.get("account_manager") {
            Some(Fact::One(Scalar::Text(manager))) if agent.id() == manager.as_str() => {
                Score::FIRST
            }
            // The lowest score comes first: there, spare capacity counts negatively.
            _ => MostCapacity.score(case, agent, now),
        }
    }
}

const CONFIG: &str = r#"{
    "channels": {"phone": {"active": true, "kind": "phone", "default_capacity": 2}},
    "queues": {"service": {
        "channel": "phone", "active": true, "routing": "always",
        "eligibility": [{"groups": ["service"], "rule": "account-manager"}]
    }},
    "rules": {"account-manager": {
        "gates": ["trained"], "assign_by": [{"custom": "account-manager-first"}]
    }},
    "presence_states": {"available": {"takes_work": true, "channels": "all"}},
    "groups": {"service": {"members": ["asha", "ben", "chloe"]}},
    "agents": {"asha": {}, "ben": {"capacity": {"phone": 1}}, "chloe": {"capacity": {"phone": 3}}}
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let config: Config = serde_json::from_str(CONFIG)?;

    // A name that nobody has registered is a problem of the configuration, found before anything runs.
    if let Err(error) = Plan::new(config.clone()) {
        println!("{error}\n");
    }

    let training_ends = HashMap::from([(AgentId::from("chloe"), Timestamp::from_millis(60_000))]);
    let plan = Plan::builder(config)
        .eligibility("trained", Trained { training_ends })
        .ranking("account-manager-first", AccountManagerFirst)
        .build()?;
    let mut roster = Roster::new(&plan);
    let mut now = Timestamp::from_millis(10_000);
    for agent in ["asha", "ben", "chloe"] {
        roster.set_presence(agent, "available", now)?;
    }

    let calls = [
        ("call-1", "ben"),
        ("call-2", "ben"),
        ("call-3", "nobody"),
        ("call-4", "nobody"),
    ];
    for (id, manager) in calls {
        println!("-- {id}, the account manager is {manager}");
        let item = WorkItem::new(id, "phone").fact("account_manager", manager);
        let item = route(&plan, item, now)?;
        loop {
            print!("{}", explain(&roster, &item, now)?);
            match assign(&roster, &item, now)? {
                Decision::Assign(assignment) => {
                    roster.commit(&assignment)?;
                    println!();
                    break;
                }
                // The training ends by time alone: the answer says when to ask again.
                Decision::Wait(wait) => now = wait.until().ok_or("nothing will change")?,
            }
        }
    }
    Ok(())
}
