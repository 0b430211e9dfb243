//! The crate's own desk.

use std::hint::black_box;

use handover::{
    AgentHandle, Ask, ChannelHandle, Decision, Offer, Plan, QueueId, Roster, Routed, Timestamp,
    assign, route_to,
};

use super::config::{CHANNEL, PRESENT, agent_name, config, queue_name, work_item};
use super::desk::{BATCH, Desk};
use super::load::Step;
use super::workload::{Item, World};

/// Nothing depends on time here.
const NOW: Timestamp = Timestamp::from_millis(1_000);

pub(crate) struct Ours {
    roster: Roster,
    channel: ChannelHandle,
    /// By item: routed once, handed over many times.
    routed: Vec<Routed>,
    /// By place: the items that are laid out.
    laid_out: Vec<u32>,
}

impl Ours {
    pub(crate) fn new(world: &World) -> Self {
        let plan =
            Plan::new(config(world, Offer::Ask(Ask::new()))).expect("the workload makes a plan");
        let agents: Vec<AgentHandle> = (0..world.agents.len())
            .map(|number| {
                plan.agent(&agent_name(number))
                    .expect("the agent is in the plan")
            })
            .collect();
        // A handle's index is taken for the agent's number.
        assert!(
            agents
                .iter()
                .enumerate()
                .all(|(number, agent)| agent.index() == number)
        );
        let state = plan
            .presence_state(PRESENT)
            .expect("the state is in the plan");
        let mut roster = Roster::new(&plan);
        for agent in &agents {
            roster
                .set_presence(*agent, state, NOW)
                .expect("the state is for everyone");
        }
        let channel = plan.channel(CHANNEL).expect("the channel is in the plan");
        let routed = world.items.iter().map(|item| route(&plan, item)).collect();
        Self {
            roster,
            channel,
            routed,
            laid_out: Vec::with_capacity(BATCH),
        }
    }

    /// Fails unless the index says what is true of the agents.
    pub(crate) fn check(&self) {
        self.roster
            .check_invariants()
            .expect("the index agrees with the agents");
    }
}

impl Desk for Ours {
    type Agent = AgentHandle;

    fn number(agent: AgentHandle) -> usize {
        agent.index()
    }

    fn lay_out(&mut self, arrivals: &[Step]) {
        self.laid_out.clear();
        for step in arrivals {
            // What a decision reads of an item is brought into the cache with its size.
            black_box(self.routed[step.item as usize].size());
            self.laid_out.push(step.item);
        }
    }

    fn arrive(&mut self, place: usize) -> Option<AgentHandle> {
        let item = &self.routed[self.laid_out[place] as usize];
        match assign(&self.roster, item, NOW).expect("the item is of this plan") {
            Decision::Assign(assignment) => {
                self.roster
                    .commit(&assignment)
                    .expect("nothing has changed since");
                Some(assignment.agent_handle())
            }
            Decision::Wait(_) => None,
        }
    }

    fn complete(&mut self, agent: AgentHandle) {
        self.roster
            .release(agent, self.channel, 1, NOW)
            .expect("the agent holds an item");
    }
}

fn route(plan: &Plan, item: &Item) -> Routed {
    let queue = QueueId::from(queue_name(item.queue as usize));
    route_to(plan, work_item("item", item), &queue, NOW).expect("the queue takes the item")
}
