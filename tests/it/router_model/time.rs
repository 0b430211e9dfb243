//! Skipped time, and steps that jump too far.

use handover::{Output, Timestamp};

use super::item::{ModelItem, ModelOffer, ModelState};
use super::{Model, Refusal, refuse_unless};

/// The longest time that a step may jump ahead: 366 days, in milliseconds.
const JUMP_MAX: u64 = 366 * 24 * 60 * 60 * 1000;

/// The longest time between a step and the polled time-out after it: 365 days, in milliseconds.
const TIMEOUT_MAX: u64 = 365 * 24 * 60 * 60 * 1000;

impl Model {
    /// Refuses a moment that is too far ahead.
    pub(crate) fn check_jump(&self, moment: u64) -> Result<(), Refusal> {
        let is_near = moment <= self.now + JUMP_MAX;
        refuse_unless(is_near, "time_jump")
    }

    /// Moves the clock, and all moments that do not belong to the calendar, by the skipped time.
    pub(crate) fn skip_time(&mut self, until: u64) -> Result<(), Refusal> {
        let from = self.now;
        refuse_unless(from <= until, "until_not_ahead")?;
        self.check_jump(until)?;
        if from == until {
            return Ok(());
        }
        self.now = until;
        self.configured_at += until - from;
        for item in &mut self.items {
            item.skip(until - from);
        }
        let agents: Vec<String> = self.roster.agents.keys().cloned().collect();
        for agent in agents {
            // An agent who has never taken work has no idle time to shift.
            if self.roster.idle_since(&agent) > 0 || self.takes_work(&agent) {
                self.roster.agent_mut(&agent).idle_since += until - from;
            }
        }
        let is_in_force = |end: Option<u64>| end.is_none_or(|end| until < end);
        self.capacity_settings
            .retain(|setting| is_in_force(setting.until));
        let [from, until] = [from, until].map(Timestamp::saturating_from_millis);
        self.outputs.push(Output::TimeSkipped { from, until });
        Ok(())
    }

    /// Returns the next time at which a step can have an effect, at most 365 days ahead.
    pub(crate) fn poll_timeout(&self) -> Option<u64> {
        let next = self.next_effect()?;
        Some(next.min(self.now + TIMEOUT_MAX))
    }
}

impl ModelItem {
    /// Moves the moments of the item.
    fn skip(&mut self, millis: u64) {
        self.aging_since += millis;
        self.waiting_since += millis;
        let ends = self
            .declines
            .iter_mut()
            .filter_map(|(_, until)| until.as_mut());
        for moment in ends.chain(&mut self.starts_over_at) {
            *moment += millis;
        }
        match &mut self.state {
            ModelState::Queued | ModelState::Accepted { warm: None, .. } => {}
            ModelState::Pending(offer)
            | ModelState::Accepted {
                warm: Some(offer), ..
            } => {
                offer.skip(millis);
            }
            ModelState::WrappingUp { until, .. } => *until += millis,
        }
    }
}

impl ModelOffer {
    fn skip(&mut self, millis: u64) {
        if let Some(expires) = &mut self.expires {
            *expires += millis;
        }
    }
}
