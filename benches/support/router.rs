//! The compared routers, and their inputs.

pub(crate) mod baseline;
pub(crate) mod baseline_queues;
pub(crate) mod stream;
pub(crate) mod traffic;

use std::hint::black_box;

use handover::{Input, Offer, Output, Router};

use super::config::{AVAILABLE, NOW, agent_id, plan};
use super::workload::Workload;

/// A router under measurement. All routers must return the same outputs.
pub(crate) trait InputHandler {
    /// Handles an input, which must be valid.
    fn handle(&mut self, input: Input);

    /// Returns the next output, if there is one.
    fn poll_output(&mut self) -> Option<Output>;
}

impl InputHandler for Router {
    #[inline]
    fn handle(&mut self, input: Input) {
        Self::handle(self, NOW, input).expect("the input is valid");
    }

    #[inline]
    fn poll_output(&mut self) -> Option<Output> {
        Self::poll_output(self)
    }
}

/// Creates the router of this crate, with all agents available.
pub(crate) fn router(workload: &Workload, offer: Offer) -> Router {
    let mut router = Router::new(&plan(workload, offer));
    let agents = 0..workload.agents.len();
    handle_all(&mut router, agents.map(|agent| set_presence(agent, true)));
    router
}

/// Returns the input that makes an agent available or signs it out.
pub(crate) fn set_presence(agent: usize, is_available: bool) -> Input {
    Input::SetPresence {
        agent: agent_id(agent).into(),
        state: is_available.then(|| AVAILABLE.into()),
    }
}

/// Handles inputs and drains the outputs of each. Returns the number of outputs.
#[inline]
pub(crate) fn handle_all(
    router: &mut impl InputHandler,
    inputs: impl IntoIterator<Item = Input>,
) -> u64 {
    let mut outputs = 0;
    for input in inputs {
        router.handle(input);
        while let Some(output) = router.poll_output() {
            black_box(&output);
            outputs += 1;
        }
    }
    outputs
}
