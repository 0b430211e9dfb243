//! The memory of last agents, and the agents with live work of a requester.

use handover::{Affinity, AgentKind, Config, Output, RequesterId};

use super::Model;
use super::item::ModelItem;
use crate::oracle::is_within;

/// The maximum of requesters per channel whose last agent is stored.
const REQUESTERS_MAX: usize = 100_000;

/// The last acceptance of a requester's item on a channel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelAcceptance {
    pub(crate) channel: String,
    pub(crate) requester: String,
    pub(crate) agent: String,
    pub(crate) at: u64,
}

/// Returns the largest number of days of a `last_agent` in the queues of a channel. `None` if the channel has no memory.
fn days_of_channel(config: &Config, channel: &str) -> Option<u32> {
    let queues = config.queues.values();
    let queues = queues.filter(|queue| queue.channel == *channel);
    let days = queues.flat_map(|queue| &queue.affinity);
    let days = days.filter_map(|affinity| match affinity {
        Affinity::LastAgent { within_days } => Some(*within_days),
        _ => None,
    });
    days.max()
}

impl Model {
    /// Stores the agent who accepts an item as the last agent of its requester.
    pub(super) fn remember(&mut self, id: &str, agent: &str) {
        let (item, now) = (self.item(id), self.now);
        let is_human = self.config.agents.get(agent).unwrap().kind == AgentKind::Human;
        let (Some(requester), Some(days), true) = (
            &item.work_item.requester,
            days_of_channel(&self.config, item.channel()),
            is_human,
        ) else {
            return;
        };
        let acceptance = ModelAcceptance {
            channel: item.channel().into(),
            requester: requester.as_str().into(),
            agent: agent.into(),
            at: now,
        };
        let is_same_channel = |other: &ModelAcceptance| other.channel == acceptance.channel;
        self.last_acceptances.retain(|other| {
            !is_same_channel(other)
                || is_within(days, other.at, now) && other.requester != acceptance.requester
        });
        let of_channel = self.last_acceptances.iter();
        let count = of_channel.filter(|other| is_same_channel(other)).count();
        if count == REQUESTERS_MAX {
            let mut acceptances = self.last_acceptances.iter();
            let oldest = acceptances.position(is_same_channel).unwrap();
            self.last_acceptances.remove(oldest);
        }
        self.last_acceptances.push(acceptance);
    }

    /// Returns the last agent of the requester of an item, with the time of the acceptance.
    pub(crate) fn last_agent(&self, item: &ModelItem) -> Option<(String, u64)> {
        let requester = item.work_item.requester.as_ref()?.as_str();
        let is_last =
            |last: &&ModelAcceptance| last.channel == item.channel() && last.requester == requester;
        let last = self.last_acceptances.iter().find(is_last)?;
        Some((last.agent.clone(), last.at))
    }

    /// Returns the agents who hold or are offered other live items of an item's requester on its channel.
    pub(crate) fn current_agents(&self, item: &ModelItem) -> Vec<String> {
        let of_requester = self.items.iter().filter(|other| {
            other.work_item.requester.is_some()
                && other.work_item.requester == item.work_item.requester
                && other.channel() == item.channel()
                && other.id() != item.id()
        });
        let mut agents: Vec<String> = of_requester.flat_map(ModelItem::agents_in_hand).collect();
        agents.sort();
        agents.dedup();
        agents
    }

    /// Erases a requester.
    pub(super) fn forget(&mut self, requester: &RequesterId) {
        let is_remembered = |last: &ModelAcceptance| last.requester == requester.as_str();
        let mut known = self.last_acceptances.iter().any(is_remembered);
        self.last_acceptances.retain(|last| !is_remembered(last));
        for item in &mut self.items {
            if item.work_item.requester.as_ref() == Some(requester) {
                item.work_item.requester = None;
                known = true;
            }
        }
        self.outputs.push(Output::Forgotten {
            requester: requester.clone(),
            known,
        });
    }

    /// Drops the memory of channels without a `last_agent`.
    pub(super) fn drop_unused_memories(&mut self) {
        let config = &self.config;
        self.last_acceptances
            .retain(|last| days_of_channel(config, &last.channel).is_some());
    }
}
