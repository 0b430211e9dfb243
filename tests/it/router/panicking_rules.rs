//! Custom rules that panic: the router is poisoned.

use std::panic::{AssertUnwindSafe, catch_unwind};

use handover::rule::{Candidate, Case, Score, eligibility, ranking, routing_condition, sizing};
use handover::*;

use super::limits::route;
use crate::support::plans::at;

/// Panics for an item with the fact `trap`.
fn spring(item: &WorkItem, trap: &str) {
    assert!(
        item.facts.get("trap") != Some(&Fact::from(trap)),
        "the rule panics"
    );
}

/// Returns a router with one custom rule of each kind.
fn router() -> Router {
    let rule = AssignmentRule::new()
        .gate("trap")
        .assign_by([AssignBy::custom("trap")]);
    let config = Config::new()
        .channel(
            "chat",
            ServiceChannel::new()
                .active(true)
                .default_capacity(3)
                .size(SizeRule::custom("trap")),
        )
        .queue(
            "desk",
            Queue::new("chat")
                .active(true)
                .routing(Routing::custom("trap"))
                .pool(EligibilityPool::new(["all"], "any")),
        )
        .rule("any", rule)
        .presence_state(
            "here",
            PresenceState::new().takes_work(true).channels(["chat"]),
        )
        .group("all", AgentGroup::new(["asha", "ben"]))
        .agent("asha", Agent::new())
        .agent("ben", Agent::new());
    let gate = eligibility::from_fn(|case: &Case<'_>, _: &Candidate<'_>| {
        spring(case.item(), "gate");
        Ok(())
    });
    let score = ranking::from_fn(|case: &Case<'_>, _: &Candidate<'_>, _| {
        spring(case.item(), "ranking");
        Score::default()
    });
    let size = sizing::from_fn(|item: &WorkItem| {
        spring(item, "sizing");
        None
    });
    let condition = routing_condition::from_fn(|item: &WorkItem| {
        spring(item, "condition");
        true
    });
    let plan = Plan::builder(config)
        .eligibility("trap", gate)
        .ranking("trap", score)
        .sizing("trap", size)
        .routing_condition("trap", condition)
        .build()
        .unwrap();
    let mut router = Router::new(&plan);
    for agent in ["asha", "ben"] {
        let (agent, state) = (agent.into(), Some("here".into()));
        router
            .handle(at(0), Input::SetPresence { agent, state })
            .unwrap();
    }
    router
}

#[test]
fn rule_that_panics_poisons_the_router() {
    for trap in ["gate", "ranking", "sizing", "condition"] {
        let mut router = router();
        router
            .handle(at(1), route(WorkItem::new("c1", "chat")))
            .unwrap();
        let earlier = serde_json::to_string(&router.snapshot()).unwrap();
        let item = WorkItem::new("c2", "chat").fact("trap", trap);
        let step = || router.handle(at(2), route(item));
        assert!(catch_unwind(AssertUnwindSafe(step)).is_err(), "{trap}");

        let outputs = router.step(at(3), Input::Tick);
        assert_eq!(outputs.refused(), Some(&RouterError::Poisoned), "{trap}");
        let error = serde_json::to_string(&router.snapshot()).unwrap_err();
        assert_eq!(error.to_string(), RouterError::Poisoned.to_string());
        // A snapshot from before the panic can still be restored.
        let saved: SavedRouter = serde_json::from_str(&earlier).unwrap();
        let mut restored = Router::restore(router.plan(), saved).unwrap();
        assert_eq!(restored.handle(at(3), Input::Tick), Ok(()));
    }
}

#[test]
fn rule_that_panics_after_a_reconfiguration_poisons_the_router() {
    let mut router = router();
    let working = router.plan().config().clone();
    let idle = working.clone().presence_state("here", PresenceState::new());
    let config = Box::new(idle);
    router.handle(at(1), Input::Reconfigure { config }).unwrap();
    let item = WorkItem::new("c1", "chat").fact("trap", "gate");
    router.handle(at(2), route(item)).unwrap();
    // The item is matched after the router has the new plan.
    let config = Box::new(working);
    let step = || router.handle(at(3), Input::Reconfigure { config });
    assert!(catch_unwind(AssertUnwindSafe(step)).is_err());
    let outputs = router.step(at(4), Input::Tick);
    assert_eq!(outputs.refused(), Some(&RouterError::Poisoned));
}
