//! Custom gates that break their contract and change their answer for the same arguments.
//!
//! An item may then wait although an agent is free, but every step ends and no item is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use handover::rule::{Candidate, Case, Exclusion};
use handover::*;
use proptest::prelude::*;

/// The maximum number of calls in a step. A step with so few agents and items makes far fewer.
const CALLS_MAX: u64 = 20_000;

/// A gate that returns its answers in turn and ignores its arguments.
#[derive(Debug)]
struct UnstableGate {
    answers: Vec<bool>,
    calls: Arc<AtomicU64>,
    has_classes: bool,
}

impl Eligibility for UnstableGate {
    fn check(&self, _: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        assert!(call < CALLS_MAX, "a step does not end");
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

/// Returns a configuration of two queues under a rule with the gate, and six agents.
fn config(is_sorted: bool) -> Config {
    let queue = |id: &str| {
        let queue = Queue::new("chat")
            .active(true)
            .routing(Condition::is("queue", id))
            .pool(EligibilityPool::new(["all"], "any"))
            .pool(EligibilityPool::new(["all"], "any").eligible_at_secs(5));
        if is_sorted {
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
            .rule("any", AssignmentRule::new().gate("unstable"))
            .presence_state(
                "available",
                PresenceState::new().takes_work(true).channels(["chat"]),
            )
            .reject_reason("busy", RejectReason::new().selectable(true))
            .group("all", AgentGroup::new(AGENTS)),
        |config, agent| config.agent(agent, Agent::new().capacity("chat", 2)),
    )
}

/// An input. Numbers select an agent or an item.
#[derive(Clone, Copy, Debug)]
enum GateStep {
    Route(u8),
    LogIn(u8),
    LogOut(u8),
    Accept(u8),
    Reject(u8),
    Update(u8),
    Complete(u8),
    AdvanceTime(u8),
}

fn gate_step() -> impl Strategy<Value = GateStep> {
    let number = any::<u8>;
    prop_oneof![
        6 => number().prop_map(GateStep::Route),
        3 => number().prop_map(GateStep::LogIn),
        1 => number().prop_map(GateStep::LogOut),
        3 => number().prop_map(GateStep::Accept),
        2 => number().prop_map(GateStep::Reject),
        2 => number().prop_map(GateStep::Update),
        3 => number().prop_map(GateStep::Complete),
        2 => number().prop_map(GateStep::AdvanceTime),
    ]
}

/// Returns a live item, or `None` if there is none.
fn some_item(router: &Router, number: u8) -> Option<ItemStatus<'_>> {
    let count = router.items().count().max(1);
    router.items().nth(usize::from(number) % count)
}

fn some_agent(number: u8) -> AgentId {
    AGENTS[usize::from(number) % AGENTS.len()].into()
}

/// Returns the input of a step, or `None` if no item fits.
fn input(router: &Router, step: GateStep, count: usize) -> Option<Input> {
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
        GateStep::Route(number) => {
            let queue = if number % 2 == 0 { "one" } else { "two" };
            let item = WorkItem::new(format!("item-{count}"), "chat").fact("queue", queue);
            let item = item.fact("name", i64::from(number));
            Input::Route { item, queue: None }
        }
        GateStep::LogIn(agent) => presence(agent, Some("available")),
        GateStep::LogOut(agent) => presence(agent, None),
        GateStep::Accept(number) => {
            let (item, agent) = offered(number)?;
            Input::Accept { item, agent }
        }
        GateStep::Reject(number) => {
            let (item, agent) = offered(number)?;
            let reason = "busy".into();
            Input::Reject {
                item,
                agent,
                reason,
            }
        }
        GateStep::Update(number) => Input::Update {
            item: item(number)?,
            facts: [("name".to_owned(), Some(Fact::from(i64::from(number))))].into(),
        },
        GateStep::Complete(number) => Input::Complete {
            item: item(number)?,
            by: None,
        },
        GateStep::AdvanceTime(_) => Input::Tick,
    })
}

proptest! {
    #[test]
    fn steps_end_with_unstable_gates_and_lose_no_item(
        answers in proptest::collection::vec(any::<bool>(), 1..8),
        has_classes in any::<bool>(),
        is_sorted in any::<bool>(),
        steps in proptest::collection::vec(gate_step(), 1..60),
    ) {
        let calls = Arc::new(AtomicU64::new(0));
        let gate = UnstableGate { answers, calls: Arc::clone(&calls), has_classes };
        let plan = Plan::builder(config(is_sorted)).eligibility("unstable", gate).build().unwrap();
        let mut router = Router::new(&plan);
        let (mut routed, mut closed, mut now) = (0, 0, 0);
        for step in steps {
            let Some(input) = input(&router, step, routed) else { continue };
            routed += usize::from(matches!(step, GateStep::Route(_)));
            if let GateStep::AdvanceTime(secs) = step {
                now += u64::from(secs % 10) * 1000;
            }
            calls.store(0, Ordering::Relaxed);
            // An input in the wrong state is refused.
            drop(router.handle(Timestamp::saturating_from_millis(now), input));
            let outputs = std::iter::from_fn(|| router.poll_output());
            closed += outputs.filter(|output| matches!(output, Output::Closed { .. })).count();
            prop_assert_eq!(router.items().count(), routed - closed);
            calls.store(0, Ordering::Relaxed);
            if let Err(broken) = router.check_invariants() {
                prop_assert!(broken.to_string().contains("waits although an agent is eligible for it"), "{}", broken);
            }
        }
    }
}
