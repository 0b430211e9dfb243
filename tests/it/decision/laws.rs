//! What must be so of every decision.

use handover::{
    AssignBy, CommitError, Decision, Plan, QueueId, Roster, SkillMode, assign, explain,
};
use proptest::prelude::*;

use crate::generators::fixture::{self, NOW, World};
use crate::oracle::conversion::{agreed, at, chosen, plan, roster, routed, rows, set_cursors};
use crate::oracle::gates::Case;

/// Every question of a world, with the decision on it.
fn decisions(world: &World) -> Vec<(Case<'_>, Plan, Roster, Decision)> {
    let plan = plan(&world.config);
    let roster = roster(&plan, &world.desk);
    let decide = |question| {
        let case = Case {
            config: &world.config,
            desk: &world.desk,
            question,
            now: NOW,
        };
        let decision = assign(&roster, &routed(&plan, question), at(NOW)).unwrap();
        (case, plan.clone(), roster.clone(), decision)
    };
    world.questions.iter().map(decide).collect()
}

/// The answer to a question in another world.
fn answer_in(world: &World, place: usize) -> Option<(String, usize, String)> {
    let plan = plan(&world.config);
    let roster = roster(&plan, &world.desk);
    let routed = routed(&plan, &world.questions[place]);
    let decision = assign(&roster, &routed, at(NOW)).unwrap();
    chosen(&plan, &decision).map(|(agent, pool, group)| (agent.into(), pool, group.into()))
}

proptest! {
    #[test]
    fn assign_agrees_with_the_oracle(world in fixture::world()) {
        let plan = plan(&world.config);
        let roster = roster(&plan, &world.desk);
        roster.check_invariants().unwrap();
        for question in &world.questions {
            agreed(&plan, &roster, &Case { config: &world.config, desk: &world.desk, question, now: NOW });
        }
    }

    #[test]
    fn the_chosen_agent_is_eligible(world in fixture::world()) {
        for (case, plan, _, decision) in decisions(&world) {
            if let Some((agent, pool, group)) = chosen(&plan, &decision) {
                prop_assert!(case.queue().eligibility[pool].groups.contains(&group.into()));
                prop_assert!(case.config.groups.get(group).unwrap().members.contains(&agent.into()));
                prop_assert_eq!(case.stop(pool, agent), None);
            }
        }
    }

    #[test]
    fn assignment_never_exceeds_capacity(world in fixture::world()) {
        let plan = plan(&world.config);
        let mut roster = roster(&plan, &world.desk);
        for question in world.questions.iter().cycle().take(30) {
            let Decision::Assign(assignment) = assign(&roster, &routed(&plan, question), at(NOW)).unwrap() else {
                continue;
            };
            let channel = question.item.channel.as_str();
            let (before, all_before) = loads(&roster, &assignment, channel, &plan);
            roster.commit(&assignment).unwrap();
            let (after, all_after) = loads(&roster, &assignment, channel, &plan);
            let size = u64::from(question.size(&world.config));
            prop_assert_eq!((after, all_after), (before + size, all_before + size));
            let agent = assignment.agent(&plan).unwrap().as_str();
            prop_assert!(world.desk.capacity(&world.config, agent, channel).holds(after));
            prop_assert!(world.desk.universal_capacity(&world.config, agent).holds(all_after));
        }
    }

    #[test]
    fn if_anyone_is_eligible_someone_is_chosen(world in fixture::world()) {
        for (case, plan, _, decision) in decisions(&world) {
            let may = |id: &handover::AgentId| {
                let pools = case.pools();
                let own = pools.iter().filter(|pool| case.listed(**pool).contains_key(id.as_str()));
                own.into_iter().any(|pool| case.stop(*pool, id.as_str()).is_none())
            };
            let anyone = case.config.agents.keys().any(may);
            prop_assert_eq!(chosen(&plan, &decision).is_some(), anyone);
        }
    }

    #[test]
    fn the_order_agents_are_listed_in_does_not_matter(mut world in fixture::world(), rotation in 1..7_usize) {
        for rule in world.config.rules.values_mut() {
            rule.assign_by.retain(|key| !matches!(key, AssignBy::RoundRobin | AssignBy::InOrder));
        }
        let mut other = world.clone();
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
        for place in 0..world.questions.len() {
            prop_assert_eq!(answer_in(&world, place), answer_in(&other, place));
        }
    }

    #[test]
    fn taking_away_the_presence_of_another_does_not_change_who_is_chosen(world in fixture::world()) {
        for (case, plan, roster, decision) in decisions(&world) {
            let before = chosen(&plan, &decision);
            let others = case.config.agents.keys().filter(|id| before.is_some_and(|(agent, ..)| agent != id.as_str()));
            for other in others {
                let mut without = roster.clone();
                without.clear_presence(other, at(NOW)).unwrap();
                let decision = assign(&without, &routed(&plan, case.question), at(NOW)).unwrap();
                prop_assert_eq!(chosen(&plan, &decision), before, "without {}", other);
            }
        }
    }

    #[test]
    fn a_ranking_never_changes_whether_anyone_is_found(
        world in fixture::world(),
        assign_by in fixture::assign_by(),
    ) {
        let mut other = world.clone();
        for rule in other.config.rules.values_mut() {
            rule.assign_by.clone_from(&assign_by);
            rule.skills = match rule.skills {
                SkillMode::Ignore => SkillMode::PreferLevels,
                SkillMode::Prefer | SkillMode::PreferLevels => SkillMode::Ignore,
                requires => requires,
            };
        }
        for queue in other.config.queues.values_mut() {
            queue.affinity.reverse();
        }
        for group in other.config.groups.values_mut() {
            group.queue_order = handover::Map::new();
        }
        for place in 0..world.questions.len() {
            let (found, otherwise) = (answer_in(&world, place), answer_in(&other, place));
            prop_assert_eq!(found.is_some(), otherwise.is_some());
        }
    }

    #[test]
    fn explain_agrees_with_assign(world in fixture::world()) {
        for (case, plan, roster, decision) in decisions(&world) {
            let explanation = explain(&roster, &routed(&plan, case.question), at(NOW)).unwrap();
            prop_assert_eq!(explanation.decision(), decision);
            crate::decision::comparison::check(&case, &plan, &explanation);
        }
    }

    #[test]
    fn the_same_question_gets_the_same_answer(world in fixture::world()) {
        let plan = plan(&world.config);
        let roster = roster(&plan, &world.desk);
        for question in &world.questions {
            let routed = routed(&plan, question);
            let first = assign(&roster, &routed, at(NOW)).unwrap();
            for other in &world.questions {
                let _ = assign(&roster, &crate::oracle::conversion::routed(&plan, other), at(NOW + 1)).unwrap();
            }
            prop_assert_eq!(assign(&roster, &routed, at(NOW)).unwrap(), first);
            prop_assert_eq!(assign(&roster.clone(), &routed.clone(), at(NOW)).unwrap(), first);
        }
    }

    #[test]
    fn until_the_moment_of_a_wait_the_item_waits(world in fixture::world()) {
        for (case, plan, roster, decision) in decisions(&world) {
            let Decision::Wait(wait) = decision else { continue };
            let before = |until: handover::Timestamp| until.as_millis() - 1;
            let last = wait.until().map_or(NOW + 10_000_000, before);
            prop_assert!(last >= NOW);
            let decision = assign(&roster, &routed(&plan, case.question), at(last)).unwrap();
            prop_assert_eq!(chosen(&plan, &decision), None);
        }
    }

    #[test]
    fn a_roster_of_one_queue_answers_as_the_whole_roster(world in fixture::world(), only_who_is_present: bool) {
        let plan = plan(&world.config);
        let whole = roster(&plan, &world.desk);
        for question in &world.questions {
            let mut own = world.desk.of_queue(&question.queue);
            if only_who_is_present {
                own.seats.retain(|_, seat| seat.presence.is_some());
            }
            let mut part = Roster::of(&plan, &QueueId::from(&question.queue), rows(&own)).unwrap();
            set_cursors(&mut part, &world.config, &own);
            part.check_invariants().unwrap();
            let routed = routed(&plan, question);
            let (left, right) = (assign(&part, &routed, at(NOW)).unwrap(), assign(&whole, &routed, at(NOW)).unwrap());
            prop_assert_eq!(chosen(&plan, &left), chosen(&plan, &right));
            agreed(&plan, &part, &Case { config: &world.config, desk: &world.desk, question, now: NOW });
        }
    }

    #[test]
    fn the_index_and_the_traits_agree(world in fixture::world()) {
        let mut other = world.clone();
        for rule in other.config.rules.values_mut() {
            rule.assign_by = rule.assign_by.iter().map(crate::oracle::queued_item::registered).collect();
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
        let (by_index, by_traits) = (plan(&world.config), plan(&other.config));
        let mut left = roster(&by_index, &world.desk);
        let mut right = roster(&by_traits, &other.desk);
        for question in world.questions.iter().cycle().take(12) {
            let first = assign(&left, &routed(&by_index, question), at(NOW)).unwrap();
            let second = assign(&right, &routed(&by_traits, question), at(NOW)).unwrap();
            prop_assert_eq!(chosen(&by_index, &first), chosen(&by_traits, &second));
            if let (Decision::Assign(first), Decision::Assign(second)) = (first, second) {
                left.commit(&first).unwrap();
                right.commit(&second).unwrap();
            }
        }
    }

    #[test]
    fn a_stale_assignment_is_not_committed(world in fixture::world()) {
        for (_, plan, mut roster, decision) in decisions(&world) {
            let Decision::Assign(assignment) = decision else { continue };
            let mut gone = roster.clone();
            gone.clear_presence(assignment.agent(&plan).unwrap(), at(NOW)).unwrap();
            let before = format!("{gone:?}");
            prop_assert_eq!(gone.commit(&assignment), stale(&plan, &assignment));
            prop_assert_eq!(format!("{gone:?}"), before);

            roster.commit(&assignment).unwrap();
            let before = format!("{roster:?}");
            prop_assert_eq!(roster.commit(&assignment), stale(&plan, &assignment));
            prop_assert_eq!(format!("{roster:?}"), before);
            roster.check_invariants().unwrap();
        }
    }
}

/// The load of the agent of an assignment, on the channel and over all.
fn loads(
    roster: &Roster,
    assignment: &handover::Assignment,
    channel: &str,
    plan: &Plan,
) -> (u64, u64) {
    let agent = roster.agent(assignment.agent(plan).unwrap()).unwrap();
    (agent.load(channel).unwrap(), agent.universal_load())
}

fn stale(plan: &Plan, assignment: &handover::Assignment) -> Result<(), CommitError> {
    Err(CommitError::Stale {
        agent: assignment.agent(plan).cloned(),
    })
}
