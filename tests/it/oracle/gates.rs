//! Who may take an item, and why not: the gates, in their order, from the rules alone.

use std::collections::{BTreeMap, BTreeSet};

use handover::{AgentKind, AssignmentRule, Config, Queue, SkillMode, SkillRequest};

use crate::oracle::queued_item::{BUSY, LIGHT, Question};
use crate::oracle::roster_model::Desk;

/// A question at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) config: &'a Config,
    pub(crate) desk: &'a Desk,
    pub(crate) question: &'a Question,
    pub(crate) now: u64,
}

/// Why an agent may not take an item, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    Pool,
    Presence,
    Declined,
    Skills,
    Ai,
    Capacity,
    Custom(usize),
}

/// Why an item waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    NoPool,
    NoPoolOpen,
    NobodyPresent,
    NobodyWithRoom,
    NobodySuitable,
}

impl<'a> Case<'a> {
    pub(crate) fn queue(&self) -> &'a Queue {
        self.config
            .queues
            .get(self.question.queue.as_str())
            .unwrap()
    }

    pub(crate) fn rule(&self, pool: usize) -> &'a AssignmentRule {
        self.config
            .rules
            .get(&self.queue().eligibility[pool].rule)
            .unwrap()
    }

    pub(crate) fn channel(&self) -> &'a str {
        self.question.item.channel.as_str()
    }

    /// The places of the queue's pools, in the order in which they count.
    pub(crate) fn pools(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.queue().eligibility.len()).collect();
        places.sort_by_key(|place| (self.opens(*place), *place));
        places
    }

    /// The moment at which a pool opens.
    pub(crate) fn opens(&self, pool: usize) -> u64 {
        let secs = u64::from(self.queue().eligibility[pool].eligible_at_secs);
        self.question.waiting_since + secs * 1000
    }

    /// The members of a pool's groups, each at its first place in the order in which they are listed.
    pub(crate) fn listed(&self, pool: usize) -> BTreeMap<&'a str, usize> {
        let groups = self.queue().eligibility[pool].groups.iter();
        let mut listed = BTreeMap::new();
        for id in groups.flat_map(|group| &self.config.groups.get(group).unwrap().members) {
            let next = listed.len();
            listed.entry(id.as_str()).or_insert(next);
        }
        listed
    }

    /// The first gate of a pool that stops one of its members.
    pub(crate) fn stop(&self, pool: usize, id: &str) -> Option<Stop> {
        let (question, rule) = (self.question, self.rule(pool));
        let agent = self.config.agents.get(id).unwrap();
        let by_level = rule.skills == SkillMode::RequireLevels;
        let holds = |asked: &SkillRequest| {
            let level = if by_level { asked.level } else { 1 };
            agent
                .skills
                .get(&asked.skill)
                .is_some_and(|held| *held >= level)
        };
        let lacks = |asked: &SkillRequest| asked.mandatory && !holds(asked);
        let line = self.desk.line(id, self.channel());
        let excluded = |gate: usize| match rule.gates[gate].as_str() {
            BUSY => line.items == 0,
            LIGHT => line.load >= 2,
            other => question.excludes(other, id, self.now).is_some(),
        };
        if self.opens(pool) > self.now {
            Some(Stop::Pool)
        } else if !self.desk.is_present(self.config, id, self.channel()) {
            Some(Stop::Presence)
        } else if question.has_declined(id, self.now) {
            Some(Stop::Declined)
        } else if (by_level || rule.skills == SkillMode::Require)
            && question.skills(self.config).iter().any(lacks)
        {
            Some(Stop::Skills)
        } else if agent.kind == AgentKind::Ai && !rule.include_ai {
            Some(Stop::Ai)
        } else if self.desk.spare(self.config, id, self.channel())
            < question.size(self.config).into()
        {
            Some(Stop::Capacity)
        } else {
            (0..rule.gates.len())
                .find(|gate| excluded(*gate))
                .map(Stop::Custom)
        }
    }

    /// What stops an agent who is in some pool: the gate in the pool in which the agent came furthest. None: nothing.
    pub(crate) fn reason(&self, id: &str) -> Option<Stop> {
        let pools = self
            .pools()
            .into_iter()
            .filter(|pool| self.listed(*pool).contains_key(id));
        let stops: Vec<Option<Stop>> = pools.map(|pool| self.stop(pool, id)).collect();
        if stops.contains(&None) {
            None
        } else {
            stops.into_iter().flatten().max()
        }
    }

    /// Why nobody takes the item, when nobody does: what can be said without naming agents.
    pub(crate) fn why(&self) -> Why {
        let open: Vec<usize> = self
            .pools()
            .into_iter()
            .filter(|pool| self.opens(*pool) <= self.now)
            .collect();
        let members = || open.iter().flat_map(|pool| self.listed(*pool).into_keys());
        let is_present = |id: &&str| self.desk.is_present(self.config, id, self.channel());
        let size = self.question.size(self.config).into();
        let has_room = |id: &str| self.desk.spare(self.config, id, self.channel()) >= size;
        if self.queue().eligibility.is_empty() {
            Why::NoPool
        } else if open.is_empty() {
            Why::NoPoolOpen
        } else if !members().any(|id| is_present(&id)) {
            Why::NobodyPresent
        } else if !members().filter(is_present).any(has_room) {
            Why::NobodyWithRoom
        } else {
            Why::NobodySuitable
        }
    }

    /// The moments to come at which time alone may let somebody through: a pool opens, a decline or an exclusion lapses.
    pub(crate) fn moments(&self) -> BTreeSet<u64> {
        let mut moments: BTreeSet<u64> = self
            .question
            .declines
            .iter()
            .filter_map(|(_, until)| *until)
            .collect();
        for pool in self.pools() {
            moments.insert(self.opens(pool));
            for gate in &self.rule(pool).gates {
                let ids = self.listed(pool).into_keys();
                moments.extend(
                    ids.filter_map(|id| self.question.excludes(gate.as_str(), id, self.now)),
                );
            }
        }
        moments.split_off(&(self.now + 1))
    }

    /// The first moment to come at which time alone does let somebody through.
    pub(crate) fn first_change(&self) -> Option<u64> {
        let possible = |now: &u64| !Self { now: *now, ..*self }.standings().is_empty();
        self.moments().into_iter().find(possible)
    }
}
