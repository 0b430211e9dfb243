//! Runs a router and the model side by side, and compares them after each step.

use std::fmt::Write as _;

use handover::{Config, Input, Output};

use super::item_view::ItemView;
use crate::generators::input_sequence::InputSequence;
use crate::router_model::{Model, ModelAcceptance, Refusal};
use crate::support::json::output_text;

/// A system that takes the same steps as the model.
pub(crate) trait System {
    fn start(config: &Config) -> Self;
    /// Takes an input, or refuses it with a code.
    fn handle(&mut self, now: u64, input: &Input) -> Result<(), Refusal>;
    fn take_outputs(&mut self) -> Vec<Output>;
    fn poll_timeout(&self) -> Option<u64>;
    /// Returns the live items by arrival.
    fn item_views(&self) -> Vec<ItemView>;
    /// Returns the last acceptances of all requesters: by channel, the oldest first.
    fn memory(&self) -> Vec<ModelAcceptance>;
    /// Checks the invariants of the system.
    fn check(&self) -> Result<(), String>;
}

/// Runs a sequence on a system and on the model. If they differ, returns the steps so far and the difference.
pub(crate) fn compare<S: System>(sequence: &InputSequence) -> Result<(), String> {
    let mut model = Model::new(&sequence.config);
    let mut system = S::start(&sequence.config);
    let mut log = String::new();
    compare_states(&model, &system)?;
    for (now, input) in &sequence.inputs {
        let expected = model.handle(*now, input);
        let outputs = model.take_outputs();
        write_step(&mut log, *now, input, &expected, &outputs);
        compare_step(&mut system, *now, input, &expected, &outputs)
            .and_then(|()| compare_states(&model, &system))
            .map_err(|difference| format!("{log}{difference}"))?;
    }
    let (expected, actual) = (System::memory(&model), system.memory());
    if expected != actual {
        return Err(format!(
            "{log}the model remembers {expected:#?}\nthe system {actual:#?}"
        ));
    }
    Ok(())
}

/// Gives the system an input, and compares its result and outputs with the model's.
fn compare_step<S: System>(
    system: &mut S,
    now: u64,
    input: &Input,
    expected: &Result<(), Refusal>,
    outputs: &[Output],
) -> Result<(), String> {
    let result = system.handle(now, input);
    if *expected != result {
        return Err(format!(
            "the model returns {expected:?}, the system {result:?}"
        ));
    }
    let actual = system.take_outputs();
    if outputs != actual {
        return Err(format!("the system outputs{}", listed(&actual)));
    }
    Ok(())
}

/// Compares the items and the time-outs after a step.
fn compare_states<S: System>(model: &Model, system: &S) -> Result<(), String> {
    system
        .check()
        .map_err(|broken| format!("the system breaks an invariant: {broken}"))?;
    let (expected, actual) = (model.item_views(), system.item_views());
    if expected != actual {
        return Err(format!(
            "the model has {expected:#?}\nthe system {actual:#?}"
        ));
    }
    check_timeout(system.poll_timeout(), model)
}

/// Checks that the model has no output before the system's time-out.
fn check_timeout(timeout: Option<u64>, model: &Model) -> Result<(), String> {
    let now = model.now();
    if timeout.is_some_and(|timeout| timeout <= now) {
        return Err(format!("at {now} the time-out is {timeout:?}"));
    }
    let mut model = model.clone();
    let last = timeout.map_or(now + 1_000_000_000, |timeout| timeout - 1);
    model.handle(last, &Input::Tick)?;
    match model.take_outputs().first() {
        Some(first) => Err(format!(
            "before the time-out {timeout:?} the model outputs {}",
            output_text(first)
        )),
        None => Ok(()),
    }
}

/// Adds a step with its outputs to the log.
fn write_step(
    log: &mut String,
    now: u64,
    input: &Input,
    result: &Result<(), Refusal>,
    outputs: &[Output],
) {
    let input = serde_json::to_string(input).unwrap();
    write!(log, "{now} {input}").unwrap();
    if let Err(reason) = result {
        write!(log, "\n    refused: {reason}").unwrap();
    }
    writeln!(log, "{}", listed(outputs)).unwrap();
}

/// Returns outputs as indented lines.
fn listed(outputs: &[Output]) -> String {
    let mut lines = String::new();
    for output in outputs {
        write!(lines, "\n    {}", output_text(output)).unwrap();
    }
    lines
}
