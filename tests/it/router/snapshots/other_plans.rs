//! Snapshots that are restored under a different plan.

use handover::rule::{Candidate, Case, Exclusion, eligibility};
use handover::{Config, Input, Output, Plan, Router, SavedRouter};
use serde_json::{Value, json};

use super::{config, plan_of, restored, stored};
use crate::support::plans::{at, builder, plan};

/// A snapshot does not contain custom rules, so that a gate can open between storing and restoring.
#[test]
fn first_step_after_a_restore_assigns_what_waits_for_a_present_agent() {
    let mut config = config();
    config["rules"]["ask"]["gates"] = json!(["closed"]);
    let config: Config = serde_json::from_value(config).unwrap();
    let plan_with = |is_open: bool| {
        let gate = eligibility::from_fn(move |_: &Case<'_>, _: &Candidate<'_>| {
            is_open
                .then_some(())
                .ok_or_else(|| Exclusion::new("closed"))
        });
        Plan::builder(config.clone())
            .eligibility("closed", gate)
            .build()
            .unwrap()
    };
    let mut router = Router::new(&plan_with(false));
    for input in [
        json!({"set_presence": {"agent": "asha", "state": "here"}}),
        json!({"route": {"item": {"id": "c1", "channel": "chat"}}}),
    ] {
        let input: Input = serde_json::from_value(input).unwrap();
        router.handle(at(1000), input).unwrap();
    }
    while router.poll_output().is_some() {}
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    let saved: SavedRouter = serde_json::from_value(stored).unwrap();
    let mut same = Router::restore(&plan_with(false), saved.clone()).unwrap();
    let mut changed = Router::restore(&plan_with(true), saved).unwrap();
    for router in [&mut same, &mut changed] {
        assert_eq!(router.check_invariants(), Ok(()));
        router.handle(at(2000), Input::Tick).unwrap();
        assert_eq!(router.check_invariants(), Ok(()));
    }
    assert_eq!(same.poll_output(), None);
    assert!(matches!(
        changed.poll_output(),
        Some(Output::Offered { .. })
    ));
}

/// A host can choose a secret hash seed per process, as protection against hash flooding.
#[test]
fn seed_of_hash_tables_does_not_change_the_fingerprint() {
    let config: Config = serde_json::from_value(config()).unwrap();
    let saved: SavedRouter = serde_json::from_value(stored()).unwrap();
    for seed in [0, 7, u64::MAX] {
        let plan = builder(&config).hash_seed(seed).build().unwrap();
        assert!(Router::restore(&plan, saved.clone()).is_ok(), "{seed}");
    }
}

/// Returns the fingerprint in the snapshot of a new router.
fn fingerprint(config: Value) -> u64 {
    let router = Router::new(&plan_of(config));
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    stored["fingerprint"].as_u64().unwrap()
}

#[test]
fn snapshot_of_another_configuration_is_refused() {
    // The plan has all ids that the snapshot names, and still decides otherwise.
    let mut other = config();
    other["queues"]["main"]["eligibility"][0]["rule"] = json!("push");
    let error = restored(other.clone(), stored()).unwrap_err();
    let (found, expected) = (fingerprint(config()), plan_of(other).fingerprint());
    assert_eq!(
        error,
        format!(
            "the snapshot belongs to a configuration with the fingerprint {found}, and the plan has {expected}: restore it under \
             the configuration that it was stored with, then apply the new one with `Input::Reconfigure`"
        )
    );
}

/// After `Input::Reconfigure`, a snapshot has the fingerprint of the new configuration.
#[test]
fn snapshot_belongs_to_the_last_configuration() {
    let mut other = config();
    other["agents"]["cleo"] = json!({});
    let mut router = Router::new(&plan_of(config()));
    let config = Box::new(serde_json::from_value(other.clone()).unwrap());
    router
        .handle(at(1000), Input::Reconfigure { config })
        .unwrap();
    let stored = serde_json::to_value(router.snapshot()).unwrap();
    assert!(restored(self::config(), stored.clone()).is_err());
    assert_eq!(restored(other, stored).unwrap().digest(), router.digest());
}

/// A database may sort the keys of the stored configuration.
#[test]
fn configuration_with_its_keys_in_another_order_is_the_same() {
    let text = |first: &str, second: &str| {
        format!(
            r#"{{"agents": {{{first}, {second}}}, "channels": {{"chat": {{"active": true}}}}}}"#
        )
    };
    let (asha, ben) = (r#""asha": {"skills": {"a": 1, "b": 2}}"#, r#""ben": {}"#);
    let reversed = r#""asha": {"skills": {"b": 2, "a": 1}}"#;
    let plans = [text(asha, ben), text(ben, reversed)];
    let [plan_a, plan_b] = plans.map(|text| plan(&serde_json::from_str::<Config>(&text).unwrap()));
    assert_ne!(plan_a.config(), plan_b.config());
    assert_eq!(plan_a.fingerprint(), plan_b.fingerprint());
    let router = Router::new(&plan_a);
    let saved: SavedRouter =
        serde_json::from_value(serde_json::to_value(router.snapshot()).unwrap()).unwrap();
    assert!(Router::restore(&plan_b, saved).is_ok());
}

#[test]
fn plan_without_a_referenced_entry_is_refused() {
    let error_without = |pointers: &[&str]| {
        let mut config = config();
        for pointer in pointers {
            let (section, id) = pointer.rsplit_once('/').unwrap();
            let section = config.pointer_mut(section).unwrap();
            match section {
                Value::Array(values) => drop(values.remove(id.parse().unwrap())),
                fields => drop(fields.as_object_mut().unwrap().remove(id).unwrap()),
            }
        }
        // Replaces the fingerprint, which would be refused before the missing entry.
        let mut stored = stored();
        stored["fingerprint"] = json!(plan_of(config.clone()).fingerprint());
        restored(config, stored).unwrap_err()
    };
    let cases: &[(&[&str], &str)] = &[
        (
            &["/agents/asha", "/groups/red/members/0"],
            "work item `c1`: the plan has no agent `asha`",
        ),
        (
            &["/agents/ben"],
            "capacities: agent `ben`: the plan has no agent `ben`",
        ),
        (
            &["/channels/phone", "/queues/calls"],
            "work item `c4`: the plan has no channel `phone`",
        ),
        (
            &["/queues/calls"],
            "work item `c4`: the plan has no queue `calls`",
        ),
        (
            &["/queues/main/eligibility/0", "/rules/ask"],
            "work item `c1`: the plan has no assignment rule `ask`",
        ),
        (
            &["/queues/main/eligibility/0", "/queues/main/eligibility/0"],
            "cursors: queue `main`: the plan has no pool `0`",
        ),
        (
            &["/presence_states/here"],
            "agent `asha`: the plan has no presence state `here`",
        ),
    ];
    for (pointers, expected) in cases {
        assert_eq!(&error_without(pointers), expected, "without {pointers:?}");
    }
}
