//! Replays an input sequence, and checks a law after each step.

use handover::{Input, Output, Router, RouterError, WorkItemId};
use proptest::prelude::*;
use serde_json::Value;

use crate::generators::input_sequence::InputSequence;
use crate::support::plans::{at, plan};

/// The result of checking a law. The error is the description of the violation.
pub(super) type LawResult = Result<(), TestCaseError>;

/// An input and its effect.
#[derive(Debug)]
pub(super) struct ReplayedStep<'a> {
    pub(super) now: u64,
    pub(super) input: &'a Input,
    pub(super) result: Result<(), RouterError>,
    pub(super) outputs: Vec<Output>,
    pub(super) before: Router,
    pub(super) after: &'a Router,
}

impl ReplayedStep<'_> {
    /// Whether the input was refused because its time is in the past or too far ahead. Such an input has no effect.
    pub(super) fn is_ignored(&self) -> bool {
        match self.result {
            Err(RouterError::TimeWentBack { .. }) => true,
            Err(RouterError::TimeJump { .. }) => self.before.now() == self.after.now(),
            _ => false,
        }
    }
}

/// Returns a router with the configuration of a sequence.
pub(super) fn start(sequence: &InputSequence) -> Router {
    Router::new(&plan(&sequence.config))
}

/// Replays a sequence, and checks a law after each step.
pub(super) fn replay(
    sequence: &InputSequence,
    mut law: impl FnMut(&ReplayedStep<'_>) -> LawResult,
) -> LawResult {
    let mut router = start(sequence);
    for (now, input) in &sequence.inputs {
        let before = router.clone();
        let (result, outputs) = apply(&mut router, *now, input);
        let name = format!("at {now} {}", serde_json::to_string(input).unwrap());
        let step = ReplayedStep {
            now: *now,
            input,
            result,
            outputs,
            before,
            after: &router,
        };
        law(&step).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))?;
    }
    Ok(())
}

/// Gives a router an input, and drains its outputs.
pub(super) fn apply(
    router: &mut Router,
    now: u64,
    input: &Input,
) -> (Result<(), RouterError>, Vec<Output>) {
    let result = router.handle(at(now), input.clone());
    (result, drain(router))
}

/// Polls all outputs.
pub(in crate::router) fn drain(router: &mut Router) -> Vec<Output> {
    std::iter::from_fn(|| router.poll_output()).collect()
}

/// Returns the whole state of a router as JSON.
pub(super) fn snapshot_text(router: &Router) -> String {
    serde_json::to_string(&router.snapshot()).unwrap()
}

/// Returns the agents in the snapshot who have declined an item, each with the end of the decline; none if the item is gone.
pub(super) fn declines(router: &Router, item: &WorkItemId) -> Vec<(String, Option<u64>)> {
    let snapshot = serde_json::to_value(router.snapshot()).unwrap();
    let mut rows = snapshot["items"].as_array().unwrap().iter();
    let row = rows.find(|row| row["item"]["id"] == item.as_str());
    let declines = row.map(|row| row["declines"].as_array().unwrap());
    let decline = |decline: &Value| {
        let agent = decline["agent"].as_str().unwrap().into();
        (agent, decline["until_ms"].as_u64())
    };
    declines.into_iter().flatten().map(decline).collect()
}

/// Returns the state of a router as JSON, without the number of its inputs.
pub(super) fn state_text(router: &Router) -> String {
    let count = format!("\"inputs\":{}", router.inputs());
    snapshot_text(router).replacen(&count, "", 1)
}

/// Returns the state of a router without its time and the number of its inputs.
pub(super) fn snapshot_without_time(router: &Router) -> Value {
    let mut value = serde_json::to_value(router.snapshot()).unwrap();
    for name in ["now_ms", "inputs"] {
        value.as_object_mut().unwrap().remove(name).unwrap();
    }
    value
}
