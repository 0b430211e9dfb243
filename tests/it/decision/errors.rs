//! The error texts of `route`, `commit` and the roster.

use handover::*;

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
    Timestamp::saturating_from_millis(1_000)
}

#[track_caller]
fn assert_error<E: std::error::Error>(result: Result<(), E>, text: &str) {
    assert_eq!(result.unwrap_err().to_string(), text);
}

#[test]
fn roster_errors_state_the_reason() {
    let plan = plan();
    let mut roster = Roster::new(&plan);
    assert_error(
        roster.set_presence("bob", "available", now()),
        "there is no agent `bob` in the plan, or the roster does not cover it",
    );
    assert_error(
        roster.clear_presence("bob", now()),
        "there is no agent `bob` in the plan, or the roster does not cover it",
    );
    assert_error(
        roster.set_presence("asha", "lunch", now()),
        "there is no presence state `lunch`",
    );
    assert_error(
        roster.set_presence("asha", "retired", now()),
        "presence state `retired` is not active",
    );
    assert_error(
        roster.set_presence("asha", "night", now()),
        "presence state `night` is for none of the groups of agent `asha`",
    );
    assert_error(
        roster.set_channel("asha", "mail", true),
        "there is no channel `mail` in the plan, or the roster does not cover it",
    );
    assert_error(
        roster.set_cursor("sales", 0, "asha"),
        "there is no queue `sales` in the plan, or the roster does not cover it",
    );
    assert_error(
        roster.set_cursor("support", 1, "asha"),
        "queue `support` has no pool 1, it has 1, counted from 0",
    );
    assert_error(
        roster.release("asha", "chat", 1, now()),
        "agent `asha` holds 0 items and 0 units on channel `chat`, expected at least one item and 1 units",
    );
    roster.give("asha", "chat", 2).unwrap();
    assert_error(
        roster.withdraw("asha", "chat", 3, now()),
        "agent `asha` holds 1 items and 2 units on channel `chat`, expected at least one item and 3 units",
    );
}

#[test]
fn contradictory_agent_rows_are_refused() {
    let plan = plan();
    let of = |rows: Vec<AgentRow>| Roster::from_rows(&plan, rows).map(drop);
    assert_error(
        of(vec![AgentRow::new("bob")]),
        "there is no agent `bob` in the plan, or the roster does not cover it",
    );
    assert_error(
        of(vec![AgentRow::new("ben"), AgentRow::new("ben")]),
        "agent `ben` has two rows, expected one",
    );
    let twice = AgentRow::new("ben")
        .channel(ChannelRow::new("chat"))
        .channel(ChannelRow::new("chat"));
    assert_error(
        of(vec![twice]),
        "agent `ben` has two entries for channel `chat`, expected one",
    );
    assert_error(
        of(vec![AgentRow::new("ben").channel(ChannelRow::new("mail"))]),
        "there is no channel `mail` in the plan, or the roster does not cover it",
    );
    assert_error(
        of(vec![AgentRow::new("ben").presence("lunch")]),
        "there is no presence state `lunch`",
    );
    assert_error(
        Roster::of(&plan, "sales", []).map(drop),
        "there is no queue `sales` in the plan, or the roster does not cover it",
    );
    assert!(
        of(vec![AgentRow::new("ben").presence("retired")]).is_ok(),
        "a later configuration can deactivate the state"
    );
}

#[test]
fn commit_errors_state_the_reason() {
    let plan = plan();
    let mut roster =
        Roster::from_rows(&plan, [AgentRow::new("ben").presence("available")]).unwrap();
    let routed = route(&plan, WorkItem::new("conv-1", "chat"), now()).unwrap();
    let assignment = assign(&roster, &routed, now())
        .unwrap()
        .assignment()
        .unwrap();
    roster.clear_presence("ben", now()).unwrap();
    assert_error(
        roster.commit(&assignment),
        "the assignment is stale: agent `ben` has changed since it was decided",
    );

    let other = Plan::new(config().agent("ian", Agent::new())).unwrap();
    assert_error(
        Roster::new(&other).commit(&assignment),
        "the assignment was decided under another plan than the roster's",
    );
    assert_eq!(assignment.agent(&other), None);
    assert_error(
        assign(&Roster::new(&other), &routed, now()).map(drop),
        "the item was routed under another plan than the roster's, or the roster covers another queue",
    );
    assert_error(
        explain(&Roster::new(&other), &routed, now()).map(drop),
        "the item was routed under another plan than the roster's, or the roster covers another queue",
    );
}

#[test]
fn plans_of_equal_configurations_are_interchangeable() {
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
fn route_errors_state_the_reason() {
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
        (0..count).fold(item, |item, number| {
            item.skill(SkillRequest::new(format!("skill-{number}")))
        })
    };
    assert_error(
        of(WorkItem::new("conv-1", "fax")),
        "work item `conv-1` cannot be routed: there is no channel `fax`",
    );
    assert_error(
        of(WorkItem::new("conv-1", "off")),
        "work item `conv-1` cannot be routed: its channel is not active",
    );
    assert_error(
        of(WorkItem::new("conv-1", "vip")),
        "work item `conv-1` cannot be routed: the condition of its channel does not hold",
    );
    assert_error(
        of(WorkItem::new("conv-1", "vip").fact("vip", true)),
        "work item `conv-1` cannot be routed: no active queue of its channel takes it",
    );
    assert_error(
        to("closed"),
        "work item `conv-1` cannot be routed: the queue is not active",
    );
    assert_error(
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
    assert_error(
        other,
        "work item `conv-1` cannot be routed: queue `support` belongs to channel `chat`, but the item is on channel `vip`",
    );
    assert_error(
        of(item().size(0_u32)),
        "work item `conv-1` cannot be routed: its size is 0, expected at least 1",
    );
    assert_error(
        of(item().skill(SkillRequest::new("spanish").level(0_u32))),
        "work item `conv-1` cannot be routed: skill `spanish` is asked for at level 0, expected at least 1",
    );
    assert_error(
        of(many(item(), 33)),
        "work item `conv-1` cannot be routed: it asks for more than 32 skills, its own and its channel's together",
    );
    assert_error(
        of(WorkItem::new("", "chat")),
        "work item `` cannot be routed: an id is empty, expected 1 to 256 bytes",
    );
    assert_error(
        of(item().preferred_agents(["ben", ""])),
        "work item `conv-1` cannot be routed: an id is empty, expected 1 to 256 bytes",
    );
    assert_eq!(
        of(many(many(item(), 32), 32)),
        Ok(()),
        "each skill counts once"
    );
    let unroutable = route(&plan, WorkItem::new("conv-1", "off"), now()).unwrap_err();
    assert_eq!(unroutable.code(), "channel_inactive");
    assert_eq!(unroutable.kind(), ErrorKind::Conflict);
    assert_eq!(unroutable.into_item().id, "conv-1");
    let mut routed = route(&plan, item(), now()).unwrap();
    assert_error(
        routed.decline(&plan, "bob", None),
        "there is no agent `bob`",
    );
    assert_error(
        routed.set_last_agent(&plan, "bob", now()),
        "there is no agent `bob`",
    );
    assert_error(
        routed.set_current_agents(&plan, ["asha", "bob"]),
        "there is no agent `bob`",
    );
}

#[test]
fn item_with_more_than_1024_facts_is_not_routed() {
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
        &RouteErrorKind::WrongCall(WrongCall::TooManyFacts { found: 1025 })
    );
    assert_eq!(unroutable.kind(), ErrorKind::Invalid);
    assert_eq!(
        unroutable.to_string(),
        "work item `conv-1` cannot be routed: it has 1025 facts, expected at most 1024"
    );
}

#[test]
fn routed_item_refuses_agents_of_another_plan() {
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
        routed.set_current_agents(&other, ["asha"]),
    ];
    for result in refused {
        assert_eq!(result, Err(RoutedError::PlanMismatch));
        assert_error(result, "the item was routed under another plan");
    }
    assert_eq!(format!("{routed:?}"), before);
}

type Setup = fn(&mut Roster) -> Result<(), RosterError>;

#[test]
fn refused_release_leaves_the_roster_unchanged() {
    let plan = plan();
    // Each case gives the agent a load, and releases an item of a size that the agent does not hold.
    let cases: [(Setup, u32); 5] = [
        (|_| Ok(()), 0),
        (|_| Ok(()), 1),
        (|roster| roster.set_load("asha", "chat", 5), 1),
        (|roster| roster.give("asha", "chat", 2), 3),
        (
            |roster| {
                roster.give("asha", "chat", 2)?;
                roster.set_load("asha", "chat", 1)
            },
            2,
        ),
    ];
    for (setup, size) in cases {
        let mut roster = Roster::new(&plan);
        roster.set_presence("asha", "available", now()).unwrap();
        setup(&mut roster).unwrap();
        let before = format!("{roster:?}");
        let later = now().plus_millis(1);
        for result in [
            roster.release("asha", "chat", size, later),
            roster.withdraw("asha", "chat", size, later),
        ] {
            assert!(
                matches!(result, Err(RosterError::NotHeld { .. })),
                "{result:?}"
            );
        }
        assert_eq!(format!("{roster:?}"), before);
        roster.check_invariants().unwrap();
    }
}
