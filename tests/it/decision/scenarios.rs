//! Stories in text files: commands, a line of dashes, the expected answer, a blank line; `#` tells the story.
//!
//! `UPDATE=1 cargo test scenarios` writes the answers anew; read the difference before you keep it. The commands are
//! described in `tests/scenarios/decision/README.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

mod interpreter;

use interpreter::Script;

const DASHES: &str = "----";

/// Answers every block of a file; everything but the answers stays as it is.
pub(crate) fn answered(text: &str, mut run: impl FnMut(&str) -> Vec<String>) -> String {
    let mut blocks = Vec::new();
    for block in text
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
    {
        let asked: Vec<&str> = block.lines().take_while(|line| *line != DASHES).collect();
        let mut written = asked.join("\n");
        let commands = asked.iter().filter(|line| !line.starts_with('#'));
        let answers: Vec<String> = commands.flat_map(|line| run(line)).collect();
        if asked.iter().any(|line| !line.starts_with('#')) {
            let answer = if answers.is_empty() {
                "ok".into()
            } else {
                answers.join("\n")
            };
            write!(written, "\n{DASHES}\n{answer}").unwrap();
        }
        blocks.push(written);
    }
    blocks.join("\n\n") + "\n"
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/decision");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

/// Compares a file with what it should be by its own commands; with `UPDATE=1` writes that.
pub(crate) fn compare(path: &Path, answer: impl FnOnce(&str) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let answered = answer(&text);
    if env::var_os("UPDATE").is_some() {
        fs::write(path, answered).unwrap();
        return;
    }
    for (place, (found, expected)) in answered.lines().zip(text.lines()).enumerate() {
        assert_eq!(found, expected, "{}:{}", path.display(), place + 1);
    }
    assert_eq!(answered, text, "{}", path.display());
}

#[test]
fn every_scenario_is_answered_as_it_says() {
    assert!(files().len() >= 5, "the scenarios are not there");
    for path in files() {
        let mut script = Script::default();
        compare(&path, |text| answered(text, |line| script.run(line)));
    }
}
