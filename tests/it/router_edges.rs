//! The router where numbers end, and where what the plan knows nothing of makes a difference.

use handover::rule::{Candidate, Case, Exclusion};
use handover::*;

fn desk(queue: Queue, rule: AssignmentRule) -> Config {
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

fn tell(router: &mut Router, now: Timestamp, input: Input) -> Vec<Output> {
    router.handle(now, input).unwrap();
    router.check_invariants().unwrap();
    std::iter::from_fn(|| router.poll_output()).collect()
}

fn route(item: WorkItem) -> Input {
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
