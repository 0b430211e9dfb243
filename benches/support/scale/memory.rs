//! Live heap bytes per waiting item and per agent.

use handover::{Input, Offer, QueueId, Router, WorkItem};

use super::super::config::{plan, queue_id, work_item};
use super::super::random::Random;
use super::super::router::{handle_all, set_presence};
use super::super::workload::{Shape, Workload};
use super::allocator::with_live_bytes;

/// Returns the bytes per waiting item, without the `WorkItem` itself and its heap data.
pub(crate) fn bytes_per_waiting_item(waiting: u32) -> f64 {
    let workload = Workload::new(Shape::ManyGroups, 10_000);
    let mut router = Router::new(&plan(&workload, Offer::AutoAccept));
    let mut random = Random::from_seed(17);
    let queues = (0..workload.queues.len()).map(|queue| queue_id(queue).into());
    let queues: Vec<QueueId> = queues.collect();
    let route = |number| {
        let item = random.choose(&workload.items);
        Input::Route {
            item: work_item(format!("conv-{number}"), item),
            queue: Some(queues[item.queue as usize].clone()),
        }
    };
    // The inputs are built before the measurement, and their vector is dropped after it, so that only data of the router counts.
    let mut inputs: Vec<Input> = (0..waiting).map(route).collect();
    let (_, bytes) = with_live_bytes(|| handle_all(&mut router, inputs.drain(..)));
    bytes as f64 / f64::from(waiting) - size_of::<WorkItem>() as f64
}

/// Returns the bytes per agent of the router and of the plan. Every agent is available, holds nothing, and has three groups
/// and three skills.
pub(crate) fn bytes_per_agent(agents: u32) -> (f64, f64) {
    let mut workload = Workload::new(Shape::ManyGroups, agents);
    let group_count = workload.groups.len() as u32;
    workload.groups.iter_mut().for_each(Vec::clear);
    for (number, agent) in (0..).zip(&mut workload.agents) {
        let groups = (0..3).map(|offset| (number + offset) % group_count);
        agent.groups = groups.collect();
        agent.skills = 0b111 << (number % 18);
        for &group in &agent.groups {
            workload.groups[group as usize].push(number);
        }
    }
    let (plan, plan_bytes) = with_live_bytes(|| plan(&workload, Offer::AutoAccept));
    let (_router, router_bytes) = with_live_bytes(|| {
        let mut router = Router::new(&plan);
        let agents = 0..agents as usize;
        handle_all(&mut router, agents.map(|agent| set_presence(agent, true)));
        router
    });
    let per_agent = |bytes: usize| bytes as f64 / f64::from(agents);
    (per_agent(router_bytes), per_agent(plan_bytes))
}
