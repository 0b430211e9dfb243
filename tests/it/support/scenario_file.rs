//! Scenario files: blocks of commands, a line of dashes and the expected output, separated by blank lines. Lines that begin with
//! `#` are comments.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const DASHES: &str = "----";

/// Returns the scenario files in `tests/scenarios/{folder}` and in all folders below it, sorted.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let (mut unvisited, mut files) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = unvisited.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                unvisited.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Runs all commands of a file, and returns the text of the file with the actual outputs.
pub(crate) fn with_outputs(text: &str, mut run: impl FnMut(&str) -> Vec<String>) -> String {
    let mut blocks = Vec::new();
    for block in text
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
    {
        let input: Vec<&str> = block.lines().take_while(|line| *line != DASHES).collect();
        let mut result = input.join("\n");
        let commands = input.iter().filter(|line| !line.starts_with('#'));
        let outputs: Vec<String> = commands.flat_map(|line| run(line)).collect();
        if input.iter().any(|line| !line.starts_with('#')) {
            let output = if outputs.is_empty() {
                "ok".into()
            } else {
                outputs.join("\n")
            };
            write!(result, "\n{DASHES}\n{output}").unwrap();
        }
        blocks.push(result);
    }
    blocks.join("\n\n") + "\n"
}

/// Asserts that a file contains the actual outputs of its commands. `UPDATE=1` writes the actual outputs instead.
pub(crate) fn check(path: &Path, run: impl FnMut(&str) -> Vec<String>) {
    let text = fs::read_to_string(path).unwrap();
    let actual = with_outputs(&text, run);
    if is_update() {
        fs::write(path, actual).unwrap();
        return;
    }
    for (index, (line, expected)) in actual.lines().zip(text.lines()).enumerate() {
        assert_eq!(line, expected, "{}:{}", path.display(), index + 1);
    }
    assert_eq!(actual, text, "{}", path.display());
}

/// Whether the expected outputs are written instead of compared.
pub(crate) fn is_update() -> bool {
    env::var_os("UPDATE").is_some()
}
