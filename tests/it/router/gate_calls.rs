//! How often the router asks whether somebody may take something: counted by a gate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use handover::rule::{Candidate, Case, Exclusion, eligibility};
use handover::*;

use crate::router::limits::{desk, offered, route, tell};

/// Lets everybody pass, and counts how often it is asked.
#[derive(Debug)]
struct Counting(Arc<AtomicU64>);

impl Eligibility for Counting {
    fn check(&self, _: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

#[test]
fn what_one_agent_has_declined_costs_the_next_one_nothing() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let config = desk(queue, AssignmentRule::new().gate("counting"))
        .group("all", AgentGroup::new(["asha", "ben"]))
        .agent("ben", Agent::new())
        .reject_reason("busy", RejectReason::new());
    let asked = Arc::new(AtomicU64::new(0));
    let plan = Plan::builder(config)
        .eligibility("counting", Counting(Arc::clone(&asked)))
        .build()
        .unwrap();
    let mut router = Router::new(&plan);
    let now = Timestamp::from_millis(1);
    let come = |agent: &str| Input::SetPresence {
        agent: agent.into(),
        state: Some("available".into()),
    };
    for number in 0..300 {
        tell(
            &mut router,
            now,
            route(WorkItem::new(format!("item-{number}"), "chat")),
        );
    }
    let mut outputs = tell(&mut router, now, come("asha"));
    for _ in 0..300 {
        let offered = outputs.into_iter().find_map(|output| match output {
            Output::Offered { item, agent, .. } => Some((item, agent)),
            _ => None,
        });
        let (item, agent) = offered.unwrap();
        let reason = "busy".into();
        let reject = Input::Reject {
            item,
            agent,
            reason,
        };
        outputs = tell(&mut router, now, reject);
    }
    asked.store(0, Ordering::Relaxed);
    router.handle(now, come("ben")).unwrap();
    let outputs: Vec<Output> = std::iter::from_fn(|| router.poll_output()).collect();
    assert!(
        matches!(&outputs[..], [_, Output::Offered { item, .. }] if *item == "item-0"),
        "{outputs:?}"
    );
    let asked = asked.load(Ordering::Relaxed);
    assert!(asked <= 8, "asked {asked} times for one of 300 items");
}

#[test]
fn who_is_full_is_asked_about_nothing() {
    const AGENTS: usize = 40;
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let rule = AssignmentRule::new()
        .offer(Offer::AutoAccept)
        .gate("counting");
    let channel = ServiceChannel::new().active(true).wrap_up_secs(5);
    let names: Vec<String> = (0..AGENTS).map(|agent| format!("agent-{agent}")).collect();
    let mut config = desk(queue, rule)
        .channel("chat", channel)
        .group("all", AgentGroup::new(names.clone()));
    for name in &names {
        config = config.agent(name.as_str(), Agent::new());
    }
    let asked = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&asked);
    // It puts no item into a class.
    let gate = eligibility::from_fn(move |_: &Case<'_>, _: &Candidate<'_>| {
        counting.fetch_add(1, Ordering::Relaxed);
        Ok::<(), Exclusion>(())
    });
    let plan = Plan::builder(config).eligibility("counting", gate);
    let mut router = Router::new(&plan.build().unwrap());
    let at = Timestamp::from_millis;
    for name in &names {
        let (agent, state) = (name.as_str().into(), Some("available".into()));
        tell(&mut router, at(0), Input::SetPresence { agent, state });
    }
    for number in 0..AGENTS * 10 {
        let item = WorkItem::new(format!("item-{number}"), "chat");
        tell(&mut router, at(0), route(item));
    }
    for number in 0..AGENTS {
        let item = format!("item-{number}").into();
        tell(&mut router, at(0), Input::Complete { item });
    }
    asked.store(0, Ordering::Relaxed);
    router.handle(at(5000), Input::Tick).unwrap();
    let outputs: Vec<Output> = std::iter::from_fn(|| router.poll_output()).collect();
    assert_eq!(offered(&outputs).len(), AGENTS);
    let asked = asked.load(Ordering::Relaxed);
    assert!(
        asked < 4_000,
        "asked {asked} times for {AGENTS} assignments"
    );
}
