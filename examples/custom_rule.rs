//! Custom rules: a gate that excludes agents in training, and a ranking that prefers a customer's account manager.
//!
//! The configuration refers to the rules by name. The service registers them in code.

#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::collections::HashMap;
use std::error::Error;

use handover::rule::{Candidate, Case, Exclusion, Score, ranking::MostCapacity};
use handover::{
    AgentId, Config, Decision, Eligibility, Fact, Plan, Ranking, Roster, Scalar, Timestamp,
    WorkItem, assign, explain, route,
};

/// Excludes agents until their training ends. The service knows the end times.
#[derive(Debug)]
struct TrainingEnded {
    end_times: HashMap<AgentId, Timestamp>,
}

impl Eligibility for TrainingEnded {
    fn check(&self, _: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        match self.end_times.get(agent.id()) {
            // A gate has no access to the time. It returns the time at which the exclusion ends.
            Some(end) => Err(Exclusion::new("in training").until(*end)),
            None => Ok(()),
        }
    }
}

/// Prefers the customer's account manager, then the agents with the most spare capacity.
#[derive(Debug)]
struct AccountManagerFirst;

impl Ranking for AccountManagerFirst {
    fn score(&self, case: &Case<'_>, agent: &Candidate<'_>, now: Timestamp) -> Score {
        match case.item().facts.get("account_manager") {
            Some(Fact::One(Scalar::Text(manager))) if agent.id() == manager.as_str() => {
                Score::FIRST
            }
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
        "gates": ["training-ended"], "assign_by": [{"custom": "account-manager-first"}]
    }},
    "presence_states": {"available": {"takes_work": true, "channels": "all"}},
    "groups": {"service": {"members": ["asha", "ben", "chloe"]}},
    "agents": {"asha": {}, "ben": {"capacity": {"phone": 1}}, "chloe": {"capacity": {"phone": 3}}}
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let config: Config = serde_json::from_str(CONFIG)?;

    // `Plan::new` reports each name that is not registered.
    if let Err(error) = Plan::new(config.clone()) {
        println!("Without the custom rules, {error}\n");
    }

    let end_times = HashMap::from([(
        AgentId::from("chloe"),
        Timestamp::saturating_from_millis(60_000),
    )]);
    let plan = Plan::builder(config)
        .eligibility("training-ended", TrainingEnded { end_times })
        .ranking("account-manager-first", AccountManagerFirst)
        .build()?;
    let mut roster = Roster::new(&plan);
    let mut now = Timestamp::saturating_from_millis(10_000);
    for agent in ["asha", "ben", "chloe"] {
        roster.set_presence(agent, "available", now)?;
    }

    println!(
        "Each table lists the agents who can take a call, the best first, then all others (-)."
    );
    let calls = [
        ("call-1", "ben"),
        ("call-2", "ben"),
        ("call-3", "nobody"),
        ("call-4", "nobody"),
    ];
    for (id, manager) in calls {
        println!("\n{id}, whose account manager is {manager}:");
        let item = WorkItem::new(id, "phone").fact("account_manager", manager);
        let item = route(&plan, item, now)?;
        loop {
            print!("{}", explain(&roster, &item, now)?);
            match assign(&roster, &item, now)? {
                Decision::Assign(assignment) => {
                    roster.commit(&assignment)?;
                    break;
                }
                // The decision returns the time at which the training ends. Try again at that time.
                Decision::Wait(wait) => now = wait.until().ok_or("no agent becomes eligible")?,
            }
        }
    }
    Ok(())
}
