//! Holding a router against the model, input by input.

use std::fmt::Write as _;

use handover::{Config, Input, Output};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::Model;
use super::inputs::{Day, day};
use super::story::told;

/// Whatever takes steps as the model does.
pub(super) trait Machine {
    fn start(config: &Config) -> Self;
    fn handle(&mut self, now: u64, input: &Input) -> Result<(), String>;
    fn take_outputs(&mut self) -> Vec<Output>;
    fn poll_timeout(&self) -> Option<u64>;
    /// Whether everything inside agrees with everything else.
    fn check(&self) -> Result<(), String>;
}

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

    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// A model and a machine side by side.
pub(super) struct Race<M> {
    model: Model,
    machine: M,
    /// What has happened so far, as text.
    story: String,
}

impl<M: Machine> Race<M> {
    fn new(config: &Config) -> Self {
        let story = format!("under {}\n", serde_json::to_string(config).unwrap());
        Self {
            model: Model::new(config),
            machine: M::start(config),
            story,
        }
    }

    /// Gives both an input, and says where they differ.
    fn step(&mut self, now: u64, input: &Input) -> Result<(), String> {
        writeln!(
            self.story,
            "{now} {}",
            serde_json::to_string(input).unwrap()
        )
        .unwrap();
        let (expected, found) = (
            self.model.handle(now, input),
            self.machine.handle(now, input),
        );
        if expected.is_ok() != found.is_ok() {
            return Err(format!(
                "the model says {expected:?}, the machine {found:?}"
            ));
        }
        if let Err(why) = &expected {
            writeln!(self.story, "    refused: {why}").unwrap();
        }
        let (expected, found) = (self.model.take_outputs(), self.machine.take_outputs());
        for output in &expected {
            writeln!(self.story, "    {}", told(output)).unwrap();
        }
        if expected != found {
            let found: Vec<String> = found.iter().map(told).collect();
            return Err(format!("the machine says\n    {}", found.join("\n    ")));
        }
        self.machine
            .check()
            .map_err(|broken| format!("the machine is broken: {broken}"))?;
        self.nothing_happens_before(self.machine.poll_timeout())
    }

    /// Who wakes up only then misses nothing.
    fn nothing_happens_before(&self, timeout: Option<u64>) -> Result<(), String> {
        let now = self.model.now();
        if timeout.is_some_and(|timeout| timeout <= now) {
            return Err(format!("at {now} the machine waits for {timeout:?}"));
        }
        let mut model = self.model.clone();
        let last = timeout.map_or(now + 1_000_000_000, |timeout| timeout - 1);
        model.handle(last, &Input::Tick)?;
        match model.take_outputs().first() {
            Some(first) => Err(format!("before {timeout:?} the model says {}", told(first))),
            None => Ok(()),
        }
    }
}

/// Runs a day through the model and a machine.
pub(super) fn race<M: Machine>(day: &Day) -> Result<(), TestCaseError> {
    let mut race = Race::<M>::new(&day.config);
    for (pause, step) in &day.moves {
        let now = pause.end(&race.model);
        let input = step.input(&race.model);
        race.step(now, &input)
            .map_err(|why| TestCaseError::fail(format!("{}{why}", race.story)))?;
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_model_agrees_with_itself(day in day()) {
        race::<Model>(&day)?;
    }
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
            (0, Input::SetCapacity { .. }) => Ok(()),
            (1, _) => {
                self.0
                    .items
                    .iter_mut()
                    .for_each(|item| item.triggered.clear());
                result
            }
            (2, _) => {
                self.0.memory.clear();
                result
            }
            _ => result,
        }
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

    fn check(&self) -> Result<(), String> {
        let is_broken = FAULT == 5 && self.0.items().len() > 2;
        if is_broken {
            Err("three".into())
        } else {
            Ok(())
        }
    }
}

#[test]
fn every_fault_is_found() {
    fn is_found<const FAULT: usize>() {
        let mut runner = TestRunner::deterministic();
        let mut days = (0..1000).map(|_| day().new_tree(&mut runner).unwrap().current());
        assert!(
            days.any(|day| race::<Faulty<FAULT>>(&day).is_err()),
            "fault {FAULT}"
        );
    }
    is_found::<0>();
    is_found::<1>();
    is_found::<2>();
    is_found::<3>();
    is_found::<4>();
    is_found::<5>();
}
