//! Laws of skipped time, and of steps that jump ahead.

use handover::{Affinity, Config, Input, Output, Router, RouterError, Timestamp};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::replay::{LawResult, ReplayedStep, apply, replay, start};
use crate::generators::input_sequence::input_sequence;
use crate::generators::router_input::DAY;
use crate::support::cases;
use crate::support::plans::at;

/// The fields of inputs and outputs that are moments.
const MOMENTS: [&str; 3] = ["expires_ms", "from_ms", "until_ms"];

proptest! {
    #![proptest_config(cases::config(256))]

    /// Skipped time does not shift calendar times. The test therefore makes temporary capacities permanent, and removes the
    /// limits of last agents and the gate with an end.
    #[test]
    fn outputs_after_a_skip_are_those_without_it_shifted(
        mut sequence in input_sequence(),
        place in any::<Index>(),
        skipped in select(vec![1, 5_000, 3_600_000, 20 * DAY]),
    ) {
        without_calendar(&mut sequence.config);
        for (_, input) in &mut sequence.inputs {
            if let Input::Reconfigure { config } = input {
                without_calendar(config);
            }
        }
        let place = place.index(sequence.inputs.len() + 1);
        let (before, after) = sequence.inputs.split_at(place);
        let (mut ticked, mut skipping) = (start(&sequence), start(&sequence));
        for (now, input) in before {
            let input = without_until(input);
            prop_assert_eq!(apply(&mut ticked, *now, &input), apply(&mut skipping, *now, &input));
        }
        let now = ticked.now().as_millis();
        let outputs = apply(&mut ticked, now, &Input::Tick).1;
        let mut after_skip = apply(&mut skipping, now, &skip(now + skipped)).1;
        // The router may have output something at the moment of the step. Then comes the skip, and nothing else.
        let [from, until] = [at(now), at(now + skipped)];
        prop_assert_eq!(after_skip.pop(), Some(Output::TimeSkipped { from, until }));
        prop_assert_eq!(after_skip, outputs);
        for (now, input) in after {
            // The first steps of a sequence may be in the past.
            let expected = apply(&mut ticked, *now, input);
            let shifted_input = shifted(input, skipped).unwrap_or_else(|| input.clone());
            let actual = apply(&mut skipping, now + skipped, &shifted_input);
            prop_assert_eq!(actual.0.is_ok(), expected.0.is_ok());
            let expected = expected.1.iter().map(|output| shifted(output, skipped).unwrap());
            prop_assert_eq!(actual.1, expected.collect::<Vec<_>>());
            let next = |router: &Router| router.poll_timeout().map(Timestamp::as_millis);
            prop_assert_eq!(next(&skipping), next(&ticked).map(|next| next + skipped));
        }
        prop_assert!(skipping.check_invariants().is_ok());
    }

    #[test]
    fn skipping_no_time_is_a_tick(sequence in input_sequence()) {
        replay(&sequence, |step| {
            let now = step.after.now().as_millis();
            let [mut ticked, mut skipping] = [step.after.clone(), step.after.clone()];
            let expected = apply(&mut ticked, now, &Input::Tick);
            prop_assert_eq!(apply(&mut skipping, now, &skip(now)), expected);
            prop_assert_eq!(skipping.digest(), ticked.digest());
            Ok(())
        })?;
    }

    #[test]
    fn step_more_than_366_days_ahead_changes_nothing(sequence in input_sequence(), millis in 1..DAY) {
        replay(&sequence, |step| {
            let now = step.after.now().as_millis();
            let moment = now + 366 * DAY;
            let error = RouterError::TimeJump { moment: at(moment + millis), now: at(now) };
            let mut router = step.after.clone();
            prop_assert_eq!(apply(&mut router, moment + millis, step.input), (Err(error.clone()), vec![]));
            prop_assert_eq!(router.digest(), step.after.digest());
            prop_assert_eq!(router.poll_timeout(), step.after.poll_timeout());
            prop_assert_eq!(router.inputs(), step.after.inputs() + 1);
            // Skipping that much is refused as well. The step is a tick, with which nothing is due.
            prop_assert_eq!(apply(&mut router, now, &skip(moment + millis)), (Err(error), vec![]));
            prop_assert_eq!(router.digest(), step.after.digest());
            for input in [Input::Tick, skip(moment)] {
                let moment = if input == Input::Tick { moment } else { now };
                prop_assert_eq!(apply(&mut step.after.clone(), moment, &input).0, Ok(()));
            }
            Ok(())
        })?;
    }

    #[test]
    fn step_at_the_polled_timeout_is_never_refused(sequence in input_sequence()) {
        replay(&sequence, follow_timeouts)?;
    }
}

/// Handles a tick at each polled timeout, at most 20 times.
fn follow_timeouts(step: &ReplayedStep<'_>) -> LawResult {
    let mut router = step.after.clone();
    for _ in 0..20 {
        let Some(timeout) = router.poll_timeout() else {
            break;
        };
        prop_assert!(timeout.millis_since(router.now()) <= 365 * DAY);
        prop_assert_eq!(
            apply(&mut router, timeout.as_millis(), &Input::Tick).0,
            Ok(())
        );
    }
    Ok(())
}

fn skip(until: u64) -> Input {
    Input::SkipTime { until: at(until) }
}

/// Removes the settings of a configuration that depend on calendar time.
fn without_calendar(config: &mut Config) {
    remember_for_ever(config);
    for rule in config.rules.values_mut() {
        // This test gate ends at a calendar time.
        rule.gates.retain(|gate| *gate != "embargo");
    }
}

/// Sets `within_days` of each `last_agent` to the maximum, so that no last agent expires.
fn remember_for_ever(config: &mut Config) {
    let queues = config.queues.values_mut();
    for affinity in queues.flat_map(|queue| &mut queue.affinity) {
        if matches!(affinity, Affinity::LastAgent { .. }) {
            *affinity = Affinity::LastAgent {
                within_days: u32::MAX,
            };
        }
    }
}

/// Returns an input without the end of a temporary capacity.
fn without_until(input: &Input) -> Input {
    match input.clone() {
        Input::SetCapacity {
            agent,
            channel,
            capacity,
            ..
        } => Input::SetCapacity {
            agent,
            channel,
            capacity,
            until: None,
        },
        other => other,
    }
}

/// Returns an input or an output whose moments are later; `None` if it has an item that breaks a limit, and cannot be read.
fn shifted<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T, millis: u64) -> Option<T> {
    let mut json = serde_json::to_value(value).unwrap();
    let fields = json
        .as_object_mut()
        .and_then(|object| object.values_mut().next());
    let fields = fields.and_then(Value::as_object_mut);
    for (name, value) in fields.into_iter().flatten() {
        if let (true, Some(moment)) = (MOMENTS.contains(&name.as_str()), value.as_u64()) {
            *value = (moment + millis).into();
        }
    }
    serde_json::from_value(json).ok()
}
