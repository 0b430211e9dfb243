//! The comparison is tested too: a model with a fault is told from one without, by a story that can be read.

use handover::{Config, Input, Output};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::comparison::{Machine, Race, thorough};
use super::item_view::Standing;
use crate::generators::input_sequence::Expected;
use crate::model::Model;

impl Machine for Model {
    fn start(config: &Config) -> Self {
        Self::new(config)
    }

    fn handle(&mut self, now: u64, input: &Input) -> Result<(), String> {
        self.handle(now, input)
    }

    fn take_outputs(&mut self) -> Vec<Output> {
        self.take_outputs()
    }

    fn poll_timeout(&self) -> Option<u64> {
        self.poll_timeout()
    }

    fn standings(&self) -> Vec<Standing> {
        let items = self.items().iter();
        items.map(|item| self.standing(item)).collect()
    }

    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_model_agrees_with_itself(sequential 1..=200 => Race<Model>);
}

/// A model with a fault.
struct Faulty<const FAULT: usize>(Model);

impl<const FAULT: usize> Machine for Faulty<FAULT> {
    fn start(config: &Config) -> Self {
        Self(Model::new(config))
    }

    fn handle(&mut self, now: u64, input: &Input) -> Result<(), String> {
        let result = self.0.handle(now, input);
        match (FAULT, input) {
            (0, Input::SetCapacity { .. }) => return Ok(()),
            (1, _) => {
                let items = self.0.items.iter_mut();
                items.for_each(|item| item.triggered.clear());
            }
            (2, _) => self.0.memory.clear(),
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

    fn standings(&self) -> Vec<Standing> {
        let mut standings = self.0.standings();
        if FAULT == 6 {
            standings.truncate(1);
        }
        standings
    }

    fn check(&self) -> Result<(), String> {
        let is_broken = FAULT == 5 && self.0.items().len() > 2;
        if is_broken {
            Err("three".into())
        } else {
            Ok(())
        }
    }
}

/// The steps after which a fault shows.
fn steps_to<const FAULT: usize>() -> usize {
    let config = ProptestConfig {
        failure_persistence: None,
        ..thorough()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let sequences = Expected::sequential_strategy(1..=200);
    let result = runner.run(&sequences, |(start, steps, seen)| {
        Race::<Faulty<FAULT>>::test_sequential(config.clone(), start, steps, seen);
        Ok(())
    });
    match result {
        Err(TestError::Fail(_, (_, steps, _))) => steps.len(),
        other => panic!("fault {FAULT}: {other:?}"),
    }
}

#[test]
fn every_fault_is_found_and_told_in_few_steps() {
    let found = [
        steps_to::<0>(),
        steps_to::<1>(),
        steps_to::<2>(),
        steps_to::<3>(),
        steps_to::<4>(),
        steps_to::<5>(),
        steps_to::<6>(),
    ];
    assert!(found.iter().all(|steps| *steps <= 12), "{found:?}");
}
