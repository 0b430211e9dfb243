//! A growing backlog while no agent is available, and then the sign-in and sign-out of all agents.

use std::time::Instant;

use handover::{Offer, Router};

use super::super::config::{plan, route};
use super::super::nanos_since;
use super::super::random::Random;
use super::super::router::{handle_all, set_presence};
use super::super::workload::{Shape, Workload};

/// A router with waiting items, and the time that it took to route them.
pub(crate) struct Growth {
    router: Router,
    agents: usize,
    /// The nanoseconds of the longest input.
    pub(crate) longest: f64,
    /// The mean nanoseconds per input.
    pub(crate) mean: f64,
}

impl Growth {
    /// Routes as many items as the agents have capacity, plus `waiting` items that wait after all agents have signed in.
    pub(crate) fn new(agents: u32, waiting: u32, offer: Offer) -> Self {
        let workload = Workload::new(Shape::ManyGroups, agents);
        let mut router = Router::new(&plan(&workload, offer));
        let mut random = Random::from_seed(13);
        let (mut longest, mut total) = (0.0_f64, 0.0);
        let items = waiting + workload.capacity;
        for number in 0..items {
            let input = route(format!("conv-{number}"), random.choose(&workload.items));
            let start = Instant::now();
            handle_all(&mut router, [input]);
            let elapsed = nanos_since(start);
            longest = longest.max(elapsed);
            total += elapsed;
        }
        Self {
            router,
            agents: agents as usize,
            longest,
            mean: total / f64::from(items),
        }
    }

    /// Returns the nanoseconds to get the positions of the first 10,000 items in their queues.
    pub(crate) fn positions(&self) -> f64 {
        let start = Instant::now();
        let items = self.router.items().take(10_000);
        let positions: Vec<usize> = items.filter_map(|item| item.position()).collect();
        let nanos = nanos_since(start);
        assert!(positions.contains(&0) && positions.iter().any(|position| *position > 0));
        nanos
    }

    /// Signs all agents in or out, and returns the nanoseconds of all these inputs.
    pub(crate) fn set_presence(&mut self, is_available: bool) -> f64 {
        let inputs = (0..self.agents).map(|agent| set_presence(agent, is_available));
        let inputs: Vec<_> = inputs.collect();
        let start = Instant::now();
        handle_all(&mut self.router, inputs);
        nanos_since(start)
    }
}
