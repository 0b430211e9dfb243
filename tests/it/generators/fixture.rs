//! Random fixtures for one decision: a configuration, the state of the agents, and queued items.
//!
//! The domains are small, so that names, sizes, times and ranks often coincide.

mod config;
mod items;
mod roster;

use handover::Config;
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) use config::{assign_by, capacity, keys, skill_modes};

use crate::oracle::{Oracle, QueuedItem, RosterModel};

/// The time of the first decision.
pub(crate) const NOW: u64 = 10_000_000_000;

/// The agents in the order in which configurations list them, which differs from the order of their ids.
const AGENTS: [&str; 20] = [
    "kim", "asha", "zoe", "ben", "olu", "eve", "noor", "ian", "luca", "dana", "pia", "finn",
    "maya", "gus", "tariq", "hana", "sam", "ines", "raj", "cleo",
];
const CHANNELS: [&str; 3] = ["whatsapp", "chat", "phone"];
const QUEUES: [&str; 4] = ["sales", "billing", "support", "night"];
const GROUPS: [&str; 5] = ["red", "blue", "amber", "teal", "grey"];
const RULES: [&str; 3] = ["rule-a", "rule-b", "rule-c"];
const SKILLS: [&str; 4] = ["spanish", "french", "refunds", "legal"];
const STATES: [&str; 5] = ["available", "focused", "partly", "away", "retired"];

/// The input of some decisions.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) config: Config,
    pub(crate) roster: RosterModel,
    pub(crate) items: Vec<QueuedItem>,
}

impl Fixture {
    /// Returns the oracle for an item of the fixture.
    pub(crate) fn oracle<'a>(&'a self, item: &'a QueuedItem, now: u64) -> Oracle<'a> {
        Oracle {
            config: &self.config,
            roster: &self.roster,
            item,
            now,
        }
    }
}

/// The number of channels, queues, groups and agents.
#[derive(Clone, Copy, Debug)]
struct Dimensions {
    channels: usize,
    queues: usize,
    groups: usize,
    agents: usize,
}

impl Dimensions {
    fn channels(self) -> Vec<&'static str> {
        CHANNELS[..self.channels].to_vec()
    }

    fn groups(self) -> Vec<&'static str> {
        GROUPS[..self.groups].to_vec()
    }

    fn agents(self) -> Vec<&'static str> {
        AGENTS[..self.agents].to_vec()
    }
}

/// Returns fixtures with 1 to 3 items.
pub(crate) fn fixture() -> impl Strategy<Value = Fixture> {
    let dimensions = (1..=3_usize, 1..=4_usize, 1..=5_usize, 0..=20_usize);
    dimensions.prop_flat_map(|(channels, queues, groups, agents)| {
        let dimensions = Dimensions {
            channels,
            queues,
            groups,
            agents,
        };
        (
            config::config(dimensions),
            roster::roster(dimensions),
            vec(items::draft(dimensions), 1..4),
        )
            .prop_map(|(config, roster, drafts)| {
                let items = drafts
                    .into_iter()
                    .map(|draft| draft.finish(&config))
                    .collect();
                Fixture {
                    config,
                    roster,
                    items,
                }
            })
    })
}
