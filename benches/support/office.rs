//! What the router's benchmark measures, seen from outside: somebody who is told inputs and says outputs.

use handover::{Input, Offer, Output, Plan, Router, Timestamp};

use super::config::{PRESENT, agent_name, config};
use super::workload::World;

/// Nothing depends on time here.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000);

/// One way of routing. All of them must say the same.
pub(crate) trait Office {
    /// Takes an input, which must be one that is allowed.
    fn handle(&mut self, input: Input);
    /// What follows next.
    fn poll(&mut self) -> Option<Output>;
}

impl Office for Router {
    #[inline]
    fn handle(&mut self, input: Input) {
        Self::handle(self, NOW, input).expect("the input is allowed");
    }

    #[inline]
    fn poll(&mut self) -> Option<Output> {
        self.poll_output()
    }
}

/// The crate's own router, with everyone present.
pub(crate) fn router(world: &World, offer: Offer) -> Router {
    let plan = Plan::new(config(world, offer)).expect("the workload makes a plan");
    let mut router = Router::new(&plan);
    for number in 0..world.agents.len() {
        Office::handle(&mut router, presence(number, true));
        while Office::poll(&mut router).is_some() {}
    }
    router
}

/// An agent comes, or goes.
pub(crate) fn presence(agent: usize, present: bool) -> Input {
    Input::SetPresence {
        agent: agent_name(agent).into(),
        state: present.then(|| PRESENT.into()),
    }
}

/// Takes some inputs, and drains what follows from each.
#[inline]
pub(crate) fn serve(office: &mut impl Office, inputs: impl IntoIterator<Item = Input>) -> u64 {
    let mut outputs = 0;
    for input in inputs {
        office.handle(input);
        while let Some(output) = office.poll() {
            std::hint::black_box(&output);
            outputs += 1;
        }
    }
    outputs
}
