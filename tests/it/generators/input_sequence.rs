//! Random input sequences: a configuration, and inputs with their times.
//!
//! Each input is drawn in the state that the model has after the earlier inputs, so that most inputs are valid. Shrinking first
//! removes inputs, then simplifies the remaining ones. It has no preconditions: an input that is no longer valid is refused. Times
//! are absolute, so that the removal of an input does not change the times of others.

use std::fmt;
use std::ops::{Range, RangeInclusive};

use handover::{Config, Input};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;

use crate::generators::router_config::config;
use crate::generators::router_input::{DAY, input};
use crate::router_model::Model;

/// A configuration and a sequence of inputs.
#[derive(Clone)]
pub(crate) struct InputSequence {
    pub(crate) config: Config,
    /// The inputs, each with its time in milliseconds.
    pub(crate) inputs: Vec<(u64, Input)>,
}

/// Returns sequences of 1 to 80 inputs.
pub(crate) fn input_sequence() -> InputSequences {
    InputSequences(1..=80)
}

/// Returns sequences of 1 to 200 inputs.
pub(crate) fn long_input_sequence() -> InputSequences {
    InputSequences(1..=200)
}

/// A strategy for sequences whose number of inputs is in a range.
#[derive(Clone, Debug)]
pub(crate) struct InputSequences(RangeInclusive<usize>);

impl Strategy for InputSequences {
    type Tree = SequenceTree;
    type Value = InputSequence;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let config = config().boxed().new_tree(runner)?;
        let mut model = Model::new(&config.current());
        let mut inputs = Vec::new();
        for _ in 0..self.0.clone().new_tree(runner)?.current() {
            let next = (time(&model), input(&model)).boxed().new_tree(runner)?;
            let (now, input) = next.current();
            let _ = model.handle(now, &input);
            model.take_outputs();
            inputs.push((true, next));
        }
        let chunk = inputs.len();
        Ok(SequenceTree {
            config,
            inputs,
            next: Simplification::Remove { chunk, end: chunk },
            removed: None,
        })
    }
}

/// Returns the time of the next input: the current time, a later time, the next timeout or 1 ms before it, a time at or next to
/// the limits of last agents, or a past time.
fn time(model: &Model) -> impl Strategy<Value = u64> + use<> {
    let now = model.now();
    let timeout = model.poll_timeout().unwrap_or(now + 1);
    let millis = vec![1, 1, 999, 2000, 5000, 5000, 10_000, 10_000, 30_000, 120_000];
    prop_oneof![
        18 => Just(now),
        8 => select(millis).prop_map(move |millis| now + millis),
        8 => Just(timeout),
        1 => Just(timeout - 1),
        1 => Just(now.saturating_sub(1)),
        1 => select(vec![DAY, DAY + 1, 2 * DAY, 2 * DAY + 1]).prop_map(move |millis| now + millis),
        1 => Just(now + 366 * DAY + 1),
    ]
}

type BoxedTree<T> = Box<dyn ValueTree<Value = T>>;

/// The shrinking state of a sequence.
pub(crate) struct SequenceTree {
    config: BoxedTree<Config>,
    /// Each input with its time, and whether the sequence still contains it.
    inputs: Vec<(bool, BoxedTree<(u64, Input)>)>,
    next: Simplification,
    /// The inputs that the last simplification removed.
    removed: Option<Vec<usize>>,
}

/// The next simplification to try.
#[derive(Clone, Copy)]
enum Simplification {
    /// Removes the `chunk` inputs before `end`.
    Remove {
        chunk: usize,
        end: usize,
    },
    Input(usize),
    Config,
}

impl SequenceTree {
    /// Removes the inputs of a range. Returns `false` if none was left there.
    fn remove(&mut self, range: Range<usize>) -> bool {
        let removed: Vec<usize> = range.filter(|index| self.inputs[*index].0).collect();
        for index in &removed {
            self.inputs[*index].0 = false;
        }
        let is_changed = !removed.is_empty();
        self.removed = Some(removed);
        is_changed
    }
}

impl ValueTree for SequenceTree {
    type Value = InputSequence;

    fn current(&self) -> InputSequence {
        let kept = self.inputs.iter().filter(|(is_kept, _)| *is_kept);
        InputSequence {
            config: self.config.current(),
            inputs: kept.map(|(_, input)| input.current()).collect(),
        }
    }

    fn simplify(&mut self) -> bool {
        loop {
            match self.next {
                Simplification::Remove { chunk: 0, .. } => {
                    self.removed = None;
                    self.next = Simplification::Input(0);
                }
                Simplification::Remove { chunk, end: 0 } => {
                    self.next = Simplification::Remove {
                        chunk: chunk / 2,
                        end: self.inputs.len(),
                    };
                }
                Simplification::Remove { chunk, end } => {
                    let start = end.saturating_sub(chunk);
                    self.next = Simplification::Remove { chunk, end: start };
                    if self.remove(start..end) {
                        return true;
                    }
                }
                Simplification::Input(index) if index == self.inputs.len() => {
                    self.next = Simplification::Config;
                }
                Simplification::Input(index) => {
                    let (is_kept, input) = &mut self.inputs[index];
                    if *is_kept && input.simplify() {
                        return true;
                    }
                    self.next = Simplification::Input(index + 1);
                }
                Simplification::Config => return self.config.simplify(),
            }
        }
    }

    fn complicate(&mut self) -> bool {
        if let Some(removed) = self.removed.take() {
            for index in removed {
                self.inputs[index].0 = true;
            }
            return true;
        }
        match self.next {
            Simplification::Remove { .. } => false,
            Simplification::Input(index) => self.inputs[index].1.complicate(),
            Simplification::Config => self.config.complicate(),
        }
    }
}

impl fmt::Debug for InputSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = serde_json::to_string(&self.config).map_err(|_| fmt::Error)?;
        writeln!(f, "config {config}")?;
        self.inputs.iter().try_for_each(|(now, input)| {
            let input = serde_json::to_string(input).map_err(|_| fmt::Error)?;
            writeln!(f, "{now} {input}")
        })
    }
}
