//! The public API: what types promise, how large they are, and that they are object safe and printable.

use std::fmt::Debug;
use std::mem::size_of;

use handover::rule::{Eligibility, Ranking, RoutingCondition, Sizing, eligibility, ranking};
use handover::*;

macro_rules! assert_send_sync_debug {
    ($($type:ty),* $(,)?) => {
        const _: fn() = || {
            const fn check<T: Send + Sync + Debug>() {}
            $(check::<$type>();)*
        };
    };
}

assert_send_sync_debug!(
    // values
    Config, ServiceChannel, ChannelKind, SizeRule, SkillRule, Queue, Routing, EligibilityPool, SortKey, Direction,
    Affinity, WhenExhausted, Trigger, AssignmentRule, AssignBy, SkillMode, Offer, Ask, OnPresenceLost, PresenceState,
    AgentGroup, Agent, AgentKind, Capacity, RejectReason, WorkItem, SkillRequest, Condition, Comparison, Fact, Scalar,
    Scope<GroupId>, Map<AgentId, Agent>, Timestamp, TimestampError, IdError,
    ChannelId, QueueId, RuleId, PresenceStateId, GroupId, AgentId, SkillId, RejectReasonId, WorkItemId, RequesterId,
    CustomName, TriggerName,
    // plan and routing
    Plan, PlanBuilder, PlanError, Problem, Routed, RouteError, RouteErrorKind, WrongCall, UnroutableReason,
    ErrorKind, RouterError,
    // roster and decision
    Roster, AgentRow, ChannelRow, AgentStatus<'static>, RosterError, CommitError, BrokenInvariant,
    Decision, Assignment, Wait, WaitReason, PlanMismatch,
    // rules
    rule::Exclusion, rule::Score, rule::Case<'static>, rule::Candidate<'static>,
    Box<dyn Eligibility>, Box<dyn Ranking>, Box<dyn RoutingCondition>, Box<dyn Sizing>,
);

macro_rules! assert_copy {
    ($($type:ty),*) => {
        const _: fn() = || {
            const fn check<T: Copy>() {}
            $(check::<$type>();)*
        };
    };
}

assert_copy!(
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
fn decision_is_at_most_48_bytes() {
    assert!(size_of::<Decision>() <= 48, "{}", size_of::<Decision>());
    assert_eq!(
        size_of::<Option<Plan>>(),
        size_of::<usize>(),
        "a plan is one pointer"
    );
}

#[test]
fn plan_stores_the_text_of_an_id_once() {
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
    let is_same_text = |id: &str, other: &str| std::ptr::eq(id, other);
    for (member, id) in group.members.iter().zip(agents.keys()) {
        assert!(is_same_text(member.as_str(), id.as_str()));
    }
    for (id, other) in asha.skills.keys().zip(ben.skills.keys()) {
        assert!(is_same_text(id.as_str(), other.as_str()));
    }
    for (id, own) in plan.config().channels.keys().zip(asha.capacity.keys()) {
        assert!(is_same_text(id.as_str(), own.as_str()));
    }
    for (id, own) in plan.config().queues.keys().zip(group.queue_order.keys()) {
        assert!(is_same_text(id.as_str(), own.as_str()));
    }
    assert_eq!(group.queue_order.get("desk"), Some(&1));
}

#[test]
fn rule_traits_are_object_safe() {
    let rules: [&dyn Eligibility; 2] = [&eligibility::Anyone, &eligibility::HumanOnly];
    let rankings: [Box<dyn Ranking>; 2] =
        [Box::new(ranking::NoPreference), Box::new(ranking::InOrder)];
    assert_eq!(
        format!("{rules:?} {rankings:?}"),
        "[Anyone, HumanOnly] [NoPreference, InOrder]"
    );
}

#[test]
fn public_types_implement_debug() {
    let now = Timestamp::EPOCH;
    let config = Config::new()
        .channel("chat", ServiceChannel::new().active(true))
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
        .group("desk", AgentGroup::new(["asha", "ben"]))
        .agent("asha", Agent::new())
        .agent("ben", Agent::new());
    let plan = Plan::new(config).unwrap();
    let roster = Roster::from_rows(&plan, [AgentRow::new("ben").presence("available")]).unwrap();
    let routed = route(&plan, WorkItem::new("conv-1", "chat"), now).unwrap();
    let decision = assign(&roster, &routed, now).unwrap();
    let explanation = explain(&roster, &routed, now).unwrap();
    let status = roster.agent("ben").unwrap();
    let values: [&dyn Debug; 7] = [
        &plan,
        &roster,
        &routed,
        &decision,
        &explanation,
        &status,
        &now,
    ];
    for value in values {
        assert!(!format!("{value:?}").is_empty());
    }
    assert_eq!(
        plan.agent("asha").map(|asha| format!("{asha:?}")),
        Some("AgentHandle(0)".into())
    );
}
