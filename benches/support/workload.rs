//! The worlds that are measured: agents, groups, queues and the items that arrive, all from one seed.

use super::random::Random;

/// Every world is drawn from this seed.
const SEED: u64 = 0x0068_616E_646F_7665;
/// The skills that agents have at random and items ask for.
pub(crate) const ORDINARY_SKILLS: u32 = 20;
/// The skill of the hard case: one agent in a thousand has it, every item asks for it.
pub(crate) const RARE_SKILL: u32 = ORDINARY_SKILLS;
const RARE_AGENT_EVERY: u32 = 1_000;
/// With few different items in a queue, each would be a large share of its traffic, and too much for the few who can do it.
const ITEMS_PER_QUEUE: u32 = 48;
const FEWEST_ITEMS: u32 = 2_048;

/// An agent: the number is its place in [`World::agents`].
pub(crate) struct Agent {
    pub(crate) groups: Vec<u32>,
    /// Bit `s` stands for skill `s`.
    pub(crate) skills: u32,
    pub(crate) capacity: u32,
}

/// An item that arrives, of size 1. It is built once and arrives many times.
pub(crate) struct Item {
    pub(crate) queue: u32,
    /// The mandatory skills: bit `s` stands for skill `s`.
    pub(crate) skills: u32,
}

/// Which of the three worlds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// N agents in 1 to 3 of N/25 groups: about fifty members a group.
    ManyGroups,
    /// The same, but of 4 groups, whatever N is.
    FewGroups,
    /// One group of N agents; every item asks for a skill that one agent in a thousand has.
    HardCase,
}

/// Everything that stands still during a measurement.
pub(crate) struct World {
    pub(crate) agents: Vec<Agent>,
    /// The members of every group, in ascending order.
    pub(crate) groups: Vec<Vec<u32>>,
    /// The groups that serve every queue, all in one eligibility pool.
    pub(crate) queues: Vec<Vec<u32>>,
    pub(crate) items: Vec<Item>,
    /// The capacity of the agents who can be given anything: what a load is a share of.
    pub(crate) capacity: u32,
}

impl World {
    pub(crate) fn new(shape: Shape, agent_count: u32) -> Self {
        let mut random = Random::from_seed(SEED);
        let group_count = match shape {
            Shape::ManyGroups => (agent_count / 25).max(4),
            Shape::FewGroups => 4,
            Shape::HardCase => 1,
        };
        let agents: Vec<Agent> = (0..agent_count)
            .map(|number| draw_agent(&mut random, shape, number, group_count))
            .collect();
        let groups = members(&agents, group_count);
        let queues: Vec<Vec<u32>> = (0..group_count)
            .map(|queue| draw_serving_groups(&mut random, queue, group_count))
            .collect();
        let demand = Demand::new(shape, &agents, &queues, group_count);
        let item_count = FEWEST_ITEMS.max(ITEMS_PER_QUEUE * group_count);
        let items = (0..item_count)
            .map(|_| demand.draw_item(&mut random))
            .collect();
        let capacity = reachable_capacity(shape, &agents);
        Self {
            agents,
            groups,
            queues,
            items,
            capacity,
        }
    }
}

fn draw_agent(random: &mut Random, shape: Shape, number: u32, group_count: u32) -> Agent {
    let memberships = random.between(1, 3);
    let groups = random.distinct(memberships, group_count);
    let skill_count = random.between(1, 4);
    let mut skills = mask(&random.distinct(skill_count, ORDINARY_SKILLS));
    if shape == Shape::HardCase && number % RARE_AGENT_EVERY == RARE_AGENT_EVERY / 2 {
        skills |= 1 << RARE_SKILL;
    }
    Agent {
        groups,
        skills,
        capacity: random.between(1, 5),
    }
}

fn members(agents: &[Agent], group_count: u32) -> Vec<Vec<u32>> {
    let mut groups = vec![Vec::new(); group_count as usize];
    for (number, agent) in (0_u32..).zip(agents) {
        for &group in &agent.groups {
            groups[group as usize].push(number);
        }
    }
    groups
}

/// Queue `q` is served by group `q`, so that nobody stands idle for want of a queue, and half of the time by another one.
fn draw_serving_groups(random: &mut Random, queue: u32, group_count: u32) -> Vec<u32> {
    let mut serving = vec![queue];
    let second = random.below(group_count);
    if random.below(2) == 1 && second != queue {
        serving.push(second);
    }
    serving
}

/// Draws items so that demand is as the staff is: an item is drawn for a unit of somebody's capacity, goes to a queue of
/// theirs and asks for 0 to 2 of their skills; whom it is then given to is another matter. Drawn at will, a quarter of what
/// arrives would be work that nobody or next to nobody can do: agents would stand idle at any load, and whoever walks a
/// list would walk all of it for nothing, which flatters an index.
struct Demand<'world> {
    shape: Shape,
    agents: &'world [Agent],
    /// By unit of capacity: the agent.
    units: Vec<u32>,
    /// By group: the queues that it serves.
    queues_of: Vec<Vec<u32>>,
}

impl<'world> Demand<'world> {
    fn new(shape: Shape, agents: &'world [Agent], queues: &[Vec<u32>], group_count: u32) -> Self {
        let units = (0_u32..)
            .zip(agents)
            .flat_map(|(number, agent)| std::iter::repeat_n(number, agent.capacity as usize))
            .collect();
        let mut queues_of = vec![Vec::new(); group_count as usize];
        for (queue, serving) in (0_u32..).zip(queues) {
            for &group in serving {
                queues_of[group as usize].push(queue);
            }
        }
        Self {
            shape,
            agents,
            units,
            queues_of,
        }
    }

    fn draw_item(&self, random: &mut Random) -> Item {
        if self.shape == Shape::HardCase {
            return Item {
                queue: 0,
                skills: 1 << RARE_SKILL,
            };
        }
        let count = random.between(0, 2);
        loop {
            let agent = &self.agents[*random.one_of(&self.units) as usize];
            if agent.skills.count_ones() >= count {
                let group = *random.one_of(&agent.groups);
                let queue = *random.one_of(&self.queues_of[group as usize]);
                return Item {
                    queue,
                    skills: some_of(random, agent.skills, count),
                };
            }
        }
    }
}

/// `count` of the skills in a mask that has at least so many.
fn some_of(random: &mut Random, skills: u32, count: u32) -> u32 {
    let mut chosen: u32 = 0;
    while chosen.count_ones() < count {
        chosen |= (1 << random.below(ORDINARY_SKILLS)) & skills;
    }
    chosen
}

fn mask(skills: &[u32]) -> u32 {
    skills.iter().fold(0, |mask, skill| mask | 1 << skill)
}

fn reachable_capacity(shape: Shape, agents: &[Agent]) -> u32 {
    agents
        .iter()
        .filter(|agent| shape != Shape::HardCase || agent.skills & (1 << RARE_SKILL) != 0)
        .map(|agent| agent.capacity)
        .sum()
}
