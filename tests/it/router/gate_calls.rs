//! The number of calls of a custom gate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use handover::rule::{Candidate, Case, Exclusion, eligibility};
use handover::*;

use super::limits::{config, handle, offered, route};

/// A gate that passes every agent and counts its calls.
#[derive(Debug)]
struct CountingGate(Arc<AtomicU64>);

impl Eligibility for CountingGate {
    fn check(&self, _: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// Rejects a number of offers, beginning with that of some outputs. Each rejection makes the next offer.
fn decline(router: &mut Router, now: Timestamp, mut outputs: Vec<Output>, offers: usize) {
    for _ in 0..offers {
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
        outputs = handle(router, now, reject);
    }
}

#[test]
fn login_after_300_declined_items_takes_at_most_8_gate_calls() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let config = config(queue, AssignmentRule::new().gate("counting"))
        .group("all", AgentGroup::new(["asha", "ben"]))
        .agent("ben", Agent::new())
        .reject_reason("busy", RejectReason::new());
    let calls = Arc::new(AtomicU64::new(0));
    let plan = Plan::builder(config)
        .eligibility("counting", CountingGate(Arc::clone(&calls)))
        .build()
        .unwrap();
    let mut router = Router::new(&plan);
    let now = Timestamp::saturating_from_millis(1);
    let log_in = |agent: &str| Input::SetPresence {
        agent: agent.into(),
        state: Some("available".into()),
    };
    for number in 0..300 {
        handle(
            &mut router,
            now,
            route(WorkItem::new(format!("item-{number}"), "chat")),
        );
    }
    let outputs = handle(&mut router, now, log_in("asha"));
    decline(&mut router, now, outputs, 300);
    calls.store(0, Ordering::Relaxed);
    router.handle(now, log_in("ben")).unwrap();
    let outputs: Vec<Output> = std::iter::from_fn(|| router.poll_output()).collect();
    assert!(
        matches!(&outputs[..], [_, Output::Offered { item, .. }] if *item == "item-0"),
        "{outputs:?}"
    );
    let calls = calls.load(Ordering::Relaxed);
    assert!(calls <= 8, "{calls} gate calls for one of 300 items");
}

#[test]
fn assignments_to_40_freed_agents_take_under_4000_gate_calls() {
    const AGENTS: usize = 40;
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    let rule = AssignmentRule::new()
        .offer(Offer::AutoAccept)
        .gate("counting");
    let channel = ServiceChannel::new().active(true).wrap_up_secs(5);
    let names: Vec<String> = (0..AGENTS).map(|agent| format!("agent-{agent}")).collect();
    let mut config = config(queue, rule)
        .channel("chat", channel)
        .group("all", AgentGroup::new(names.clone()));
    for name in &names {
        config = config.agent(name.as_str(), Agent::new());
    }
    let calls = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&calls);
    // A function puts no item into a class, so every item is checked separately.
    let gate = eligibility::from_fn(move |_: &Case<'_>, _: &Candidate<'_>| {
        counting.fetch_add(1, Ordering::Relaxed);
        Ok::<(), Exclusion>(())
    });
    let plan = Plan::builder(config).eligibility("counting", gate);
    let mut router = Router::new(&plan.build().unwrap());
    let at = Timestamp::saturating_from_millis;
    for name in &names {
        let (agent, state) = (name.as_str().into(), Some("available".into()));
        handle(&mut router, at(0), Input::SetPresence { agent, state });
    }
    for number in 0..AGENTS * 10 {
        let item = WorkItem::new(format!("item-{number}"), "chat");
        handle(&mut router, at(0), route(item));
    }
    for number in 0..AGENTS {
        let item = format!("item-{number}").into();
        handle(&mut router, at(0), Input::Complete { item, by: None });
    }
    calls.store(0, Ordering::Relaxed);
    router.handle(at(5000), Input::Tick).unwrap();
    let outputs: Vec<Output> = std::iter::from_fn(|| router.poll_output()).collect();
    assert_eq!(offered(&outputs).len(), AGENTS);
    let calls = calls.load(Ordering::Relaxed);
    assert!(calls < 4_000, "{calls} gate calls for {AGENTS} assignments");
}

#[test]
fn logout_of_the_witness_of_30_items_takes_at_most_60_gate_calls() {
    let queue = Queue::new("chat").pool(EligibilityPool::new(["all"], "any"));
    // The gate excludes 20 agents. The last two could take items if they had the capacity.
    let excluded = (0..20).map(|number| format!("excluded-{number:02}"));
    let others: Vec<String> = excluded.chain(["yan".into(), "zoe".into()]).collect();
    let members = ["asha".into()].into_iter().chain(others.clone());
    let mut config = config(queue, AssignmentRule::new().gate("counting"))
        .group("all", AgentGroup::new(members))
        .reject_reason("busy", RejectReason::new());
    for name in &others {
        config = config.agent(name.as_str(), Agent::new().capacity("chat", 0));
    }
    let calls = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&calls);
    let gate = eligibility::from_fn(move |_: &Case<'_>, agent: &Candidate<'_>| {
        counting.fetch_add(1, Ordering::Relaxed);
        if agent.id().as_str().starts_with("excluded") {
            return Err(Exclusion::new("is excluded"));
        }
        Ok(())
    });
    let plan = Plan::builder(config).eligibility("counting", gate);
    let mut router = Router::new(&plan.build().unwrap());
    let now = Timestamp::saturating_from_millis(1);
    let set = |agent: &str, state: Option<&str>| Input::SetPresence {
        agent: agent.into(),
        state: state.map(Into::into),
    };
    for name in &others {
        handle(&mut router, now, set(name, Some("available")));
    }
    for number in 0..30 {
        let item = WorkItem::new(format!("item-{number}"), "chat");
        handle(&mut router, now, route(item));
    }
    let outputs = handle(&mut router, now, set("asha", Some("available")));
    decline(&mut router, now, outputs, 30);
    calls.store(0, Ordering::Relaxed);
    router.handle(now, set("yan", None)).unwrap();
    // The first item tries the excluded agents, and the others try the witness that it found.
    let calls = calls.load(Ordering::Relaxed);
    assert!(calls <= 60, "{calls} gate calls for 30 items");
}
