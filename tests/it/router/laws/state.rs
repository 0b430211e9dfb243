//! Laws of the state at the end of a step.

use std::collections::{BTreeMap, BTreeSet};

use handover::{Condition, Input, ItemState, ItemStatus, Output, Router};
use proptest::prelude::*;

use super::item_log::ItemLog;
use super::replay::{LawResult, replay};
use crate::generators::input_sequence::input_sequence;
use crate::support::cases;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn every_work_item_is_in_exactly_one_state(sequence in input_sequence()) {
        let mut log = ItemLog::default();
        replay(&sequence, |step| {
            step.outputs.iter().try_for_each(|output| log.add(output))?;
            check_item_is_kept(step.input, &step.outputs, step.result.is_ok(), &log)?;
            // The router and its outputs have the same items, in the same states.
            let items: Vec<ItemStatus<'_>> = step.after.items().collect();
            prop_assert_eq!(items.len(), log.items.len());
            for item in items {
                let logged = log.items.get(&item.work_item().id);
                let logged = logged.ok_or_else(|| TestCaseError::fail("an item without outputs"))?;
                prop_assert_eq!(logged.state()?, item.state());
                prop_assert_eq!(logged.holder.as_ref(), item.holder());
                let offered_to = logged.offer.as_ref().map(|offer| &offer.agent);
                prop_assert_eq!(offered_to, item.offered_to());
                check_item_is_listed_once(step.after, &item)?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_item_of_an_active_queue_waits_while_someone_may_take_it(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let config = step.after.plan().config();
            for item in step.after.items() {
                let Some(id) = item.queue().filter(|_| item.state() == ItemState::Queued) else {
                    continue;
                };
                let queue = config.queues.get(id).unwrap();
                if queue.active && config.channels.get(&queue.channel).unwrap().active {
                    let why = step.after.explain(item.work_item().id.as_str()).unwrap();
                    prop_assert!(why.eligible().next().is_none(), "{}", why);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn load_is_the_sum_of_what_is_held(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let config = step.after.plan().config();
            for agent in config.agents.keys() {
                let status = step.after.agent(agent.as_str()).unwrap().status();
                let mut sum = 0;
                for channel in config.channels.keys() {
                    let (mut items, mut load) = (0, 0);
                    for item in step.after.items().filter(|item| item.work_item().channel == *channel) {
                        let counts = if item.offered_to() == Some(agent) {
                            true
                        } else if item.holder() == Some(agent) {
                            counts_as_load(step.after, &item)
                        } else {
                            continue;
                        };
                        items += 1;
                        load += if counts { u64::from(item.size()) } else { 0 };
                    }
                    prop_assert_eq!(status.items_in_hand(channel), Some(items));
                    prop_assert_eq!(status.load(channel), Some(load));
                    sum += load;
                }
                prop_assert_eq!(status.universal_load(), sum);
            }
            Ok(())
        })?;
    }
}

/// Checks that a routed item is live, unless an output says that it is unroutable or canceled.
fn check_item_is_kept(
    input: &Input,
    outputs: &[Output],
    is_accepted: bool,
    log: &ItemLog,
) -> LawResult {
    let Input::Route { item, .. } = input else {
        return Ok(());
    };
    let is_not_kept = |output: &Output| match output {
        Output::Unroutable { item: id, .. } | Output::Canceled { item: id, .. } => *id == item.id,
        _ => false,
    };
    if is_accepted && !outputs.iter().any(is_not_kept) {
        prop_assert!(log.items.contains_key(&item.id), "{} is lost", item.id);
    }
    Ok(())
}

/// Checks that an item is listed by its queue only, or by its holder and the agent with the offer only.
fn check_item_is_listed_once(router: &Router, item: &ItemStatus<'_>) -> LawResult {
    let id = &item.work_item().id;
    let config = router.plan().config();
    let is_item = |other: &&ItemStatus<'_>| other.work_item().id == *id;
    let mut queues = vec![];
    for queue in config.queues.keys() {
        let status = router.queue(queue.as_str()).unwrap();
        let waiting = status.waiting();
        queues.extend(waiting.iter().filter(is_item).map(|_| queue));
        if let Some(position) = waiting.iter().position(|other| is_item(&other)) {
            prop_assert_eq!(item.position(), Some(position));
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
    let mut agents: BTreeMap<&str, usize> = BTreeMap::new();
    for agent in config.agents.keys() {
        let view = router.agent(agent.as_str()).unwrap();
        for _ in view.held().iter().filter(is_item) {
            *agents.entry(agent.as_str()).or_default() += 1;
        }
    }
    prop_assert!(
        agents.keys().copied().eq(expected),
        "{id} is held by {agents:?}"
    );
    prop_assert!(
        agents.values().all(|times| *times == 1),
        "{id} is held by {agents:?}"
    );
    Ok(())
}

/// Whether an item of a holder counts as load.
///
/// An item in wrap-up counts. An accepted item counts if `utilization` holds, or if the item has none of its fields.
fn counts_as_load(router: &Router, item: &ItemStatus<'_>) -> bool {
    let work_item = item.work_item();
    let channel = router
        .plan()
        .config()
        .channels
        .get(&work_item.channel)
        .unwrap();
    let is_named = match &channel.utilization {
        Condition::Field { field, .. } => work_item.facts.contains_key(field),
        // The other generated conditions name no field.
        _ => false,
    };
    item.state() == ItemState::WrappingUp
        || !is_named
        || channel.utilization.holds(&work_item.facts)
}
