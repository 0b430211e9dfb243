//! Scenario files: commands, a line of dashes, the expected output, a blank line. Lines that begin with `#` are comments.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const DASHES: &str = "----";

/// Returns the scenario files below `tests/scenarios/{folder}`, sorted.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/scenarios")
        .join(folder);
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

/// Runs every command of a file, and returns the file with the outputs replaced.
pub(crate) fn with_outputs(text: &str, mut run: impl FnMut(&str) -> Vec<String>) -> String {
    let mut blocks = Vec::new();
    for block in text
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
    {
        let input: Vec<&str> = block.lines().take_while(|line| *line != DASHES).collect();
        let mut written = input.join("\n");
        let commands = input.iter().filter(|line| !line.starts_with('#'));
        let outputs: Vec<String> = commands.flat_map(|line| run(line)).collect();
        if input.iter().any(|line| !line.starts_with('#')) {
            let output = if outputs.is_empty() {
                "ok".into()
            } else {
                outputs.join("\n")
            };
            write!(written, "\n{DASHES}\n{output}").unwrap();
        }
        blocks.push(written);
    }
    blocks.join("\n\n") + "\n"
}

/// Asserts that the outputs in a file are those of its commands. `UPDATE=1` writes them instead.
pub(crate) fn check(path: &Path, run: impl FnMut(&str) -> Vec<String>) {
    let text = fs::read_to_string(path).unwrap();
    let found = with_outputs(&text, run);
    if is_update() {
        fs::write(path, found).unwrap();
        return;
    }
    for (index, (found, expected)) in found.lines().zip(text.lines()).enumerate() {
        assert_eq!(found, expected, "{}:{}", path.display(), index + 1);
    }
    assert_eq!(found, text, "{}", path.display());
}

/// Whether expected outputs are to be written.
pub(crate) fn is_update() -> bool {
    env::var_os("UPDATE").is_some()
}
