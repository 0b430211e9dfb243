//! Scenarios of one decision, from the text files in `tests/scenarios/decision`.
//!
//! `UPDATE=1 cargo test scenario` writes the actual outputs to the files. `tests/scenarios/decision/README.md` documents the commands.

mod interpreter;

use crate::support::scenario_file::{check, files};
use interpreter::Interpreter;

#[test]
fn decision_scenarios_have_the_expected_outputs() {
    let files = files("decision");
    assert!(files.len() >= 10, "scenario files are missing");
    for path in files {
        let mut interpreter = Interpreter::default();
        check(&path, |line| interpreter.run(line));
    }
}
