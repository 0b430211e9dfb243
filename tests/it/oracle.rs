//! The oracle: a reference implementation of `assign` and `explain`. It is slow and simple, has no index, and is written from
//! the specification alone.
//!
//! An [`Oracle`] decides on one queued item at one time. The tests in `decision` compare `assign` and `explain` with it. The
//! [model](crate::router_model) of the router uses it to choose agents.

pub(crate) mod conversion;
mod fraction;
mod gates;
mod keys;
mod queued_item;
mod roster_model;

use std::cmp::Reverse;

use handover::{Affinity, Agent, AgentKind, AssignmentRule, Config, Queue, SkillMode};

use fraction::Fraction;
pub(crate) use gates::FailedGate;
pub(crate) use queued_item::{
    BUSY, EMBARGO, GATES, LIGHT_LOAD, QueuedItem, as_custom_key, integer,
};
pub(crate) use roster_model::{AgentModel, ChannelModel, RosterModel, applies_to};

/// Whether at most a number of days have passed since an acceptance.
pub(crate) fn is_within(days: u32, accepted_at: u64, now: u64) -> bool {
    now - accepted_at <= u64::from(days) * 24 * 60 * 60 * 1000
}

/// The input of one decision: a queued item, the time, the configuration and the state of the agents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Oracle<'a> {
    pub(crate) config: &'a Config,
    pub(crate) roster: &'a RosterModel,
    pub(crate) item: &'a QueuedItem,
    pub(crate) now: u64,
}

/// An agent who can take the item through one pool and group.
///
/// Candidates are compared by their fields, from the top. The lowest candidate gets the item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RankedCandidate<'a> {
    pub(crate) affinity: Vec<usize>,
    pub(crate) tier: usize,
    /// The position of the pool in the order in which pools open.
    pub(crate) pool_rank: usize,
    pub(crate) is_human: bool,
    pub(crate) skills: Reverse<(usize, usize)>,
    pub(crate) assign_by: Vec<Fraction>,
    pub(crate) assigned_seq: u64,
    pub(crate) agent: &'a str,
    pub(crate) group_index: usize,
    pub(crate) pool: usize,
    pub(crate) group: &'a str,
}

impl<'a> Oracle<'a> {
    pub(crate) fn queue(&self) -> &'a Queue {
        self.config.queues.get(self.item.queue.as_str()).unwrap()
    }

    pub(crate) fn rule(&self, pool: usize) -> &'a AssignmentRule {
        self.config
            .rules
            .get(&self.queue().eligibility[pool].rule)
            .unwrap()
    }

    fn channel(&self) -> &'a str {
        self.item.work_item.channel.as_str()
    }

    /// Returns all candidates, best first. An agent has one entry per pool and group through which it can take the item.
    pub(crate) fn ranked(&self) -> Vec<RankedCandidate<'a>> {
        let mut ranked = Vec::new();
        for (pool_rank, pool) in self.pools().into_iter().enumerate() {
            let members = self.members(pool);
            for (group_index, group) in self.queue().eligibility[pool].groups.iter().enumerate() {
                for id in &self.config.groups.get(group).unwrap().members {
                    let agent = self.config.agents.get(id).unwrap();
                    if self.failed_gate(pool, id.as_str()).is_none() {
                        let keys = self.rule(pool).assign_by.iter();
                        ranked.push(RankedCandidate {
                            affinity: self.affinity(id.as_str()),
                            tier: self.tier(group.as_str()),
                            pool_rank,
                            is_human: agent.kind == AgentKind::Human,
                            skills: Reverse(self.skill_counts(pool, agent)),
                            assign_by: keys
                                .map(|key| self.key_value(key, pool, &members, id.as_str()))
                                .collect(),
                            assigned_seq: self
                                .roster
                                .channel(id.as_str(), self.channel())
                                .assigned_seq,
                            agent: id.as_str(),
                            group_index,
                            pool,
                            group: group.as_str(),
                        });
                    }
                }
            }
        }
        ranked.sort();
        ranked
    }

    /// Returns the tier of the queue for a group, from 0: its level among the queues of the group. Queues of equal order share
    /// a tier.
    fn tier(&self, group: &str) -> usize {
        let config = self.config.groups.get(group).unwrap();
        let names_group = |queue: &Queue| {
            queue
                .eligibility
                .iter()
                .any(|pool| pool.groups.contains(&group.into()))
        };
        let queues = self.config.queues.iter();
        let queues = queues.filter(|(_, queue)| names_group(queue));
        let mut orders: Vec<i64> = queues.map(|(id, _)| config.order_of(id)).collect();
        orders.sort_unstable();
        orders.dedup();
        let order = config.order_of(&self.item.queue.as_str().into());
        orders.iter().position(|other| *other == order).unwrap()
    }

    /// Returns the rank of an agent under each affinity of the queue. Lower is better.
    fn affinity(&self, id: &str) -> Vec<usize> {
        let rank = |affinity: &Affinity| match affinity {
            Affinity::Preferred => {
                let mut preferred = self.item.work_item.preferred_agents.iter();
                preferred.position(|name| *name == id).unwrap_or(usize::MAX)
            }
            Affinity::LastAgent { within_days } => self.last_agent_rank(id, *within_days),
            other => panic!("{other:?} is not in the oracle"),
        };
        self.queue().affinity.iter().map(rank).collect()
    }

    /// Returns 0 for an agent with other live items of the requester, 1 for the last agent of the last days, else 2.
    fn last_agent_rank(&self, id: &str, within_days: u32) -> usize {
        if self.item.current_agents.iter().any(|agent| agent == id) {
            return 0;
        }
        match &self.item.last_agent {
            Some((agent, at)) if agent == id && is_within(within_days, *at, self.now) => 1,
            _ => 2,
        }
    }

    /// Counts the requested skills that an agent has at any level, and at the requested level. A count that the rule ignores
    /// is 0.
    fn skill_counts(&self, pool: usize, agent: &Agent) -> (usize, usize) {
        let requested = self.item.skills(self.config);
        let levels = requested
            .iter()
            .filter_map(|request| Some((agent.skills.get(&request.skill)?, request.level)));
        let at_level = levels
            .clone()
            .filter(|(level, requested)| *level >= requested)
            .count();
        match self.rule(pool).skills {
            SkillMode::Ignore => (0, 0),
            SkillMode::Prefer | SkillMode::Require => (levels.count(), 0),
            _ => (levels.count(), at_level),
        }
    }
}
