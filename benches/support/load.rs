//! The traffic: which item arrives next, and which item in service ends.
//!
//! Time is counted in arrivals. Work is offered as in a loss system with random holding times: `cells` stands for all that
//! is in service or would be, had it not been dropped. At each step one cell is drawn at random, what it holds is
//! completed, and the item that arrives takes it. A holding time is therefore geometric with a mean of `cells` arrivals,
//! and `cells` is the offered load times the capacity: the steps with a dropped item advance the time like any other.
//! All is drawn before the clock starts; what is timed reads one number.

use super::random::Random;
use super::workload::World;

const SEED: u64 = 0x006C_6F61_6421;

/// One arrival, and the completion that comes before it.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// Place in [`World::items`].
    pub(crate) item: u32,
    /// What this cell holds is completed; it then holds what arrives.
    pub(crate) cell: u32,
}

/// An endless stream of steps.
pub(crate) struct Load {
    random: Random,
    item_count: u32,
    pub(crate) cells: u32,
    /// The first steps fill the cells in order, so that the steady state is near from the start.
    filled: u32,
}

impl Load {
    /// Work offered for `percent` of the capacity.
    pub(crate) fn new(world: &World, percent: u32) -> Self {
        let cells = (u64::from(world.capacity) * u64::from(percent) + 50) / 100;
        Self {
            random: Random::from_seed(SEED),
            item_count: world.items.len() as u32,
            cells: (cells as u32).max(1),
            filled: 0,
        }
    }

    /// How many steps lead to the steady state: the cells filled, then each drawn three times over on average.
    pub(crate) fn warm_up_steps(&self) -> usize {
        self.cells as usize * 4 + 1_000
    }

    /// Writes the next steps over `steps`.
    pub(crate) fn refill(&mut self, steps: &mut [Step]) {
        for step in steps {
            *step = self.next_step();
        }
    }

    /// The next `count` steps.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Step> {
        (0..count).map(|_| self.next_step()).collect()
    }

    fn next_step(&mut self) -> Step {
        let item = self.random.below(self.item_count);
        let cell = if self.filled < self.cells {
            self.filled += 1;
            self.filled - 1
        } else {
            self.random.below(self.cells)
        };
        Step { item, cell }
    }
}
