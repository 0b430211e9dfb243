//! Laws of offers.

use handover::{
    AgentId, Input, ItemState, OfferEnd, OfferedBy, OnPresenceLost, Output, Timestamp, WorkItemId,
};
use proptest::prelude::*;

use super::item_log::Ledger;
use super::replay::{Step, Verdict, step, walk};
use crate::generators::input_sequence::diary::diary;

proptest! {
    #[test]
    fn an_offer_is_open_only_if_pending_or_in_a_warm_transfer(diary in diary()) {
        let mut ledger = Ledger::default();
        walk(&diary, |told| {
            told.outputs.iter().try_for_each(|output| ledger.read(output))?;
            for item in told.after.items() {
                let Some(agent) = item.offered_to() else {
                    prop_assert_eq!(item.offer_expires(), None);
                    prop_assert_ne!(item.state(), ItemState::PendingAccept);
                    continue;
                };
                prop_assert_ne!(item.holder(), Some(agent));
                match (item.state(), item.holder()) {
                    (ItemState::PendingAccept, None) => {}
                    (ItemState::Accepted, Some(giver)) => {
                        let entry = &ledger.entries[&item.work_item().id];
                        let by = entry.offer.as_ref().map(|offer| &offer.by);
                        prop_assert_eq!(by, Some(&OfferedBy::Transfer(giver.clone())));
                    }
                    other => prop_assert!(false, "{other:?} with an offer"),
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_offer_ends_in_one_output(diary in diary()) {
        let mut open: Vec<(WorkItemId, AgentId)> = vec![];
        let mut last = None;
        walk(&diary, |told| {
            told.outputs.iter().try_for_each(|output| follow(&mut open, output))?;
            let offers = told.after.items().filter_map(|item| {
                Some((item.work_item().id.clone(), item.offered_to()?.clone()))
            });
            let mut offers: Vec<(WorkItemId, AgentId)> = offers.collect();
            offers.sort();
            open.sort();
            prop_assert_eq!(&open, &offers);
            last = Some(told.after.clone());
            Ok(())
        })?;
        // At the end of the day everything is given up.
        let mut router = last.unwrap();
        let ids: Vec<WorkItemId> = router.items().map(|item| item.work_item().id.clone()).collect();
        let now = router.now().as_millis();
        for item in ids {
            let (_, outputs) = step(&mut router, now, &Input::Cancel { item, note: None });
            outputs.iter().try_for_each(|output| follow(&mut open, output))?;
        }
        prop_assert!(open.is_empty(), "{open:?} never end");
    }

    #[test]
    fn an_offer_never_outlives_its_agents_presence(diary in diary()) {
        let mut ledger = Ledger::default();
        walk(&diary, |told| {
            told.outputs.iter().try_for_each(|output| ledger.read(output))?;
            for item in told.after.items() {
                let Some(agent) = item.offered_to() else {
                    continue;
                };
                let rule = ledger.entries[&item.work_item().id].offer.as_ref().unwrap().rule.as_ref();
                let rule = rule.map(|rule| told.after.plan().config().rules.get(rule).unwrap());
                if rule.is_some_and(|rule| rule.on_presence_lost == OnPresenceLost::Keep) {
                    continue;
                }
                let found = told.after.agent(agent.as_str()).unwrap();
                let is_present = found.status().is_present(&item.work_item().channel);
                prop_assert_eq!(is_present, Some(true), "{} is offered to {}", item.work_item().id, agent);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_late_accept_is_refused(diary in diary()) {
        let mut open: Vec<(WorkItemId, AgentId)> = vec![];
        walk(&diary, |told| {
            answers_in_time(told)?;
            // Whatever was accepted was offered to this agent until then.
            if let (Input::Accept { item, agent }, Ok(())) = (told.input, &told.taken) {
                let accepted = told.outputs.iter().position(|output| {
                    matches!(output, Output::Accepted { item: one, agent: who, .. } if one == item && who == agent)
                });
                for output in &told.outputs[..accepted.unwrap()] {
                    follow(&mut open, output)?;
                }
                let offer = (item.clone(), agent.clone());
                prop_assert!(open.contains(&offer), "{offer:?} is not open");
                for output in &told.outputs[accepted.unwrap()..] {
                    follow(&mut open, output)?;
                }
                let again = step(&mut told.after.clone(), told.now, told.input).0;
                prop_assert!(again.is_err(), "accepted twice");
            } else {
                told.outputs.iter().try_for_each(|output| follow(&mut open, output))?;
            }
            Ok(())
        })?;
    }
}

/// An open offer can be accepted until a millisecond before it expires, and is gone a millisecond later.
fn answers_in_time(told: &Step<'_>) -> Verdict {
    for item in told.after.items() {
        let (Some(agent), Some(expires)) = (item.offered_to(), item.offer_expires()) else {
            continue;
        };
        let (id, expires) = (item.work_item().id.clone(), expires.as_millis());
        let accept = Input::Accept {
            item: id.clone(),
            agent: agent.clone(),
        };
        let next = told.after.poll_timeout().map(Timestamp::as_millis);
        prop_assert!(next.is_some_and(|next| next <= expires));
        if next == Some(expires) {
            let (taken, _) = step(&mut told.after.clone(), expires - 1, &accept);
            prop_assert_eq!(taken, Ok(()));
        }
        let (taken, outputs) = step(&mut told.after.clone(), expires, &accept);
        let ended = outputs.iter().position(|output| {
            matches!(output, Output::OfferEnded { item, agent: who, .. } if *item == id && who == agent)
        });
        let is_asked_anew = outputs.iter().skip(ended.map_or(0, |ended| ended + 1)).any(|output| {
            matches!(output, Output::Offered { item, agent: who, .. } if *item == id && who == agent)
        });
        prop_assert!(ended.is_some(), "the offer of {id} does not end");
        if let Some(Output::OfferEnded { why, .. }) = ended.map(|ended| &outputs[ended])
            && next == Some(expires)
        {
            prop_assert_eq!(*why, OfferEnd::TimedOut);
        }
        prop_assert_eq!(
            taken.is_ok(),
            is_asked_anew,
            "{} of {} at {}",
            agent,
            id,
            expires
        );
    }
    Ok(())
}

/// Notes an offer that opens, and one that ends in an output of its own.
fn follow(open: &mut Vec<(WorkItemId, AgentId)>, output: &Output) -> Verdict {
    match output {
        Output::Offered { item, agent, .. } => {
            let is_open = open.iter().any(|(other, _)| other == item);
            prop_assert!(!is_open, "{item} is offered twice at once");
            open.push((item.clone(), agent.clone()));
        }
        Output::OfferEnded { item, agent, .. } => {
            let place = open
                .iter()
                .position(|(one, who)| one == item && who == agent);
            prop_assert!(place.is_some(), "{output:?} without an offer");
            open.swap_remove(place.unwrap());
        }
        Output::Accepted {
            item, agent, by, ..
        } if *by == handover::AcceptedBy::Agent => {
            let place = open
                .iter()
                .position(|(one, who)| one == item && who == agent);
            prop_assert!(place.is_some(), "{output:?} without an offer");
            open.swap_remove(place.unwrap());
        }
        _ => {}
    }
    Ok(())
}
