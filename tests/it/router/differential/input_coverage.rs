//! Asserts that the generated input sequences reach every input, output, refusal and situation.

mod situations;
mod variant_names;

use std::collections::BTreeSet;

use handover::{Input, Router, RouterError, UnroutableReason};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use self::situations::{SITUATIONS, situations};
use crate::generators::input_sequence::{InputSequence, long_input_sequence};
use crate::router_model::Model;
use crate::support::json::{name_and_value, output_kind};
use crate::support::plans::{at, plan};

/// The number of sequences that must suffice.
const SEQUENCES: usize = 256;

const JSON_DOCS: &str = include_str!("../../../../src/docs/json.md");

/// Returns the kind of an input, with its form and mode.
fn input_kinds(input: &Input) -> Vec<String> {
    let value = serde_json::to_value(input).unwrap();
    let (name, fields) = name_and_value(&value);
    let mut kinds = vec![name.into()];
    if let "transfer" | "assign_directly" = name {
        let forms = fields.as_object().unwrap().keys().map(String::as_str);
        let mode = fields.get("mode").and_then(Value::as_str);
        kinds.extend(forms.chain(mode).map(|form| format!("{name} {form}")));
    } else if fields.get("by").is_some() {
        kinds.push(format!("{name} by"));
    }
    kinds
}

/// Returns the variant of an error. A wrong state is also named.
fn error_kinds(error: &RouterError) -> Vec<String> {
    let mut kinds = vec![variant_names::first_word(&format!("{error:?}"))];
    assert_eq!(error.code(), variant_names::snake_case(&kinds[0]));
    let row = (error.code(), error.kind().as_str());
    assert!(documented_codes().contains(&row), "{row:?}");
    if let RouterError::WrongState { found, .. } = error {
        let found = serde_json::to_value(found).unwrap();
        kinds.push(format!("{} {}", kinds[0], name_and_value(&found).0));
    }
    kinds
}

/// Returns everything that a sequence reaches.
fn reached(sequence: &InputSequence) -> BTreeSet<String> {
    let mut model = Model::new(&sequence.config);
    let mut router = Router::new(&plan(&sequence.config));
    let mut reached = BTreeSet::new();
    for (now, input) in &sequence.inputs {
        let result = model.handle(*now, input);
        let outputs = model.take_outputs();
        let word = if result.is_ok() { "taken" } else { "refused" };
        let kinds = input_kinds(input).into_iter();
        reached.extend(kinds.map(|kind| format!("{kind} {word}")));
        for output in &outputs {
            let kind = output_kind(output);
            reached.insert(kind.split(' ').next().unwrap().into());
            reached.insert(kind);
        }
        let situations = situations(&model, &outputs).into_iter();
        reached.extend(situations.map(String::from));
        if let Err(error) = router.handle(at(*now), input.clone()) {
            reached.extend(error_kinds(&error));
        }
    }
    reached
}

/// Returns everything that must be reached.
fn expected() -> BTreeSet<String> {
    let inputs = variant_names::inputs().into_iter();
    let inputs = inputs.flat_map(|kind| [format!("{kind} taken"), format!("{kind} refused")]);
    let situations = SITUATIONS.iter().map(ToString::to_string);
    inputs
        .chain(variant_names::outputs())
        .chain(variant_names::errors())
        .chain(situations)
        .collect()
}

/// Returns the codes and kinds in the table of refusals in the documentation.
fn documented_codes() -> Vec<(&'static str, &'static str)> {
    let (_, refusals) = JSON_DOCS.split_once("# Refusals\n").unwrap();
    let (_, table) = refusals
        .split_once("| code | kind | reason |\n|---|---|---|\n")
        .unwrap();
    let rows = table.lines().map_while(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split_once("` | `").unwrap())
        .map(|(code, row)| (code, row.split_once('`').unwrap().0))
        .collect()
}

#[test]
fn all_codes_are_documented_in_the_order_of_the_checks() {
    let codes: Vec<&str> = documented_codes().iter().map(|(code, _)| *code).collect();
    let variants = variant_names::error_variants();
    let variants: Vec<String> = variants
        .iter()
        .map(|name| variant_names::snake_case(name))
        .collect();
    assert_eq!(codes, variants);
    for reason in variant_names::reasons_of_unroutable().iter().copied() {
        let value = Value::String(reason.into());
        let read: UnroutableReason = serde_json::from_value(value).unwrap();
        assert_eq!(read.code(), reason);
        assert!(
            JSON_DOCS.contains(&format!("\n| `{reason}` | ")),
            "{reason} is not documented"
        );
    }
}

#[test]
fn generated_inputs_reach_every_outcome() {
    let mut runner = TestRunner::deterministic();
    let mut missing = expected();
    for _ in 0..SEQUENCES {
        let sequence = long_input_sequence().new_tree(&mut runner);
        for reached in reached(&sequence.unwrap().current()) {
            missing.remove(&reached);
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("{SEQUENCES} sequences do not reach {missing:?}");
}
