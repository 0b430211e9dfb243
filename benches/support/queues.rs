//! The sets of the afternoon with a waiting list per queue: who gets what, in numbers.

use std::collections::BTreeMap;

use super::baseline::Sets;
use super::staff::Want;
use super::workload::World;

/// The agent to whom something was given, and the group through which.
#[derive(Clone, Copy)]
pub(crate) struct Given {
    pub(crate) agent: u32,
    pub(crate) group: u32,
}

/// What waits is known by a name of the caller's.
pub(crate) struct Queues<Name> {
    sets: Sets,
    /// By queue: the groups that serve it.
    serving: Vec<Vec<u32>>,
    /// By agent: the queues of its groups, each once, in order.
    served: Vec<Vec<u32>>,
    /// By queue: what waits there, by arrival.
    waiting: Vec<BTreeMap<u64, Waiting<Name>>>,
    arrivals: u64,
}

struct Waiting<Name> {
    skills: u32,
    name: Name,
}

impl<Name: Clone> Queues<Name> {
    pub(crate) fn new(world: &World) -> Self {
        let is_of = |queue: &[u32], groups: &[u32]| queue.iter().any(|own| groups.contains(own));
        let mut by_group = vec![Vec::new(); world.groups.len()];
        for (queue, serving) in (0_u32..).zip(&world.queues) {
            for group in serving {
                by_group[*group as usize].push(queue);
            }
        }
        let served = world.agents.iter().map(|agent| {
            let groups = agent.groups.iter();
            let mut queues: Vec<u32> = groups
                .flat_map(|group| by_group[*group as usize].clone())
                .collect();
            queues.sort_unstable();
            queues.dedup();
            debug_assert!(
                queues
                    .iter()
                    .all(|queue| is_of(&world.queues[*queue as usize], &agent.groups))
            );
            queues
        });
        Self {
            served: served.collect(),
            sets: Sets::new(world),
            serving: world.queues.clone(),
            waiting: world.queues.iter().map(|_| BTreeMap::new()).collect(),
            arrivals: 0,
        }
    }

    /// Gives an item to the best agent; or it waits from now on, under the number that is its arrival.
    pub(crate) fn arrive(&mut self, queue: u32, skills: u32, name: &Name) -> Result<Given, u64> {
        self.arrivals += 1;
        let want = Want::new(&self.serving[queue as usize], skills);
        if let Some((rank, group)) = self.sets.best(&want) {
            let agent = rank.1;
            self.sets.staff.take(agent);
            self.sets.move_from(Some(rank), agent);
            return Ok(Given { agent, group });
        }
        let name = name.clone();
        let arrival = self.arrivals;
        self.waiting[queue as usize].insert(arrival, Waiting { skills, name });
        Err(arrival)
    }

    /// An agent is done with something. It gets the first item that waits for it, of any of its queues.
    pub(crate) fn complete(&mut self, agent: u32) -> Option<(Name, u32, Given)> {
        let record = self.sets.staff.records[agent as usize];
        let old = (record.spare > 0).then(|| record.rank(agent));
        self.sets.staff.give_back(agent);
        // Who had something to spare before is not what anything has waited for.
        let next = if old.is_none() {
            self.next_for(agent)
        } else {
            None
        };
        let Some((arrival, queue)) = next else {
            self.sets.move_from(old, agent);
            return None;
        };
        self.sets.staff.take(agent);
        let groups = self.sets.staff.records[agent as usize];
        let mut serving = self.serving[queue as usize].iter();
        let group = serving.find(|group| groups.groups().contains(group));
        let waiting = self.waiting[queue as usize].remove(&arrival);
        let waiting = waiting.expect("it has just been found");
        let group = *group.expect("the agent serves the queue");
        Some((waiting.name, queue, Given { agent, group }))
    }

    fn next_for(&self, agent: u32) -> Option<(u64, u32)> {
        let skills = self.sets.staff.records[agent as usize].skills;
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

    /// An item waits no more.
    pub(crate) fn cancel(&mut self, queue: u32, arrival: u64) {
        self.waiting[queue as usize].remove(&arrival);
    }
}
