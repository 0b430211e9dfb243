//! The router where numbers end, and where what the plan knows nothing of makes a difference.

use handover::rule::{Candidate, Case, Exclusion};
use handover::*;

pub(crate) fn desk(queue: Queue, rule: AssignmentRule) -> Config {
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

pub(crate) fn tell(router: &mut Router, now: Timestamp, input: Input) -> Vec<Output> {
    router.handle(now, input).unwrap();
    router.check_invariants().unwrap();
    std::iter::from_fn(|| router.poll_output()).collect()
}

pub(crate) fn route(item: WorkItem) -> Input {
    Input::Route { item, queue: None }
}

#[test]
fn a_pool_that_would_open_after_the_last_moment_of_time_never_does() {
    let later = EligibilityPool::new(["all"], "any").eligible_at_secs(60);
    let queue = Queue::new("chat").pool(later);
    let mut router = Router::new(&Plan::new(desk(queue, AssignmentRule::new())).unwrap());
    let outputs = tell(
        &mut router,
        Timestamp::MAX,
        route(WorkItem::new("late", "chat")),
    );
    assert!(
        matches!(outputs[..], [Output::Queued { .. }]),
        "{outputs:?}"
    );
    assert_eq!(tell(&mut router, Timestamp::MAX, Input::Tick), []);
    assert_eq!(router.poll_timeout(), None);
}

/// Refuses what asks for one skill.
#[derive(Debug)]
struct NoChess;

impl Eligibility for NoChess {
    fn check(&self, case: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        let mut skills = case.item().skills.iter();
        if skills.any(|asked| asked.skill == "chess") {
            return Err(Exclusion::new("plays no chess"));
        }
        Ok(())
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

#[test]
fn skills_that_nobody_has_are_told_apart_by_gates() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let rule = AssignmentRule::new().gate("no-chess");
    let plan = Plan::builder(desk(queue, rule))
        .eligibility("no-chess", NoChess)
        .build()
        .unwrap();
    let mut router = Router::new(&plan);
    let now = Timestamp::from_millis(1);
    let state = Some("available".into());
    let agent = "asha".into();
    tell(&mut router, now, Input::SetPresence { agent, state });
    let asks = |id: &str, skill: &str| {
        route(WorkItem::new(id, "chat").skill(SkillRequest::new(skill).mandatory(true)))
    };
    let outputs = tell(&mut router, now, asks("first", "chess"));
    assert!(
        matches!(outputs[..], [Output::Queued { .. }]),
        "{outputs:?}"
    );
    let outputs = tell(&mut router, now, asks("second", "draughts"));
    assert!(
        matches!(outputs[..], [Output::Queued { .. }, Output::Offered { .. }]),
        "{outputs:?}"
    );
}

#[test]
fn an_agent_of_many_groups_with_many_items_is_found_by_each_and_lets_go_of_each() {
    for desks in [
        &["a", "b", "c"][..],
        &["a", "b", "c", "d"],
        &["a", "b", "c", "d", "e"],
    ] {
        an_agent_of_many_groups(desks);
    }
}

fn an_agent_of_many_groups(desks: &[&'static str]) {
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
    for &desk in desks {
        let pool = EligibilityPool::new([desk], "any");
        let queue = Queue::new("chat").active(true).routing(Routing::always());
        config = config
            .group(desk, AgentGroup::new(["asha"]))
            .queue(desk, queue.pool(pool));
    }
    let mut router = Router::new(&Plan::new(config).unwrap());
    let now = Timestamp::from_millis(1);
    let (agent, state) = ("asha".into(), Some("available".into()));
    tell(&mut router, now, Input::SetPresence { agent, state });
    let came = |number: usize| Input::Route {
        item: WorkItem::new(format!("{number:02}"), "chat"),
        queue: Some(desks[number % desks.len()].into()),
    };
    let accepted = |outputs: &[Output]| {
        let items = outputs.iter().filter_map(|output| match output {
            Output::Accepted { item, .. } => Some(item.as_str().to_owned()),
            _ => None,
        });
        items.collect::<Vec<_>>()
    };
    for number in 0..20 {
        let outputs = tell(&mut router, now, came(number));
        let takes = usize::from(number < 7);
        assert_eq!(accepted(&outputs).len(), takes, "{outputs:?}");
    }
    // Whichever is done first: the next that has waited longest comes, of whatever queue.
    for (next, done) in [6, 0, 3, 5, 1, 2, 4, 12, 9, 7, 8, 10, 11]
        .into_iter()
        .enumerate()
    {
        let item = format!("{done:02}").into();
        let outputs = tell(&mut router, now, Input::Complete { item });
        assert_eq!(accepted(&outputs), [format!("{:02}", 7 + next)]);
    }
}

#[test]
fn what_comes_first_of_a_sorted_queue_is_not_told_by_rank() {
    let pool = EligibilityPool::new(["all"], "any");
    let queue = Queue::new("chat")
        .pool(pool)
        .sort_by("vip", Direction::Descending);
    let rule = AssignmentRule::new()
        .offer(Offer::Ask(Ask::new()))
        .skills(SkillMode::Require);
    let config = desk(queue, rule)
        .agent("asha", Agent::new().skill("chess", 1))
        .reject_reason("busy", RejectReason::new());
    let mut router = Router::new(&Plan::new(config).unwrap());
    let now = Timestamp::from_millis(1);
    let (agent, state) = (AgentId::from("asha"), Some("available".into()));
    tell(
        &mut router,
        now,
        Input::SetPresence {
            agent: agent.clone(),
            state,
        },
    );
    tell(
        &mut router,
        now,
        route(WorkItem::new("declined", "chat").fact("vip", 3)),
    );
    let item = "declined".into();
    tell(
        &mut router,
        now,
        Input::Reject {
            item,
            agent: agent.clone(),
            reason: "busy".into(),
        },
    );
    tell(
        &mut router,
        now,
        route(WorkItem::new("first", "chat").fact("vip", 0)),
    );
    let item = "first".into();
    tell(&mut router, now, Input::Accept { item, agent });
    tell(
        &mut router,
        now,
        route(WorkItem::new("older", "chat").fact("vip", 1)),
    );
    let chess = SkillRequest::new("chess").mandatory(true);
    tell(
        &mut router,
        now,
        route(WorkItem::new("younger", "chat").fact("vip", 2).skill(chess)),
    );
    let item = "first".into();
    let outputs = tell(&mut router, now, Input::Complete { item });
    let offered = outputs.iter().find_map(|output| match output {
        Output::Offered { item, .. } => Some(item.as_str()),
        _ => None,
    });
    assert_eq!(offered, Some("younger"), "{outputs:?}");
}

#[test]
fn of_each_channel_the_last_hundred_thousand_requesters_are_remembered() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let config = desk(queue, AssignmentRule::new().offer(Offer::AutoAccept));
    let mut router = Router::new(&Plan::new(config).unwrap());
    let (agent, state) = ("asha".into(), Some("available".into()));
    let mut step = |now: u64, input: Input| {
        router.handle(Timestamp::from_millis(now), input).unwrap();
        while router.poll_output().is_some() {}
    };
    step(0, Input::SetPresence { agent, state });
    let mut call = |now: u64, requester: u64| {
        let item = WorkItem::new("item", "chat").requester(format!("+{requester}"));
        step(now, route(item));
        let item = "item".into();
        step(now, Input::Complete { item });
    };
    (0..100_000).for_each(|number| call(number, number));
    // Who calls again is remembered for longer, and takes nobody's place.
    call(100_000, 0);
    call(100_001, 100_000);
    call(100_002, 100_001);
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    let remembered = stored["last_agents"].as_array().unwrap();
    let requesters = |places: std::ops::Range<usize>| -> Vec<&str> {
        let rows = remembered[places].iter();
        rows.map(|row| row["requester"].as_str().unwrap()).collect()
    };
    assert_eq!(remembered.len(), 100_000);
    assert_eq!(requesters(0..2), ["+3", "+4"]);
    assert_eq!(requesters(99_997..100_000), ["+0", "+100000", "+100001"]);
}

/// Kim of a queue with sort keys and of one without.
fn sorted_and_not() -> Config {
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

pub(crate) fn offered(outputs: &[Output]) -> Vec<&str> {
    let outputs = outputs.iter();
    let offered = outputs.filter_map(|output| match output {
        Output::Offered { item, .. } | Output::Accepted { item, .. } => Some(item.as_str()),
        _ => None,
    });
    offered.collect()
}

#[test]
fn what_stands_behind_in_a_sorted_queue_may_come_first_of_all_queues() {
    let config = sorted_and_not();
    let mut router = Router::new(&Plan::new(config.clone()).unwrap());
    let at = Timestamp::from_millis;
    let (agent, state) = ("kim".into(), Some("here".into()));
    tell(&mut router, at(0), Input::SetPresence { agent, state });
    let sorted = |id: &str, n: i64| WorkItem::new(id, "chat").fact("n", n);
    tell(&mut router, at(0), route(sorted("oldest", 9)));
    let (item, queue) = (WorkItem::new("other", "chat"), Some("plain".into()));
    tell(&mut router, at(1), Input::Route { item, queue });
    tell(&mut router, at(2), route(sorted("large", 1).size(2)));
    let urgent = WorkItem::new("urgent", "chat").priority(1).size(3);
    tell(&mut router, at(3), route(urgent));
    let here = PresenceState::new().takes_work(true).channels(["chat"]);
    let config = Box::new(config.presence_state("here", here));
    let outputs = tell(&mut router, at(4), Input::Reconfigure { config });
    // After the urgent one there is room for one unit: `large`, which stood first in its queue, fits no more.
    assert_eq!(offered(&outputs), ["urgent", "oldest"]);
}

#[test]
fn at_the_last_moment_of_time_nothing_that_lies_ahead_ever_comes() {
    let queue = Queue::new("chat")
        .pool(EligibilityPool::new(["all"], "any"))
        .max_wait_secs(60)
        .target_wait_secs(5)
        .trigger(5, "soon")
        .when_exhausted(WhenExhausted::StartOverSecs(5));
    let ask = Ask::new().timeout_secs(5).timeout_presence("available");
    let config = desk(queue, AssignmentRule::new().offer(ask))
        .reject_reason("timed_out", RejectReason::new().reassignable_after_secs(5))
        .reject_reason("busy", RejectReason::new().reassignable_after_secs(5));
    let channel = ServiceChannel::new().active(true).wrap_up_secs(5);
    let mut router = Router::new(&Plan::new(config.channel("chat", channel)).unwrap());
    let now = Timestamp::MAX;
    let asha = || AgentId::from("asha");
    let (agent, state) = (asha(), Some("available".into()));
    tell(&mut router, now, Input::SetPresence { agent, state });
    for id in ["one", "two"] {
        tell(&mut router, now, route(WorkItem::new(id, "chat")));
    }
    assert_eq!(router.item("one").unwrap().offer_expires(), None);
    assert_eq!(router.poll_timeout(), None);
    assert_eq!(tell(&mut router, now, Input::Tick), []);
    let reject = Input::Reject {
        item: "one".into(),
        agent: asha(),
        reason: "busy".into(),
    };
    let outputs = tell(&mut router, now, reject);
    assert_eq!(offered(&outputs), ["two"]);
    let (item, agent) = ("two".into(), asha());
    tell(&mut router, now, Input::Accept { item, agent });
    // Nothing would end its wrap-up.
    let item = "two".into();
    let outputs = tell(&mut router, now, Input::Complete { item });
    assert!(matches!(outputs[0], Output::Closed { .. }), "{outputs:?}");
    assert_eq!(router.poll_timeout(), None);
}

#[test]
fn the_load_of_an_agent_without_limit_has_none() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let rule = AssignmentRule::new().offer(Offer::AutoAccept);
    let channel = ServiceChannel::new()
        .active(true)
        .default_capacity(Capacity::Unlimited)
        .utilization(Condition::is("state", "open"));
    let config = desk(queue, rule).channel("chat", channel);
    let mut router = Router::new(&Plan::new(config).unwrap());
    let now = Timestamp::from_millis(1);
    let (agent, state) = ("asha".into(), Some("available".into()));
    tell(&mut router, now, Input::SetPresence { agent, state });
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
