//! The router held against the model.

use handover::{Config, Input, Output, Router, Timestamp};
use proptest::prelude::*;

use super::inputs::day;
use super::run::{Machine, race};
use crate::library::{at, plan};

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

    fn check(&self) -> Result<(), String> {
        self.check_invariants().map_err(|broken| broken.to_string())
    }
}

proptest! {
    #[test]
    fn the_router_agrees_with_the_model(day in day()) {
        race::<Router>(&day)?;
    }
}
