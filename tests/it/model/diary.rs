//! Random days as a router is told them: moments and inputs, with nothing left to be settled.

use std::fmt;

use handover::{Config, Input};
use proptest::prelude::*;

use super::Model;
use super::inputs::{Day, day};

/// A configuration, and what happens under it at which moment.
#[derive(Clone)]
pub(crate) struct Diary {
    pub(crate) config: Config,
    pub(crate) inputs: Vec<(u64, Input)>,
}

/// A random day, written down.
pub(crate) fn diary() -> impl Strategy<Value = Diary> {
    day().prop_map(|day| written_down(&day))
}

/// The model says which items and agents are meant.
fn written_down(day: &Day) -> Diary {
    let mut model = Model::new(&day.config);
    let mut inputs = Vec::new();
    for (pause, step) in &day.moves {
        let (now, input) = (pause.end(&model), step.input(&model));
        // What is refused is part of the day.
        let _ = model.handle(now, &input);
        inputs.push((now, input));
    }
    Diary {
        config: day.config.clone(),
        inputs,
    }
}

impl fmt::Debug for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "under {}",
            serde_json::to_string(&self.config).map_err(|_| fmt::Error)?
        )?;
        self.inputs.iter().try_for_each(|(now, input)| {
            let input = serde_json::to_string(input).map_err(|_| fmt::Error)?;
            writeln!(f, "{now} {input}")
        })
    }
}
