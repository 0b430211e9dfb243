//! The simplest assigner: it has no index, and checks all agents for each item.

use std::hint::black_box;

use super::Assigner;
use super::agents::AgentTable;

pub(crate) struct ScanAssigner {
    pub(crate) agents: AgentTable,
}

impl Assigner for ScanAssigner {
    type Agent = u32;

    fn number(agent: u32) -> usize {
        agent as usize
    }

    fn read(&self, item: u32) {
        black_box(self.agents.requests[item as usize].skills);
    }

    fn assign(&mut self, item: u32) -> Option<u32> {
        let request = &self.agents.requests[item as usize];
        let (_, agent) = (0..)
            .zip(&self.agents.records)
            .filter(|(_, agent)| agent.spare > 0 && agent.has_skills(request.skills))
            .filter(|(_, agent)| {
                let mut groups = agent.groups.as_slice().iter();
                groups.any(|group| request.groups.as_slice().contains(group))
            })
            .map(|(number, agent)| agent.order_key(number))
            .min()?;
        self.agents.take(agent);
        Some(agent)
    }

    fn release(&mut self, agent: u32) {
        self.agents.release(agent);
    }
}
