//! A router on a random day, looked at after each step.

use handover::{Input, Output, Router, RouterError};
use proptest::prelude::*;
use serde_json::Value;

use crate::generators::input_sequence::diary::Diary;
use crate::oracle::conversion::{at, plan};

/// What a law says of a step.
pub(super) type Verdict = Result<(), TestCaseError>;

/// An input, and what came of it.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) now: u64,
    pub(super) input: &'a Input,
    pub(super) taken: Result<(), RouterError>,
    pub(super) outputs: Vec<Output>,
    pub(super) before: Router,
    pub(super) after: &'a Router,
}

impl Step<'_> {
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.taken, Err(RouterError::TimeWentBack { .. }))
    }
}

/// The router with which a day begins.
pub(super) fn start(diary: &Diary) -> Router {
    Router::new(&plan(&diary.config))
}

/// Lives through a day, and asks after each step.
pub(super) fn walk(diary: &Diary, mut law: impl FnMut(&Step<'_>) -> Verdict) -> Verdict {
    let mut router = start(diary);
    for (now, input) in &diary.inputs {
        let before = router.clone();
        let (taken, outputs) = step(&mut router, *now, input);
        let told = format!("at {now} {}", serde_json::to_string(input).unwrap());
        let step = Step {
            now: *now,
            input,
            taken,
            outputs,
            before,
            after: &router,
        };
        law(&step).map_err(|why| TestCaseError::fail(format!("{told}: {why}")))?;
    }
    Ok(())
}

/// Gives a router an input, and takes all that follows.
pub(super) fn step(
    router: &mut Router,
    now: u64,
    input: &Input,
) -> (Result<(), RouterError>, Vec<Output>) {
    let taken = router.handle(at(now), input.clone());
    (taken, drained(router))
}

pub(super) fn drained(router: &mut Router) -> Vec<Output> {
    std::iter::from_fn(|| router.poll_output()).collect()
}

/// All that a router knows.
pub(super) fn written(router: &Router) -> String {
    serde_json::to_string(&router.snapshot()).unwrap()
}

/// All that a router knows but for the time.
pub(super) fn timeless(router: &Router) -> Value {
    let mut value = serde_json::to_value(router.snapshot()).unwrap();
    value.as_object_mut().unwrap().remove("now_ms").unwrap();
    value
}
