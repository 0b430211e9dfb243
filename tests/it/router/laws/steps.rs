//! Laws of a step: its input, its time and its outputs.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use handover::{AgentId, Input, Output, QueueId, Router, RouterError, Timestamp, WorkItemId};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::replay::{LawResult, apply, drain, replay, snapshot_without_time, start, state_text};
use crate::generators::input_sequence::{InputSequence, input_sequence};
use crate::support::cases;
use crate::support::plans::at;

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn a_refused_input_is_only_a_tick(sequence in input_sequence()) {
        let mut copy = start(&sequence);
        replay(&sequence, |step| {
            let input = if step.result.is_ok() { step.input } else { &Input::Tick };
            let outputs = if step.is_ignored() {
                vec![]
            } else {
                apply(&mut copy, step.now, input).1
            };
            prop_assert_eq!(&step.outputs, &outputs);
            prop_assert_eq!(state_text(step.after), state_text(&copy));
            prop_assert_eq!(step.after.poll_timeout(), copy.poll_timeout());
            Ok(())
        })?;
    }

    #[test]
    fn a_tick_when_nothing_is_due_changes_nothing(sequence in input_sequence(), share in 1..=4_u64) {
        let mut copy = start(&sequence);
        replay(&sequence, |step| {
            prop_assert_eq!(&apply(&mut copy, step.now, step.input).1, &step.outputs);
            let next = step.after.poll_timeout().map(Timestamp::as_millis);
            let now = step.after.now().as_millis();
            let last = next.map_or(now + 1_000_000_000, |next| next - 1);
            let expected = snapshot_without_time(&copy);
            // A clone advances to the last time at which nothing is due, so that the copy can take the next input.
            let mut clone = copy.clone();
            for time in [now, now + (last - now) / share, last] {
                prop_assert_eq!(apply(&mut clone, time, &Input::Tick), (Ok(()), vec![]));
                prop_assert_eq!(&snapshot_without_time(&clone), &expected);
                prop_assert_eq!(clone.poll_timeout(), step.after.poll_timeout());
            }
            prop_assert_eq!(apply(&mut copy, now, &Input::Tick), (Ok(()), vec![]));
            prop_assert_eq!(state_text(&copy), state_text(step.after));
            Ok(())
        })?;
    }

    /// The outputs of a step are bounded, an item is assigned at most twice, and all steps take less than 20 seconds.
    #[test]
    fn one_step_ends(sequence in input_sequence()) {
        let (sender, receiver) = mpsc::channel();
        // A step that does not end leaves its thread behind.
        thread::spawn(move || sender.send(check_steps_end(&sequence)));
        receiver.recv_timeout(Duration::from_secs(20)).unwrap()?;
    }

    /// It matters neither to the outputs, nor to the digest, nor to the next time-out.
    #[test]
    fn when_outputs_are_drained_does_not_matter(sequence in input_sequence(), counts in vec(0..=3_usize, 1..10)) {
        let mut undrained = start(&sequence);
        let (mut expected, mut polled) = (vec![], vec![]);
        let mut counts = counts.into_iter().cycle();
        replay(&sequence, |step| {
            expected.extend(step.outputs.clone());
            prop_assert_eq!(&undrained.handle(at(step.now), step.input.clone()), &step.result);
            polled.extend((0..counts.next().unwrap()).map_while(|_| undrained.poll_output()));
            prop_assert_eq!(undrained.digest(), step.after.digest());
            prop_assert_eq!(undrained.poll_timeout(), step.after.poll_timeout());
            Ok(())
        })?;
        polled.extend(drain(&mut undrained));
        prop_assert_eq!(polled, expected);
    }

    /// A step whose outputs are not all taken loses none of them.
    #[test]
    fn a_step_returns_the_outputs_of_handle_in_order(sequence in input_sequence(), counts in vec(0..=3_usize, 1..10)) {
        let mut router = start(&sequence);
        let mut untaken: Vec<Output> = vec![];
        let mut counts = counts.into_iter().cycle();
        replay(&sequence, |step| {
            let earlier = untaken.len();
            untaken.extend(step.outputs.clone());
            let own = router.step(at(step.now), step.input.clone());
            prop_assert_eq!(own.refused(), step.result.as_ref().err());
            prop_assert_eq!(own.len(), untaken.len());
            // Time alone causes the outputs of a tick. Exhaustion is output at the end.
            let ticked = apply(&mut step.before.clone(), step.now, &Input::Tick).1;
            let (by_time, rest) = ticked.split_at(own.before_input() - earlier);
            prop_assert_eq!(by_time, &step.outputs[..by_time.len()]);
            let is_exhaustion = |output| matches!(output, &Output::Exhausted { .. });
            prop_assert!(rest.iter().all(is_exhaustion));
            let taken: Vec<Output> = own.take(counts.next().unwrap()).collect();
            prop_assert_eq!(&taken, &untaken.drain(..taken.len()).collect::<Vec<_>>());
            prop_assert_eq!(router.digest(), step.after.digest());
            Ok(())
        })?;
        prop_assert_eq!(drain(&mut router), untaken);
    }

    #[test]
    fn inputs_and_outputs_name_their_item_agent_and_queue(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let fields = fields_of(step.input);
            let text = |name: &str| fields[name].as_str();
            let new_item = ["item", "new_item"].map(|name| fields[name]["id"].as_str());
            let item = text("item").or(new_item[0]).or(new_item[1]);
            prop_assert_eq!(step.input.item().map(WorkItemId::as_str), item);
            let agent = ["agent", "to_agent", "by"].into_iter().find_map(text);
            prop_assert_eq!(step.input.agent().map(AgentId::as_str), agent);
            for output in &step.outputs {
                let fields = fields_of(output);
                prop_assert_eq!(output.item().map(WorkItemId::as_str), fields["item"].as_str());
                prop_assert_eq!(output.agent().map(AgentId::as_str), fields["agent"].as_str());
                prop_assert_eq!(output.queue().map(QueueId::as_str), fields["queue"].as_str());
            }
            Ok(())
        })?;
    }

    #[test]
    fn time_never_goes_back(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let is_skip = matches!(step.input, Input::SkipTime { .. });
            let [before, latest] = [&step.before, step.after].map(|router| router.now().as_millis());
            prop_assert!(before <= latest);
            prop_assert!(step.is_ignored() || before <= step.now);
            if step.is_ignored() {
                prop_assert!(step.outputs.is_empty());
                prop_assert_eq!(text_without_count(step.after), text_without_count(&step.before));
            } else if !is_skip {
                prop_assert_eq!(latest, step.now);
            }
            if let Some(earlier) = latest.checked_sub(1) {
                let mut router = step.after.clone();
                let error = RouterError::TimeWentBack { moment: at(earlier), now: at(latest) };
                prop_assert_eq!(apply(&mut router, earlier, step.input), (Err(error), vec![]));
                prop_assert_eq!(text_without_count(&router), text_without_count(step.after));
            }
            Ok(())
        })?;
    }
}

/// Returns the fields of an input or an output in JSON: the value of its only key, or null for a word.
fn fields_of(value: &impl Serialize) -> Value {
    let json = serde_json::to_value(value).unwrap();
    let entry = json.as_object().and_then(|object| object.values().next());
    entry.cloned().unwrap_or_default()
}

/// Returns the whole state of a router, without the fields that count the inputs and the outputs of the last one.
fn text_without_count(router: &Router) -> String {
    let text = format!("{router:?}");
    let fields = text.split(", ");
    let is_count =
        |field: &&str| field.starts_with("inputs: ") || field.starts_with("outputs_before_input: ");
    fields
        .filter(|field| !is_count(field))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Checks that each step has a limited number of outputs, and that nothing is due afterwards.
///
/// A step assigns an item at most twice: after the deadlines, and after the input.
fn check_steps_end(sequence: &InputSequence) -> LawResult {
    replay(sequence, |step| {
        let mut offered: BTreeMap<&str, usize> = BTreeMap::new();
        for output in &step.outputs {
            if let Output::Offered { item, .. } | Output::Accepted { item, .. } = output {
                *offered.entry(item.as_str()).or_default() += 1;
            }
        }
        for (item, times) in offered {
            prop_assert!(times <= 2, "{item} is assigned {times} times");
        }
        let items = step.before.items().count() + 1;
        let agents = step.before.plan().config().agents.len();
        let outputs_max = 12 * items + 2 * agents + 1;
        let count = step.outputs.len();
        prop_assert!(
            count <= outputs_max,
            "{count} outputs, expected at most {outputs_max}"
        );
        let next = step.after.poll_timeout();
        prop_assert!(next.is_none_or(|next| next > step.after.now()));
        Ok(())
    })
}
