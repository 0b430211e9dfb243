//! The law of exhaustion.

use std::collections::BTreeSet;

use handover::{AgentKind, Output, Router, SkillMode, WorkItemId};
use proptest::prelude::*;

use super::replay::{declines, replay};
use crate::generators::input_sequence::input_sequence;
use crate::support::cases;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn item_is_not_exhausted_while_a_later_pool_has_somebody(sequence in input_sequence()) {
        replay(&sequence, |step| {
            for output in &step.outputs {
                // Outputs of exhaustion are the last ones, so the item still waits.
                if let Output::Exhausted { item, .. } = output {
                    let declined = declined(step.after, item);
                    for agent in ready_members(step.after, item) {
                        prop_assert!(declined.contains(&agent), "{item} is exhausted without {agent}");
                    }
                }
            }
            Ok(())
        })?;
    }
}

/// Returns the agents in the snapshot whose decline of an item is in force.
fn declined(router: &Router, item: &WorkItemId) -> BTreeSet<String> {
    assert!(router.item(item.as_str()).is_some(), "{item} is gone");
    let now = router.now().as_millis();
    let declines = declines(router, item).into_iter();
    let holding = declines.filter(|(_, until)| until.is_none_or(|until| now < until));
    holding.map(|(agent, _)| agent).collect()
}

/// Returns the present people in the groups of all pools of an item's queue, open or not, whose rules have no other gate.
fn ready_members(router: &Router, item: &WorkItemId) -> BTreeSet<String> {
    let config = router.plan().config();
    let item = router.item(item.as_str()).unwrap();
    let channel = &item.work_item().channel;
    let pools = config
        .queues
        .get(item.queue().unwrap())
        .unwrap()
        .eligibility
        .iter();
    let ungated = pools.filter(|pool| {
        let rule = config.rules.get(&pool.rule).unwrap();
        rule.gates.is_empty() && matches!(rule.skills, SkillMode::Ignore | SkillMode::Prefer)
    });
    let groups = ungated.flat_map(|pool| &pool.groups);
    let members = groups.flat_map(|group| &config.groups.get(group).unwrap().members);
    let ready = members.filter(|agent| {
        let status = router.agent(agent.as_str()).unwrap().status();
        config.agents.get(*agent).unwrap().kind == AgentKind::Human
            && status.is_present(channel) == Some(true)
    });
    ready.map(|agent| agent.as_str().into()).collect()
}
