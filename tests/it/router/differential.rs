//! The router held against the model.

use handover::{Config, Input, Output, Router, Timestamp};
use proptest::prelude::ProptestConfig;
use proptest_state_machine::prop_state_machine;

pub(crate) mod comparison;
mod faulty_models;
mod input_coverage;
pub(crate) mod item_view;

use self::comparison::{Machine, Race, thorough};
use self::item_view::Standing;
use crate::oracle::conversion::{at, plan};

impl Machine for Router {
    fn start(config: &Config) -> Self {
        Self::new(&plan(config))
    }

    fn handle(&mut self, now: u64, input: &Input) -> Result<(), String> {
        self.handle(at(now), input.clone())
            .map_err(|error| error.to_string())
    }

    fn take_outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.poll_output()).collect()
    }

    fn poll_timeout(&self) -> Option<u64> {
        self.poll_timeout().map(Timestamp::as_millis)
    }

    fn standings(&self) -> Vec<Standing> {
        self.items().map(Standing::from).collect()
    }

    fn check(&self) -> Result<(), String> {
        self.check_invariants().map_err(|broken| broken.to_string())
    }
}

/// More cases than elsewhere: some faults show only where a queue is sorted, an item is declined and two more wait.
fn many() -> ProptestConfig {
    let thorough = thorough();
    ProptestConfig {
        cases: thorough.cases.max(1_000),
        ..thorough
    }
}

prop_state_machine! {
    #![proptest_config(many())]

    #[test]
    fn the_router_agrees_with_the_model(sequential 1..=200 => Race<Router>);
}
