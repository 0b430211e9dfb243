//! The law of items that no agent can take.

use handover::{Input, Output, Router, WorkItem};
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::from_value;

use super::replay::{apply, start};
use crate::generators::input_sequence::{InputSequence, input_sequence};
use crate::support::cases;

/// A size above every capacity.
const HUGE: u32 = 1_000_000;

/// Returns a sequence without maximum lengths and without unlimited capacities, so that no queue is full and `HUGE` is too large.
fn without_limits(sequence: &InputSequence) -> InputSequence {
    let config = serde_json::to_value(&sequence.config).unwrap();
    let inputs = sequence.inputs.iter().map(|(now, input)| {
        let value = serde_json::to_value(input).unwrap();
        // An item that breaks a limit cannot be read. The router refuses it anyway.
        let read = from_value(remove_limits(value));
        (*now, read.unwrap_or_else(|_| input.clone()))
    });
    InputSequence {
        config: from_value(remove_limits(config)).unwrap(),
        inputs: inputs.collect(),
    }
}

/// Removes `max_length` and replaces unlimited capacities in a JSON value.
fn remove_limits(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| name != "max_length");
            Value::Object(
                fields
                    .map(|(name, value)| (name, remove_limits(value)))
                    .collect(),
            )
        }
        Value::Array(values) => values.into_iter().map(remove_limits).collect(),
        Value::String(text) if text == "unlimited" => Value::from(3),
        other => other,
    }
}

/// Returns the id of the item that is added to a queue.
fn unassignable_id(queue: &str) -> String {
    format!("unassignable-{queue}")
}

/// Adds an item that no agent can take at the front of every queue without one.
fn add_unassignable_items(router: &mut Router, now: u64) {
    let config = router.plan().config().clone();
    for (id, queue) in &config.queues {
        let item_id = unassignable_id(id.as_str());
        if router.item(&item_id).is_none() {
            let item = WorkItem::new(item_id, queue.channel.as_str())
                .size(HUGE)
                .priority(1000);
            let queue = Some(id.clone());
            // An inactive queue refuses the item.
            let _ = apply(router, now, &Input::Route { item, queue });
        }
    }
}

/// Returns the outputs about other items.
fn outputs_of_others(outputs: &[Output]) -> Vec<Value> {
    let outputs = outputs
        .iter()
        .map(|output| serde_json::to_value(output).unwrap());
    let outputs = outputs.filter(|output| output.get("reconfigured").is_none());
    outputs
        .filter(|output| !output.to_string().contains("\"unassignable-"))
        .collect()
}

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn an_item_nobody_can_take_holds_up_no_one(sequence in input_sequence()) {
        let sequence = without_limits(&sequence);
        let (mut reference, mut router) = (start(&sequence), start(&sequence));
        for (now, input) in &sequence.inputs {
            if *now >= reference.now().as_millis() {
                let expected = outputs_of_others(&apply(&mut reference, *now, &Input::Tick).1);
                let outputs = outputs_of_others(&apply(&mut router, *now, &Input::Tick).1);
                prop_assert_eq!(outputs, expected);
                add_unassignable_items(&mut router, *now);
            }
            let (expected, actual) = (apply(&mut reference, *now, input), apply(&mut router, *now, input));
            prop_assert_eq!(&actual.0, &expected.0);
            prop_assert_eq!(outputs_of_others(&actual.1), outputs_of_others(&expected.1), "at {}", now);
        }
    }
}
