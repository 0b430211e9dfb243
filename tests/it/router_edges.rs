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
