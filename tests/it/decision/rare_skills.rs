//! Rare skills in a large group, with AI agents among the holders and among the other members.

use handover::*;

const NOW: Timestamp = Timestamp::EPOCH;

/// Returns a plan with a group of 600 and a group of bots.
///
/// The agents with the skill `latin` are the AI agent `bot` and the person `ada`. `mute` is an AI agent without it.
fn plan(pool: [&str; 2], bot_is_in_crowd: bool, ada_is_in_bots: bool) -> Plan {
    let rule = AssignmentRule::new()
        .assign_by([AssignBy::MostCapacity])
        .skills(SkillMode::Require)
        .include_ai(true);
    let queue = Queue::new("chat").active(true).routing(Routing::always());
    let ai = || {
        let mut agent = Agent::new();
        agent.kind = AgentKind::Ai;
        agent
    };
    let mut crowd: Vec<String> = (0..598)
        .map(|number| format!("agent-{number:03}"))
        .collect();
    let mut config = Config::new()
        .channel(
            "chat",
            ServiceChannel::new().active(true).default_capacity(5),
        )
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(Scope::All),
        )
        .rule("rule", rule)
        .queue("queue", queue.pool(EligibilityPool::new(pool, "rule")));
    for id in &crowd {
        config = config.agent(id.as_str(), Agent::new());
    }
    crowd.extend(["ada".into(), "mute".into()]);
    crowd.extend(bot_is_in_crowd.then(|| "bot".into()));
    let bots = ["bot"]
        .into_iter()
        .chain(ada_is_in_bots.then_some("ada"))
        .collect::<Vec<_>>();
    config = config
        .agent(
            "ada",
            Agent::new().skill("latin", 1_u32).capacity("chat", 9),
        )
        .agent("mute", ai())
        .agent("bot", ai().skill("latin", 1_u32))
        .group("crowd", AgentGroup::new(crowd))
        .group("bots", AgentGroup::new(bots));
    Plan::new(config).unwrap()
}

/// Returns the agent and the group of the assignment of an item that requires the skill `latin`.
fn assigned(plan: &Plan, present: &[&str]) -> (String, String) {
    let mut roster = Roster::new(plan);
    for agent in present {
        roster.set_presence(*agent, "available", NOW).unwrap();
    }
    let latin = SkillRequest::new("latin").mandatory(true);
    let routed = route(plan, WorkItem::new("item", "chat").skill(latin), NOW).unwrap();
    let assignment = assign(&roster, &routed, NOW).unwrap().assignment().unwrap();
    let explanation = explain(&roster, &routed, NOW).unwrap();
    let first = explanation.candidates().first().unwrap();
    let (agent, group) = (
        assignment.agent(plan).unwrap(),
        assignment.group(plan).unwrap(),
    );
    assert_eq!((first.agent(), first.group()), (agent, group));
    (agent.as_str().into(), group.as_str().into())
}

#[test]
fn ai_agent_with_a_rare_skill_is_assigned_before_a_person() {
    for pool in [["crowd", "bots"], ["bots", "crowd"]] {
        let plan = plan(pool, false, false);
        let assignee = assigned(&plan, &["ada", "mute", "bot", "agent-007"]);
        assert_eq!(assignee, ("bot".into(), "bots".into()));
        let assignee = assigned(&plan, &["ada", "mute", "agent-007"]);
        assert_eq!(assignee, ("ada".into(), "crowd".into()));
    }
}

#[test]
fn holder_of_a_rare_skill_is_assigned_through_the_first_group() {
    for pool in [["crowd", "bots"], ["bots", "crowd"]] {
        let plan = plan(pool, true, true);
        let first_group = pool[0].to_owned();
        let assignee = assigned(&plan, &["ada", "mute", "bot"]);
        assert_eq!(assignee, ("bot".into(), first_group.clone()));
        assert_eq!(
            assigned(&plan, &["ada", "mute"]),
            ("ada".into(), first_group)
        );
    }
}
