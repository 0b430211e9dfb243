//! What people do: who comes, and how agents answer.

use std::collections::BTreeMap;

use handover::{Agent, Capacity, Fact, Input, SkillRequest, Transfer, TransferMode, WorkItem};

use super::configuration::{self, CHANNELS, QUEUES};
use crate::oracle::conversion::at;
use crate::support::random::Dice;

/// Something that is going to be done.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Somebody comes, and after that somebody else.
    Arrive,
    /// An agent answers an offer.
    Accept {
        item: String,
        agent: String,
    },
    Reject {
        item: String,
        agent: String,
    },
    /// An agent does something with what it holds.
    Work {
        item: String,
        agent: String,
    },
    /// An agent chooses a presence state.
    Be {
        agent: String,
        state: &'static str,
    },
    /// An agent who has slept is back.
    Wake {
        agent: String,
    },
    /// Somebody changes something.
    Meddle,
    Change {
        back: bool,
    },
    /// Whoever came gives up, or something turns out about it.
    Cancel {
        item: String,
    },
    Learn {
        item: String,
    },
    /// Everything inside is compared with everything else.
    Check,
}

/// The item that comes as so-and-so-many-th.
pub(super) fn newcomer(number: usize, dice: &mut Dice) -> WorkItem {
    let channel = CHANNELS[[0, 0, 1, 1, 1, 2][dice.below(6)]];
    let mut item = WorkItem::new(format!("item-{number}"), channel)
        .requester(format!("+{}", dice.below(400)))
        .fact("severity", i64::try_from(dice.below(3)).unwrap());
    if dice.one_in(8) {
        item = item.fact("vip", true);
    }
    if dice.one_in(6) {
        item = item.fact("language", "es");
        item.skills
            .push(SkillRequest::new("spanish").mandatory(true));
    } else if dice.one_in(150) {
        // Nobody speaks it.
        item = item.fact("language", "es");
        item.skills.push(SkillRequest::new("latin").mandatory(true));
    }
    if dice.one_in(20) {
        item = item.priority(1);
    }
    if dice.one_in(30) {
        let agents = configuration::agents();
        item = item.preferred_agents([agents[dice.below(agents.len())].as_str()]);
    }
    item
}

/// What an agent does with what it holds, beside completing it.
pub(super) fn other_work(item: &str, agents: &[String], dice: &mut Dice) -> Input {
    let other = agents[dice.below(agents.len())].as_str();
    match dice.below(5) {
        0 => Input::Release { item: item.into() },
        1 => Input::Transfer(Transfer::to_agent(item, other, TransferMode::Warm)),
        2 => Input::Transfer(Transfer::to_agent(item, other, TransferMode::Blind).force()),
        3 => Input::Close { item: item.into() },
        _ => Input::Transfer(Transfer::to_queue(item, QUEUES[dice.below(QUEUES.len())])),
    }
}

/// What turns out about an item.
pub(super) fn news(item: &str, dice: &mut Dice) -> Input {
    let (field, fact): (&str, Fact) = match dice.below(6) {
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

/// What somebody changes beside the work.
pub(super) fn meddling(now: u64, waiting: Option<String>, dice: &mut Dice) -> Input {
    let agents = configuration::agents();
    let agent = agents[dice.below(agents.len())].as_str();
    match (dice.below(5), waiting) {
        (0, _) => Input::SetCapacity {
            agent: agent.into(),
            channel: Some(CHANNELS[dice.below(3)].into()),
            capacity: Some(Capacity::Units(u32::try_from(dice.below(5)).unwrap())),
            until: Some(at(now + 600_000)),
        },
        (1, _) => Input::SetChannel {
            agent: agent.into(),
            channel: CHANNELS[dice.below(3)].into(),
            on: !dice.one_in(4),
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
