//! Allocations of `assign`, `commit`, `release` and `Roster::of`. The counting allocator needs a separate binary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at an unexpected result"
)]

use allocation_counter::measure;
use handover::{
    Affinity, Agent, AgentGroup, AgentHandle, AgentRow, AssignBy, AssignmentRule, ChannelHandle,
    Config, Decision, EligibilityPool, Plan, PresenceState, Queue, QueueId, Roster, Routed,
    ServiceChannel, SkillMode, SkillRequest, Timestamp, WorkItem, assign, route_to,
};

const NOW: Timestamp = Timestamp::saturating_from_millis(1_000);

/// Returns a configuration with one group, and with a queue per rule: rules of the fast path, and rules that need a scan.
fn config(agents: usize) -> Config {
    let rules = [
        (
            "most-capacity",
            vec![AssignBy::MostCapacity],
            SkillMode::Require,
        ),
        (
            "last-assigned",
            vec![AssignBy::LastAssigned],
            SkillMode::RequireLevels,
        ),
        (
            "idle",
            vec![AssignBy::LongestIdle, AssignBy::FewestItems],
            SkillMode::Prefer,
        ),
        (
            "round-robin",
            vec![AssignBy::RoundRobin],
            SkillMode::PreferLevels,
        ),
        (
            "balanced",
            vec![AssignBy::LowestUtilization, AssignBy::FewestHandled],
            SkillMode::Ignore,
        ),
    ];
    let name = |number: usize| format!("agent-{number:06}");
    let mut config = Config::new()
        .channel(
            "chat",
            ServiceChannel::new().active(true).default_capacity(3),
        )
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(["chat"]),
        )
        .group("all", AgentGroup::new((0..agents).map(name)));
    for number in 0..agents {
        let common = format!("skill-{}", number % 5);
        let agent = Agent::new().skill(common, 1 + u32::try_from(number % 3).unwrap());
        let agent = if number % 100 == 0 {
            agent.skill("rare", 2)
        } else {
            agent
        };
        config = config.agent(name(number), agent);
    }
    for (id, assign_by, skills) in rules {
        let pool = EligibilityPool::new(["all"], id);
        let queue = Queue::new("chat")
            .active(true)
            .affinity([Affinity::last_agent(), Affinity::Preferred])
            .pool(pool);
        let rule = AssignmentRule::new().assign_by(assign_by).skills(skills);
        config = config.queue(id, queue).rule(id, rule);
    }
    config
}

/// Returns items of all queues, with and without skills. Half of the items are declined, and some have agents of a requester.
fn items(plan: &Plan) -> Vec<Routed> {
    let mut items = Vec::new();
    for queue in plan
        .config()
        .queues
        .keys()
        .cloned()
        .collect::<Vec<QueueId>>()
    {
        let spanish = SkillRequest::new("skill-1").mandatory(true);
        let work_items = [
            WorkItem::new("a", "chat"),
            WorkItem::new("b", "chat").skill(spanish.clone()),
            WorkItem::new("c", "chat").skill(SkillRequest::new("rare").mandatory(true)),
            WorkItem::new("d", "chat")
                .skill(spanish)
                .skill(SkillRequest::new("skill-2")),
            WorkItem::new("e", "chat").skill(SkillRequest::new("nobody").mandatory(true)),
            WorkItem::new("f", "chat").preferred_agents(["agent-000003"]),
        ];
        for item in work_items {
            let mut routed = route_to(plan, item, &queue, NOW).unwrap();
            items.push(routed.clone());
            let current = ["agent-000001", "agent-000004", "agent-000001"];
            routed.set_current_agents(plan, current).unwrap();
            routed.set_last_agent(plan, "agent-000002", NOW).unwrap();
            items.push(routed.clone());
            routed.decline(plan, "agent-000000", None).unwrap();
            items.push(routed);
        }
    }
    items
}

/// Assigns the items in turn, `rounds` times, and releases some of them. Returns the numbers of assignments and of waits.
fn assign_all(roster: &mut Roster, items: &[Routed], rounds: usize) -> (usize, usize) {
    let (mut assignments, mut waits) = (0, 0);
    let mut held: Option<(AgentHandle, ChannelHandle, u32)> = None;
    for item in (0..rounds).flat_map(|_| items) {
        match assign(roster, item, NOW).unwrap() {
            Decision::Assign(assignment) => {
                roster.commit(&assignment).unwrap();
                assignments += 1;
                if assignments % 3 == 0
                    && let Some((agent, channel, size)) = held
                {
                    roster.release(agent, channel, size, NOW).unwrap();
                    held = None;
                } else {
                    let (agent, channel) = (assignment.agent_handle(), assignment.channel_handle());
                    held = Some((agent, channel, assignment.size()));
                }
            }
            Decision::Wait(_) => waits += 1,
        }
    }
    (assignments, waits)
}

#[test]
fn assign_commit_and_release_do_not_allocate() {
    for agents in [40, 1_000] {
        let plan = Plan::new(config(agents)).unwrap();
        let mut roster = Roster::new(&plan);
        for agent in plan.config().agents.keys() {
            roster.set_presence(agent, "available", NOW).unwrap();
        }
        let items = items(&plan);
        let mut counts = (0, 0);
        let allocations = measure(|| counts = assign_all(&mut roster, &items, 100)).count_total;
        let (assignments, waits) = counts;
        assert!(
            assignments > agents && waits > 500,
            "{agents} agents: {assignments} assignments, {waits} waits"
        );
        assert_eq!(allocations, 0, "{agents} agents");
        roster.check_invariants().unwrap();
    }
}

#[test]
fn roster_of_one_queue_allocates_per_row_not_per_agent() {
    let bytes = |agents: usize| {
        let plan = Plan::new(config(agents)).unwrap();
        let rows: Vec<AgentRow> = (0..10)
            .map(|number| AgentRow::new(format!("agent-{number:06}")).presence("available"))
            .collect();
        measure(|| drop(Roster::of(&plan, "most-capacity", rows).unwrap())).bytes_total
    };
    assert_eq!(bytes(20), bytes(10_000));
}

/// Returns a configuration of `n` presence states, each for a group of its own.
fn states(n: usize) -> Config {
    (0..n).fold(Config::new(), |config, number| {
        let group = format!("group-{number}");
        let state = PresenceState::new().groups([group.as_str()]);
        config
            .presence_state(format!("state-{number}"), state)
            .group(group, AgentGroup::new([""; 0]))
    })
}

/// Returns a configuration of `n` queues, whose pools name one group of `n` members and another group.
fn pools(n: usize) -> Config {
    let agent = |number: usize| format!("agent-{number}");
    let config = Config::new()
        .channel("chat", ServiceChannel::new())
        .rule(
            "order",
            AssignmentRule::new().assign_by([AssignBy::InOrder]),
        )
        .group("all", AgentGroup::new((0..n).map(agent)));
    (0..n).fold(config, |config, number| {
        let group = format!("group-{number}");
        let pool = EligibilityPool::new(["all", group.as_str()], "order");
        config
            .agent(agent(number), Agent::new())
            .group(group, AgentGroup::new([""; 0]))
            .queue(format!("queue-{number}"), Queue::new("chat").pool(pool))
    })
}

#[test]
fn plan_allocates_in_proportion_to_its_configuration() {
    let states = ("states", states as fn(usize) -> Config);
    for (name, config) in [states, ("pools", pools)] {
        let bytes = |n: usize| {
            let config = config(n);
            measure(|| drop(Plan::new(config).unwrap())).bytes_total
        };
        let (one, two) = (bytes(1_000), bytes(2_000));
        assert!(
            two * 10 < one * 25,
            "{name}: {one} bytes, {two} for twice the size"
        );
    }
}
