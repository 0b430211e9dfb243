//! The state of the agents in the baselines, as small records of numbers.

use super::super::workload::Workload;

/// The rank of an agent: most spare units first, then least recently assigned, then lowest number. The lowest key is the best.
pub(crate) type OrderKey = (u64, u32);

const SEQUENCE_BITS: u32 = 56;
const MAX_UNITS: u64 = 255;

/// A list of at most `N` groups, stored inline.
#[derive(Clone, Copy)]
pub(crate) struct Groups<const N: usize> {
    groups: [u32; N],
    count: u8,
}

impl<const N: usize> Groups<N> {
    pub(crate) fn new(listed: &[u32]) -> Self {
        let mut groups = [0; N];
        groups[..listed.len()].copy_from_slice(listed);
        let count = listed.len() as u8;
        Self { groups, count }
    }

    pub(crate) fn as_slice(&self) -> &[u32] {
        &self.groups[..usize::from(self.count)]
    }
}

/// The state of an agent. It fits into half a cache line.
#[derive(Clone, Copy)]
pub(crate) struct AgentRecord {
    /// The sequence number of the agent's last assignment, or 0.
    assigned: u64,
    pub(crate) skills: u32,
    pub(crate) groups: Groups<3>,
    pub(crate) spare: u8,
}

impl AgentRecord {
    pub(crate) fn has_skills(&self, skills: u32) -> bool {
        self.skills & skills == skills
    }

    pub(crate) fn order_key(&self, agent: u32) -> OrderKey {
        let used = MAX_UNITS - u64::from(self.spare);
        ((used << SEQUENCE_BITS) | self.assigned, agent)
    }
}

/// The requirements of an item: its groups and its mandatory skills.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    /// The groups whose members can take the item.
    pub(crate) groups: Groups<2>,
    pub(crate) skills: u32,
}

/// The state of all agents, and the requirements of all items.
#[derive(Clone)]
pub(crate) struct AgentTable {
    pub(crate) records: Vec<AgentRecord>,
    /// The requirements of each item of the workload.
    pub(crate) requests: Vec<Request>,
    assignments: u64,
}

impl AgentTable {
    pub(crate) fn new(workload: &Workload) -> Self {
        let records = workload.agents.iter().map(|agent| AgentRecord {
            assigned: 0,
            skills: agent.skills,
            groups: Groups::new(&agent.groups),
            spare: agent.capacity as u8,
        });
        let requests = workload.items.iter().map(|item| Request {
            groups: Groups::new(&workload.queues[item.queue as usize]),
            skills: item.skills,
        });
        Self {
            records: records.collect(),
            requests: requests.collect(),
            assignments: 0,
        }
    }

    /// Takes one unit of an agent's capacity for a new assignment.
    pub(crate) fn take(&mut self, agent: u32) {
        self.assignments += 1;
        let record = &mut self.records[agent as usize];
        record.spare -= 1;
        record.assigned = self.assignments;
    }

    /// Gives back one unit of an agent's capacity.
    pub(crate) fn release(&mut self, agent: u32) {
        self.records[agent as usize].spare += 1;
    }
}
