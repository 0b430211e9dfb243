//! Rules for the source: unique type names, small folders and files, and dependencies on lower layers only.

mod layers;
mod parser;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The maximum of files in a folder.
const FILES_MAX: usize = 14;
/// The maximum of lines in a file.
const LINES_MAX: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all files below a folder, by their folder. Paths are relative to the package.
fn files_by_folder(folder: &str) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut files: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut unvisited = vec![PathBuf::from(folder)];
    while let Some(folder) = unvisited.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                unvisited.push(path);
            } else {
                files.entry(folder.clone()).or_default().push(path);
            }
        }
    }
    files
}

/// Returns the Rust files below a folder, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let files = files_by_folder(folder).into_values().flatten();
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let mut sources: Vec<(PathBuf, String)> = files
        .filter(is_rust)
        .map(|path| (path.clone(), fs::read_to_string(root().join(path)).unwrap()))
        .collect();
    assert!(!sources.is_empty(), "no source in {folder}");
    sources.sort();
    sources
}

/// Returns the names of the types that are defined more than once below the folders.
fn duplicates(folders: &[&str]) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, text) in folders.iter().flat_map(|folder| sources(folder)) {
        for name in parser::types(&text) {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > 1);
    counts.into_keys().collect()
}

#[test]
fn type_names_are_unique() {
    assert_eq!(duplicates(&["src"]), BTreeSet::new());
    assert_eq!(duplicates(&["src", "tests/it"]), BTreeSet::new());
}

#[test]
fn folders_have_at_most_14_files() {
    let folders = ["src", "tests/it", "benches", "examples"];
    let full: BTreeSet<PathBuf> = folders
        .iter()
        .flat_map(|folder| files_by_folder(folder))
        .filter(|(_, files)| files.len() > FILES_MAX)
        .map(|(folder, _)| folder)
        .collect();
    assert_eq!(full, BTreeSet::new());
}

#[test]
fn files_have_at_most_400_lines() {
    for (path, text) in ["src", "tests/it"]
        .iter()
        .flat_map(|folder| sources(folder))
    {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", path.display());
    }
}

#[test]
fn design_page_names_existing_files() {
    let page = fs::read_to_string(root().join("src/docs/design.md")).unwrap();
    let quoted = page.split('`').skip(1).step_by(2);
    let is_rust = |text: &&str| {
        Path::new(text)
            .extension()
            .is_some_and(|extension| extension == "rs")
    };
    let files: Vec<&str> = quoted.filter(is_rust).collect();
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        assert!(root().join("src").join(file).exists(), "there is no {file}");
    }
}
