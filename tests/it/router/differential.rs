//! Compares the router with the model over random input sequences.

pub(crate) mod comparison;
mod faulty_models;
mod input_coverage;
pub(crate) mod item_view;

use handover::{Config, Input, Output, Router, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

use self::comparison::{System, compare};
use self::item_view::ItemView;
use crate::generators::input_sequence::long_input_sequence;
use crate::router_model::{ModelAcceptance, Refusal};
use crate::support::cases;
use crate::support::plans::{at, plan};

impl System for Router {
    fn start(config: &Config) -> Self {
        Self::new(&plan(config))
    }

    fn handle(&mut self, now: u64, input: &Input) -> Result<(), Refusal> {
        self.handle(at(now), input.clone())
            .map_err(|error| error.code())
    }

    fn take_outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.poll_output()).collect()
    }

    fn poll_timeout(&self) -> Option<u64> {
        self.poll_timeout().map(Timestamp::as_millis)
    }

    fn item_views(&self) -> Vec<ItemView> {
        self.items().map(ItemView::from).collect()
    }

    fn memory(&self) -> Vec<ModelAcceptance> {
        let stored = serde_json::to_value(self.snapshot()).unwrap();
        let rows = stored["last_agents"].as_array().unwrap().iter();
        let text = |row: &Value, field: &str| row[field].as_str().unwrap().into();
        let acceptances = rows.map(|row| ModelAcceptance {
            channel: text(row, "channel"),
            requester: text(row, "requester"),
            agent: text(row, "agent"),
            at: row["at_ms"].as_u64().unwrap(),
        });
        acceptances.collect()
    }

    fn check(&self) -> Result<(), String> {
        self.check_invariants().map_err(|broken| broken.to_string())
    }
}

proptest! {
    // Some faults show only if a queue is sorted, an item is declined and two more items wait.
    #![proptest_config(cases::config(1000))]

    #[test]
    fn the_router_agrees_with_the_model(sequence in long_input_sequence()) {
        compare::<Router>(&sequence).map_err(TestCaseError::fail)?;
    }
}
