//! The model as a state machine: how it begins, which inputs are drawn in which state, and what follows from one.

use std::fmt;

use handover::{Input, Output};
use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::ReferenceStateMachine;

pub(crate) mod diary;

use crate::generators::router_config;
use crate::generators::router_input::input;
use crate::model::{Model, Refused};

/// The model, and what it says of the last input.
#[derive(Clone)]
pub(crate) struct Expected {
    pub(crate) model: Model,
    pub(crate) taken: Result<(), Refused>,
    pub(crate) outputs: Vec<Output>,
}

/// An input at a moment.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) now: u64,
    pub(crate) input: Input,
}

/// There are no preconditions: what does not fit is refused, so any input may be given in any state, and a sequence of
/// which shrinking leaves out a part is a sequence as good as before. The moments are absolute for the same reason: what
/// is left happens when it happened.
impl ReferenceStateMachine for Expected {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let begin = |config| Self {
            model: Model::new(&config),
            taken: Ok(()),
            outputs: Vec::new(),
        };
        router_config::config().prop_map(begin).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        (moment(&state.model), input(&state.model))
            .prop_map(|(now, input)| Step { now, input })
            .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.taken = state.model.handle(step.now, &step.input);
        state.outputs = state.model.take_outputs();
        state
    }
}

/// Now, some time ahead, the next moment at which something may happen, just before it, or the past.
fn moment(model: &Model) -> impl Strategy<Value = u64> + use<> {
    let now = model.now();
    let next = model.poll_timeout().unwrap_or(now + 1);
    let millis = vec![1, 1, 999, 2000, 5000, 5000, 10_000, 10_000, 30_000, 120_000];
    prop_oneof![
        18 => Just(now),
        8 => select(millis).prop_map(move |millis| now + millis),
        8 => Just(next),
        1 => Just(next - 1),
        1 => Just(now.saturating_sub(1)),
    ]
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = serde_json::to_string(self.model.config()).map_err(|_| fmt::Error)?;
        write!(f, "under {config}")
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let input = serde_json::to_string(&self.input).map_err(|_| fmt::Error)?;
        write!(f, "{} {input}", self.now)
    }
}
