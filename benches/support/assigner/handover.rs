//! The assigner of this crate: `assign` and `commit`, and `release`.

use std::hint::black_box;

use handover::{
    AgentHandle, Ask, ChannelHandle, Decision, Offer, Roster, Routed, assign, route_to,
};

use super::super::config::{AVAILABLE, CHANNEL, NOW, agent_id, plan, queue_of, work_item};
use super::super::workload::{Item, Workload};
use super::Assigner;

pub(crate) struct HandoverAssigner {
    pub(crate) roster: Roster,
    channel: ChannelHandle,
    /// The items of the workload. Each is routed once and assigned many times.
    routed: Vec<Routed>,
}

impl HandoverAssigner {
    pub(crate) fn new(workload: &Workload) -> Self {
        let plan = plan(workload, Offer::Ask(Ask::new()));
        let state = plan.presence_state(AVAILABLE).expect("the state exists");
        let mut roster = Roster::new(&plan);
        for number in 0..workload.agents.len() {
            let agent = plan.agent(&agent_id(number)).expect("the agent exists");
            assert_eq!(
                agent.index(),
                number,
                "handles have the order of the numbers"
            );
            roster
                .set_presence(agent, state, NOW)
                .expect("every agent can choose the state");
        }
        let route = |item: &Item| {
            let routed = route_to(&plan, work_item("item", item), &queue_of(item), NOW);
            routed.expect("the queue accepts the item")
        };
        Self {
            roster,
            channel: plan.channel(CHANNEL).expect("the channel exists"),
            routed: workload.items.iter().map(route).collect(),
        }
    }
}

impl Assigner for HandoverAssigner {
    type Agent = AgentHandle;

    fn number(agent: AgentHandle) -> usize {
        agent.index()
    }

    fn read(&self, item: u32) {
        // The size is in the cache line with all fields that a decision reads.
        black_box(self.routed[item as usize].size());
    }

    fn assign(&mut self, item: u32) -> Option<AgentHandle> {
        let item = &self.routed[item as usize];
        match assign(&self.roster, item, NOW).expect("the item is of this plan") {
            Decision::Assign(assignment) => {
                self.roster
                    .commit(&assignment)
                    .expect("the agent has not changed since the decision");
                Some(assignment.agent_handle())
            }
            Decision::Wait(_) => None,
        }
    }

    fn release(&mut self, agent: AgentHandle) {
        self.roster
            .release(agent, self.channel, 1, NOW)
            .expect("the agent holds an item");
    }
}
