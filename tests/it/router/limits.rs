//! Edge cases of the router: the last timestamp, huge loads, sorted queues, custom gates, remembered requesters.

use handover::rule::{Candidate, Case, Exclusion};
use handover::*;

/// Returns a configuration of one queue and one agent.
pub(super) fn config(queue: Queue, rule: AssignmentRule) -> Config {
    Config::new()
        .channel("chat", ServiceChannel::new().active(true))
        .queue("desk", queue.active(true).routing(Routing::always()))
        .rule("any", rule)
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(["chat"]),
        )
        .group("all", AgentGroup::new(["asha"]))
        .agent("asha", Agent::new())
}

/// Gives an input, checks the invariants, and returns the outputs.
pub(super) fn handle(router: &mut Router, now: Timestamp, input: Input) -> Vec<Output> {
    router.handle(now, input).unwrap();
    router.check_invariants().unwrap();
    std::iter::from_fn(|| router.poll_output()).collect()
}

/// Returns the input that routes an item.
pub(super) fn route(item: WorkItem) -> Input {
    Input::Route { item, queue: None }
}

#[test]
fn pool_that_opens_after_the_last_timestamp_never_opens() {
    let late_pool = EligibilityPool::new(["all"], "any").eligible_at_secs(60);
    let queue = Queue::new("chat").pool(late_pool);
    let plan = Plan::new(config(queue, AssignmentRule::new())).unwrap();
    let mut router = Router::new(&plan);
    let outputs = handle(
        &mut router,
        Timestamp::MAX,
        route(WorkItem::new("late", "chat")),
    );
    assert!(
        matches!(outputs[..], [Output::Queued { .. }]),
        "{outputs:?}"
    );
    assert_eq!(handle(&mut router, Timestamp::MAX, Input::Tick), []);
    assert_eq!(router.poll_timeout(), None);
}

/// A gate that excludes items with the skill `chess`.
#[derive(Debug)]
struct NoChess;

impl Eligibility for NoChess {
    fn check(&self, case: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        let mut skills = case.item().skills.iter();
        if skills.any(|request| request.skill == "chess") {
            return Err(Exclusion::new("plays no chess"));
        }
        Ok(())
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

#[test]
fn gates_distinguish_skills_that_no_agent_has() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let rule = AssignmentRule::new().gate("no-chess");
    let plan = Plan::builder(config(queue, rule))
        .eligibility("no-chess", NoChess)
        .build()
        .unwrap();
    let mut router = Router::new(&plan);
    let now = Timestamp::saturating_from_millis(1);
    let state = Some("available".into());
    let agent = "asha".into();
    handle(&mut router, now, Input::SetPresence { agent, state });
    let with_skill = |id: &str, skill: &str| {
        route(WorkItem::new(id, "chat").skill(SkillRequest::new(skill).mandatory(true)))
    };
    let outputs = handle(&mut router, now, with_skill("first", "chess"));
    assert!(
        matches!(outputs[..], [Output::Queued { .. }]),
        "{outputs:?}"
    );
    let outputs = handle(&mut router, now, with_skill("second", "draughts"));
    assert!(
        matches!(outputs[..], [Output::Queued { .. }, Output::Offered { .. }]),
        "{outputs:?}"
    );
}

#[test]
fn agent_in_many_groups_gets_and_releases_items_of_each() {
    for groups in [
        &["a", "b", "c"][..],
        &["a", "b", "c", "d"],
        &["a", "b", "c", "d", "e"],
    ] {
        check_agent_in_groups(groups);
    }
}

/// Checks that an agent of some groups gets the oldest item of any of their queues, in turn.
fn check_agent_in_groups(groups: &[&'static str]) {
    let mut config = Config::new()
        .channel(
            "chat",
            ServiceChannel::new().active(true).default_capacity(7),
        )
        .rule("any", AssignmentRule::new().offer(Offer::AutoAccept))
        .presence_state(
            "available",
            PresenceState::new().takes_work(true).channels(["chat"]),
        )
        .agent("asha", Agent::new());
    for &group in groups {
        let pool = EligibilityPool::new([group], "any");
        let queue = Queue::new("chat").active(true).routing(Routing::always());
        config = config
            .group(group, AgentGroup::new(["asha"]))
            .queue(group, queue.pool(pool));
    }
    let mut router = Router::new(&Plan::new(config).unwrap());
    let now = Timestamp::saturating_from_millis(1);
    let (agent, state) = ("asha".into(), Some("available".into()));
    handle(&mut router, now, Input::SetPresence { agent, state });
    let numbered = |number: usize| Input::Route {
        item: WorkItem::new(format!("{number:02}"), "chat"),
        queue: Some(groups[number % groups.len()].into()),
    };
    let accepted = |outputs: &[Output]| {
        let items = outputs.iter().filter_map(|output| match output {
            Output::Accepted { item, .. } => Some(item.as_str().to_owned()),
            _ => None,
        });
        items.collect::<Vec<_>>()
    };
    for number in 0..20 {
        let outputs = handle(&mut router, now, numbered(number));
        let expected = usize::from(number < 7);
        assert_eq!(accepted(&outputs).len(), expected, "{outputs:?}");
    }
    // Whichever item is completed, the item that has waited longest in any queue is next.
    for (next, completed) in [6, 0, 3, 5, 1, 2, 4, 12, 9, 7, 8, 10, 11]
        .into_iter()
        .enumerate()
    {
        let item = format!("{completed:02}").into();
        let outputs = handle(&mut router, now, Input::Complete { item, by: None });
        assert_eq!(accepted(&outputs), [format!("{:02}", 7 + next)]);
    }
}

#[test]
fn sorted_queue_offers_by_sort_key_not_by_age() {
    let pool = EligibilityPool::new(["all"], "any");
    let queue = Queue::new("chat")
        .pool(pool)
        .sort_by("vip", Direction::Descending);
    let rule = AssignmentRule::new()
        .offer(Offer::Ask(Ask::new()))
        .skills(SkillMode::Require);
    let config = config(queue, rule)
        .agent("asha", Agent::new().skill("chess", 1))
        .reject_reason("busy", RejectReason::new());
    let mut router = Router::new(&Plan::new(config).unwrap());
    let now = Timestamp::saturating_from_millis(1);
    let (agent, state) = (AgentId::from("asha"), Some("available".into()));
    handle(
        &mut router,
        now,
        Input::SetPresence {
            agent: agent.clone(),
            state,
        },
    );
    handle(
        &mut router,
        now,
        route(WorkItem::new("declined", "chat").fact("vip", 3)),
    );
    let item = "declined".into();
    handle(
        &mut router,
        now,
        Input::Reject {
            item,
            agent: agent.clone(),
            reason: "busy".into(),
        },
    );
    handle(
        &mut router,
        now,
        route(WorkItem::new("first", "chat").fact("vip", 0)),
    );
    let item = "first".into();
    handle(&mut router, now, Input::Accept { item, agent });
    handle(
        &mut router,
        now,
        route(WorkItem::new("older", "chat").fact("vip", 1)),
    );
    let chess = SkillRequest::new("chess").mandatory(true);
    handle(
        &mut router,
        now,
        route(WorkItem::new("younger", "chat").fact("vip", 2).skill(chess)),
    );
    let item = "first".into();
    let outputs = handle(&mut router, now, Input::Complete { item, by: None });
    let offered = outputs.iter().find_map(|output| match output {
        Output::Offered { item, .. } => Some(item.as_str()),
        _ => None,
    });
    assert_eq!(offered, Some("younger"), "{outputs:?}");
}

#[test]
fn router_remembers_the_last_100000_requesters_per_channel() {
    let queue = Queue::new("chat").affinity([Affinity::last_agent()]);
    let queue = queue.pool(EligibilityPool::new(["all"], "any"));
    let config = config(queue, AssignmentRule::new().offer(Offer::AutoAccept));
    let mut router = Router::new(&Plan::new(config).unwrap());
    let (agent, state) = ("asha".into(), Some("available".into()));
    let mut step = |now: u64, input: Input| {
        router
            .handle(Timestamp::saturating_from_millis(now), input)
            .unwrap();
        while router.poll_output().is_some() {}
    };
    step(0, Input::SetPresence { agent, state });
    let mut serve = |now: u64, requester: u64| {
        let item = WorkItem::new("item", "chat").requester(format!("+{requester}"));
        step(now, route(item));
        let item = "item".into();
        step(now, Input::Complete { item, by: None });
    };
    (0..100_000).for_each(|number| serve(number, number));
    // A second item of a requester moves it to the end and removes no other.
    serve(100_000, 0);
    serve(100_001, 100_000);
    serve(100_002, 100_001);
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    let remembered = stored["last_agents"].as_array().unwrap();
    let requesters = |range: std::ops::Range<usize>| -> Vec<&str> {
        let rows = remembered[range].iter();
        rows.map(|row| row["requester"].as_str().unwrap()).collect()
    };
    assert_eq!(remembered.len(), REQUESTERS_MAX);
    assert_eq!(requesters(0..2), ["+3", "+4"]);
    assert_eq!(requesters(99_997..100_000), ["+0", "+100000", "+100001"]);
    let requester = "+2".into();
    let outputs = handle(
        &mut router,
        Timestamp::saturating_from_millis(100_002),
        Input::Forget { requester },
    );
    assert!(matches!(outputs[0], Output::Forgotten { known: false, .. }));
}

/// Returns a configuration in which kim serves a queue with sort keys and one without.
fn sorted_and_plain_queue() -> Config {
    let pool = || EligibilityPool::new(["all"], "any");
    Config::new()
        .channel(
            "chat",
            ServiceChannel::new().active(true).default_capacity(4),
        )
        .queue(
            "sorted",
            Queue::new("chat")
                .active(true)
                .routing(Routing::always())
                .sort_by("n", Direction::Ascending)
                .pool(pool()),
        )
        .queue("plain", Queue::new("chat").active(true).pool(pool()))
        .rule("any", AssignmentRule::new())
        .presence_state("here", PresenceState::new().takes_work(true))
        .group("all", AgentGroup::new(["kim"]))
        .agent("kim", Agent::new())
}

/// Returns the items that are offered or accepted.
pub(super) fn offered(outputs: &[Output]) -> Vec<&str> {
    let outputs = outputs.iter();
    let offered = outputs.filter_map(|output| match output {
        Output::Offered { item, .. } | Output::Accepted { item, .. } => Some(item.as_str()),
        _ => None,
    });
    offered.collect()
}

#[test]
fn second_item_of_a_sorted_queue_can_win_between_queues() {
    let config = sorted_and_plain_queue();
    let mut router = Router::new(&Plan::new(config.clone()).unwrap());
    let at = Timestamp::saturating_from_millis;
    let (agent, state) = ("kim".into(), Some("here".into()));
    handle(&mut router, at(0), Input::SetPresence { agent, state });
    let sorted = |id: &str, n: i64| WorkItem::new(id, "chat").fact("n", n);
    handle(&mut router, at(0), route(sorted("oldest", 9)));
    let (item, queue) = (WorkItem::new("other", "chat"), Some("plain".into()));
    handle(&mut router, at(1), Input::Route { item, queue });
    handle(&mut router, at(2), route(sorted("large", 1).size(2)));
    let urgent = WorkItem::new("urgent", "chat").priority(1).size(3);
    handle(&mut router, at(3), route(urgent));
    let here = PresenceState::new().takes_work(true).channels(["chat"]);
    let config = Box::new(config.presence_state("here", here));
    let outputs = handle(&mut router, at(4), Input::Reconfigure { config });
    // After `urgent` one unit is free: `large`, the first item of its queue, does not fit.
    assert_eq!(offered(&outputs), ["urgent", "oldest"]);
}

#[test]
fn deadlines_after_the_last_timestamp_never_fall_due() {
    let queue = Queue::new("chat")
        .pool(EligibilityPool::new(["all"], "any"))
        .max_wait_secs(60)
        .target_wait_secs(5)
        .trigger(5, "soon")
        .when_exhausted(WhenExhausted::StartOverSecs(5));
    let ask = Ask::new().timeout_secs(5).timeout_presence("available");
    let config = config(queue, AssignmentRule::new().offer(ask))
        .reject_reason("timed_out", RejectReason::new().reassignable_after_secs(5))
        .reject_reason("busy", RejectReason::new().reassignable_after_secs(5));
    let channel = ServiceChannel::new().active(true).wrap_up_secs(5);
    let mut router = Router::new(&Plan::new(config.channel("chat", channel)).unwrap());
    let now = Timestamp::MAX;
    let asha = || AgentId::from("asha");
    let (agent, state) = (asha(), Some("available".into()));
    handle(&mut router, now, Input::SetPresence { agent, state });
    for id in ["one", "two"] {
        handle(&mut router, now, route(WorkItem::new(id, "chat")));
    }
    assert_eq!(router.item("one").unwrap().offer_expires(), None);
    assert_eq!(router.poll_timeout(), None);
    assert_eq!(handle(&mut router, now, Input::Tick), []);
    let reject = Input::Reject {
        item: "one".into(),
        agent: asha(),
        reason: "busy".into(),
    };
    let outputs = handle(&mut router, now, reject);
    assert_eq!(offered(&outputs), ["two"]);
    let (item, agent) = ("two".into(), asha());
    handle(&mut router, now, Input::Accept { item, agent });
    // A wrap-up would never end, so the item is closed.
    let item = "two".into();
    let outputs = handle(&mut router, now, Input::Complete { item, by: None });
    assert!(matches!(outputs[0], Output::Closed { .. }), "{outputs:?}");
    assert_eq!(router.poll_timeout(), None);
}

#[test]
fn load_of_an_unlimited_agent_can_exceed_48_bits() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let rule = AssignmentRule::new().offer(Offer::AutoAccept);
    let channel = ServiceChannel::new()
        .active(true)
        .default_capacity(Capacity::Unlimited)
        .utilization(Condition::is("state", "open"));
    let config = config(queue, rule).channel("chat", channel);
    let mut router = Router::new(&Plan::new(config).unwrap());
    let now = Timestamp::saturating_from_millis(1);
    let (agent, state) = ("asha".into(), Some("available".into()));
    handle(&mut router, now, Input::SetPresence { agent, state });
    let items = 65_600_u64;
    for number in 0..items {
        let item = WorkItem::new(format!("item-{number}"), "chat").size(u32::MAX);
        let route = route(item.fact("state", "open"));
        router.handle(now, route).unwrap();
        while router.poll_output().is_some() {}
    }
    let load = |router: &Router| router.agent("asha").unwrap().status().load("chat");
    assert_eq!(load(&router), Some(items * u64::from(u32::MAX)));
    for (state, items) in [("held", items - 1), ("open", items)] {
        let item = "item-0".into();
        let facts = [("state".to_owned(), Some(state.into()))].into();
        router.handle(now, Input::Update { item, facts }).unwrap();
        assert_eq!(load(&router), Some(items * u64::from(u32::MAX)));
    }
    router.check_invariants().unwrap();
    let saved = serde_json::to_string(&router.snapshot()).unwrap();
    let restored = Router::restore(router.plan(), serde_json::from_str(&saved).unwrap()).unwrap();
    restored.check_invariants().unwrap();
    assert_eq!(restored.digest(), router.digest());
}
