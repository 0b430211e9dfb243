//! The core of the router's baseline, in numbers: the `BTreeSet`s of assignment, and the waiting items of each queue by
//! arrival.

use std::collections::{BTreeMap, BTreeSet};

use super::super::assigner::agents::{Groups, Request};
use super::super::assigner::btree_set::BTreeSetAssigner;
use super::super::workload::{Workload, queues_by_group};

/// The agent who gets an item, and the group through which the agent may take it.
#[derive(Clone, Copy)]
pub(crate) struct Assigned {
    pub(crate) agent: u32,
    pub(crate) group: u32,
}

/// The queues and the agents. The caller names a waiting item by a key.
pub(crate) struct BaselineQueues<Key> {
    assigner: BTreeSetAssigner,
    /// The groups that serve each queue.
    serving: Vec<Vec<u32>>,
    /// The queues that each agent serves, in ascending order.
    served: Vec<Vec<u32>>,
    /// The waiting items of each queue by arrival number.
    waiting: Vec<BTreeMap<u64, Waiting<Key>>>,
    arrivals: u64,
}

struct Waiting<Key> {
    skills: u32,
    key: Key,
}

impl<Key: Clone> BaselineQueues<Key> {
    pub(crate) fn new(workload: &Workload) -> Self {
        let by_group = queues_by_group(&workload.queues);
        let served = workload.agents.iter().map(|agent| {
            let groups = agent.groups.iter();
            let queues = groups.flat_map(|group| by_group[*group as usize].iter().copied());
            queues.collect::<BTreeSet<u32>>().into_iter().collect()
        });
        Self {
            served: served.collect(),
            assigner: BTreeSetAssigner::new(workload),
            serving: workload.queues.clone(),
            waiting: workload.queues.iter().map(|_| BTreeMap::new()).collect(),
            arrivals: 0,
        }
    }

    /// Assigns an item to the best agent. Without one, the item waits, and its arrival number is returned.
    pub(crate) fn arrive(&mut self, queue: u32, skills: u32, key: &Key) -> Result<Assigned, u64> {
        self.arrivals += 1;
        let groups = Groups::new(&self.serving[queue as usize]);
        let request = Request { groups, skills };
        if let Some((order_key, group)) = self.assigner.best(&request) {
            let agent = order_key.1;
            self.assigner.agents.take(agent);
            self.assigner.reorder(Some(order_key), agent);
            return Ok(Assigned { agent, group });
        }
        let key = key.clone();
        let arrival = self.arrivals;
        self.waiting[queue as usize].insert(arrival, Waiting { skills, key });
        Err(arrival)
    }

    /// Completes an item of an agent, who gets the oldest waiting item that it can take: the key, the queue and how the
    /// item is assigned.
    pub(crate) fn complete(&mut self, agent: u32) -> Option<(Key, u32, Assigned)> {
        let old = self.assigner.key(agent);
        self.assigner.agents.release(agent);
        // No item waits for an agent who had spare capacity before.
        let next = if old.is_none() {
            self.next_for(agent)
        } else {
            None
        };
        let Some((arrival, queue)) = next else {
            self.assigner.reorder(old, agent);
            return None;
        };
        self.assigner.agents.take(agent);
        let record = self.assigner.agents.records[agent as usize];
        let mut serving = self.serving[queue as usize].iter();
        let group = serving.find(|group| record.groups.as_slice().contains(group));
        let group = *group.expect("the agent serves the queue");
        let waiting = self.waiting[queue as usize].remove(&arrival);
        let key = waiting.expect("the item was just found").key;
        Some((key, queue, Assigned { agent, group }))
    }

    fn next_for(&self, agent: u32) -> Option<(u64, u32)> {
        let skills = self.assigner.agents.records[agent as usize].skills;
        let mut next: Option<(u64, u32)> = None;
        for &queue in &self.served[agent as usize] {
            for (&arrival, waiting) in &self.waiting[queue as usize] {
                if next.is_some_and(|(first, _)| first <= arrival) {
                    break;
                }
                if skills & waiting.skills == waiting.skills {
                    next = Some((arrival, queue));
                    break;
                }
            }
        }
        next
    }

    /// Removes a waiting item.
    pub(crate) fn cancel(&mut self, queue: u32, arrival: u64) {
        self.waiting[queue as usize].remove(&arrival);
    }
}
