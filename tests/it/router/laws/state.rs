//! Laws of what a router knows at the end of a step.

use std::collections::{BTreeMap, BTreeSet};

use handover::{Condition, Input, ItemState, ItemStatus, Output, Router};
use proptest::prelude::*;

use super::item_log::Ledger;
use super::replay::{Verdict, walk};
use crate::generators::input_sequence::diary::diary;

proptest! {
    #[test]
    fn every_work_item_is_in_exactly_one_state(diary in diary()) {
        let mut ledger = Ledger::default();
        walk(&diary, |told| {
            told.outputs.iter().try_for_each(|output| ledger.read(output))?;
            nothing_is_lost(told.input, &told.outputs, told.taken.is_ok(), &ledger)?;
            // The router and its outputs know the same items, in the same states.
            let items: Vec<ItemStatus<'_>> = told.after.items().collect();
            prop_assert_eq!(items.len(), ledger.entries.len());
            for item in items {
                let entry = ledger.entries.get(&item.work_item().id);
                let entry = entry.ok_or_else(|| TestCaseError::fail("an item nobody knows"))?;
                prop_assert_eq!(entry.state()?, item.state());
                prop_assert_eq!(entry.holder.as_ref(), item.holder());
                let offered_to = entry.offer.as_ref().map(|offer| &offer.agent);
                prop_assert_eq!(offered_to, item.offered_to());
                stands_in_one_place(told.after, &item)?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_item_of_an_active_queue_waits_while_someone_may_take_it(diary in diary()) {
        walk(&diary, |told| {
            let config = told.after.plan().config();
            for item in told.after.items() {
                let Some(id) = item.queue().filter(|_| item.state() == ItemState::Queued) else {
                    continue;
                };
                let queue = config.queues.get(id).unwrap();
                if queue.active && config.channels.get(&queue.channel).unwrap().active {
                    let why = told.after.explain(item.work_item().id.as_str()).unwrap();
                    prop_assert!(why.eligible().next().is_none(), "{}", why);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn load_is_the_sum_of_what_is_held(diary in diary()) {
        walk(&diary, |told| {
            let config = told.after.plan().config();
            for agent in config.agents.keys() {
                let found = told.after.agent(agent.as_str()).unwrap().status();
                let mut sum = 0;
                for channel in config.channels.keys() {
                    let mut held = (0, 0);
                    for item in told.after.items().filter(|item| item.work_item().channel == *channel) {
                        let counts = if item.offered_to() == Some(agent) {
                            true
                        } else if item.holder() == Some(agent) {
                            counts_as_load(told.after, &item)
                        } else {
                            continue;
                        };
                        held.0 += 1;
                        held.1 += if counts { u64::from(item.size()) } else { 0 };
                    }
                    prop_assert_eq!(found.items_in_hand(channel), Some(held.0));
                    prop_assert_eq!(found.load(channel), Some(held.1));
                    sum += held.1;
                }
                prop_assert_eq!(found.universal_load(), sum);
            }
            Ok(())
        })?;
    }
}

/// What came in is there, but for what is told to have ended or not to have been kept.
fn nothing_is_lost(input: &Input, outputs: &[Output], is_taken: bool, ledger: &Ledger) -> Verdict {
    let Input::Route { item, .. } = input else {
        return Ok(());
    };
    let is_not_kept = |output: &Output| match output {
        Output::Unroutable { item: id, .. } | Output::Canceled { item: id, .. } => *id == item.id,
        _ => false,
    };
    if is_taken && !outputs.iter().any(is_not_kept) {
        prop_assert!(ledger.entries.contains_key(&item.id), "{} is lost", item.id);
    }
    Ok(())
}

/// An item waits in its queue and nowhere else, or is in the hands of those who hold it and of nobody else.
fn stands_in_one_place(router: &Router, item: &ItemStatus<'_>) -> Verdict {
    let id = &item.work_item().id;
    let config = router.plan().config();
    let is_it = |other: &&ItemStatus<'_>| other.work_item().id == *id;
    let mut queues = vec![];
    for queue in config.queues.keys() {
        let found = router.queue(queue.as_str()).unwrap();
        let waiting = found.waiting();
        queues.extend(waiting.iter().filter(is_it).map(|_| queue));
        if let Some(place) = waiting.iter().position(|other| is_it(&other)) {
            prop_assert_eq!(item.position(), Some(place));
        }
    }
    if item.state() == ItemState::Queued {
        prop_assert_eq!(&queues, &[item.queue().unwrap()]);
    } else {
        prop_assert!(queues.is_empty(), "{id} waits in {queues:?}");
        prop_assert_eq!(item.position(), None);
    }
    let expected: BTreeSet<&str> = [item.holder(), item.offered_to()]
        .into_iter()
        .flatten()
        .map(handover::AgentId::as_str)
        .collect();
    let mut hands: BTreeMap<&str, usize> = BTreeMap::new();
    for agent in config.agents.keys() {
        let found = router.agent(agent.as_str()).unwrap();
        for _ in found.held().iter().filter(is_it) {
            *hands.entry(agent.as_str()).or_default() += 1;
        }
    }
    prop_assert!(hands.keys().copied().eq(expected), "{id} is with {hands:?}");
    prop_assert!(
        hands.values().all(|times| *times == 1),
        "{id} is with {hands:?}"
    );
    Ok(())
}

/// What is wrapped up counts; what is accepted as the channel says, or if it has none of the facts that the channel names.
fn counts_as_load(router: &Router, item: &ItemStatus<'_>) -> bool {
    let work = item.work_item();
    let channel = router.plan().config().channels.get(&work.channel).unwrap();
    let is_named = match &channel.utilization {
        Condition::Field { field, .. } => work.facts.contains_key(field),
        // Such conditions name no field on these days.
        _ => false,
    };
    item.state() == ItemState::WrappingUp || !is_named || channel.utilization.holds(&work.facts)
}
