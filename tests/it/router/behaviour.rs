//! The recorded behaviour of this version: input sequences with hashes of all their outputs.
//!
//! If a recorded sequence gives other outputs, a host that replays its journal after an upgrade would see others too. Then raise
//! `BEHAVIOUR_VERSION`, mark the change with a star in the changelog, and record the sequences again:
//!
//! ```console
//! RECORD_BEHAVIOUR=1 cargo test --test it recorded_inputs
//! ```

use std::env;
use std::fs;
use std::path::PathBuf;

use handover::{BEHAVIOUR_VERSION, Config, Input};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};

use super::laws::replay::drain;
use crate::generators::input_sequence::long_input_sequence;
use crate::support::plans::{at, plan};

/// The number of recorded sequences.
const SEQUENCES: usize = 8;

/// An input sequence with the hashes of its expected outputs.
#[derive(Deserialize, Serialize)]
struct Recording {
    config: Config,
    steps: Vec<RecordedStep>,
    /// The digest of the router after the last step.
    digest: u64,
}

#[derive(Deserialize, Serialize)]
struct RecordedStep {
    at_ms: u64,
    input: Input,
    /// The hash of the refusal's code and the outputs.
    hash: u64,
}

impl Recording {
    /// Handles the inputs, and records the hash of the outputs of each step.
    fn of(config: Config, inputs: impl IntoIterator<Item = (u64, Input)>) -> Self {
        let mut router = handover::Router::new(&plan(&config));
        let mut steps = Vec::new();
        for (at_ms, input) in inputs {
            let refused = router.handle(at(at_ms), input.clone()).err();
            let code = refused.map(|error| error.code());
            let text = serde_json::to_string(&(code, drain(&mut router))).unwrap();
            let hash = fnv(text.as_bytes());
            steps.push(RecordedStep { at_ms, input, hash });
        }
        let digest = router.digest();
        Self {
            config,
            steps,
            digest,
        }
    }
}

/// Returns the FNV-1a hash of a text, which is the same on every platform and with every compiler.
fn fnv(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// Returns the path of the recording of this version: one sequence per line.
fn path() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/router/behaviour");
    folder.join(format!("version_{BEHAVIOUR_VERSION}.jsonl"))
}

#[test]
fn recorded_inputs_give_the_recorded_outputs() {
    if env::var_os("RECORD_BEHAVIOUR").is_some() {
        record();
    }
    let text = fs::read_to_string(path()).expect("this version has a recording");
    let recordings = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let recordings: Vec<Recording> = recordings.collect();
    assert_eq!(recordings.len(), SEQUENCES);
    for (sequence, expected) in recordings.into_iter().enumerate() {
        let inputs = expected
            .steps
            .iter()
            .map(|step| (step.at_ms, step.input.clone()));
        let actual = Recording::of(expected.config.clone(), inputs);
        let steps = expected.steps.iter().zip(&actual.steps);
        for (index, (expected, actual)) in steps.enumerate() {
            let place = format!("step {index} of sequence {sequence}");
            assert_eq!(
                actual.hash, expected.hash,
                "{place} gives other outputs: see the module"
            );
        }
        assert_eq!(
            actual.digest, expected.digest,
            "sequence {sequence} ends in another state"
        );
    }
}

/// Whether an input can be written as JSON and read back.
fn is_readable(input: &Input) -> bool {
    let text = serde_json::to_string(input).unwrap();
    serde_json::from_str::<Input>(&text).is_ok()
}

/// Writes the recording of this version.
fn record() {
    let mut runner = TestRunner::deterministic();
    let mut lines = String::new();
    for _ in 0..SEQUENCES {
        let sequence = long_input_sequence()
            .new_tree(&mut runner)
            .unwrap()
            .current();
        // An input that was built in Rust can have an id that JSON cannot have.
        let inputs = sequence.inputs.into_iter();
        let readable = inputs.filter(|(_, input)| is_readable(input));
        let recording = Recording::of(sequence.config, readable);
        lines += &serde_json::to_string(&recording).unwrap();
        lines.push('\n');
    }
    fs::create_dir_all(path().parent().unwrap()).unwrap();
    fs::write(path(), lines).unwrap();
}
