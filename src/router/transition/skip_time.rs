//! Handles [`Input::SkipTime`](crate::Input::SkipTime), and limits how far a step can be ahead.
//!
//! All moments of the router move by the skipped time. Some are moments of the calendar and stay: the ends of temporary capacities,
//! the memory of last agents, and the moments that custom gates name.

use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::output::Output;
use crate::router::store::timers::{JUMP_MAX_MILLIS, Timers};
use crate::time::Timestamp;

impl Router {
    /// Returns `true` if a moment is too far ahead.
    #[inline]
    pub(crate) fn is_jump(&self, moment: Timestamp) -> bool {
        moment.millis_since(self.now) > JUMP_MAX_MILLIS
    }

    /// Returns the error of a moment that is too far ahead.
    pub(crate) fn time_jump(&self, moment: Timestamp) -> RouterError {
        let now = self.now;
        RouterError::TimeJump { moment, now }
    }

    /// Handles [`Input::SkipTime`](crate::Input::SkipTime): moves the clock, and all moments that are not of the calendar.
    ///
    /// # Errors
    ///
    /// The end is before the moment of the step, or too far ahead.
    pub(crate) fn skip_time(&mut self, until: Timestamp) -> Result {
        let from = self.now;
        if until < from {
            return Err(RouterError::UntilNotAhead { until, now: from });
        }
        if self.is_jump(until) {
            return Err(self.time_jump(until));
        }
        if until == from {
            return Ok(());
        }
        let skipped = until.millis_since(from);
        self.now = until;
        self.output(Output::TimeSkipped { from, until });
        self.last_reconfigured = self.last_reconfigured.plus_millis(skipped);
        self.roster.skip_time(skipped);
        self.waiting.skip_time(skipped);
        self.timers = Timers::default();
        for handle in self.items.by_arrival() {
            let item = self.items.item_mut(handle);
            item.skip_time(skipped);
            item.timer = None;
            self.arm(handle);
        }
        for (moment, timer) in self.capacity_overrides.timers() {
            self.timers.insert(moment, timer);
        }
        // Only moments of the calendar can be due: all others were later than the step, and have moved.
        self.process_due();
        Ok(())
    }
}
