//! Limits of the roster's indexes: many skill levels, many skills, large items, large groups, and many groups.

use handover::*;

/// Returns the assigned agent. Asserts that the explanation, which uses no index, lists the same agent first.
fn assigned(plan: &Plan, roster: &Roster, item: WorkItem) -> Option<AgentId> {
    let item = route_to(plan, item, &"desk".into(), Timestamp::EPOCH).unwrap();
    let decision = assign(roster, &item, Timestamp::EPOCH).unwrap();
    let explanation = explain(roster, &item, Timestamp::EPOCH).unwrap();
    let first = explanation
        .eligible()
        .next()
        .map(|first| first.agent().clone());
    let agent = decision
        .assignment()
        .and_then(|assignment| assignment.agent(plan).cloned());
    assert_eq!(agent, first, "{explanation}");
    agent
}

/// Returns a plan and a roster with one queue, one group and all agents available.
fn roster_of(agents: impl Iterator<Item = (String, Agent)>) -> (Plan, Roster) {
    let mut config = Config::new()
        .channel("chat", ServiceChannel::new().active(true))
        .queue(
            "desk",
            Queue::new("chat")
                .active(true)
                .pool(EligibilityPool::new(["all"], "skilled")),
        )
        .rule(
            "skilled",
            AssignmentRule::new().skills(SkillMode::RequireLevels),
        )
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(["chat"]),
        );
    let mut members = Vec::new();
    for (id, agent) in agents {
        members.push(id.clone());
        config = config.agent(id, agent);
    }
    let plan = Plan::new(config.group("all", AgentGroup::new(members.clone()))).unwrap();
    let mut roster = Roster::new(&plan);
    for agent in &members {
        roster
            .set_presence(agent, "available", Timestamp::EPOCH)
            .unwrap();
    }
    (plan, roster)
}

#[test]
fn skill_with_many_levels_is_matched_at_each_level() {
    let levels = (0..40_u32).map(|number| {
        (
            format!("a{number:02}"),
            Agent::new().skill("spanish", number * 3 + 1),
        )
    });
    let (plan, roster) = roster_of(levels);
    for level in 1..=120 {
        let spanish = SkillRequest::new("spanish").level(level).mandatory(true);
        let agent = assigned(&plan, &roster, WorkItem::new("conv", "chat").skill(spanish));
        let expected = (level <= 118).then(|| AgentId::from(format!("a{:02}", (level + 1) / 3)));
        assert_eq!(agent, expected, "level {level}");
    }
}

#[test]
fn item_with_32_skills_matches_all_of_them() {
    // Agent n lacks skill n, the last agent lacks none.
    let agent_without = |lacking: usize| {
        let held = (0..32).filter(move |skill| *skill != lacking);
        held.fold(Agent::new(), |agent, skill| {
            agent.skill(format!("skill-{skill:02}"), 1)
        })
    };
    let (plan, roster) =
        roster_of((0..=32).map(|number| (format!("a{number:02}"), agent_without(number))));
    for count in 1..=32 {
        let item = (0..count).fold(WorkItem::new("conv", "chat"), |item, skill| {
            item.skill(SkillRequest::new(format!("skill-{skill:02}")).mandatory(true))
        });
        let expected = AgentId::from(format!("a{count:02}"));
        assert_eq!(assigned(&plan, &roster, item), Some(expected));
    }
}

#[test]
fn small_group_with_400_skills_matches_each_of_them() {
    // More skills than the index has rows. Agent n holds skill n, and all hold the skill "first".
    let agents = (0..400).map(|number| {
        let agent = Agent::new().skill("first", 1);
        (
            format!("a{number:03}"),
            agent.skill(format!("skill-{number:03}"), 2),
        )
    });
    let (plan, roster) = roster_of(agents);
    for number in [0, 1, 253, 254, 255, 256, 257, 398, 399] {
        for (level, is_found) in [(1, true), (2, true), (3, false)] {
            let own = SkillRequest::new(format!("skill-{number:03}")).level(level);
            let item = WorkItem::new("conv", "chat")
                .skill(own.mandatory(true))
                .skill(SkillRequest::new("first").mandatory(true));
            let expected = is_found.then(|| AgentId::from(format!("a{number:03}")));
            assert_eq!(assigned(&plan, &roster, item), expected);
        }
    }
    let both = ["skill-398", "skill-399"].into_iter();
    let item = both.fold(WorkItem::new("conv", "chat"), |item, skill| {
        item.skill(SkillRequest::new(skill).mandatory(true))
    });
    assert_eq!(assigned(&plan, &roster, item), None);
}

#[test]
fn capacity_above_31_units_is_compared_exactly() {
    let large = Agent::new().capacity("chat", 100);
    let (plan, roster) = roster_of([("asha".to_string(), large)].into_iter());
    let reason = |size: u32| {
        let item = WorkItem::new("conv", "chat").size(size);
        let mut item = route_to(&plan, item, &"desk".into(), Timestamp::EPOCH).unwrap();
        item.decline(&plan, "asha", None).unwrap();
        match assign(&roster, &item, Timestamp::EPOCH).unwrap() {
            Decision::Wait(wait) => wait.reason(),
            Decision::Assign(_) => panic!("asha has declined the item"),
        }
    };
    assert_eq!(reason(31), WaitReason::NobodySuitable);
    assert_eq!(reason(33), WaitReason::NobodySuitable);
    assert_eq!(reason(100), WaitReason::NobodySuitable);
    assert_eq!(reason(101), WaitReason::NobodyWithRoom);
}

#[test]
fn large_group_with_70_skills_matches_all_of_them() {
    // One agent in five has each skill, so the index has a row for each of the 70 skills.
    let has_skill = |agent: usize, skill: usize| (agent * 7 + skill * 3).is_multiple_of(5);
    let agent = |agent: usize| {
        let held = (0..70).filter(move |skill| has_skill(agent, *skill));
        held.fold(Agent::new(), |agent, skill| {
            agent.skill(format!("skill-{skill:02}"), 1)
        })
    };
    let (plan, mut roster) =
        roster_of((0..600).map(|number| (format!("a{number:03}"), agent(number))));
    // Each agent has capacity for one item, so each is assigned once.
    for (number, (first, second)) in [(0, 69), (63, 64), (64, 69), (65, 5), (69, 69), (1, 1)]
        .into_iter()
        .cycle()
        .take(300)
        .enumerate()
    {
        let request = |skill: usize| SkillRequest::new(format!("skill-{skill:02}")).mandatory(true);
        let item = WorkItem::new("conv", "chat")
            .skill(request(first))
            .skill(request(second));
        if let Some(agent) = assigned(&plan, &roster, item) {
            roster.give(&agent, "chat", 1).unwrap();
            if number % 3 == 0 {
                let now = Timestamp::saturating_from_millis(number as u64);
                roster.release(&agent, "chat", 1, now).unwrap();
            }
        }
        if number % 50 == 0 {
            roster.check_invariants().unwrap();
        }
    }
    roster.check_invariants().unwrap();
}

#[test]
fn members_of_many_blocks_and_groups_are_assigned_in_turn() {
    // The bitmap of the group has three blocks, and the last one is not full. Every seventh agent is in five groups.
    let name = |number: usize| format!("a{number:03}");
    let small_groups = ["one", "two", "three", "four"];
    let mut config = Config::new()
        .rule("fair", AssignmentRule::new())
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(Scope::All),
        );
    for channel in ["chat", "mail", "voice"] {
        let pool = EligibilityPool::new(["one", "two", "three", "four", "desk"], "fair");
        let queue = Queue::new(channel).active(true).routing(Routing::always());
        config = config
            .channel(
                channel,
                ServiceChannel::new().active(true).default_capacity(5),
            )
            .queue(channel, queue.pool(pool));
    }
    for group in small_groups {
        let members = (0..140).filter(|number| number % 7 == 0).map(name);
        config = config.group(group, AgentGroup::new(members));
    }
    config = config.group("desk", AgentGroup::new((0..140).map(name)));
    for number in 0..140 {
        config = config.agent(name(number), Agent::new());
    }
    let mut roster = Roster::new(&Plan::new(config).unwrap());
    for number in 0..140 {
        roster
            .set_presence(&name(number), "available", Timestamp::EPOCH)
            .unwrap();
    }
    for channel in ["chat", "voice"] {
        for number in (0..140).chain(0..140) {
            let item = WorkItem::new("item", channel);
            let routed = route(roster.plan(), item, Timestamp::EPOCH).unwrap();
            let decision = assign(&roster, &routed, Timestamp::EPOCH).unwrap();
            let Decision::Assign(assignment) = decision else {
                panic!("every agent has capacity");
            };
            assert_eq!(
                assignment.agent(roster.plan()),
                Some(&AgentId::from(name(number)))
            );
            roster.commit(&assignment).unwrap();
        }
        roster.check_invariants().unwrap();
    }
}
