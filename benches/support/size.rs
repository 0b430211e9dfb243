//! Memory, as bytes that live.

use handover::{
    ChannelId, Config, Input, Offer, Plan, QueueId, Router, Scope, ServiceChannel, WorkItem,
};

use super::config::{CHANNEL, config, queue_name, work_item};
use super::counting::counted;
use super::office::{presence, serve};
use super::random::Random;
use super::workload::{Shape, World};

/// Bytes that live for each of some waiting items, beside the work items that were handed in: at each of the given numbers.
pub(crate) fn bytes_a_waiting_item(at: &[usize]) -> Vec<f64> {
    let world = World::new(Shape::ManyGroups, 10_000);
    let plan = Plan::new(config(&world, Offer::AutoAccept)).expect("the workload makes a plan");
    let mut router = Router::new(&plan);
    let queues: Vec<QueueId> = (0..world.queues.len())
        .map(|queue| queue_name(queue).into())
        .collect();
    let mut random = Random::from_seed(17);
    let mut waiting = 0;
    let mut bytes = 0;
    at.iter()
        .map(|&end| {
            let mut items: Vec<(QueueId, WorkItem)> = Vec::with_capacity(end - waiting);
            for number in waiting..end {
                let like = random.one_of(&world.items);
                let item = work_item(format!("conv-{number}"), like);
                items.push((queues[like.queue as usize].clone(), item));
            }
            let inputs = items.drain(..).map(|(queue, item)| Input::Route {
                item,
                queue: Some(queue),
            });
            let ((), more) = counted(|| {
                serve(&mut router, inputs);
            });
            bytes += more;
            waiting = end;
            // A work item itself moves into the router; what it points to was there before.
            bytes as f64 / waiting as f64 - size_of::<WorkItem>() as f64
        })
        .collect()
}

/// Bytes an agent, each in three groups with three skills: of the router, and of the plan.
pub(crate) struct OfAgents {
    pub(crate) router: f64,
    pub(crate) plan: f64,
}

/// Measures both with everyone present and nothing in hand.
pub(crate) fn bytes_an_agent(agents: u32, channels: u32) -> OfAgents {
    let mut world = World::new(Shape::ManyGroups, agents);
    let group_count = world.groups.len() as u32;
    for (number, agent) in (0_u32..).zip(&mut world.agents) {
        agent.groups = (0..3).map(|place| (number + place) % group_count).collect();
        agent.skills = 0b111 << (number % 18);
    }
    for (group, members) in (0_u32..).zip(&mut world.groups) {
        let is_in = |agent: &u32| world.agents[*agent as usize].groups.contains(&group);
        *members = (0..agents).filter(is_in).collect();
    }
    let (plan, of_plan) = counted(|| {
        let config = config(&world, Offer::AutoAccept);
        Plan::new(with_channels(config, channels)).expect("the workload makes a plan")
    });
    let (router, of_router) = counted(|| {
        let mut router = Router::new(&plan);
        let everyone = 0..agents as usize;
        serve(&mut router, everyone.map(|agent| presence(agent, true)));
        router
    });
    drop(router);
    OfAgents {
        router: of_router as f64 / f64::from(agents),
        plan: of_plan as f64 / f64::from(agents),
    }
}

/// The same again for more channels: each queue has a twin there.
fn with_channels(mut config: Config, channels: u32) -> Config {
    for channel in 1..channels {
        let id = ChannelId::from(format!("{CHANNEL}-{channel}"));
        let like = ServiceChannel::new().active(true);
        config = config.channel(id.clone(), like);
        let twins: Vec<_> = config
            .queues
            .iter()
            .filter(|(_, queue)| queue.channel == CHANNEL)
            .map(|(name, queue)| (format!("{name}-{channel}"), queue.clone()))
            .collect();
        for (name, mut queue) in twins {
            queue.channel = id.clone();
            config = config.queue(name, queue);
        }
        for agent in config.agents.values_mut() {
            let capacity = *agent.capacity.get(CHANNEL).expect("each has one");
            agent.capacity.insert(id.clone(), capacity);
        }
    }
    for state in config.presence_states.values_mut() {
        state.channels = Scope::All;
    }
    config
}
