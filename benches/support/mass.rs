//! Everyone leaves, and everyone comes back.

use std::time::{Duration, Instant};

use handover::{Input, Offer, Plan, Router};

use super::config::{config, queue_name, work_item};
use super::office::{presence, serve};
use super::random::Random;
use super::workload::{Shape, World};

/// What everyone does, how long it took in all, and how many outputs there were.
pub(crate) struct Event {
    pub(crate) words: &'static str,
    pub(crate) time: Duration,
    pub(crate) outputs: u64,
}

/// A backlog comes in while nobody is there; then all come, leave, and come back.
pub(crate) fn events(agents: u32, waiting: u32, offer: Offer) -> Vec<Event> {
    let world = World::new(Shape::ManyGroups, agents);
    let plan = Plan::new(config(&world, offer)).expect("the workload makes a plan");
    let mut router = Router::new(&plan);
    let mut random = Random::from_seed(19);
    // As many more as are taken when everyone comes.
    let items = (0..waiting + world.capacity).map(|number| {
        let like = random.one_of(&world.items);
        Input::Route {
            item: work_item(format!("conv-{number}"), like),
            queue: Some(queue_name(like.queue as usize).into()),
        }
    });
    serve(&mut router, items);
    let everyone = |present: bool| -> Vec<Input> {
        (0..agents as usize)
            .map(|agent| presence(agent, present))
            .collect()
    };
    [
        ("all come, and fill their hands", true),
        ("all leave", false),
        ("all come back", true),
    ]
    .map(|(words, present)| {
        let inputs = everyone(present);
        let start = Instant::now();
        let outputs = serve(&mut router, inputs);
        Event {
            words,
            time: start.elapsed(),
            outputs,
        }
    })
    .into()
}
