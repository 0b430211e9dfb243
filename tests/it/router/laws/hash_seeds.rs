//! The seeds of hash tables affect no output, snapshot or digest.

use handover::Router;
use proptest::prelude::*;

use super::replay::{apply, snapshot_text};
use crate::generators::input_sequence::{InputSequence, input_sequence};
use crate::support::plans::builder;

/// Returns the outputs, snapshots and digests of a router for a sequence. `None` selects the default seed.
fn observe(sequence: &InputSequence, seed: Option<u64>) -> Vec<String> {
    let builder = builder(&sequence.config);
    let builder = match seed {
        Some(seed) => builder.hash_seed(seed),
        None => builder,
    };
    let plan = builder.build().unwrap();
    let mut router = Router::new(&plan);
    let steps = sequence.inputs.iter().map(|(now, input)| {
        let step = apply(&mut router, *now, input);
        let (snapshot, digest) = (snapshot_text(&router), router.digest());
        format!("{step:?} {digest} {:?} {snapshot}", router.poll_timeout())
    });
    steps.collect()
}

proptest! {
    #[test]
    fn seed_of_hash_tables_changes_no_output_snapshot_or_digest(
        sequence in input_sequence(),
        seed in any::<u64>(),
    ) {
        let expected = observe(&sequence, None);
        for seed in [None, Some(0), Some(seed)] {
            prop_assert_eq!(&observe(&sequence, seed), &expected);
        }
    }
}
