//! Laws of a step: what it is told and when, and what is taken of it.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use handover::{Input, Output, RouterError, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

use super::replay::{Verdict, drained, start, step, timeless, walk, written};
use crate::generators::input_sequence::diary::{Diary, diary};
use crate::oracle::conversion::at;

proptest! {
    #[test]
    fn a_refused_input_is_only_a_tick(diary in diary()) {
        let mut twin = start(&diary);
        walk(&diary, |told| {
            let input = if told.taken.is_ok() { told.input } else { &Input::Tick };
            let outputs = if told.is_nothing() {
                vec![]
            } else {
                step(&mut twin, told.now, input).1
            };
            prop_assert_eq!(&told.outputs, &outputs);
            prop_assert_eq!(written(told.after), written(&twin));
            prop_assert_eq!(told.after.poll_timeout(), twin.poll_timeout());
            Ok(())
        })?;
    }

    #[test]
    fn a_tick_when_nothing_is_due_changes_nothing(diary in diary(), share in 1..=4_u64) {
        let mut twin = start(&diary);
        walk(&diary, |told| {
            prop_assert_eq!(&step(&mut twin, told.now, told.input).1, &told.outputs);
            let next = told.after.poll_timeout().map(Timestamp::as_millis);
            let now = told.after.now().as_millis();
            let last = next.map_or(now + 1_000_000_000, |next| next - 1);
            let known = timeless(&twin);
            // The clone may go as far as nothing is due, the twin only some of the way: the day goes on.
            let mut far = twin.clone();
            for moment in [now, now + (last - now) / share, last] {
                prop_assert_eq!(step(&mut far, moment, &Input::Tick), (Ok(()), vec![]));
                prop_assert_eq!(&timeless(&far), &known);
                prop_assert_eq!(far.poll_timeout(), told.after.poll_timeout());
            }
            prop_assert_eq!(step(&mut twin, now, &Input::Tick), (Ok(()), vec![]));
            prop_assert_eq!(written(&twin), written(told.after));
            Ok(())
        })?;
    }

    #[test]
    fn one_step_ends(diary in diary()) {
        let (sender, receiver) = mpsc::channel();
        let day = diary;
        // A step that does not end is left behind.
        thread::spawn(move || sender.send(steps_end(&day)));
        receiver.recv_timeout(Duration::from_secs(20)).unwrap()?;
    }

    #[test]
    fn when_outputs_are_drained_does_not_matter(diary in diary(), takes in vec(0..=3_usize, 1..10)) {
        let mut idle = start(&diary);
        let (mut expected, mut found) = (vec![], vec![]);
        let mut takes = takes.into_iter().cycle();
        walk(&diary, |told| {
            expected.extend(told.outputs.clone());
            prop_assert_eq!(&idle.handle(at(told.now), told.input.clone()), &told.taken);
            found.extend((0..takes.next().unwrap()).map_while(|_| idle.poll_output()));
            prop_assert_eq!(idle.digest(), told.after.digest());
            prop_assert_eq!(idle.poll_timeout(), told.after.poll_timeout());
            Ok(())
        })?;
        found.extend(drained(&mut idle));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn time_never_goes_back(diary in diary()) {
        let mut latest = 0;
        walk(&diary, |told| {
            let went_back = told.now < latest;
            latest = latest.max(told.now);
            prop_assert_eq!(told.after.now().as_millis(), latest);
            prop_assert_eq!(told.is_nothing(), went_back);
            if went_back {
                prop_assert!(told.outputs.is_empty());
                prop_assert_eq!(format!("{:?}", told.after), format!("{:?}", told.before));
            }
            if let Some(earlier) = latest.checked_sub(1) {
                let mut router = told.after.clone();
                let error = RouterError::TimeWentBack { moment: at(earlier), now: at(latest) };
                prop_assert_eq!(step(&mut router, earlier, told.input), (Err(error), vec![]));
                prop_assert_eq!(format!("{router:?}"), format!("{:?}", told.after));
            }
            Ok(())
        })?;
    }
}

/// Nothing happens more often in a step than it can: what is due ends an offer, an assignment follows, then the input ends
/// that one, and the last assignment follows. Nothing is left that is due.
fn steps_end(diary: &Diary) -> Verdict {
    walk(diary, |told| {
        let mut offered: BTreeMap<&str, usize> = BTreeMap::new();
        for output in &told.outputs {
            if let Output::Offered { item, .. } | Output::Accepted { item, .. } = output {
                *offered.entry(item.as_str()).or_default() += 1;
            }
        }
        for (item, times) in offered {
            prop_assert!(times <= 2, "{item} is given to somebody {times} times");
        }
        let items = told.before.items().count() + 1;
        let agents = told.before.plan().config().agents.len();
        let most = 12 * items + 2 * agents + 1;
        let found = told.outputs.len();
        prop_assert!(found <= most, "{found} outputs, expected at most {most}");
        let next = told.after.poll_timeout();
        prop_assert!(next.is_none_or(|next| next > told.after.now()));
        Ok(())
    })
}
