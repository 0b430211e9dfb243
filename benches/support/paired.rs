//! Two desks timed side by side. They take turns at the same chunks of steps, so that whatever else the machine does
//! falls on both alike: the ratio is worth more than either time.

use std::time::Duration;

use super::desk::{Desk, Shift, Tally, assert_same_holders};
use super::load::Load;

/// The time of two desks for the same events.
pub(crate) struct Paired {
    pub(crate) first: Duration,
    pub(crate) second: Duration,
    pub(crate) tally: Tally,
}

impl Paired {
    fn add_first(&mut self, (tally, elapsed): (Tally, Duration)) {
        self.tally.add(tally);
        self.first += elapsed;
    }

    /// Mean nanoseconds an event, of the first and of the second.
    pub(crate) fn nanoseconds(&self) -> (f64, f64) {
        let events = self.tally.events() as f64;
        (
            self.first.as_secs_f64() * 1e9 / events,
            self.second.as_secs_f64() * 1e9 / events,
        )
    }
}

/// Times both over `chunks` chunks of `chunk_steps` steps.
pub(crate) fn time_in_turn<A: Desk, B: Desk>(
    first: &mut Shift<A>,
    second: &mut Shift<B>,
    load: &mut Load,
    chunks: usize,
    chunk_steps: usize,
) -> Paired {
    let mut steps = load.take(chunk_steps);
    let mut paired = Paired {
        first: Duration::ZERO,
        second: Duration::ZERO,
        tally: Tally::default(),
    };
    for chunk in 0..chunks {
        // Neither always goes first.
        if chunk % 2 == 0 {
            paired.add_first(first.run(&steps));
            paired.second += second.run(&steps).1;
        } else {
            paired.second += second.run(&steps).1;
            paired.add_first(first.run(&steps));
        }
        load.refill(&mut steps);
    }
    assert_same_holders(first, second);
    paired
}
