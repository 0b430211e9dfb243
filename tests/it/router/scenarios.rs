//! Scenarios of a router, in the text files of `tests/scenarios/router`.
//!
//! `UPDATE=1 cargo test scenario` writes the expected outputs. `tests/scenarios/router/README.md` documents the commands.

use std::fs;
use std::path::{Path, PathBuf};

use handover::{Config, Input, Plan, Router, SavedRouter, Timestamp};
use serde_json::Value;

use crate::support::json::{merge, output_text};
use crate::support::scenario_file::{check, files, is_update, with_outputs};

/// Runs the commands of a file.
#[derive(Default)]
struct RouterInterpreter {
    router: Option<Router>,
    /// Whether the router is stored and restored after each step.
    restarts: bool,
}

impl RouterInterpreter {
    fn run(&mut self, line: &str) -> Vec<String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "config" => {
                self.router = Some(Router::new(&Plan::new(config(rest)).unwrap()));
                Vec::new()
            }
            "restart" => {
                self.restart();
                Vec::new()
            }
            "waiting" => vec![self.waiting(rest)],
            time => self.step(millis(time), rest),
        }
    }

    fn router(&mut self) -> &mut Router {
        self.router
            .as_mut()
            .expect("a scenario begins with `config`")
    }

    fn step(&mut self, now: u64, input: &str) -> Vec<String> {
        let input: Input = match input {
            "tick" => Input::Tick,
            input => serde_json::from_str(input).unwrap_or_else(|error| panic!("{input}: {error}")),
        };
        let router = self.router();
        let result = router.handle(Timestamp::saturating_from_millis(now), input);
        let outputs = std::iter::from_fn(|| router.poll_output());
        let mut lines: Vec<String> = outputs.map(|output| output_text(&output)).collect();
        lines.extend(result.err().map(|error| format!("refused: {error}")));
        router.check_invariants().unwrap();
        if self.restarts {
            self.restart();
        }
        lines
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

/// Returns the configuration of `config.json` with `changes` merged into it.
fn config(changes: &str) -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/router/config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    if !changes.is_empty() {
        merge(&mut config, &serde_json::from_str(changes).unwrap());
    }
    serde_json::from_value(config).unwrap()
}

/// Returns the milliseconds of a time such as `90s` or `5ms`.
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

/// Returns the scenario files.
fn all_files() -> Vec<PathBuf> {
    let files = files("router");
    assert!(files.len() >= 16, "scenario files are missing");
    files
}

#[test]
fn router_scenarios_have_the_expected_outputs() {
    for path in all_files() {
        let mut interpreter = RouterInterpreter::default();
        check(&path, |line| interpreter.run(line));
    }
}

#[test]
fn restart_after_every_step_changes_no_output() {
    for path in all_files() {
        let mut interpreter = RouterInterpreter {
            restarts: true,
            ..RouterInterpreter::default()
        };
        let text = fs::read_to_string(&path).unwrap();
        let updated = with_outputs(&text, |line| interpreter.run(line));
        assert!(updated == text || is_update(), "{}", path.display());
    }
}
