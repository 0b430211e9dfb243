//! Stories of a router in text files: what happens, a line of dashes, what follows, a blank line; `#` tells the story.
//!
//! `UPDATE=1 cargo test router_scenarios` writes the answers anew; read the difference before you keep it. The commands are
//! described in `tests/scenarios/router/README.md`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use handover::{Config, Input, Output, Plan, Router, SavedRouter, Timestamp};
use serde_json::Value;

use crate::decision::scenarios::{answered, compare};
use crate::router::examples::router_pair::{merge, told};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/router")
}

/// A router that is told a story.
#[derive(Default)]
struct Story {
    router: Option<Router>,
    /// Whether the router is stored and restored after each step.
    restarts: bool,
}

impl Story {
    fn run(&mut self, line: &str) -> Vec<String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "desk" => {
                self.router = Some(Router::new(&Plan::new(desk(rest)).unwrap()));
                Vec::new()
            }
            "restart" => {
                self.restart();
                Vec::new()
            }
            "waiting" => vec![self.waiting(rest)],
            moment => self.step(millis(moment), rest),
        }
    }

    fn router(&mut self) -> &mut Router {
        self.router
            .as_mut()
            .expect("a story begins with its `desk`")
    }

    fn step(&mut self, millis: u64, input: &str) -> Vec<String> {
        let input: Input = match input {
            "tick" => Input::Tick,
            input => serde_json::from_str(input).unwrap_or_else(|error| panic!("{input}: {error}")),
        };
        let router = self.router();
        let result = router.handle(Timestamp::from_millis(millis), input);
        let outputs = std::iter::from_fn(|| router.poll_output());
        let mut told: Vec<String> = outputs.map(|output: Output| told(&output)).collect();
        told.extend(result.err().map(|error| format!("refused: {error}")));
        router.check_invariants().unwrap();
        if self.restarts {
            self.restart();
        }
        told
    }

    fn restart(&mut self) {
        let router = self.router();
        let stored = serde_json::to_string(&router.snapshot()).unwrap();
        let saved: SavedRouter = serde_json::from_str(&stored).unwrap();
        let restored = Router::restore(router.plan(), saved).unwrap();
        assert_eq!(restored.digest(), router.digest());
        assert_eq!(restored.poll_timeout(), router.poll_timeout());
        restored.check_invariants().unwrap();
        *router = restored;
    }

    fn waiting(&mut self, queue: &str) -> String {
        let status = self.router().queue(queue).unwrap();
        let ids = status.waiting().iter();
        let ids: Vec<&str> = ids.map(|item| item.work_item().id.as_str()).collect();
        if ids.is_empty() {
            "nothing waits".into()
        } else {
            ids.join(", ")
        }
    }
}

/// The common desk, with what a story changes of it.
fn desk(changes: &str) -> Config {
    let text = fs::read_to_string(folder().join("desk.json")).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    if !changes.is_empty() {
        merge(&mut config, &serde_json::from_str(changes).unwrap());
    }
    serde_json::from_value(config).unwrap()
}

/// Milliseconds since the beginning, as in `90s` or `5ms`.
fn millis(text: &str) -> u64 {
    let number = text.trim_end_matches(char::is_alphabetic);
    let scale = match &text[number.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        unit => panic!("{text}: no unit `{unit}`"),
    };
    number.parse::<u64>().unwrap() * scale
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(files.len() >= 10, "the scenarios are not there");
    files
}

#[test]
fn every_story_of_a_router_goes_as_it_says() {
    for path in files() {
        let mut story = Story::default();
        compare(&path, |text| answered(text, |line| story.run(line)));
    }
}

#[test]
fn a_restart_after_every_step_changes_no_story() {
    for path in files() {
        let mut story = Story {
            restarts: true,
            ..Story::default()
        };
        let text = fs::read_to_string(&path).unwrap();
        let answered = answered(&text, |line| story.run(line));
        assert!(
            answered == text || env::var_os("UPDATE").is_some(),
            "{}",
            path.display()
        );
    }
}
