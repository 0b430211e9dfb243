//! Laws of declines: who does not want an item is not asked for it again.

use std::collections::BTreeMap;

use handover::{
    AcceptedBy, AgentId, Config, Input, OfferEnd, OfferedBy, Output, ReleaseWhy, RequeueWhy,
    Router, TransferMode, TransferTarget, WhenExhausted, WorkItemId,
};
use proptest::prelude::*;

use super::item_log::Ledger;
use super::replay::{Step, Verdict, walk};
use crate::generators::input_sequence::diary::diary;

proptest! {
    #[test]
    fn assignment_does_not_ask_again_who_declined(diary in diary()) {
        let mut declines = Declines::default();
        walk(&diary, |told| declines.follow(told))?;
    }

    #[test]
    fn work_given_away_does_not_come_straight_back(diary in diary()) {
        walk(&diary, |told| {
            let Some((item, giver)) = given_away(told) else {
                return Ok(());
            };
            let mut is_free = false;
            for output in &told.outputs {
                match output {
                    Output::Released { item: one, agent, .. } if one == item && *agent == giver => is_free = true,
                    _ if is_free => prop_assert_ne!(assigned(output), Some((item, &giver))),
                    _ => {}
                }
            }
            prop_assert!(is_free, "{giver} does not give {item} away");
            Ok(())
        })?;
    }
}

/// Which item is given away by whom, without being handed to an agent who accepts it first.
fn given_away<'a>(told: &Step<'a>) -> Option<(&'a WorkItemId, AgentId)> {
    let item = match told.input {
        Input::Release { item } => item,
        Input::Transfer(transfer) => match transfer.to {
            TransferTarget::Agent {
                mode: TransferMode::Warm,
                ..
            } => return None,
            _ => &transfer.item,
        },
        _ => return None,
    };
    told.taken.as_ref().ok()?;
    let giver = told.before.item(item.as_str())?.holder()?.clone();
    Some((item, giver))
}

/// To whom assignment takes an item with this output.
fn assigned(output: &Output) -> Option<(&WorkItemId, &AgentId)> {
    match output {
        Output::Offered {
            item,
            agent,
            by: OfferedBy::Router,
            ..
        }
        // What is done by hand goes through no group.
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

/// Who has declined what, as inputs and outputs tell it.
#[derive(Default)]
struct Declines {
    of: BTreeMap<WorkItemId, OfItem>,
    ledger: Ledger,
}

#[derive(Default)]
struct OfItem {
    /// Until when, none for ever.
    by: BTreeMap<AgentId, Option<u64>>,
    /// When they are cleared, because everybody has declined.
    start_over: Option<u64>,
    /// When they were cleared in this step.
    started_over: Option<u64>,
}

impl Declines {
    fn follow(&mut self, told: &Step<'_>) -> Verdict {
        if told.is_nothing() {
            return Ok(());
        }
        for declined in self.of.values_mut() {
            declined.started_over = None;
            if declined.start_over.is_some_and(|moment| moment <= told.now) {
                declined.by.clear();
                declined.started_over = declined.start_over.take();
            }
        }
        let mut giver = None;
        for output in &told.outputs {
            if let Some((item, agent)) = assigned(output)
                && let Some(until) = self
                    .of
                    .get(item)
                    .and_then(|declined| declined.by.get(agent))
            {
                let is_over = until.is_some_and(|until| until <= told.now);
                prop_assert!(is_over, "{agent} has declined {item} until {until:?}");
            }
            self.enter(told, output, &mut giver);
            self.ledger.read(output)?;
        }
        Ok(())
    }

    fn enter(&mut self, told: &Step<'_>, output: &Output, giver: &mut Option<AgentId>) {
        let config = told.before.plan().config();
        match output {
            Output::OfferEnded {
                item,
                agent,
                why: OfferEnd::Rejected,
                reason: Some(reason),
            } => self.decline(item, agent, ends(config, reason.as_str(), told.now)),
            Output::OfferEnded {
                item,
                agent,
                why: OfferEnd::TimedOut,
                ..
            } => {
                let offer = self.ledger.entries[item].offer.as_ref();
                let expired = offer.and_then(|offer| offer.expires).unwrap().as_millis();
                let cleared = self.of.get(item).and_then(|declined| declined.started_over);
                // What was cleared later is cleared.
                if cleared.is_none_or(|cleared| cleared < expired) {
                    self.decline(item, agent, ends(config, "timed_out", told.now));
                }
            }
            Output::Released {
                item, agent, why, ..
            } => {
                *giver = Some(agent.clone());
                if is_given_away(told.input, *why) {
                    self.decline(item, agent, ends(config, "gave_away", told.now));
                }
            }
            Output::Requeued {
                item,
                why: RequeueWhy::QueueGone,
                ..
            }
            | Output::Closed { item, .. }
            | Output::Canceled { item, .. } => drop(self.of.remove(item)),
            Output::Requeued {
                item,
                queue,
                why: RequeueWhy::Transferred,
            } => {
                if queue_of(&told.before, item) != Some(queue.as_str()) {
                    self.of.remove(item);
                }
                if let Some(giver) = giver {
                    self.decline(item, giver, ends(config, "gave_away", told.now));
                }
            }
            Output::Exhausted { item, queue } => {
                let queue = told.after.plan().config().queues.get(queue).unwrap();
                if let WhenExhausted::StartOverSecs(secs) = queue.when_exhausted {
                    let declined = self.of.entry(item.clone()).or_default();
                    declined.start_over = Some(told.now + u64::from(secs) * 1000);
                }
            }
            _ => {}
        }
    }

    fn decline(&mut self, item: &WorkItemId, agent: &AgentId, until: Option<u64>) {
        let declined = self.of.entry(item.clone()).or_default();
        declined.by.insert(agent.clone(), until);
    }
}

/// Whether a release is one by which an item is given away. What is transferred to a queue is looked at when it arrives.
fn is_given_away(input: &Input, why: ReleaseWhy) -> bool {
    match (input, why) {
        (_, ReleaseWhy::Asked) => true,
        (Input::Transfer(transfer), ReleaseWhy::Transferred) => matches!(
            transfer.to,
            TransferTarget::Agent {
                mode: TransferMode::Blind,
                ..
            }
        ),
        _ => false,
    }
}

/// When a decline under a reason ends, none if never.
fn ends(config: &Config, reason: &str, now: u64) -> Option<u64> {
    let reason = config.reject_reasons.get(reason)?;
    Some(now + u64::from(reason.reassignable_after_secs?) * 1000)
}

fn queue_of<'a>(router: &'a Router, item: &WorkItemId) -> Option<&'a str> {
    Some(router.item(item.as_str())?.queue()?.as_str())
}
