//! The baseline of assignment: a straightforward implementation with one `BTreeSet` of agents per group.

use std::collections::BTreeSet;
use std::hint::black_box;

use super::super::workload::Workload;
use super::Assigner;
use super::agents::{AgentTable, OrderKey, Request};

/// The agents of each group with spare capacity, in order.
pub(crate) struct BTreeSetAssigner {
    pub(crate) agents: AgentTable,
    by_group: Vec<BTreeSet<OrderKey>>,
}

impl BTreeSetAssigner {
    pub(crate) fn new(workload: &Workload) -> Self {
        let agents = AgentTable::new(workload);
        let key = |&agent: &u32| agents.records[agent as usize].order_key(agent);
        let groups = workload.groups.iter();
        let by_group = groups.map(|members| members.iter().map(key).collect());
        Self {
            by_group: by_group.collect(),
            agents,
        }
    }

    /// Returns the key of the best agent for an item, and the group through which the agent can take it.
    ///
    /// Walks the set of each group up to the first agent with the skills, or up to the best agent of the other group.
    #[inline]
    pub(crate) fn best(&self, request: &Request) -> Option<(OrderKey, u32)> {
        let mut best: Option<(OrderKey, u32)> = None;
        for &group in request.groups.as_slice() {
            for &key in &self.by_group[group as usize] {
                if best.is_some_and(|(best_key, _)| best_key <= key) {
                    break;
                }
                if self.agents.records[key.1 as usize].has_skills(request.skills) {
                    best = Some((key, group));
                    break;
                }
            }
        }
        best
    }

    /// Returns the key of an agent in the sets of its groups. An agent without spare capacity is in no set.
    pub(crate) fn key(&self, agent: u32) -> Option<OrderKey> {
        let record = &self.agents.records[agent as usize];
        (record.spare > 0).then(|| record.order_key(agent))
    }

    /// Replaces the old key of an agent by its current key, in the sets of all its groups.
    pub(crate) fn reorder(&mut self, old_key: Option<OrderKey>, agent: u32) {
        let record = self.agents.records[agent as usize];
        for &group in record.groups.as_slice() {
            let set = &mut self.by_group[group as usize];
            if let Some(old_key) = old_key {
                set.remove(&old_key);
            }
            if record.spare > 0 {
                set.insert(record.order_key(agent));
            }
        }
    }
}

impl Assigner for BTreeSetAssigner {
    type Agent = u32;

    fn number(agent: u32) -> usize {
        agent as usize
    }

    fn read(&self, item: u32) {
        black_box(self.agents.requests[item as usize].skills);
    }

    fn assign(&mut self, item: u32) -> Option<u32> {
        let (key, _) = self.best(&self.agents.requests[item as usize])?;
        self.agents.take(key.1);
        self.reorder(Some(key), key.1);
        Some(key.1)
    }

    fn release(&mut self, agent: u32) {
        let old_key = self.key(agent);
        self.agents.release(agent);
        self.reorder(old_key, agent);
    }
}
