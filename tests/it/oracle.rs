//! `assign` once more: slow, obvious, written from the rules alone, with no index.

pub(crate) mod conversion;
pub(crate) mod fraction;
pub(crate) mod gates;
mod keys;
pub(crate) mod queued_item;
pub(crate) mod roster_model;

use std::cmp::Reverse;

use handover::{Affinity, Agent, AgentKind, SkillMode};

use crate::oracle::fraction::Share;
use crate::oracle::gates::Case;

const THIRTY_DAYS_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Where an agent stands among those who may take an item, compared from the top: who has the least takes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Standing<'a> {
    pub(crate) affinity: Vec<usize>,
    pub(crate) tier: usize,
    pub(crate) turn_of_pool: usize,
    pub(crate) human: bool,
    pub(crate) skills: Reverse<(usize, usize)>,
    pub(crate) assign_by: Vec<Share>,
    pub(crate) last_assigned: u64,
    pub(crate) agent: &'a str,
    pub(crate) place_of_group: usize,
    pub(crate) pool: usize,
    pub(crate) group: &'a str,
}

impl<'a> Case<'a> {
    /// Every agent who may take the item, once for each open pool and group of it that lets the agent through, the best
    /// first.
    pub(crate) fn standings(&self) -> Vec<Standing<'a>> {
        let mut standings = Vec::new();
        for (turn_of_pool, pool) in self.pools().into_iter().enumerate() {
            let listed = self.listed(pool);
            for (place_of_group, group) in self.queue().eligibility[pool].groups.iter().enumerate()
            {
                for id in &self.config.groups.get(group).unwrap().members {
                    let agent = self.config.agents.get(id).unwrap();
                    if self.stop(pool, id.as_str()).is_none() {
                        let keys = self.rule(pool).assign_by.iter();
                        standings.push(Standing {
                            affinity: self.affinity(id.as_str()),
                            tier: self.tier(group.as_str()),
                            turn_of_pool,
                            human: agent.kind == AgentKind::Human,
                            skills: Reverse(self.skills(pool, agent)),
                            assign_by: keys
                                .map(|key| self.share(key, pool, &listed, id.as_str()))
                                .collect(),
                            last_assigned: self.desk.line(id.as_str(), self.channel()).given,
                            agent: id.as_str(),
                            place_of_group,
                            pool,
                            group: group.as_str(),
                        });
                    }
                }
            }
        }
        standings.sort();
        standings
    }

    /// Which level of its queues this queue is for a group: equal orders share one.
    fn tier(&self, group: &str) -> usize {
        let own = self.config.groups.get(group).unwrap();
        let names = |queue: &handover::Queue| {
            queue
                .eligibility
                .iter()
                .any(|pool| pool.groups.contains(&group.into()))
        };
        let queues = self.config.queues.iter().filter(|(_, queue)| names(queue));
        let mut orders: Vec<i64> = queues.map(|(id, _)| own.order_of(id)).collect();
        orders.sort_unstable();
        orders.dedup();
        let order = own.order_of(&self.question.queue.as_str().into());
        orders.iter().position(|other| *other == order).unwrap()
    }

    fn affinity(&self, id: &str) -> Vec<usize> {
        let place = |entry: &Affinity| match (entry, &self.question.last_agent) {
            (Affinity::Preferred, _) => {
                let mut preferred = self.question.item.preferred_agents.iter();
                preferred.position(|name| *name == id).unwrap_or(usize::MAX)
            }
            (_, Some((last, at))) if last == id && self.now - at <= THIRTY_DAYS_MS => 0,
            _ => 1,
        };
        self.queue().affinity.iter().map(place).collect()
    }

    /// How many of the skills asked for an agent holds, and how many at their level, as far as the rule looks.
    fn skills(&self, pool: usize, agent: &Agent) -> (usize, usize) {
        let asked = self.question.skills(self.config);
        let levels = asked
            .iter()
            .filter_map(|asked| Some((agent.skills.get(&asked.skill)?, asked.level)));
        let at_level = levels
            .clone()
            .filter(|(held, asked)| *held >= asked)
            .count();
        match self.rule(pool).skills {
            SkillMode::Ignore => (0, 0),
            SkillMode::Prefer | SkillMode::Require => (levels.count(), 0),
            _ => (levels.count(), at_level),
        }
    }
}
