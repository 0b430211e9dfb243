//! The laws of one decision: properties that hold for all fixtures.

use handover::{
    AssignBy, CommitError, Decision, Plan, QueueId, Roster, SkillMode, assign, explain,
};
use proptest::prelude::*;

use super::comparison::{assert_agrees, assert_explains};
use crate::generators::fixture::{Fixture, NOW, assign_by, fixture};
use crate::oracle::conversion::{chosen, roster, routed, rows, set_cursors};
use crate::oracle::{Oracle, as_custom_key};
use crate::support::plans::{at, plan};

/// Decides on all items of a fixture. Returns each with its oracle, the plan, the roster and the decision.
fn decisions(fixture: &Fixture) -> Vec<(Oracle<'_>, Plan, Roster, Decision)> {
    let plan = plan(&fixture.config);
    let roster = roster(&plan, &fixture.roster);
    let decide = |item| {
        let oracle = fixture.oracle(item, NOW);
        let decision = assign(&roster, &routed(&plan, item), at(NOW)).unwrap();
        (oracle, plan.clone(), roster.clone(), decision)
    };
    fixture.items.iter().map(decide).collect()
}

/// Returns the agent, the pool and the group of the decision on an item of a fixture, or `None` if the item waits.
fn chosen_in(fixture: &Fixture, index: usize) -> Option<(String, usize, String)> {
    let plan = plan(&fixture.config);
    let roster = roster(&plan, &fixture.roster);
    let routed = routed(&plan, &fixture.items[index]);
    let decision = assign(&roster, &routed, at(NOW)).unwrap();
    chosen(&plan, &decision).map(|(agent, pool, group)| (agent.into(), pool, group.into()))
}

proptest! {
    #[test]
    fn assign_agrees_with_the_oracle(fixture in fixture()) {
        let plan = plan(&fixture.config);
        let roster = roster(&plan, &fixture.roster);
        roster.check_invariants().unwrap();
        for item in &fixture.items {
            assert_agrees(&plan, &roster, &fixture.oracle(item, NOW));
        }
    }

    #[test]
    fn the_chosen_agent_is_eligible(fixture in fixture()) {
        for (oracle, plan, _, decision) in decisions(&fixture) {
            if let Some((agent, pool, group)) = chosen(&plan, &decision) {
                prop_assert!(oracle.queue().eligibility[pool].groups.contains(&group.into()));
                prop_assert!(oracle.config.groups.get(group).unwrap().members.contains(&agent.into()));
                prop_assert_eq!(oracle.failed_gate(pool, agent), None);
            }
        }
    }

    #[test]
    fn assignment_never_exceeds_capacity(fixture in fixture()) {
        let plan = plan(&fixture.config);
        let mut roster = roster(&plan, &fixture.roster);
        for item in fixture.items.iter().cycle().take(30) {
            let Decision::Assign(assignment) = assign(&roster, &routed(&plan, item), at(NOW)).unwrap() else {
                continue;
            };
            let channel = item.work_item.channel.as_str();
            let (channel_before, total_before) = loads(&roster, &assignment, channel, &plan);
            roster.commit(&assignment).unwrap();
            let (channel_after, total_after) = loads(&roster, &assignment, channel, &plan);
            let size = u64::from(item.size(&fixture.config));
            prop_assert_eq!((channel_after, total_after), (channel_before + size, total_before + size));
            let agent = assignment.agent(&plan).unwrap().as_str();
            prop_assert!(fixture.roster.capacity(&fixture.config, agent, channel).holds(channel_after));
            prop_assert!(fixture.roster.universal_capacity(&fixture.config, agent).holds(total_after));
        }
    }

    #[test]
    fn if_anyone_is_eligible_someone_is_chosen(fixture in fixture()) {
        for (oracle, plan, _, decision) in decisions(&fixture) {
            let is_eligible = |id: &handover::AgentId| {
                let pools = oracle.pools();
                let pools_of_agent = pools.iter().filter(|pool| oracle.members(**pool).contains_key(id.as_str()));
                pools_of_agent.into_iter().any(|pool| oracle.failed_gate(*pool, id.as_str()).is_none())
            };
            let is_anyone_eligible = oracle.config.agents.keys().any(is_eligible);
            prop_assert_eq!(chosen(&plan, &decision).is_some(), is_anyone_eligible);
        }
    }

    /// It does not matter to the agent, the pool and the group of a decision, without the two keys that use the order.
    #[test]
    fn the_order_agents_are_listed_in_does_not_matter(mut fixture in fixture(), rotation in 1..7_usize) {
        for rule in fixture.config.rules.values_mut() {
            rule.assign_by.retain(|key| !matches!(key, AssignBy::RoundRobin | AssignBy::InOrder));
        }
        let mut other = fixture.clone();
        for group in other.config.groups.values_mut() {
            group.members.reverse();
            let members = group.members.len();
            group.members.rotate_left(rotation.min(members));
        }
        let mut agents: Vec<_> = other.config.agents.iter().map(|(id, agent)| (id.clone(), agent.clone())).collect();
        agents.reverse();
        let count = agents.len();
        agents.rotate_left(rotation.min(count));
        other.config.agents = agents.into_iter().collect();
        for index in 0..fixture.items.len() {
            prop_assert_eq!(chosen_in(&fixture, index), chosen_in(&other, index));
        }
    }

    #[test]
    fn taking_away_the_presence_of_another_does_not_change_who_is_chosen(fixture in fixture()) {
        for (oracle, plan, roster, decision) in decisions(&fixture) {
            let before = chosen(&plan, &decision);
            let others = oracle.config.agents.keys().filter(|id| before.is_some_and(|(agent, ..)| agent != id.as_str()));
            for other in others {
                let mut without = roster.clone();
                without.clear_presence(other, at(NOW)).unwrap();
                let decision = assign(&without, &routed(&plan, oracle.item), at(NOW)).unwrap();
                prop_assert_eq!(chosen(&plan, &decision), before, "without {}", other);
            }
        }
    }

    #[test]
    fn affinity_never_changes_whether_anyone_is_found(fixture in fixture()) {
        let mut other = fixture.clone();
        for queue in other.config.queues.values_mut() {
            queue.affinity.clear();
        }
        for index in 0..fixture.items.len() {
            prop_assert_eq!(chosen_in(&fixture, index).is_some(), chosen_in(&other, index).is_some());
        }
    }

    #[test]
    fn a_ranking_never_changes_whether_anyone_is_found(
        fixture in fixture(),
        assign_by in assign_by(),
    ) {
        let mut other = fixture.clone();
        for rule in other.config.rules.values_mut() {
            rule.assign_by.clone_from(&assign_by);
            rule.skills = match rule.skills {
                SkillMode::Ignore => SkillMode::PreferLevels,
                SkillMode::Prefer | SkillMode::PreferLevels => SkillMode::Ignore,
                requiring => requiring,
            };
        }
        for queue in other.config.queues.values_mut() {
            queue.affinity.reverse();
        }
        for group in other.config.groups.values_mut() {
            group.queue_order = handover::Map::new();
        }
        for index in 0..fixture.items.len() {
            let (before, after) = (chosen_in(&fixture, index), chosen_in(&other, index));
            prop_assert_eq!(before.is_some(), after.is_some());
        }
    }

    #[test]
    fn explain_agrees_with_assign(fixture in fixture()) {
        for (oracle, plan, roster, decision) in decisions(&fixture) {
            let explanation = explain(&roster, &routed(&plan, oracle.item), at(NOW)).unwrap();
            prop_assert_eq!(explanation.decision(), decision);
            assert_explains(&oracle, &explanation);
        }
    }

    /// `assign` returns equal decisions for equal arguments, whatever it decided in between.
    #[test]
    fn the_same_question_gets_the_same_answer(fixture in fixture()) {
        let plan = plan(&fixture.config);
        let roster = roster(&plan, &fixture.roster);
        for item in &fixture.items {
            let queued = routed(&plan, item);
            let first = assign(&roster, &queued, at(NOW)).unwrap();
            for other in &fixture.items {
                let _ = assign(&roster, &routed(&plan, other), at(NOW + 1)).unwrap();
            }
            prop_assert_eq!(assign(&roster, &queued, at(NOW)).unwrap(), first);
            prop_assert_eq!(assign(&roster.clone(), &queued.clone(), at(NOW)).unwrap(), first);
        }
    }

    #[test]
    fn item_is_not_assigned_before_the_end_of_its_wait(fixture in fixture()) {
        for (oracle, plan, roster, decision) in decisions(&fixture) {
            let Decision::Wait(wait) = decision else { continue };
            let millis_before = |until: handover::Timestamp| until.as_millis() - 1;
            let last_moment = wait.until().map_or(NOW + 10_000_000, millis_before);
            prop_assert!(last_moment >= NOW);
            for moment in [NOW + (last_moment - NOW) / 2, last_moment] {
                let decision = assign(&roster, &routed(&plan, oracle.item), at(moment)).unwrap();
                prop_assert_eq!(chosen(&plan, &decision), None);
            }
        }
    }

    #[test]
    fn roster_of_one_queue_decides_like_the_whole_roster(fixture in fixture(), only_present_agents: bool) {
        let plan = plan(&fixture.config);
        let whole = roster(&plan, &fixture.roster);
        for item in &fixture.items {
            let mut model = fixture.roster.for_queue(&item.queue);
            if only_present_agents {
                model.agents.retain(|_, agent| agent.presence.is_some());
            }
            let mut part = Roster::of(&plan, &QueueId::from(&item.queue), rows(&model)).unwrap();
            set_cursors(&mut part, &fixture.config, &model);
            part.check_invariants().unwrap();
            let routed = routed(&plan, item);
            let (left, right) = (assign(&part, &routed, at(NOW)).unwrap(), assign(&whole, &routed, at(NOW)).unwrap());
            prop_assert_eq!(chosen(&plan, &left), chosen(&plan, &right));
            assert_agrees(&plan, &part, &fixture.oracle(item, NOW));
        }
    }

    /// They agree on the agent, the pool and the group of each of 12 decisions in a row.
    #[test]
    fn the_index_and_the_traits_agree(fixture in fixture()) {
        let mut other = fixture.clone();
        for rule in other.config.rules.values_mut() {
            rule.assign_by = rule.assign_by.iter().map(as_custom_key).collect();
            let skills = match rule.skills {
                SkillMode::Require => Some((SkillMode::Prefer, "holds_skills")),
                SkillMode::RequireLevels => Some((SkillMode::PreferLevels, "holds_levels")),
                _ => None,
            };
            if let Some((mode, gate)) = skills {
                rule.skills = mode;
                rule.gates.push(gate.into());
            }
            rule.gates.extend(["anyone", "present", "not_declined", "has_capacity"].map(Into::into));
            if !rule.include_ai {
                rule.include_ai = true;
                rule.gates.push("human_only".into());
            }
        }
        let (by_index, by_traits) = (plan(&fixture.config), plan(&other.config));
        let mut left = roster(&by_index, &fixture.roster);
        let mut right = roster(&by_traits, &other.roster);
        for item in fixture.items.iter().cycle().take(12) {
            let first = assign(&left, &routed(&by_index, item), at(NOW)).unwrap();
            let second = assign(&right, &routed(&by_traits, item), at(NOW)).unwrap();
            prop_assert_eq!(chosen(&by_index, &first), chosen(&by_traits, &second));
            if let (Decision::Assign(first), Decision::Assign(second)) = (first, second) {
                left.commit(&first).unwrap();
                right.commit(&second).unwrap();
            }
        }
    }

    #[test]
    fn a_stale_assignment_is_not_committed(fixture in fixture()) {
        for (_, plan, mut roster, decision) in decisions(&fixture) {
            let Decision::Assign(assignment) = decision else { continue };
            let mut absent = roster.clone();
            absent.clear_presence(assignment.agent(&plan).unwrap(), at(NOW)).unwrap();
            let before = format!("{absent:?}");
            prop_assert_eq!(absent.commit(&assignment), stale(&plan, &assignment));
            prop_assert_eq!(format!("{absent:?}"), before);

            roster.commit(&assignment).unwrap();
            let before = format!("{roster:?}");
            prop_assert_eq!(roster.commit(&assignment), stale(&plan, &assignment));
            prop_assert_eq!(format!("{roster:?}"), before);
            roster.check_invariants().unwrap();
        }
    }
}

/// Returns the loads of the assigned agent, on the channel and over all channels.
fn loads(
    roster: &Roster,
    assignment: &handover::Assignment,
    channel: &str,
    plan: &Plan,
) -> (u64, u64) {
    let agent = roster.agent(assignment.agent(plan).unwrap()).unwrap();
    (agent.load(channel).unwrap(), agent.universal_load())
}

/// Returns the error of the commit of a stale assignment.
fn stale(plan: &Plan, assignment: &handover::Assignment) -> Result<(), CommitError> {
    Err(CommitError::Stale {
        agent: assignment.agent(plan).cloned(),
    })
}
