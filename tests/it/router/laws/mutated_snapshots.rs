//! The law of snapshots that no router has stored: each is refused, or the restored router keeps its invariants.

use handover::{Input, Router, SavedRouter, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::replay::{LawResult, apply, snapshot_text, start};
use crate::generators::input_sequence::{InputSequence, input_sequence};
use crate::support::cases;
use crate::support::plans::at;
use crate::support::random::Rng;

/// The mutated snapshots of each sequence.
const SNAPSHOTS: u64 = 8;
/// The inputs after each restore.
const INPUTS: usize = 20;

/// Returns the snapshot of a router as a value.
fn stored(router: &Router) -> Value {
    serde_json::to_value(router.snapshot()).unwrap()
}

/// Restores a snapshot. Returns `None` if it is refused.
fn restored(original: &Router, stored: Value) -> Option<Router> {
    let saved: SavedRouter = serde_json::from_value(stored).ok()?;
    Router::restore(original.plan(), saved).ok()
}

/// Collects the JSON pointers of all values in a snapshot, except those that can only be refused.
fn pointers(value: &Value, pointer: &str, all: &mut Vec<String>) {
    if ["/version", "/fingerprint"].contains(&pointer) {
        return;
    }
    all.push(pointer.into());
    match value {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                pointers(value, &format!("{pointer}/{index}"), all);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                pointers(value, &format!("{pointer}/{name}"), all);
            }
        }
        _ => {}
    }
}

/// Changes one value: a number, a flag, the rows of a table, an id, or a whole value for one from another place with this name.
fn mutate(snapshot: &mut Value, rng: &mut Rng) {
    let mut all = vec![];
    pointers(snapshot, "", &mut all);
    let pointer = all.swap_remove(rng.below(all.len()));
    let name = pointer.rsplit_once('/').map(|(_, name)| name.to_owned());
    let namesakes: Vec<&String> = all
        .iter()
        .filter(|other| other.rsplit_once('/').map(|(_, name)| name) == name.as_deref())
        .collect();
    if !namesakes.is_empty() && rng.one_in(3) {
        let other = snapshot.pointer(namesakes[rng.below(namesakes.len())]);
        let other = other.unwrap().clone();
        *snapshot.pointer_mut(&pointer).unwrap() = other;
        return;
    }
    let now = snapshot["now_ms"].clone();
    match snapshot.pointer_mut(&pointer).unwrap() {
        Value::Number(number) => {
            let old = number.as_u64().unwrap_or_default();
            let new = [
                json!(0),
                json!(1),
                json!(old.wrapping_add(1)),
                json!(old.wrapping_sub(1)),
                json!(old.saturating_sub(1000)),
                json!(old.saturating_add(1000)),
                now,
                json!(253_402_300_799_999_u64),
                json!(u64::from(u32::MAX)),
                json!(1_u64 << 63),
                json!(u64::MAX),
            ];
            let new = new[rng.below(new.len())].clone();
            *snapshot.pointer_mut(&pointer).unwrap() = new;
        }
        Value::Bool(flag) => *flag = !*flag,
        Value::String(text) => {
            // The name of a state, which has no fields, or an id that nothing has.
            let other = ["queued", "router", "nothing"];
            *text = other[rng.below(other.len())].into();
        }
        Value::Array(rows) if !rows.is_empty() => {
            let (row, other) = (rng.below(rows.len()), rng.below(rows.len()));
            match rng.below(4) {
                0 => rows.swap(row, other),
                1 => drop(rows.remove(row)),
                2 => rows.push(rows[row].clone()),
                _ => rows[other] = rows[row].clone(),
            }
        }
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            if !names.is_empty() {
                fields.remove(&names[rng.below(names.len())]);
            }
        }
        other => *other = json!(0),
    }
}

/// Checks that a router holds its invariants, and that its snapshot restores the same router.
fn check(original: &Router, router: &Router) -> LawResult {
    prop_assert_eq!(router.check_invariants(), Ok(()));
    // Parses text: a `serde_json` value would sort the facts, and the digest depends on their order.
    let saved: SavedRouter = serde_json::from_str(&snapshot_text(router)).unwrap();
    let again = Router::restore(original.plan(), saved);
    prop_assert_eq!(again.map(|again| again.digest()), Ok(router.digest()));
    Ok(())
}

/// Gives a restored router further inputs: those of the sequence, and steps at its own time-outs.
fn go_on(original: &Router, router: &mut Router, inputs: &[(u64, Input)]) -> LawResult {
    check(original, router)?;
    for (index, (moment, input)) in inputs.iter().cycle().take(INPUTS).enumerate() {
        let now = router.now().as_millis();
        let timeout = router.poll_timeout().map(Timestamp::as_millis);
        match timeout {
            Some(timeout) if index % 3 == 2 => {
                prop_assert_eq!(router.handle(at(timeout), Input::Tick), Ok(()));
            }
            // A mutated clock can be ahead of the sequence. The router refuses inputs in the past.
            _ => drop(apply(router, now.max(*moment), input)),
        }
        prop_assert_eq!(router.check_invariants(), Ok(()), "after {:?}", input);
    }
    // The inputs can have changed the configuration.
    let last = router.clone();
    check(&last, router)
}

/// Mutates snapshots of the router after a part of a sequence, and restores them.
fn mutated_snapshots_of(sequence: &InputSequence, cut: usize, seed: u64) -> LawResult {
    let mut original = start(sequence);
    let (before, after) = sequence.inputs.split_at(cut);
    for (now, input) in before {
        let _ = apply(&mut original, *now, input);
    }
    for seed in seed..seed.saturating_add(SNAPSHOTS) {
        let mut rng = Rng(seed);
        let mut snapshot = stored(&original);
        for _ in 0..=rng.below(3) {
            mutate(&mut snapshot, &mut rng);
        }
        if let Some(mut router) = restored(&original, snapshot.clone()) {
            let done = go_on(&original, &mut router, after);
            done.map_err(|error| TestCaseError::fail(format!("{error}\n{snapshot}")))?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases::config(1024))]

    #[test]
    fn mutated_snapshot_is_refused_or_restores_a_router_with_its_invariants(
        sequence in input_sequence(),
        cut in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        // A sequence can have shrunk to no input.
        let cut = cut.index(sequence.inputs.len() + 1);
        mutated_snapshots_of(&sequence, cut, seed)?;
    }
}
