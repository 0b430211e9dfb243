//! The dynamic part of a workload: which item arrives next, and which item in service ends.
//!
//! Time is counted in arrivals. Items arrive as in a loss system with random holding times. A slot is an item in service, or
//! an item that would be in service if it had not been dropped. Each step draws a random slot, ends its item, and puts the
//! arriving item into the slot. Holding times are therefore geometric, with a mean of `slot_count` arrivals. `slot_count` is
//! the offered load times the capacity.

use super::random::Random;
use super::workload::Workload;

const SEED: u64 = 0x006C_6F61_6421;

/// The end of one item and the arrival of another.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// The index of the arriving item in [`Workload::items`].
    pub(crate) item: u32,
    /// The slot whose item ends. It then holds the arriving item.
    pub(crate) slot: u32,
}

/// An endless stream of steps.
#[derive(Clone)]
pub(crate) struct Arrivals {
    random: Random,
    item_count: u32,
    pub(crate) slot_count: u32,
    /// The number of slots filled so far. The first steps fill the slots in order, so that the steady state is reached soon.
    filled: u32,
}

impl Arrivals {
    /// Creates a stream that offers `load` percent of the capacity.
    pub(crate) fn new(workload: &Workload, load: u32) -> Self {
        let slot_count = (u64::from(workload.capacity) * u64::from(load) + 50) / 100;
        Self {
            random: Random::from_seed(SEED),
            item_count: workload.items.len() as u32,
            slot_count: (slot_count as u32).max(1),
            filled: 0,
        }
    }

    /// Returns the number of steps until the steady state: all slots are filled, then each is drawn three times on average.
    pub(crate) fn warm_up_steps(&self) -> usize {
        self.slot_count as usize * 4 + 1_000
    }
}

impl Iterator for Arrivals {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let item = self.random.below(self.item_count);
        let slot = if self.filled < self.slot_count {
            self.filled += 1;
            self.filled - 1
        } else {
            self.random.below(self.slot_count)
        };
        Some(Step { item, slot })
    }
}
