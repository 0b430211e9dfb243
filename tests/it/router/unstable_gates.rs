//! Gates that change their mind, which they may not: an item may wait in vain then, but every step ends, and nothing is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use handover::rule::{Candidate, Case, Exclusion};
use handover::*;
use proptest::prelude::*;

/// A step of so small a desk asks far less.
const MOST_CALLS: u64 = 20_000;

/// Gives one answer after the other, over and over, whoever asks for what.
#[derive(Debug)]
struct Fickle {
    answers: Vec<bool>,
    calls: Arc<AtomicU64>,
    has_classes: bool,
}

impl Eligibility for Fickle {
    fn check(&self, _: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        assert!(call < MOST_CALLS, "a step does not end");
        let mut answers = self.answers.iter().cycle();
        match answers.nth(usize::try_from(call).unwrap()) {
            Some(true) => Ok(()),
            _ => Err(Exclusion::new("not now")),
        }
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        self.has_classes.then_some(0)
    }
}

const AGENTS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn desk(sorted: bool) -> Config {
    let queue = |id: &str| {
        let queue = Queue::new("chat")
            .active(true)
            .routing(Condition::is("desk", id))
            .pool(EligibilityPool::new(["all"], "any"))
            .pool(EligibilityPool::new(["all"], "any").eligible_at_secs(5));
        if sorted {
            queue.sort_by("name", Direction::Descending)
        } else {
            queue
        }
    };
    let agents = AGENTS.into_iter();
    agents.fold(
        Config::new()
            .channel("chat", ServiceChannel::new().active(true).wrap_up_secs(3))
            .queue("one", queue("one"))
            .queue("two", queue("two"))
            .rule("any", AssignmentRule::new().gate("fickle"))
            .presence_state(
                "available",
                PresenceState::new().takes_work(true).channels(["chat"]),
            )
            .reject_reason("busy", RejectReason::new().selectable(true))
            .group("all", AgentGroup::new(AGENTS)),
        |config, agent| config.agent(agent, Agent::new().capacity("chat", 2)),
    )
}

/// One thing that happens, to an agent or an item by number.
#[derive(Clone, Copy, Debug)]
enum Step {
    Route(u8),
    Come(u8),
    Go(u8),
    Accept(u8),
    Reject(u8),
    Update(u8),
    Complete(u8),
    Pass(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let one = any::<u8>;
    prop_oneof![
        6 => one().prop_map(Step::Route),
        3 => one().prop_map(Step::Come),
        1 => one().prop_map(Step::Go),
        3 => one().prop_map(Step::Accept),
        2 => one().prop_map(Step::Reject),
        2 => one().prop_map(Step::Update),
        3 => one().prop_map(Step::Complete),
        2 => one().prop_map(Step::Pass),
    ]
}

fn some_item(router: &Router, number: u8) -> Option<ItemStatus<'_>> {
    let count = router.items().count().max(1);
    router.items().nth(usize::from(number) % count)
}

fn some_agent(number: u8) -> AgentId {
    AGENTS[usize::from(number) % AGENTS.len()].into()
}

/// What a step says, if there is anything for it.
fn input(router: &Router, step: Step, count: usize) -> Option<Input> {
    let presence = |agent: u8, state: Option<&str>| Input::SetPresence {
        agent: some_agent(agent),
        state: state.map(Into::into),
    };
    let item = |number| some_item(router, number).map(|item| item.work_item().id.clone());
    let offered = |number| {
        let item = some_item(router, number)?;
        Some((item.work_item().id.clone(), item.offered_to()?.clone()))
    };
    Some(match step {
        Step::Route(number) => {
            let desk = if number % 2 == 0 { "one" } else { "two" };
            let item = WorkItem::new(format!("item-{count}"), "chat").fact("desk", desk);
            let item = item.fact("name", i64::from(number));
            Input::Route { item, queue: None }
        }
        Step::Come(agent) => presence(agent, Some("available")),
        Step::Go(agent) => presence(agent, None),
        Step::Accept(number) => {
            let (item, agent) = offered(number)?;
            Input::Accept { item, agent }
        }
        Step::Reject(number) => {
            let (item, agent) = offered(number)?;
            let reason = "busy".into();
            Input::Reject {
                item,
                agent,
                reason,
            }
        }
        Step::Update(number) => Input::Update {
            item: item(number)?,
            facts: [("name".to_owned(), Some(Fact::from(i64::from(number))))].into(),
        },
        Step::Complete(number) => Input::Complete {
            item: item(number)?,
        },
        Step::Pass(_) => Input::Tick,
    })
}

proptest! {
    #[test]
    fn a_gate_that_changes_its_mind_holds_up_no_step_and_loses_nothing(
        answers in proptest::collection::vec(any::<bool>(), 1..8),
        has_classes in any::<bool>(),
        is_sorted in any::<bool>(),
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let calls = Arc::new(AtomicU64::new(0));
        let fickle = Fickle { answers, calls: Arc::clone(&calls), has_classes };
        let plan = Plan::builder(desk(is_sorted)).eligibility("fickle", fickle).build().unwrap();
        let mut router = Router::new(&plan);
        let (mut routed, mut gone, mut now) = (0, 0, 0);
        for step in steps {
            let Some(input) = input(&router, step, routed) else { continue };
            routed += usize::from(matches!(step, Step::Route(_)));
            if let Step::Pass(secs) = step {
                now += u64::from(secs % 10) * 1000;
            }
            calls.store(0, Ordering::Relaxed);
            // What cannot be completed yet is refused.
            drop(router.handle(Timestamp::from_millis(now), input));
            let outputs = std::iter::from_fn(|| router.poll_output());
            gone += outputs.filter(|output| matches!(output, Output::Closed { .. })).count();
            prop_assert_eq!(router.items().count(), routed - gone);
            calls.store(0, Ordering::Relaxed);
            if let Err(broken) = router.check_invariants() {
                prop_assert!(broken.to_string().contains("waits while somebody may take it"), "{}", broken);
            }
        }
    }
}
