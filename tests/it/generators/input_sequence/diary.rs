//! Random days as a router is told them: a configuration, moments and inputs.

use std::fmt;
use std::sync::atomic::Ordering;

use handover::{Config, Input};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::Expected;

/// A configuration, and what happens under it at which moment.
#[derive(Clone)]
pub(crate) struct Diary {
    pub(crate) config: Config,
    pub(crate) inputs: Vec<(u64, Input)>,
}

/// A random day, drawn as the model would have it.
pub(crate) fn diary() -> impl Strategy<Value = Diary> {
    Expected::sequential_strategy(1..=80).prop_map(|(start, steps, seen)| {
        // Shrinking leaves out at once what a test has not seen. Who is given a diary sees all of it.
        if let Some(seen) = seen {
            seen.store(steps.len(), Ordering::SeqCst);
        }
        Diary {
            config: start.model.config().clone(),
            inputs: steps
                .into_iter()
                .map(|step| (step.now, step.input))
                .collect(),
        }
    })
}

impl fmt::Debug for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = serde_json::to_string(&self.config).map_err(|_| fmt::Error)?;
        writeln!(f, "under {config}")?;
        self.inputs.iter().try_for_each(|(now, input)| {
            let input = serde_json::to_string(input).map_err(|_| fmt::Error)?;
            writeln!(f, "{now} {input}")
        })
    }
}
