//! Holding a router against the model, step by step.

use std::panic::resume_unwind;

use handover::{Config, Input, Output};
use proptest::prelude::ProptestConfig;
use proptest_state_machine::StateMachineTest;

use super::item_view::Standing;
use crate::generators::input_sequence::{Expected, Step};
use crate::model::Model;
use crate::router::examples::router_pair::told;

/// Whatever takes steps as the model does.
pub(crate) trait Machine: 'static {
    fn start(config: &Config) -> Self;
    fn handle(&mut self, now: u64, input: &Input) -> Result<(), String>;
    fn take_outputs(&mut self) -> Vec<Output>;
    fn poll_timeout(&self) -> Option<u64>;
    /// Where the items that are not gone stand, by arrival.
    fn standings(&self) -> Vec<Standing>;
    /// Whether everything inside agrees with everything else.
    fn check(&self) -> Result<(), String>;
}

/// There is a whole configuration to be shrunk besides the steps.
pub(crate) fn thorough() -> ProptestConfig {
    ProptestConfig {
        max_shrink_iters: 10_000,
        ..ProptestConfig::default()
    }
}

/// A machine that is told what the model is told.
pub(crate) struct Race<M> {
    machine: M,
    /// What has happened so far, each step with what the model says of it.
    story: Vec<String>,
}

impl<M: Machine> StateMachineTest for Race<M> {
    type SystemUnderTest = Self;
    type Reference = Expected;

    fn init_test(expected: &Expected) -> Self {
        Self {
            machine: M::start(expected.model.config()),
            story: vec![format!("{expected:?}")],
        }
    }

    fn apply(mut race: Self, expected: &Expected, step: Step) -> Self {
        race.story.push(tell(&step, expected));
        let difference = race.step(expected, &step);
        race.end_if(difference);
        race
    }

    fn check_invariants(race: &Self, expected: &Expected) {
        let broken = race.machine.check();
        race.end_if(broken.map_err(|broken| format!("the machine is broken: {broken}")));
        race.end_if(same_items(
            &expected.model.standings(),
            &race.machine.standings(),
        ));
        let timeout = race.machine.poll_timeout();
        race.end_if(nothing_happens_before(timeout, &expected.model));
    }
}

impl<M: Machine> Race<M> {
    /// Gives the machine an input, and says where it differs from the model.
    fn step(&mut self, expected: &Expected, step: &Step) -> Result<(), String> {
        let found = self.machine.handle(step.now, &step.input);
        if expected.taken.is_ok() != found.is_ok() {
            let taken = &expected.taken;
            return Err(format!("the model says {taken:?}, the machine {found:?}"));
        }
        let found = self.machine.take_outputs();
        if expected.outputs != found {
            return Err(format!("the machine says{}", listed(&found)));
        }
        Ok(())
    }

    /// A failure does not pass the panic hook, which would print the story of every one that shrinking meets.
    fn end_if(&self, difference: Result<(), String>) {
        if let Err(difference) = difference {
            resume_unwind(Box::new(format!("{}\n{difference}", self.story.join("\n"))));
        }
    }
}

fn same_items(expected: &[Standing], found: &[Standing]) -> Result<(), String> {
    if expected == found {
        Ok(())
    } else {
        Err(format!(
            "the model has {expected:#?}\nthe machine {found:#?}"
        ))
    }
}

/// Who wakes up only then misses nothing.
fn nothing_happens_before(timeout: Option<u64>, model: &Model) -> Result<(), String> {
    let now = model.now();
    if timeout.is_some_and(|timeout| timeout <= now) {
        return Err(format!("at {now} the machine waits for {timeout:?}"));
    }
    let mut model = model.clone();
    let last = timeout.map_or(now + 1_000_000_000, |timeout| timeout - 1);
    model.handle(last, &Input::Tick)?;
    match model.take_outputs().first() {
        Some(first) => Err(format!("before {timeout:?} the model says {}", told(first))),
        None => Ok(()),
    }
}

/// A step, and what the model says of it.
fn tell(step: &Step, expected: &Expected) -> String {
    let refused = match &expected.taken {
        Ok(()) => String::new(),
        Err(why) => format!("\n    refused: {why}"),
    };
    format!("{step:?}{refused}{}", listed(&expected.outputs))
}

fn listed(outputs: &[Output]) -> String {
    let lines = outputs
        .iter()
        .map(|output| format!("\n    {}", told(output)));
    lines.collect()
}
