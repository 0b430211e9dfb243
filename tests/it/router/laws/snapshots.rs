//! A router that was stored.

use handover::{Router, SavedRouter};
use proptest::prelude::*;

use super::replay::{drained, start, step, written};
use crate::generators::input_sequence::diary::diary;
use crate::oracle::conversion::at;

/// What comes back of a router that is written down and read again.
fn restored(router: &Router) -> Router {
    let saved: SavedRouter = serde_json::from_str(&written(router)).unwrap();
    Router::restore(router.plan(), saved).unwrap()
}

proptest! {
    #[test]
    fn a_restored_router_continues_as_the_original(diary in diary()) {
        let mut original = start(&diary);
        // One for each step after which the original was stored.
        let mut twins: Vec<Router> = vec![];
        for (now, input) in &diary.inputs {
            let taken = original.handle(at(*now), input.clone());
            // It is stored with what has not been drained.
            let newest = restored(&original);
            let outputs = drained(&mut original);
            for twin in &mut twins {
                prop_assert_eq!(&step(twin, *now, input), &(taken.clone(), outputs.clone()));
            }
            twins.push(newest);
            prop_assert_eq!(drained(twins.last_mut().unwrap()), outputs);
            let digest = original.digest();
            for twin in &twins {
                prop_assert_eq!(twin.poll_timeout(), original.poll_timeout());
                prop_assert_eq!(twin.digest(), digest);
            }
        }
        for twin in &twins {
            prop_assert_eq!(written(twin), written(&original));
            prop_assert!(twin.check_invariants().is_ok());
        }
    }
}
