//! The static part of a workload: agents, groups, queues, and the items that arrive. It is generated from a fixed seed.

use std::iter::repeat_n;

use super::random::Random;

const SEED: u64 = 0x0068_616E_646F_7665;
/// The skills that agents have at random and items require.
pub(crate) const ORDINARY_SKILLS: u32 = 20;
/// The skill that every item of [`Shape::RareSkill`] requires.
const RARE_SKILL: u32 = ORDINARY_SKILLS;
/// One agent in this many has the rare skill.
const RARE_AGENT_EVERY: u32 = 1_000;
/// The minimum of distinct items per queue. With fewer, each item would be a large share of the traffic of its queue.
const ITEMS_PER_QUEUE: u32 = 48;
const MIN_ITEMS: u32 = 2_048;

/// An agent. Its number is its index in [`Workload::agents`].
pub(crate) struct Agent {
    pub(crate) groups: Vec<u32>,
    /// A bitmask: bit `s` is set if the agent has skill `s`.
    pub(crate) skills: u32,
    pub(crate) capacity: u32,
}

/// An item of size 1, which arrives many times.
pub(crate) struct Item {
    pub(crate) queue: u32,
    /// The bitmask of the mandatory skills.
    pub(crate) skills: u32,
}

/// How the agents are divided into groups.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// N agents, each in 1 to 3 of N/25 groups, so that a group has about 50 members.
    ManyGroups,
    /// N agents, each in 1 to 3 of 4 groups.
    FourGroups,
    /// One group of N agents. Every item requires a skill that one agent in 1,000 has.
    RareSkill,
}

/// The data that does not change during a measurement.
pub(crate) struct Workload {
    pub(crate) agents: Vec<Agent>,
    /// The members of each group, in ascending order.
    pub(crate) groups: Vec<Vec<u32>>,
    /// The groups that serve each queue, all in one eligibility pool.
    pub(crate) queues: Vec<Vec<u32>>,
    pub(crate) items: Vec<Item>,
    /// The total capacity of the agents who can get items. A load of 100 % fills it.
    pub(crate) capacity: u32,
}

impl Workload {
    pub(crate) fn new(shape: Shape, agent_count: u32) -> Self {
        let mut random = Random::from_seed(SEED);
        let group_count = match shape {
            Shape::ManyGroups => (agent_count / 25).max(4),
            Shape::FourGroups => 4,
            Shape::RareSkill => 1,
        };
        let agents: Vec<Agent> = (0..agent_count)
            .map(|number| draw_agent(&mut random, shape, number, group_count))
            .collect();
        let mut groups = vec![Vec::new(); group_count as usize];
        for (number, agent) in (0..).zip(&agents) {
            for &group in &agent.groups {
                groups[group as usize].push(number);
            }
        }
        let queues: Vec<Vec<u32>> = (0..group_count)
            .map(|queue| draw_serving_groups(&mut random, queue, group_count))
            .collect();
        let items = draw_items(&mut random, shape, &agents, &queues);
        let can_take_items =
            |agent: &&Agent| shape != Shape::RareSkill || agent.skills & (1 << RARE_SKILL) != 0;
        let reachable = agents.iter().filter(can_take_items);
        Self {
            capacity: reachable.map(|agent| agent.capacity).sum(),
            agents,
            groups,
            queues,
            items,
        }
    }
}

fn draw_agent(random: &mut Random, shape: Shape, number: u32, group_count: u32) -> Agent {
    let membership_count = random.between(1, 3);
    let groups = random.distinct(membership_count, group_count);
    let skill_count = random.between(1, 4);
    let drawn = random.distinct(skill_count, ORDINARY_SKILLS);
    let mut skills = drawn.iter().fold(0, |mask, skill| mask | 1 << skill);
    if shape == Shape::RareSkill && number % RARE_AGENT_EVERY == RARE_AGENT_EVERY / 2 {
        skills |= 1 << RARE_SKILL;
    }
    Agent {
        groups,
        skills,
        capacity: random.between(1, 5),
    }
}

/// Draws the groups that serve a queue.
///
/// These are the group with the number of the queue, so that each group serves a queue, and a second group for half of the
/// queues.
fn draw_serving_groups(random: &mut Random, queue: u32, group_count: u32) -> Vec<u32> {
    let mut serving = vec![queue];
    let second = random.below(group_count);
    if random.below(2) == 1 && second != queue {
        serving.push(second);
    }
    serving
}

/// Draws items whose demand matches the capacity.
///
/// Each item is drawn for one unit of an agent's capacity. It goes to one of the agent's queues and requires 0 to 2 of the
/// agent's skills. With independent draws, a quarter of the items would have almost no eligible agents. Agents would idle at
/// any load. A baseline that walks a list would walk all of it for these items, which would favor an index.
fn draw_items(
    random: &mut Random,
    shape: Shape,
    agents: &[Agent],
    queues: &[Vec<u32>],
) -> Vec<Item> {
    let units: Vec<&Agent> = agents
        .iter()
        .flat_map(|agent| repeat_n(agent, agent.capacity as usize))
        .collect();
    let queues_by_group = queues_by_group(queues);
    let count = MIN_ITEMS.max(ITEMS_PER_QUEUE * queues.len() as u32);
    let draw = |_| match shape {
        Shape::RareSkill => Item {
            queue: 0,
            skills: 1 << RARE_SKILL,
        },
        Shape::ManyGroups | Shape::FourGroups => draw_item(random, &units, &queues_by_group),
    };
    (0..count).map(draw).collect()
}

/// Returns the queues that each group serves. There are as many groups as queues.
pub(crate) fn queues_by_group(queues: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut by_group = vec![Vec::new(); queues.len()];
    for (queue, serving) in (0..).zip(queues) {
        for &group in serving {
            by_group[group as usize].push(queue);
        }
    }
    by_group
}

fn draw_item(random: &mut Random, units: &[&Agent], queues_by_group: &[Vec<u32>]) -> Item {
    let skill_count = random.between(0, 2);
    let agent = loop {
        let agent = random.choose(units);
        if agent.skills.count_ones() >= skill_count {
            break agent;
        }
    };
    let group = *random.choose(&agent.groups);
    let queue = *random.choose(&queues_by_group[group as usize]);
    let mut skills: u32 = 0;
    while skills.count_ones() < skill_count {
        skills |= (1 << random.below(ORDINARY_SKILLS)) & agent.skills;
    }
    Item { queue, skills }
}
