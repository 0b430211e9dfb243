//! The public face: what types promise, how large they are, and the words of the errors.

use std::fmt::Debug;
use std::mem::size_of;

use handover::rule::{Eligibility, Ranking, RoutingCondition, Sizing, eligibility, ranking};
use handover::*;

macro_rules! shared_between_threads {
    ($($type:ty),* $(,)?) => {
        const _: fn() = || {
            const fn promises<T: Send + Sync + Debug>() {}
            $(promises::<$type>();)*
        };
    };
}

shared_between_threads!(
    // values
    Config, ServiceChannel, ChannelKind, SizeRule, SkillRule, Queue, Routing, EligibilityPool, SortKey, Direction,
    Affinity, WhenExhausted, Trigger, AssignmentRule, AssignBy, SkillMode, Offer, Ask, OnPresenceLost, PresenceState,
    AgentGroup, Agent, AgentKind, Capacity, RejectReason, WorkItem, SkillRequest, Condition, Comparison, Fact, Scalar,
    Scope<GroupId>, Map<AgentId, Agent>, Timestamp, TimestampError, IdError,
    ChannelId, QueueId, RuleId, PresenceStateId, GroupId, AgentId, SkillId, RejectReasonId, WorkItemId, RequesterId,
    CustomName, TriggerName,
    // plan and routing
    Plan, PlanBuilder, PlanError, Problem, Routed, Unroutable, WhyUnroutable,
    // roster and decision
    Roster, AgentRow, ChannelRow, AgentStatus<'static>, RosterError, CommitError, BrokenInvariant,
    Decision, Assignment, Wait, WaitReason, OtherPlan,
    // rules
    rule::Exclusion, rule::Score, rule::Case<'static>, rule::Candidate<'static>,
    Box<dyn Eligibility>, Box<dyn Ranking>, Box<dyn RoutingCondition>, Box<dyn Sizing>,
);

macro_rules! small {
    ($($type:ty),*) => {
        const _: fn() = || {
            const fn is_copy<T: Copy>() {}
            $(is_copy::<$type>();)*
        };
    };
}

small!(
    Decision,
    Assignment,
    Wait,
    WaitReason,
    Timestamp,
    AgentHandle,
    GroupHandle,
    QueueHandle,
    ChannelHandle
);

#[test]
fn a_decision_is_small() {
    assert!(size_of::<Decision>() <= 48, "{}", size_of::<Decision>());
    assert_eq!(
        size_of::<Option<Plan>>(),
        size_of::<usize>(),
        "a plan is one pointer"
    );
}

#[test]
fn a_plan_keeps_the_text_of_an_id_once() {
    let json = r#"{
        "channels": {"chat": {}},
        "queues": {"desk": {"channel": "chat"}},
        "groups": {"all": {"members": ["asha", "ben"], "queue_order": {"desk": 1}}},
        "agents": {
            "asha": {"skills": {"spanish": 1}, "capacity": {"chat": 2}},
            "ben": {"skills": {"spanish": 2}, "capacity": {"chat": 2}}
        }
    }"#;
    let config: Config = serde_json::from_str(json).unwrap();
    let plan = Plan::new(config.clone()).unwrap();
    assert_eq!(*plan.config(), config);
    let (agents, group) = (
        &plan.config().agents,
        plan.config().groups.get("all").unwrap(),
    );
    let (asha, ben) = (agents.get("asha").unwrap(), agents.get("ben").unwrap());
    let same = |id: &str, other: &str| std::ptr::eq(id, other);
    for (member, id) in group.members.iter().zip(agents.keys()) {
        assert!(same(member.as_str(), id.as_str()));
    }
    for (id, other) in asha.skills.keys().zip(ben.skills.keys()) {
        assert!(same(id.as_str(), other.as_str()));
    }
    for (id, own) in plan.config().channels.keys().zip(asha.capacity.keys()) {
        assert!(same(id.as_str(), own.as_str()));
    }
    for (id, own) in plan.config().queues.keys().zip(group.queue_order.keys()) {
        assert!(same(id.as_str(), own.as_str()));
    }
    assert_eq!(group.queue_order.get("desk"), Some(&1));
}

#[test]
fn the_rule_traits_are_objects() {
    let rules: [&dyn Eligibility; 2] = [&eligibility::Anyone, &eligibility::HumanOnly];
    let rankings: [Box<dyn Ranking>; 2] =
        [Box::new(ranking::NoPreference), Box::new(ranking::InOrder)];
    assert_eq!(
        format!("{rules:?} {rankings:?}"),
        "[Anyone, HumanOnly] [NoPreference, InOrder]"
    );
}

fn config() -> Config {
    Config::new()
        .channel(
            "chat",
            ServiceChannel::new().active(true).default_capacity(2),
        )
        .queue(
            "support",
            Queue::new("chat")
                .active(true)
                .routing(Routing::always())
                .pool(EligibilityPool::new(["desk"], "fair")),
        )
        .rule("fair", AssignmentRule::new())
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(Scope::All),
        )
        .presence_state("retired", PresenceState::new().active(false))
        .presence_state(
            "night",
            PresenceState::new().takes_work(true).groups(["back"]),
        )
        .group("desk", AgentGroup::new(["asha", "ben"]))
        .group("back", AgentGroup::new(["zoe"]))
        .agent("asha", Agent::new())
        .agent("ben", Agent::new())
        .agent("zoe", Agent::new())
}

fn plan() -> Plan {
    Plan::new(config()).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_000)
}

#[track_caller]
fn says<E: std::error::Error>(result: Result<(), E>, words: &str) {
    assert_eq!(result.unwrap_err().to_string(), words);
}

#[test]
fn a_roster_says_why_it_refuses() {
    let plan = plan();
    let mut roster = Roster::new(&plan);
    says(
        roster.set_presence("bob", "available", now()),
        "there is no agent `bob` in the plan, or the roster is not about it",
    );
    says(
        roster.clear_presence("bob", now()),
        "there is no agent `bob` in the plan, or the roster is not about it",
    );
    says(
        roster.set_presence("asha", "lunch", now()),
        "there is no presence state `lunch`",
    );
    says(
        roster.set_presence("asha", "retired", now()),
        "presence state `retired` is not active",
    );
    says(
        roster.set_presence("asha", "night", now()),
        "presence state `night` is for none of the groups of agent `asha`",
    );
    says(
        roster.set_channel("asha", "mail", true),
        "there is no channel `mail` in the plan, or the roster is not about it",
    );
    says(
        roster.set_cursor("sales", 0, "asha"),
        "there is no queue `sales` in the plan, or the roster is not about it",
    );
    says(
        roster.set_cursor("support", 1, "asha"),
        "queue `support` has no pool 1, it has 1, counted from 0",
    );
    says(
        roster.release("asha", "chat", 1, now()),
        "agent `asha` has 0 items of 0 units in hand on channel `chat`, expected at least one and 1 units",
    );
    roster.give("asha", "chat", 2).unwrap();
    says(
        roster.withdraw("asha", "chat", 3, now()),
        "agent `asha` has 1 items of 2 units in hand on channel `chat`, expected at least one and 3 units",
    );
}

#[test]
fn rows_that_contradict_each_other_are_refused() {
    let plan = plan();
    let of = |rows: Vec<AgentRow>| Roster::from_rows(&plan, rows).map(drop);
    says(
        of(vec![AgentRow::new("bob")]),
        "there is no agent `bob` in the plan, or the roster is not about it",
    );
    says(
        of(vec![AgentRow::new("ben"), AgentRow::new("ben")]),
        "agent `ben` has two rows, expected one",
    );
    let twice = AgentRow::new("ben")
        .channel(ChannelRow::new("chat"))
        .channel(ChannelRow::new("chat"));
    says(
        of(vec![twice]),
        "the row of agent `ben` is about channel `chat` twice, expected once",
    );
    says(
        of(vec![AgentRow::new("ben").channel(ChannelRow::new("mail"))]),
        "there is no channel `mail` in the plan, or the roster is not about it",
    );
    says(
        of(vec![AgentRow::new("ben").presence("lunch")]),
        "there is no presence state `lunch`",
    );
    says(
        Roster::of(&plan, "sales", []).map(drop),
        "there is no queue `sales` in the plan, or the roster is not about it",
    );
    assert!(
        of(vec![AgentRow::new("ben").presence("retired")]).is_ok(),
        "a later configuration took it away"
    );
}

#[test]
fn a_commit_says_why_it_is_refused() {
    let plan = plan();
    let mut roster =
        Roster::from_rows(&plan, [AgentRow::new("ben").presence("available")]).unwrap();
    let routed = route(&plan, WorkItem::new("conv-1", "chat"), now()).unwrap();
    let assignment = assign(&roster, &routed, now())
        .unwrap()
        .assignment()
        .unwrap();
    roster.clear_presence("ben", now()).unwrap();
    says(
        roster.commit(&assignment),
        "the assignment is stale: agent `ben` has changed since it was decided",
    );

    let other = Plan::new(config().agent("ian", Agent::new())).unwrap();
    says(
        Roster::new(&other).commit(&assignment),
        "the assignment was decided under another plan than the roster's",
    );
    assert_eq!(assignment.agent(&other), None);
    says(
        assign(&Roster::new(&other), &routed, now()).map(drop),
        "the item was routed under another plan than the roster's, or the roster is about another queue",
    );
    says(
        explain(&Roster::new(&other), &routed, now()).map(drop),
        "the item was routed under another plan than the roster's, or the roster is about another queue",
    );
}

#[test]
fn a_plan_of_the_same_configuration_is_the_same_plan() {
    let routed = route(&plan(), WorkItem::new("conv-1", "chat"), now()).unwrap();
    let rows = [AgentRow::new("ben").presence("available")];
    let mut roster = Roster::from_rows(&plan(), rows).unwrap();
    let assignment = assign(&roster, &routed, now())
        .unwrap()
        .assignment()
        .unwrap();
    assert_eq!(assignment.agent(&plan()), Some(&"ben".into()));
    roster.commit(&assignment).unwrap();
}

#[test]
fn an_item_says_why_it_cannot_be_routed() {
    let config = config()
        .channel("off", ServiceChannel::new())
        .channel(
            "vip",
            ServiceChannel::new()
                .active(true)
                .condition(Condition::is("vip", true)),
        )
        .queue("closed", Queue::new("chat"));
    let plan = Plan::new(config).unwrap();
    let to = |queue: &str| {
        route_to(&plan, WorkItem::new("conv-1", "chat"), &queue.into(), now()).map(drop)
    };
    let of = |item: WorkItem| route(&plan, item, now()).map(drop);
    let item = || WorkItem::new("conv-1", "chat");
    let many = |item: WorkItem, count: usize| {
        (0..count).fold(item, |item, place| {
            item.skill(SkillRequest::new(format!("skill-{place}")))
        })
    };
    says(
        of(WorkItem::new("conv-1", "fax")),
        "work item `conv-1` cannot be routed: there is no channel `fax`",
    );
    says(
        of(WorkItem::new("conv-1", "off")),
        "work item `conv-1` cannot be routed: its channel is not active",
    );
    says(
        of(WorkItem::new("conv-1", "vip")),
        "work item `conv-1` cannot be routed: the condition of its channel does not hold",
    );
    says(
        of(WorkItem::new("conv-1", "vip").fact("vip", true)),
        "work item `conv-1` cannot be routed: no active queue of its channel takes it",
    );
    says(
        to("closed"),
        "work item `conv-1` cannot be routed: the queue is not active",
    );
    says(
        to("sales"),
        "work item `conv-1` cannot be routed: there is no queue `sales`",
    );
    let other = route_to(
        &plan,
        WorkItem::new("conv-1", "vip"),
        &"support".into(),
        now(),
    )
    .map(drop);
    says(
        other,
        "work item `conv-1` cannot be routed: queue `support` is one of channel `chat`, the item comes by `vip`",
    );
    says(
        of(item().size(0_u32)),
        "work item `conv-1` cannot be routed: its size is 0, expected at least 1",
    );
    says(
        of(item().skill(SkillRequest::new("spanish").level(0_u32))),
        "work item `conv-1` cannot be routed: skill `spanish` is asked for at level 0, expected at least 1",
    );
    says(
        of(many(item(), 33)),
        "work item `conv-1` cannot be routed: it asks for more than 32 skills, its own and its channel's together",
    );
    says(
        of(WorkItem::new("", "chat")),
        "work item `` cannot be routed: an id is empty, expected 1 to 256 bytes",
    );
    says(
        of(item().preferred_agents(["ben", ""])),
        "work item `conv-1` cannot be routed: an id is empty, expected 1 to 256 bytes",
    );
    assert_eq!(
        of(many(many(item(), 32), 32)),
        Ok(()),
        "each skill counts once"
    );
    let unroutable = route(&plan, WorkItem::new("conv-1", "off"), now()).unwrap_err();
    assert!(!unroutable.why().is_wrong_call());
    assert_eq!(unroutable.into_item().id, "conv-1");
    let mut routed = route(&plan, item(), now()).unwrap();
    says(
        routed.decline(&plan, "bob", None),
        "there is no agent `bob`",
    );
    says(
        routed.set_last_agent(&plan, "bob", now()),
        "there is no agent `bob`",
    );
}

#[test]
fn an_item_with_more_than_1024_facts_is_not_routed() {
    let plan = plan();
    let facts = |count: usize| {
        (0..count).fold(WorkItem::new("conv-1", "chat"), |item, number| {
            item.fact(format!("fact-{number}"), 1)
        })
    };
    assert!(route(&plan, facts(1024), now()).is_ok());
    let unroutable = route(&plan, facts(1025), now()).unwrap_err();
    assert_eq!(
        unroutable.why(),
        &WhyUnroutable::TooManyFacts { found: 1025 }
    );
    assert!(unroutable.why().is_wrong_call());
    assert_eq!(
        unroutable.to_string(),
        "work item `conv-1` cannot be routed: it has 1025 facts, expected at most 1024"
    );
}

#[test]
fn an_item_is_told_nothing_in_the_names_of_another_plan() {
    let plan = plan();
    let other = Plan::new(config().agent("abe", Agent::new())).unwrap();
    let mut routed = route(&plan, WorkItem::new("conv-1", "chat"), now()).unwrap();
    routed.decline(&plan, "ben", None).unwrap();
    let before = format!("{routed:?}");
    let refused = [
        routed.decline(&other, "asha", None),
        routed.decline(&other, "abe", None),
        routed.decline(&other, "nobody", None),
        routed.set_last_agent(&other, "asha", now()),
        routed.set_last_agent(&other, "nobody", now()),
    ];
    for result in refused {
        assert_eq!(result, Err(RoutedError::OtherPlan));
        says(result, "the item was routed under another plan");
    }
    assert_eq!(format!("{routed:?}"), before);
}

#[test]
fn everything_shows_itself() {
    let plan = plan();
    let roster = Roster::from_rows(&plan, [AgentRow::new("ben").presence("available")]).unwrap();
    let routed = route(&plan, WorkItem::new("conv-1", "chat"), now()).unwrap();
    let decision = assign(&roster, &routed, now()).unwrap();
    let explanation = explain(&roster, &routed, now()).unwrap();
    let status = roster.agent("ben").unwrap();
    let shown: [&dyn Debug; 7] = [
        &plan,
        &roster,
        &routed,
        &decision,
        &explanation,
        &status,
        &now(),
    ];
    for value in shown {
        assert!(!format!("{value:?}").is_empty());
    }
    assert_eq!(
        plan.agent("asha").map(|asha| format!("{asha:?}")),
        Some("AgentHandle(0)".into())
    );
}
