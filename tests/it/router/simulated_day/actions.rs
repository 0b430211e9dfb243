//! The actions of requesters, agents and managers.

use std::collections::BTreeMap;

use handover::{Agent, Capacity, Fact, Input, SkillRequest, Transfer, TransferMode, WorkItem};

use super::configuration::{self, CHANNELS, QUEUES};
use crate::support::plans::at;
use crate::support::random::Rng;

/// A planned action.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Routes an item, and plans the next arrival.
    Arrive,
    Accept {
        item: String,
        agent: String,
    },
    Reject {
        item: String,
        agent: String,
    },
    /// An agent completes or moves an accepted item.
    Work {
        item: String,
        agent: String,
    },
    /// An agent chooses a presence state.
    SetPresence {
        agent: String,
        state: &'static str,
    },
    /// An agent returns after a time-out.
    Return {
        agent: String,
    },
    /// A manager changes an agent or allocates an item.
    Manage,
    /// Changes the configuration, or restores it.
    Reconfigure {
        restores: bool,
    },
    Cancel {
        item: String,
    },
    /// A fact of an item changes.
    Update {
        item: String,
    },
    /// Checks the invariants.
    Check,
}

/// Returns a random item.
pub(super) fn new_item(number: usize, rng: &mut Rng) -> WorkItem {
    let channel = CHANNELS[[0, 0, 1, 1, 1, 2][rng.below(6)]];
    let mut item = WorkItem::new(format!("item-{number}"), channel)
        .requester(format!("+{}", rng.below(400)))
        .fact("severity", i64::try_from(rng.below(3)).unwrap());
    if rng.one_in(8) {
        item = item.fact("vip", true);
    }
    if rng.one_in(6) {
        item = item.fact("language", "es");
        item.skills
            .push(SkillRequest::new("spanish").mandatory(true));
    } else if rng.one_in(150) {
        // No agent has this skill.
        item = item.fact("language", "es");
        item.skills.push(SkillRequest::new("latin").mandatory(true));
    }
    if rng.one_in(20) {
        item = item.priority(1);
    }
    if rng.one_in(30) {
        let agents = configuration::agents();
        item = item.preferred_agents([agents[rng.below(agents.len())].as_str()]);
    }
    item
}

/// Returns an input of an agent about an accepted item, other than its completion. The agent may have lost the item.
pub(super) fn other_agent_input(item: &str, by: &str, agents: &[String], rng: &mut Rng) -> Input {
    let other = agents[rng.below(agents.len())].as_str();
    let transfer = match rng.below(5) {
        0 => {
            return Input::Release {
                item: item.into(),
                by: Some(by.into()),
            };
        }
        1 => Transfer::to_agent(item, other, TransferMode::Warm),
        2 => Transfer::to_agent(item, other, TransferMode::Blind).force(),
        3 => {
            return Input::Close {
                item: item.into(),
                by: Some(by.into()),
            };
        }
        _ => Transfer::to_queue(item, QUEUES[rng.below(QUEUES.len())]),
    };
    Input::Transfer(transfer.by(by))
}

/// Returns an update of an item.
pub(super) fn new_fact(item: &str, rng: &mut Rng) -> Input {
    let (field, fact): (&str, Fact) = match rng.below(6) {
        0 => ("spam", true.into()),
        1 | 2 => ("state", "open".into()),
        3 | 4 => ("state", "held".into()),
        _ => ("severity", 0.into()),
    };
    Input::Update {
        item: item.into(),
        facts: BTreeMap::from([(field.into(), Some(fact))]),
    }
}

/// Returns an input of a manager.
pub(super) fn manager_input(now: u64, waiting: Option<String>, rng: &mut Rng) -> Input {
    let agents = configuration::agents();
    let agent = agents[rng.below(agents.len())].as_str();
    match (rng.below(5), waiting) {
        (0, _) => Input::SetCapacity {
            agent: agent.into(),
            channel: Some(CHANNELS[rng.below(3)].into()),
            capacity: Some(Capacity::Units(u32::try_from(rng.below(5)).unwrap())),
            until: Some(at(now + 600_000)),
        },
        (1, _) => Input::SetChannel {
            agent: agent.into(),
            channel: CHANNELS[rng.below(3)].into(),
            on: !rng.one_in(4),
        },
        (2, _) => Input::SetAgent {
            agent: agent.into(),
            value: Some(Box::new(Agent::new().universal_capacity(6))),
            groups: vec!["front".into(), "voice".into()],
        },
        (_, Some(item)) => Input::Allocate {
            item: item.into(),
            agent: agent.into(),
            by: "mia".into(),
        },
        (_, None) => Input::Tick,
    }
}
