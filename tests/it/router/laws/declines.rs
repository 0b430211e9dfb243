//! Laws of declines.

use std::collections::BTreeMap;

use handover::{
    AcceptedBy, AgentId, Config, Input, OfferEnd, OfferedBy, Output, RequeueReason, Router,
    Transfer, TransferMode, TransferTarget, WhenExhausted, WorkItemId,
};
use proptest::prelude::*;

use super::item_log::ItemLog;
use super::replay::{LawResult, ReplayedStep, replay};
use crate::generators::input_sequence::input_sequence;
use crate::support::cases;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn assignment_does_not_ask_again_who_declined(sequence in input_sequence()) {
        let mut declines = DeclineLog::default();
        replay(&sequence, |step| declines.check_and_add(step))?;
    }

    #[test]
    fn work_given_away_does_not_come_straight_back(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let Some((item, giver)) = find_given_away(step) else {
                return Ok(());
            };
            let mut is_released = false;
            for output in &step.outputs {
                match output {
                    Output::Released { item: released, agent, .. } if released == item && *agent == giver => is_released = true,
                    _ if is_released => prop_assert_ne!(assigned(output), Some((item, &giver))),
                    _ => {}
                }
            }
            prop_assert!(is_released, "{giver} does not give {item} away");
            Ok(())
        })?;
    }
}

/// Returns the item that an input gives away, and its holder.
fn find_given_away<'a>(step: &ReplayedStep<'a>) -> Option<(&'a WorkItemId, AgentId)> {
    step.result.as_ref().ok()?;
    match step.input {
        Input::Release { item, by } => Some((item, by.clone()?)),
        Input::Transfer(transfer) if gives_away(&step.before, transfer) => {
            Some((&transfer.item, transfer.by.clone()?))
        }
        _ => None,
    }
}

/// Whether a transfer by an agent gives the item away: a blind one, or one to the item's own queue.
fn gives_away(before: &Router, transfer: &Transfer) -> bool {
    match &transfer.to {
        TransferTarget::Queue(queue) => queue_of(before, &transfer.item) == Some(queue.as_str()),
        TransferTarget::Agent { mode, .. } => *mode == TransferMode::Blind,
        other => panic!("{other:?} is unknown"),
    }
}

/// Returns the item and the agent of an assignment by the router.
fn assigned(output: &Output) -> Option<(&WorkItemId, &AgentId)> {
    match output {
        Output::Offered {
            item,
            agent,
            by: OfferedBy::Router,
            ..
        }
        // A manual offer has no group.
        | Output::Accepted {
            item,
            agent,
            group: Some(_),
            by: AcceptedBy::Auto,
            ..
        } => Some((item, agent)),
        _ => None,
    }
}

/// The declines of every item, derived from inputs and outputs.
#[derive(Default)]
struct DeclineLog {
    items: BTreeMap<WorkItemId, ItemDeclines>,
    log: ItemLog,
}

/// The declines of one item.
#[derive(Default)]
struct ItemDeclines {
    /// The agents who declined, and until when. `None` means permanently.
    agents: BTreeMap<AgentId, Option<u64>>,
    /// The time at which the declines are cleared, after exhaustion.
    start_over: Option<u64>,
    /// The time at which the declines were cleared in this step.
    started_over: Option<u64>,
}

impl DeclineLog {
    /// Checks that a step assigns nothing to an agent who declined, and adds its declines.
    fn check_and_add(&mut self, step: &ReplayedStep<'_>) -> LawResult {
        if step.is_ignored() {
            return Ok(());
        }
        for declined in self.items.values_mut() {
            declined.started_over = None;
            if declined.start_over.is_some_and(|time| time <= step.now) {
                declined.agents.clear();
                declined.started_over = declined.start_over.take();
            }
        }
        let mut now = step.now;
        for output in &step.outputs {
            if let Output::TimeSkipped { until, .. } = output {
                now = until.as_millis();
            }
            if let Some((item, agent)) = assigned(output)
                && let Some(until) = self
                    .items
                    .get(item)
                    .and_then(|declined| declined.agents.get(agent))
            {
                let has_ended = until.is_some_and(|until| until <= now);
                prop_assert!(has_ended, "{agent} has declined {item} until {until:?}");
            }
            self.add(step, output);
            self.log.add(output)?;
        }
        Ok(())
    }

    /// Adds the declines that follow from an output.
    fn add(&mut self, step: &ReplayedStep<'_>, output: &Output) {
        let config = step.before.plan().config();
        match output {
            Output::OfferEnded {
                item,
                agent,
                why: OfferEnd::Rejected,
                reason: Some(reason),
            } => self.decline(item, agent, decline_end(config, reason.as_str(), step.now)),
            Output::OfferEnded {
                item,
                agent,
                why: OfferEnd::TimedOut,
                ..
            } => {
                let offer = self.log.items[item].offer.as_ref();
                let expired = offer.and_then(|offer| offer.expires).unwrap().as_millis();
                let started_over = self
                    .items
                    .get(item)
                    .and_then(|declined| declined.started_over);
                // A decline that was made before the declines were cleared does not hold.
                if started_over.is_none_or(|started_over| started_over < expired) {
                    self.decline(item, agent, decline_end(config, "timed_out", step.now));
                }
            }
            Output::Released { item, agent, .. }
                if find_given_away(step) == Some((item, agent.clone())) =>
            {
                self.decline(item, agent, decline_end(config, "gave_away", step.now));
            }
            Output::Requeued {
                item,
                why: RequeueReason::QueueGone,
                ..
            }
            | Output::Closed { item, .. }
            | Output::Canceled { item, .. } => drop(self.items.remove(item)),
            Output::Requeued {
                item,
                queue,
                why: RequeueReason::Transferred,
            } if queue_of(&step.before, item) != Some(queue.as_str()) => {
                self.items.remove(item);
            }
            Output::Exhausted { item, queue } => {
                let queue = step.after.plan().config().queues.get(queue).unwrap();
                if let WhenExhausted::StartOverSecs(secs) = queue.when_exhausted {
                    let declined = self.items.entry(item.clone()).or_default();
                    // Uses the time after the step, which includes skipped time.
                    let now = step.after.now().as_millis();
                    declined.start_over = Some(now + u64::from(secs) * 1000);
                }
            }
            Output::TimeSkipped { from, until } => {
                let skipped = until.millis_since(*from);
                for declined in self.items.values_mut() {
                    let ends = declined.agents.values_mut().flatten();
                    for moment in ends.chain(&mut declined.start_over) {
                        *moment += skipped;
                    }
                }
            }
            _ => {}
        }
    }

    fn decline(&mut self, item: &WorkItemId, agent: &AgentId, until: Option<u64>) {
        let declined = self.items.entry(item.clone()).or_default();
        declined.agents.insert(agent.clone(), until);
    }
}

/// Returns the end of a decline under a reason, or `None` if it is permanent.
fn decline_end(config: &Config, reason: &str, now: u64) -> Option<u64> {
    let reason = config.reject_reasons.get(reason)?;
    Some(now + u64::from(reason.reassignable_after_secs?) * 1000)
}

fn queue_of<'a>(router: &'a Router, item: &WorkItemId) -> Option<&'a str> {
    Some(router.item(item.as_str())?.queue()?.as_str())
}
