//! Items that nobody can take.

use handover::{Input, Output, Router, WorkItem};
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::from_value;

use super::replay::{start, step};
use crate::generators::input_sequence::diary::{Diary, diary};

/// More units than anybody has.
const HUGE: u32 = 1_000_000;

/// The same day without queues that are full or agents who can take anything.
fn within_limits(diary: &Diary) -> Diary {
    let config = serde_json::to_value(&diary.config).unwrap();
    let inputs = diary.inputs.iter().map(|(now, input)| {
        let input = serde_json::to_value(input).unwrap();
        (*now, from_value(limited(input)).unwrap())
    });
    Diary {
        config: from_value(limited(config)).unwrap(),
        inputs: inputs.collect(),
    }
}

fn limited(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| name != "max_length");
            Value::Object(fields.map(|(name, value)| (name, limited(value))).collect())
        }
        Value::Array(values) => values.into_iter().map(limited).collect(),
        Value::String(text) if text == "unlimited" => Value::from(3),
        other => other,
    }
}

fn stuck_in(queue: &str) -> String {
    format!("stuck-{queue}")
}

/// Puts an item that nobody can take before all others, wherever there is none.
fn get_stuck(router: &mut Router, now: u64) {
    let config = router.plan().config().clone();
    for (id, queue) in &config.queues {
        let stuck = stuck_in(id.as_str());
        if router.item(&stuck).is_none() {
            let item = WorkItem::new(stuck, queue.channel.as_str())
                .size(HUGE)
                .priority(1000);
            let queue = Some(id.clone());
            // A queue that takes nothing new is left alone.
            let _ = step(router, now, &Input::Route { item, queue });
        }
    }
}

/// What is said of all other items.
fn of_others(outputs: &[Output]) -> Vec<Value> {
    let told = outputs
        .iter()
        .map(|output| serde_json::to_value(output).unwrap());
    let told = told.filter(|told| told.get("reconfigured").is_none());
    told.filter(|told| !told.to_string().contains("\"stuck-"))
        .collect()
}

proptest! {
    #[test]
    fn an_item_nobody_can_take_holds_up_no_one(diary in diary()) {
        let diary = within_limits(&diary);
        let (mut free, mut held_up) = (start(&diary), start(&diary));
        for (now, input) in &diary.inputs {
            if *now >= free.now().as_millis() {
                let expected = of_others(&step(&mut free, *now, &Input::Tick).1);
                let found = of_others(&step(&mut held_up, *now, &Input::Tick).1);
                prop_assert_eq!(found, expected);
                get_stuck(&mut held_up, *now);
            }
            let (expected, found) = (step(&mut free, *now, input), step(&mut held_up, *now, input));
            prop_assert_eq!(&found.0, &expected.0);
            prop_assert_eq!(of_others(&found.1), of_others(&expected.1), "at {}", now);
        }
    }
}
