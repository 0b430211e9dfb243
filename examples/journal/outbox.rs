//! The outputs that are not yet delivered, each with a number.

use std::collections::VecDeque;

use handover::Output;
use serde::{Deserialize, Serialize};

/// The number of an output. A replay gives each output the same number again, so that a receiver recognises repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct OutputNumber {
    /// The line of the journal that caused the output, from 1.
    pub(crate) input: u64,
    /// The position among the outputs of this input, from 0.
    pub(crate) place: usize,
}

/// An output with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    #[serde(flatten)]
    pub(crate) number: OutputNumber,
    pub(crate) output: Output,
}

/// The outputs that are not yet delivered, in order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    /// The number of the last delivered output.
    delivered: Option<OutputNumber>,
    messages: VecDeque<Message>,
}

impl Outbox {
    /// Adds the outputs of an input. A replay adds outputs again; those that are delivered are left out.
    pub(crate) fn add(&mut self, input: u64, outputs: impl Iterator<Item = Output>) {
        for (place, output) in outputs.enumerate() {
            let number = OutputNumber { input, place };
            if self.delivered < Some(number) {
                self.messages.push_back(Message { number, output });
            }
        }
    }

    /// Removes all outputs up to a number.
    pub(crate) fn acknowledge(&mut self, number: OutputNumber) {
        self.delivered = self.delivered.max(Some(number));
        let is_delivered = |message: &Message| message.number <= number;
        while self.messages.front().is_some_and(is_delivered) {
            self.messages.pop_front();
        }
    }

    /// Returns the outputs to deliver, in order.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter()
    }
}
