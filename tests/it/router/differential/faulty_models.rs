//! Tests the comparison itself: it finds every deliberate fault of a model, and shrinks it to a few steps.

use handover::{Config, Input, Output};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use super::comparison::{System, compare};
use super::item_view::ItemView;
use crate::generators::input_sequence::long_input_sequence;
use crate::router_model::{Model, ModelAcceptance, Refusal};
use crate::support::cases;

impl System for Model {
    fn start(config: &Config) -> Self {
        Self::new(config)
    }

    fn handle(&mut self, now: u64, input: &Input) -> Result<(), Refusal> {
        self.handle(now, input)
    }

    fn take_outputs(&mut self) -> Vec<Output> {
        self.take_outputs()
    }

    fn poll_timeout(&self) -> Option<u64> {
        self.poll_timeout()
    }

    fn item_views(&self) -> Vec<ItemView> {
        self.item_views()
    }

    fn memory(&self) -> Vec<ModelAcceptance> {
        let mut acceptances = self.last_acceptances.clone();
        acceptances.sort_by(|left, right| left.channel.cmp(&right.channel));
        acceptances
    }

    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

proptest! {
    #![proptest_config(cases::config(64))]

    #[test]
    fn the_model_agrees_with_itself(sequence in long_input_sequence()) {
        compare::<Model>(&sequence).map_err(TestCaseError::fail)?;
    }
}

/// A model with a deliberate fault.
struct FaultyModel<const FAULT: usize>(Model);

impl<const FAULT: usize> System for FaultyModel<FAULT> {
    fn start(config: &Config) -> Self {
        Self(Model::new(config))
    }

    fn handle(&mut self, now: u64, input: &Input) -> Result<(), Refusal> {
        let result = self.0.handle(now, input);
        match (FAULT, input) {
            (0, Input::SetCapacity { .. }) => return Ok(()),
            (1, _) => {
                let items = self.0.items.iter_mut();
                items.for_each(|item| item.triggered.clear());
            }
            (2, _) => self.0.last_acceptances.clear(),
            (7, _) if result == Err("already_accepted") => return Err("not_offered"),
            _ => {}
        }
        result
    }

    fn take_outputs(&mut self) -> Vec<Output> {
        let mut outputs = self.0.take_outputs();
        if FAULT == 3 {
            outputs.retain(|output| !matches!(output, Output::Exhausted { .. }));
        }
        outputs
    }

    fn poll_timeout(&self) -> Option<u64> {
        let timeout = self.0.poll_timeout();
        if FAULT == 4 {
            timeout.map(|timeout| timeout + 1)
        } else {
            timeout
        }
    }

    fn item_views(&self) -> Vec<ItemView> {
        let mut views = self.0.item_views();
        if FAULT == 6 {
            views.truncate(1);
        }
        views
    }

    fn memory(&self) -> Vec<ModelAcceptance> {
        let mut memory = System::memory(&self.0);
        if FAULT == 7 {
            memory.pop();
        }
        memory
    }

    fn check(&self) -> Result<(), String> {
        let is_broken = FAULT == 5 && self.0.items().len() > 2;
        if is_broken {
            Err("three items".into())
        } else {
            Ok(())
        }
    }
}

/// Returns the number of inputs in the shrunk sequence that shows a fault.
fn inputs_to_show<const FAULT: usize>() -> usize {
    let config = ProptestConfig {
        cases: 256,
        failure_persistence: None,
        max_shrink_iters: 10_000,
        ..ProptestConfig::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&long_input_sequence(), |sequence| {
        compare::<FaultyModel<FAULT>>(&sequence).map_err(TestCaseError::fail)
    });
    match result {
        Err(TestError::Fail(_, sequence)) => sequence.inputs.len(),
        other => panic!("fault {FAULT} is not found: {other:?}"),
    }
}

#[test]
fn comparison_finds_every_fault_and_shrinks_it_to_a_few_inputs() {
    let inputs = [
        inputs_to_show::<0>(),
        inputs_to_show::<1>(),
        inputs_to_show::<2>(),
        inputs_to_show::<3>(),
        inputs_to_show::<4>(),
        inputs_to_show::<5>(),
        inputs_to_show::<6>(),
        inputs_to_show::<7>(),
    ];
    assert!(inputs.iter().all(|inputs| *inputs <= 12), "{inputs:?}");
}
