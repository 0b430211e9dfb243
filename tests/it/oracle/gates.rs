//! The gates, in the order in which they are checked, and the reasons of a wait.

use std::collections::{BTreeMap, BTreeSet};

use handover::{AgentKind, SkillMode, SkillRequest, WaitReason};

use super::{BUSY, LIGHT_LOAD, Oracle};

/// A gate that an agent does not pass. The variants have the order in which gates are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FailedGate {
    Pool,
    Presence,
    Declined,
    Skills,
    Ai,
    Capacity,
    /// A custom gate, by its index in the rule.
    Custom(usize),
}

impl<'a> Oracle<'a> {
    /// Returns the indexes of the queue's pools in the order in which they open.
    pub(crate) fn pools(&self) -> Vec<usize> {
        let mut pools: Vec<usize> = (0..self.queue().eligibility.len()).collect();
        pools.sort_by_key(|pool| (self.opens_at(*pool), *pool));
        pools
    }

    /// Returns the time at which a pool opens for the item.
    pub(crate) fn opens_at(&self, pool: usize) -> u64 {
        let secs = u64::from(self.queue().eligibility[pool].eligible_at_secs);
        self.item.waiting_since + secs * 1000
    }

    /// Returns the members of a pool's groups, each with its position in the order in which the groups list them. Repeated
    /// members have their first position.
    pub(crate) fn members(&self, pool: usize) -> BTreeMap<&'a str, usize> {
        let groups = self.queue().eligibility[pool].groups.iter();
        let mut members = BTreeMap::new();
        for id in groups.flat_map(|group| &self.config.groups.get(group).unwrap().members) {
            let position = members.len();
            members.entry(id.as_str()).or_insert(position);
        }
        members
    }

    /// Returns the first gate that a member of a pool does not pass, or `None` if it passes all gates.
    pub(crate) fn failed_gate(&self, pool: usize, id: &str) -> Option<FailedGate> {
        let (item, rule) = (self.item, self.rule(pool));
        let agent = self.config.agents.get(id).unwrap();
        let by_level = rule.skills == SkillMode::RequireLevels;
        let has_skill = |request: &SkillRequest| {
            let level = if by_level { request.level } else { 1 };
            agent
                .skills
                .get(&request.skill)
                .is_some_and(|held| *held >= level)
        };
        let lacks = |request: &SkillRequest| request.mandatory && !has_skill(request);
        let channel = self.roster.channel(id, self.channel());
        let excludes = |gate: usize| match rule.gates[gate].as_str() {
            BUSY => channel.items == 0,
            LIGHT_LOAD => channel.load >= 2,
            other => item.excluded_until(other, id, self.now).is_some(),
        };
        if self.opens_at(pool) > self.now && !item.opens_all_pools {
            Some(FailedGate::Pool)
        } else if !self.roster.is_present(self.config, id, self.channel()) {
            Some(FailedGate::Presence)
        } else if item.is_declined_by(id, self.now) {
            Some(FailedGate::Declined)
        } else if (by_level || rule.skills == SkillMode::Require)
            && item.skills(self.config).iter().any(lacks)
        {
            Some(FailedGate::Skills)
        } else if agent.kind == AgentKind::Ai && !rule.include_ai {
            Some(FailedGate::Ai)
        } else if self.roster.spare(self.config, id, self.channel()) < item.size(self.config).into()
        {
            Some(FailedGate::Capacity)
        } else {
            (0..rule.gates.len())
                .find(|gate| excludes(*gate))
                .map(FailedGate::Custom)
        }
    }

    /// Returns the gate that excludes an agent, in the pool in which the agent got furthest. Returns `None` if the agent passes
    /// all gates of a pool.
    pub(crate) fn furthest_failed_gate(&self, id: &str) -> Option<FailedGate> {
        let pools = self
            .pools()
            .into_iter()
            .filter(|pool| self.members(*pool).contains_key(id));
        let gates: Vec<Option<FailedGate>> = pools.map(|pool| self.failed_gate(pool, id)).collect();
        if gates.contains(&None) {
            None
        } else {
            gates.into_iter().flatten().max()
        }
    }

    /// Returns the reason of a wait, provided that no agent can take the item.
    pub(crate) fn wait_reason(&self) -> WaitReason {
        let open_pools: Vec<usize> = self
            .pools()
            .into_iter()
            .filter(|pool| self.opens_at(*pool) <= self.now)
            .collect();
        let members = || {
            open_pools
                .iter()
                .flat_map(|pool| self.members(*pool).into_keys())
        };
        let is_present = |id: &&str| self.roster.is_present(self.config, id, self.channel());
        let size = self.item.size(self.config).into();
        let has_capacity = |id: &str| self.roster.spare(self.config, id, self.channel()) >= size;
        if self.queue().eligibility.is_empty() {
            WaitReason::NoPool
        } else if open_pools.is_empty() {
            WaitReason::NoPoolOpen
        } else if !members().any(|id| is_present(&id)) {
            WaitReason::NobodyPresent
        } else if !members().filter(is_present).any(has_capacity) {
            WaitReason::NobodyWithRoom
        } else {
            WaitReason::NobodySuitable
        }
    }

    /// Returns the future times at which an agent can become eligible by time alone, because a pool opens, or a decline or an
    /// exclusion ends.
    pub(crate) fn upcoming_changes(&self) -> BTreeSet<u64> {
        let declines = self.item.declines.iter();
        let mut times: BTreeSet<u64> = declines.filter_map(|(_, until)| *until).collect();
        for pool in self.pools() {
            times.insert(self.opens_at(pool));
            for gate in &self.rule(pool).gates {
                let ids = self.members(pool).into_keys();
                times.extend(
                    ids.filter_map(|id| self.item.excluded_until(gate.as_str(), id, self.now)),
                );
            }
        }
        times.split_off(&(self.now + 1))
    }

    /// Returns the first future time at which an agent is eligible if only the time changes.
    pub(crate) fn first_eligible_at(&self) -> Option<u64> {
        let has_eligible_agent = |now: &u64| !Self { now: *now, ..*self }.ranked().is_empty();
        self.upcoming_changes().into_iter().find(has_eligible_agent)
    }
}
