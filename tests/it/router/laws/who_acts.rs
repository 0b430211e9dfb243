//! Laws of inputs that name who acts, of repeated inputs, and of offers that were made through a group.

use handover::{
    AgentId, Input, ItemState, ItemStatus, OnPresenceLost, QueueId, Router, RouterError, Transfer,
    TransferMode, WorkItemId,
};
use proptest::prelude::*;

use super::item_log::ItemLog;
use super::replay::{ReplayedStep, apply, declines, replay, state_text};
use crate::generators::input_sequence::input_sequence;
use crate::support::cases;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn input_by_another_than_the_holder_is_refused(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let agents: Vec<AgentId> = step.after.plan().config().agents.keys().cloned().collect();
            let mut router = step.after.clone();
            for item in step.after.items() {
                let id = &item.work_item().id;
                for agent in agents.iter().chain([&"nobody".into()]) {
                    if item.holder() == Some(agent) {
                        let input = Input::Close { item: id.clone(), by: Some(agent.clone()) };
                        let (result, _) = apply(&mut step.after.clone(), step.after.now().as_millis(), &input);
                        prop_assert_eq!(result, Ok(()));
                        continue;
                    }
                    for input in inputs_by(&item, agent, agents.first()) {
                        let expected = RouterError::NotTheHolder { item: id.clone(), by: agent.clone() };
                        let (result, outputs) = apply(&mut router, step.after.now().as_millis(), &input);
                        prop_assert_eq!((result, outputs), (Err(expected), vec![]), "{:?}", input);
                    }
                }
            }
            prop_assert_eq!(state_text(&router), state_text(step.after));
            Ok(())
        })?;
    }

    #[test]
    fn release_without_by_records_no_decline(sequence in input_sequence()) {
        replay(&sequence, |step| {
            for item in step.after.items().filter(|item| item.state() == ItemState::Accepted) {
                let id = &item.work_item().id;
                let input = Input::Release { item: id.clone(), by: None };
                let mut router = step.after.clone();
                let (result, _) = apply(&mut router, step.after.now().as_millis(), &input);
                prop_assert_eq!(result, Ok(()));
                let before = declining_agents(step.after, id);
                for agent in declining_agents(&router, id) {
                    prop_assert!(before.contains(&agent), "{agent} has declined {id}");
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn transfer_to_another_queue_leaves_no_decline(sequence in input_sequence()) {
        replay(&sequence, |step| {
            for item in step.after.items() {
                for queue in other_queues(step.after, &item) {
                    let id = &item.work_item().id;
                    let mut transfer = Transfer::to_queue(id, queue);
                    // Without a holder, no agent can be named.
                    for by in [None, item.holder().cloned()] {
                        transfer.by = by;
                        let mut router = step.after.clone();
                        let input = Input::Transfer(transfer.clone());
                        let (result, _) = apply(&mut router, step.after.now().as_millis(), &input);
                        if result.is_ok() {
                            prop_assert_eq!(declining_agents(&router, id), Vec::<String>::new());
                        }
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn repeated_input_is_refused(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let Some((item, code)) = repeated_code(step) else {
                return Ok(());
            };
            let mut router = step.after.clone();
            let (result, outputs) = apply(&mut router, step.now, step.input);
            let live_code = step.after.item(item.as_str()).map(|_| code);
            prop_assert_eq!(result.map_err(|error| error.code()), Err(live_code.unwrap_or("unknown_item")));
            prop_assert!(outputs.is_empty(), "{outputs:?}");
            prop_assert_eq!(state_text(&router), state_text(step.after));
            Ok(())
        })?;
    }

    #[test]
    fn open_offer_never_outlives_its_group(sequence in input_sequence()) {
        let mut log = ItemLog::default();
        replay(&sequence, |step| {
            step.outputs.iter().try_for_each(|output| log.add(output))?;
            let config = step.after.plan().config();
            for (id, item) in &log.items {
                let Some((offer, group)) = item.offer.as_ref().and_then(|offer| Some((offer, offer.group.as_ref()?))) else {
                    continue;
                };
                let rule = offer.rule.as_ref().map(|rule| config.rules.get(rule).unwrap());
                if rule.is_some_and(|rule| rule.on_presence_lost == OnPresenceLost::Keep) {
                    continue;
                }
                let is_member = config.groups.get(group).is_some_and(|group| group.members.contains(&offer.agent));
                prop_assert!(is_member, "{id} is offered to {} of {group}", offer.agent);
            }
            Ok(())
        })?;
    }
}

/// Returns all inputs by an agent about an item. A transfer needs a target that exists.
fn inputs_by(item: &ItemStatus<'_>, agent: &AgentId, receiver: Option<&AgentId>) -> Vec<Input> {
    let id = || item.work_item().id.clone();
    let by = || Some(agent.clone());
    let to_queue = item.queue().map(|queue| Transfer::to_queue(id(), queue));
    let modes = [TransferMode::Blind, TransferMode::Warm];
    let to_agent =
        receiver.map(|receiver| modes.map(|mode| Transfer::to_agent(id(), receiver, mode)));
    let transfers = to_queue.into_iter().chain(to_agent.into_iter().flatten());
    let transfers = transfers.map(|transfer| Input::Transfer(transfer.by(agent)));
    let inputs = [
        Input::Complete {
            item: id(),
            by: by(),
        },
        Input::Close {
            item: id(),
            by: by(),
        },
        Input::Release {
            item: id(),
            by: by(),
        },
    ];
    inputs.into_iter().chain(transfers).collect()
}

/// Returns the ids of the agents who have declined an item, or none if the item is gone.
fn declining_agents(router: &Router, id: &WorkItemId) -> Vec<String> {
    let declines = declines(router, id).into_iter();
    declines.map(|(agent, _)| agent).collect()
}

/// Returns the queues of the item's channel, except its own.
fn other_queues(router: &Router, item: &ItemStatus<'_>) -> Vec<QueueId> {
    let queues = router.plan().config().queues.iter();
    let is_other = |id: &QueueId| item.queue() != Some(id);
    let others =
        queues.filter(|(id, queue)| queue.channel == item.work_item().channel && is_other(id));
    others.map(|(id, _)| id.clone()).collect()
}

/// Returns the item of an input that was taken and cannot be taken twice, and the code of the refusal if the item is live.
fn repeated_code<'a>(step: &ReplayedStep<'a>) -> Option<(&'a WorkItemId, &'static str)> {
    step.result.as_ref().ok()?;
    match step.input {
        Input::Accept { item, .. } => Some((item, "already_accepted")),
        Input::Reject { item, .. } => Some((item, "not_offered")),
        Input::Complete { item, .. } => Some((item, "already_completed")),
        Input::Release { item, by: Some(_) } => Some((item, "not_the_holder")),
        Input::Close { item, .. } | Input::Cancel { item, .. } => Some((item, "unknown_item")),
        _ => None,
    }
}
