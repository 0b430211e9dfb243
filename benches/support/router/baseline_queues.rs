//! The core of the router's baseline, without ids: the agents in `BTreeSet`s, and the waiting items of each queue by
//! arrival.

use std::collections::{BTreeMap, BTreeSet};

use super::super::assigner::agents::{Groups, Request};
use super::super::assigner::btree_set::BTreeSetAssigner;
use super::super::workload::{Workload, queues_by_group};

/// The agent to whom an item is assigned, and the group through which the agent can take it.
#[derive(Clone, Copy)]
pub(crate) struct Assigned {
    pub(crate) agent: u32,
    pub(crate) group: u32,
}

/// The queues with their waiting items, and the agents. The caller identifies a waiting item by a key.
pub(crate) struct BaselineQueues<Key> {
    assigner: BTreeSetAssigner,
    /// The groups that serve each queue.
    groups_by_queue: Vec<Vec<u32>>,
    /// The queues that each agent serves, in ascending order.
    queues_by_agent: Vec<Vec<u32>>,
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
        let queues_by_agent = workload.agents.iter().map(|agent| {
            let groups = agent.groups.iter();
            let queues = groups.flat_map(|group| by_group[*group as usize].iter().copied());
            queues.collect::<BTreeSet<u32>>().into_iter().collect()
        });
        Self {
            queues_by_agent: queues_by_agent.collect(),
            assigner: BTreeSetAssigner::new(workload),
            groups_by_queue: workload.queues.clone(),
            waiting: workload.queues.iter().map(|_| BTreeMap::new()).collect(),
            arrivals: 0,
        }
    }

    /// Assigns an item to the best agent. If no agent can take it, the item waits.
    ///
    /// # Errors
    ///
    /// The arrival number of the item, if it waits.
    pub(crate) fn arrive(&mut self, queue: u32, skills: u32, key: &Key) -> Result<Assigned, u64> {
        self.arrivals += 1;
        let groups = Groups::new(&self.groups_by_queue[queue as usize]);
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

    /// Completes an item of an agent, and assigns the oldest waiting item that the agent can take. Returns the key and the
    /// queue of that item, and its assignment.
    pub(crate) fn complete(&mut self, agent: u32) -> Option<(Key, u32, Assigned)> {
        let old = self.assigner.key(agent);
        self.assigner.agents.release(agent);
        // If the agent had spare capacity before, no waiting item fits: it would have been assigned on arrival.
        let next = if old.is_none() {
            self.find_next(agent)
        } else {
            None
        };
        let Some((arrival, queue)) = next else {
            self.assigner.reorder(old, agent);
            return None;
        };
        self.assigner.agents.take(agent);
        let record = self.assigner.agents.records[agent as usize];
        let mut groups = self.groups_by_queue[queue as usize].iter();
        let group = groups.find(|group| record.groups.as_slice().contains(group));
        let group = *group.expect("the agent serves the queue");
        let waiting = self.waiting[queue as usize].remove(&arrival);
        let key = waiting.expect("`find_next` returned the item").key;
        Some((key, queue, Assigned { agent, group }))
    }

    /// Returns the arrival number and the queue of the oldest waiting item that an agent can take.
    fn find_next(&self, agent: u32) -> Option<(u64, u32)> {
        let skills = self.assigner.agents.records[agent as usize].skills;
        let mut next: Option<(u64, u32)> = None;
        for &queue in &self.queues_by_agent[agent as usize] {
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
