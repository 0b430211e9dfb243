//! What the baselines know of the agents: small records of numbers, and the queues' groups.

use super::desk::BATCH;
use super::load::Step;
use super::workload::{Agent, Item, World};

/// Less is better: most spare units first, then longest since last assigned, then lowest number.
pub(crate) type Rank = (u64, u32);

const STAMP_BITS: u32 = 56;
const MOST_UNITS: u64 = 255;

/// An agent's record: half a cache line.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    /// When the agent was last assigned, by a counter of assignments; 0 is never.
    pub(crate) stamp: u64,
    pub(crate) skills: u32,
    groups: [u32; 3],
    group_count: u8,
    pub(crate) spare: u8,
}

impl Record {
    pub(crate) fn groups(&self) -> &[u32] {
        &self.groups[..usize::from(self.group_count)]
    }

    pub(crate) fn fits(&self, skills: u32) -> bool {
        self.spare > 0 && self.skills & skills == skills
    }

    pub(crate) fn rank(&self, agent: u32) -> Rank {
        (
            ((MOST_UNITS - u64::from(self.spare)) << STAMP_BITS) | self.stamp,
            agent,
        )
    }
}

/// The agents as they stand, and all that does not change.
#[derive(Clone)]
pub(crate) struct Staff {
    pub(crate) records: Vec<Record>,
    /// By item: the groups to look in, and the skills to look for.
    wants: Vec<Want>,
    /// By place: the items that are laid out.
    pub(crate) laid_out: Vec<Want>,
    assignments: u64,
}

/// What an item asks for.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    groups: [u32; 2],
    group_count: u32,
    pub(crate) skills: u32,
}

impl Want {
    /// What is asked of a queue that some groups serve, one or two.
    pub(crate) fn new(serving: &[u32], skills: u32) -> Self {
        let mut groups = [0; 2];
        groups[..serving.len()].copy_from_slice(serving);
        Self {
            groups,
            group_count: serving.len() as u32,
            skills,
        }
    }

    pub(crate) fn groups(&self) -> &[u32] {
        &self.groups[..self.group_count as usize]
    }
}

impl Staff {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            records: world.agents.iter().map(record).collect(),
            wants: world.items.iter().map(|item| want(world, item)).collect(),
            laid_out: Vec::with_capacity(BATCH),
            assignments: 0,
        }
    }

    pub(crate) fn lay_out(&mut self, arrivals: &[Step]) {
        self.laid_out.clear();
        self.laid_out
            .extend(arrivals.iter().map(|step| self.wants[step.item as usize]));
    }

    /// Takes a unit of an agent and stamps the assignment.
    pub(crate) fn take(&mut self, agent: u32) {
        self.assignments += 1;
        let record = &mut self.records[agent as usize];
        record.spare -= 1;
        record.stamp = self.assignments;
    }

    /// Gives a unit back to an agent.
    pub(crate) fn give_back(&mut self, agent: u32) {
        self.records[agent as usize].spare += 1;
    }
}

fn record(agent: &Agent) -> Record {
    let mut groups = [0; 3];
    groups[..agent.groups.len()].copy_from_slice(&agent.groups);
    Record {
        stamp: 0,
        skills: agent.skills,
        groups,
        group_count: agent.groups.len() as u8,
        spare: agent.capacity as u8,
    }
}

fn want(world: &World, item: &Item) -> Want {
    Want::new(&world.queues[item.queue as usize], item.skills)
}
