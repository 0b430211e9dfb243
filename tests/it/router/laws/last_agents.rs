//! Laws of last agents.

use std::collections::BTreeSet;

use handover::{Affinity, AgentId, AgentKind, Decision, Input, ItemStatus, Router};
use proptest::prelude::*;

use super::replay::{replay, snapshot_text};
use crate::generators::input_sequence::input_sequence;
use crate::generators::router_input::DAY;
use crate::router::differential::comparison::System;
use crate::router_model::ModelAcceptance;
use crate::support::cases;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn live_work_of_a_requester_ranks_before_memory(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let memory = System::memory(step.after);
            for item in step.after.items() {
                let Some(days) = days_of_first_affinity(step.after, &item) else { continue };
                let Some(why) = step.after.explain(item.work_item().id.as_str()) else { continue };
                let current = current_agents(step.after, &item);
                let last = last_agent(&memory, &item, step.after.now().as_millis(), days);
                let ranks: Vec<usize> = why.eligible().map(|report| {
                    let agent = report.agent();
                    if current.contains(agent) { 0 } else if last == Some(agent.as_str()) { 1 } else { 2 }
                }).collect();
                prop_assert!(ranks.is_sorted(), "{why}");
                if let Decision::Assign(assignment) = why.decision() {
                    let chosen = assignment.agent(step.after.plan());
                    prop_assert_eq!(chosen, why.eligible().next().map(handover::CandidateReport::agent));
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn ai_agent_is_never_remembered(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let before = System::memory(&step.before);
            let configs = [step.before.plan().config(), step.after.plan().config()];
            for last in System::memory(step.after) {
                // A person who becomes an AI agent stays remembered.
                let was_human = configs.iter().any(|config| {
                    let agent = config.agents.get(last.agent.as_str());
                    agent.is_some_and(|agent| agent.kind == AgentKind::Human)
                });
                prop_assert!(was_human || before.contains(&last), "{last:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn channel_without_last_agent_remembers_nothing(sequence in input_sequence()) {
        replay(&sequence, |step| {
            for last in System::memory(step.after) {
                let mut queues = step.after.plan().config().queues.values();
                let uses_last_agent = queues.any(|queue| {
                    let mut affinities = queue.affinity.iter();
                    queue.channel == *last.channel
                        && affinities.any(|affinity| matches!(affinity, Affinity::LastAgent { .. }))
                });
                prop_assert!(uses_last_agent, "{last:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn forgotten_requester_is_in_no_snapshot(sequence in input_sequence()) {
        replay(&sequence, |step| {
            if let (Input::Forget { requester }, Ok(())) = (step.input, &step.result) {
                let field = format!("\"requester\":\"{requester}\"");
                prop_assert!(!snapshot_text(step.after).contains(&field));
            }
            Ok(())
        })?;
    }
}

/// Returns the days of the first affinity of an item's queue, if it is `last_agent`.
fn days_of_first_affinity(router: &Router, item: &ItemStatus<'_>) -> Option<u64> {
    let queue = router.plan().config().queues.get(item.queue()?)?;
    match queue.affinity.first()? {
        Affinity::LastAgent { within_days } => Some((*within_days).into()),
        _ => None,
    }
}

/// Returns the agents who hold or are offered other items of an item's requester on its channel.
fn current_agents(router: &Router, item: &ItemStatus<'_>) -> BTreeSet<AgentId> {
    let own = item.work_item();
    let others = router.items().filter(|other| {
        let other = other.work_item();
        own.requester.is_some()
            && (&other.requester, &other.channel) == (&own.requester, &own.channel)
            && other.id != own.id
    });
    let agents = others.flat_map(|other| [other.holder(), other.offered_to()]);
    agents.flatten().cloned().collect()
}

/// Returns the agent whom the memory names for an item's requester, if the acceptance is recent enough.
fn last_agent<'a>(
    memory: &'a [ModelAcceptance],
    item: &ItemStatus<'_>,
    now: u64,
    days: u64,
) -> Option<&'a str> {
    let item = item.work_item();
    let requester = item.requester.as_ref()?.as_str();
    let mut acceptances = memory.iter();
    let last = acceptances
        .find(|last| last.channel == item.channel.as_str() && last.requester == requester)?;
    (now - last.at <= days * DAY).then_some(last.agent.as_str())
}
