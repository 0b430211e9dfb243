//! The crate's own desk.

use std::hint::black_box;

use handover::{
    Agent, AgentGroup, AgentHandle, AssignBy, AssignmentRule, ChannelHandle, Config, Decision,
    EligibilityPool, Plan, PresenceState, Queue, QueueId, Roster, Routed, ServiceChannel,
    SkillMode, SkillRequest, Timestamp, WorkItem, assign, route_to,
};

use super::desk::{BATCH, Desk};
use super::load::Step;
use super::workload::{Item, World};

const CHANNEL: &str = "work";
const PRESENT: &str = "available";
const RULE: &str = "most-capacity";
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
        let plan = Plan::new(config(world)).expect("the workload makes a plan");
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

fn config(world: &World) -> Config {
    let mut config = Config::new()
        .channel(CHANNEL, ServiceChannel::new().active(true))
        .presence_state(
            PRESENT,
            PresenceState::new().takes_work(true).channels([CHANNEL]),
        )
        .rule(
            RULE,
            AssignmentRule::new()
                .assign_by([AssignBy::MostCapacity])
                .skills(SkillMode::Require),
        );
    for (number, agent) in world.agents.iter().enumerate() {
        let person = Agent::new().capacity(CHANNEL, agent.capacity);
        let person = skills(agent.skills).fold(person, |person, skill| {
            person.skill(skill_name(skill), 1_u32)
        });
        config = config.agent(agent_name(number), person);
    }
    for (number, members) in world.groups.iter().enumerate() {
        let members = members.iter().map(|&member| agent_name(member as usize));
        config = config.group(group_name(number), AgentGroup::new(members));
    }
    for (number, serving) in world.queues.iter().enumerate() {
        let groups = serving.iter().map(|&group| group_name(group as usize));
        let queue = Queue::new(CHANNEL).active(true);
        config = config.queue(
            queue_name(number),
            queue.pool(EligibilityPool::new(groups, RULE)),
        );
    }
    config
}

fn route(plan: &Plan, item: &Item) -> Routed {
    let work = skills(item.skills).fold(WorkItem::new("item", CHANNEL), |work, skill| {
        work.skill(SkillRequest::new(skill_name(skill)).mandatory(true))
    });
    let queue = QueueId::from(queue_name(item.queue as usize));
    route_to(plan, work, &queue, NOW).expect("the queue takes the item")
}

fn skills(mask: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS).filter(move |skill| mask & (1 << skill) != 0)
}

/// Handles are in the order of ids: with zeroes in front, in the order of numbers.
fn agent_name(number: usize) -> String {
    format!("a{number:06}")
}

fn group_name(number: usize) -> String {
    format!("g{number:04}")
}

fn queue_name(number: usize) -> String {
    format!("q{number:04}")
}

fn skill_name(number: u32) -> String {
    format!("s{number:02}")
}
