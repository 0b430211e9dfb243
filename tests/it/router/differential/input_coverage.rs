//! The generator is tested too: what it never reaches, nobody looks at.

mod situations;
mod variant_names;

use std::collections::BTreeSet;

use handover::{Input, Output, Router, RouterError};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use proptest_state_machine::ReferenceStateMachine;
use serde_json::Value;

use self::situations::{SITUATIONS, situations};
use crate::generators::input_sequence::{Expected, Step};
use crate::oracle::conversion::{at, plan};

/// As many as one run of the test against the model has.
const SEQUENCES: usize = 256;

/// The only name in a value, and what it names.
fn name_of(value: &Value) -> (&str, &Value) {
    match value {
        Value::String(name) => (name, &Value::Null),
        other => {
            let (name, value) = other.as_object().unwrap().iter().next().unwrap();
            (name, value)
        }
    }
}

/// The kind of an input, its form and its mode.
fn kinds_of(input: &Input) -> Vec<String> {
    let value = serde_json::to_value(input).unwrap();
    let (name, fields) = name_of(&value);
    let mut kinds = vec![name.into()];
    if let "transfer" | "assign_directly" = name {
        let forms = fields.as_object().unwrap().keys().map(String::as_str);
        let mode = fields.get("mode").and_then(Value::as_str);
        kinds.extend(forms.chain(mode).map(|form| format!("{name} {form}")));
    }
    kinds
}

/// The kind of an output and why it is there.
fn why_of(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = name_of(&value);
    let mut reasons = ["why", "by", "reason"].into_iter();
    match reasons.find_map(|reason| fields.get(reason)) {
        Some(reason) => format!("{name} {}", name_of(reason).0),
        None => name.into(),
    }
}

/// The kind of a refusal; of a state that is wrong, also which.
fn kinds_of_refusal(error: &RouterError) -> Vec<String> {
    let mut kinds = vec![variant_names::first_word(&format!("{error:?}"))];
    if let RouterError::WrongState { found, .. } = error {
        let found = serde_json::to_value(found).unwrap();
        kinds.push(format!("{} {}", kinds[0], name_of(&found).0));
    }
    kinds
}

/// What one sequence shows.
fn seen_in(mut expected: Expected, steps: &[Step]) -> BTreeSet<String> {
    let mut router = Router::new(&plan(expected.model.config()));
    let mut seen = BTreeSet::new();
    for step in steps {
        expected = Expected::apply(expected, step);
        let word = if expected.taken.is_ok() {
            "taken"
        } else {
            "refused"
        };
        let inputs = kinds_of(&step.input).into_iter();
        seen.extend(inputs.map(|kind| format!("{kind} {word}")));
        for output in &expected.outputs {
            let why = why_of(output);
            seen.insert(first_part(&why).into());
            seen.insert(why);
        }
        let shown = situations(&expected.model, &expected.outputs);
        seen.extend(shown.into_iter().map(String::from));
        if let Err(error) = router.handle(at(step.now), step.input.clone()) {
            seen.extend(kinds_of_refusal(&error));
        }
    }
    seen
}

fn first_part(text: &str) -> &str {
    text.split(' ').next().unwrap()
}

/// Everything that is to be seen.
fn everything() -> Vec<String> {
    let inputs = variant_names::inputs().into_iter();
    let inputs = inputs.flat_map(|kind| [format!("{kind} taken"), format!("{kind} refused")]);
    let situations = SITUATIONS.iter().map(ToString::to_string);
    inputs
        .chain(variant_names::outputs())
        .chain(variant_names::refusals())
        .chain(situations)
        .collect()
}

#[test]
fn the_machine_reaches_everything() {
    let mut runner = TestRunner::deterministic();
    let sequences = Expected::sequential_strategy(1..=200);
    let mut seen = BTreeSet::new();
    for _ in 0..SEQUENCES {
        let (start, steps, _) = sequences.new_tree(&mut runner).unwrap().current();
        seen.extend(seen_in(start, &steps));
    }
    let mut missing = everything();
    missing.retain(|what| !seen.contains(what));
    assert!(missing.is_empty(), "{missing:?} of {seen:#?}");
}
