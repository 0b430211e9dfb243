//! Laws of offers.

use handover::{
    AgentId, Input, ItemState, OfferEnd, OfferedBy, OnPresenceLost, Output, Timestamp, WorkItemId,
};
use proptest::prelude::*;

use super::item_log::ItemLog;
use super::replay::{LawResult, ReplayedStep, apply, replay};
use crate::generators::input_sequence::input_sequence;
use crate::support::cases;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn an_offer_is_open_only_if_pending_or_in_a_warm_transfer(sequence in input_sequence()) {
        let mut log = ItemLog::default();
        replay(&sequence, |step| {
            step.outputs.iter().try_for_each(|output| log.add(output))?;
            for item in step.after.items() {
                let Some(agent) = item.offered_to() else {
                    prop_assert_eq!(item.offer_expires(), None);
                    prop_assert_ne!(item.state(), ItemState::PendingAccept);
                    continue;
                };
                prop_assert_ne!(item.holder(), Some(agent));
                match (item.state(), item.holder()) {
                    (ItemState::PendingAccept, None) => {}
                    (ItemState::Accepted, Some(giver)) => {
                        let logged = &log.items[&item.work_item().id];
                        let by = logged.offer.as_ref().map(|offer| &offer.by);
                        prop_assert_eq!(by, Some(&OfferedBy::Transfer(giver.clone())));
                    }
                    other => prop_assert!(false, "{other:?} with an offer"),
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_offer_ends_in_one_output(sequence in input_sequence()) {
        let mut open: Vec<(WorkItemId, AgentId)> = vec![];
        let mut last = None;
        replay(&sequence, |step| {
            step.outputs.iter().try_for_each(|output| track_offer(&mut open, output))?;
            let offers = step.after.items().filter_map(|item| {
                Some((item.work_item().id.clone(), item.offered_to()?.clone()))
            });
            let mut offers: Vec<(WorkItemId, AgentId)> = offers.collect();
            offers.sort();
            open.sort();
            prop_assert_eq!(&open, &offers);
            last = Some(step.after.clone());
            Ok(())
        })?;
        // Canceling every item ends all offers.
        let mut router = last.unwrap();
        let ids: Vec<WorkItemId> = router.items().map(|item| item.work_item().id.clone()).collect();
        let now = router.now().as_millis();
        for item in ids {
            let (_, outputs) = apply(&mut router, now, &Input::Cancel { item, note: None });
            outputs.iter().try_for_each(|output| track_offer(&mut open, output))?;
        }
        prop_assert!(open.is_empty(), "{open:?} never end");
    }

    #[test]
    fn an_offer_never_outlives_its_agents_presence(sequence in input_sequence()) {
        let mut log = ItemLog::default();
        replay(&sequence, |step| {
            step.outputs.iter().try_for_each(|output| log.add(output))?;
            for item in step.after.items() {
                let Some(agent) = item.offered_to() else {
                    continue;
                };
                let rule = log.items[&item.work_item().id].offer.as_ref().unwrap().rule.as_ref();
                let rule = rule.map(|rule| step.after.plan().config().rules.get(rule).unwrap());
                if rule.is_some_and(|rule| rule.on_presence_lost == OnPresenceLost::Keep) {
                    continue;
                }
                let view = step.after.agent(agent.as_str()).unwrap();
                let is_present = view.status().is_present(&item.work_item().channel);
                prop_assert_eq!(is_present, Some(true), "{} is offered to {}", item.work_item().id, agent);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_late_accept_is_refused(sequence in input_sequence()) {
        let mut open: Vec<(WorkItemId, AgentId)> = vec![];
        replay(&sequence, |step| {
            check_expiry(step)?;
            // An accepted item was offered to this agent until then.
            if let (Input::Accept { item, agent }, Ok(())) = (step.input, &step.result) {
                let acceptance = step.outputs.iter().position(|output| {
                    matches!(output, Output::Accepted { item: accepted, agent: by, .. } if accepted == item && by == agent)
                });
                for output in &step.outputs[..acceptance.unwrap()] {
                    track_offer(&mut open, output)?;
                }
                let offer = (item.clone(), agent.clone());
                prop_assert!(open.contains(&offer), "{offer:?} is not open");
                for output in &step.outputs[acceptance.unwrap()..] {
                    track_offer(&mut open, output)?;
                }
                let second = apply(&mut step.after.clone(), step.now, step.input).0;
                prop_assert!(second.is_err(), "accepted twice");
            } else {
                step.outputs.iter().try_for_each(|output| track_offer(&mut open, output))?;
            }
            Ok(())
        })?;
    }
}

/// Checks that an open offer can be accepted one millisecond before it expires, and not when it expires.
fn check_expiry(step: &ReplayedStep<'_>) -> LawResult {
    for item in step.after.items() {
        let (Some(agent), Some(expires)) = (item.offered_to(), item.offer_expires()) else {
            continue;
        };
        let (id, expires) = (item.work_item().id.clone(), expires.as_millis());
        let accept = Input::Accept {
            item: id.clone(),
            agent: agent.clone(),
        };
        let next = step.after.poll_timeout().map(Timestamp::as_millis);
        prop_assert!(next.is_some_and(|next| next <= expires));
        if next == Some(expires) {
            let (result, _) = apply(&mut step.after.clone(), expires - 1, &accept);
            prop_assert_eq!(result, Ok(()));
        }
        let (result, outputs) = apply(&mut step.after.clone(), expires, &accept);
        let ended = outputs.iter().position(|output| {
            matches!(output, Output::OfferEnded { item, agent: other, .. } if *item == id && other == agent)
        });
        let is_offered_again = outputs.iter().skip(ended.map_or(0, |ended| ended + 1)).any(|output| {
            matches!(output, Output::Offered { item, agent: other, .. } if *item == id && other == agent)
        });
        prop_assert!(ended.is_some(), "the offer of {id} does not end");
        if let Some(Output::OfferEnded { why, .. }) = ended.map(|ended| &outputs[ended])
            && next == Some(expires)
        {
            prop_assert_eq!(*why, OfferEnd::TimedOut);
        }
        prop_assert_eq!(
            result.is_ok(),
            is_offered_again,
            "{} accepts {} at {}",
            agent,
            id,
            expires
        );
    }
    Ok(())
}

/// Updates the open offers with an output, and fails if the output does not fit.
fn track_offer(open: &mut Vec<(WorkItemId, AgentId)>, output: &Output) -> LawResult {
    match output {
        Output::Offered { item, agent, .. } => {
            let is_open = open.iter().any(|(other, _)| other == item);
            prop_assert!(!is_open, "{item} is offered twice at once");
            open.push((item.clone(), agent.clone()));
        }
        Output::OfferEnded { item, agent, .. } => {
            let index = open
                .iter()
                .position(|offer| (&offer.0, &offer.1) == (item, agent));
            prop_assert!(index.is_some(), "{output:?} without an offer");
            open.swap_remove(index.unwrap());
        }
        Output::Accepted {
            item, agent, by, ..
        } if *by == handover::AcceptedBy::Agent => {
            let index = open
                .iter()
                .position(|offer| (&offer.0, &offer.1) == (item, agent));
            prop_assert!(index.is_some(), "{output:?} without an offer");
            open.swap_remove(index.unwrap());
        }
        _ => {}
    }
    Ok(())
}
