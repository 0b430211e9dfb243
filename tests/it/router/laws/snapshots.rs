//! Laws of stored and restored routers.

use handover::{Router, SavedRouter};
use proptest::prelude::*;

use super::replay::{apply, drain, snapshot_text, start};
use crate::generators::input_sequence::input_sequence;
use crate::support::cases;
use crate::support::plans::at;

/// Stores a router as JSON and restores it.
fn restored(router: &Router) -> Router {
    let saved: SavedRouter = serde_json::from_str(&snapshot_text(router)).unwrap();
    Router::restore(router.plan(), saved).unwrap()
}

proptest! {
    #![proptest_config(cases::config(256))]

    #[test]
    fn a_restored_router_continues_as_the_original(sequence in input_sequence()) {
        let mut original = start(&sequence);
        // One restored router per step.
        let mut copies: Vec<Router> = vec![];
        for (now, input) in &sequence.inputs {
            let result = original.handle(at(*now), input.clone());
            // The snapshot contains the outputs that are not drained yet.
            let newest = restored(&original);
            let outputs = drain(&mut original);
            for copy in &mut copies {
                prop_assert_eq!(&apply(copy, *now, input), &(result.clone(), outputs.clone()));
            }
            copies.push(newest);
            prop_assert_eq!(drain(copies.last_mut().unwrap()), outputs);
            let digest = original.digest();
            for copy in &copies {
                prop_assert_eq!(copy.poll_timeout(), original.poll_timeout());
                prop_assert_eq!(copy.digest(), digest);
            }
        }
        for copy in &copies {
            prop_assert_eq!(snapshot_text(copy), snapshot_text(&original));
            prop_assert!(copy.check_invariants().is_ok());
        }
    }
}
