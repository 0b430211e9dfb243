//! The example `replay`: output, errors and exit codes.

mod arguments;
mod explanations;
mod lines;
mod streams;

use std::ffi::OsString;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::{env, fs};

use handover::Output;
use serde_json::Value;

use crate::support::scenario_file::is_update;

#[path = "../../../examples/replay/main.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod example;

use example::Streams;

const DAY: &str = "examples/config/day.json";
const INPUTS: &str = "examples/config/day.jsonl";

/// The outputs and the exit code of the program.
#[derive(Debug, PartialEq)]
struct ReplayResult {
    code: u8,
    stdout: String,
    stderr: String,
}

/// Runs the program on a standard input.
fn run_on(arguments: &[&str], stdin: &mut dyn BufRead, shows_progress: bool) -> ReplayResult {
    let mut stdout = Vec::new();
    let mut stderr = Vec::new();
    let streams = Streams {
        stdin,
        stdout: &mut stdout,
        stderr: &mut stderr,
        shows_progress,
    };
    let code = example::run(arguments.iter().map(OsString::from), streams);
    ReplayResult {
        code,
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// Replays lines from standard input, with the configuration of the example day.
fn replay(options: &[&str], lines: &[&str]) -> ReplayResult {
    let arguments = [options, &[DAY, "-"]].concat();
    run_on(&arguments, &mut lines.join("\n").as_bytes(), false)
}

/// Runs the program with an empty standard input.
fn run(arguments: &[&str]) -> ReplayResult {
    run_on(arguments, &mut io::empty(), false)
}

/// Replays lines of which exactly one is refused, and returns the output line with the refusal.
#[track_caller]
fn refusal(lines: &[&str]) -> String {
    let result = replay(&[], lines);
    assert_eq!((result.code, &*result.stderr), (1, ""));
    let refusals = result.stdout.lines().filter(|line| is_refusal(line));
    let [refusal] = refusals.collect::<Vec<_>>()[..] else {
        panic!("expected one refusal: {}", result.stdout);
    };
    refusal.into()
}

/// Whether an output line reports a refusal.
fn is_refusal(line: &str) -> bool {
    line.contains(r#","refused":{"line":"#)
}

/// A temporary file, which is removed when it is dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("handover-replay-{}-{name}", std::process::id());
        let path = env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

const ASHA_LOGS_IN: &str =
    r#"{"at_ms": 1000, "input": {"set_presence": {"agent": "asha", "state": "available"}}}"#;
const ROUTE_CONV_1: &str = r#"{"at_ms": 2000, "input": {"route": {"item": {"id": "conv-1", "channel": "whatsapp", "facts": {"subtype": "whatsapp"}}}}}"#;
const ASHA_ACCEPTS_CONV_1: &str =
    r#"{"at_ms": 3000, "input": {"accept": {"item": "conv-1", "agent": "asha"}}}"#;
const ASHA_LOGGED_IN: &str = r#"{"at_ms":1000,"output":{"presence_set":{"agent":"asha","state":"available","why":"asked"}}}
"#;

/// `UPDATE=1 cargo test replay` writes the expected outputs.
#[test]
fn example_day_has_the_expected_outputs() {
    let result = run(&[DAY, INPUTS]);
    assert_eq!((result.code, &*result.stderr), (1, ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/replay/day.out.jsonl");
    if is_update() {
        fs::write(&path, &result.stdout).unwrap();
    }
    assert_eq!(result.stdout, fs::read_to_string(path).unwrap());
    let refusals = result.stdout.lines().filter(|line| is_refusal(line));
    assert_eq!(refusals.count(), 1);
}

#[test]
fn output_lines_are_objects_with_ascending_times() {
    let result = run(&["--digest", DAY, INPUTS]);
    let mut last_at_ms = 0;
    let mut lines: Vec<&str> = result.stdout.lines().collect();
    let digest = lines.pop().unwrap();
    for line in lines {
        let line: Value = serde_json::from_str(line).unwrap();
        let at_ms = line["at_ms"].as_u64().unwrap();
        assert!(at_ms >= last_at_ms, "{line}");
        last_at_ms = at_ms;
        if let Some(output) = line.get("output") {
            let read: Output = serde_json::from_value(output.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), *output);
        }
    }
    let digest: Value = serde_json::from_str(digest).unwrap();
    let digest = digest["digest"].as_str().unwrap();
    assert_eq!(digest.len(), 16);
    assert!(u64::from_str_radix(digest, 16).is_ok(), "{digest}");
}

#[test]
fn replay_without_refusals_exits_with_0() {
    let result = replay(&[], &[ASHA_LOGS_IN]);
    let expected = ReplayResult {
        code: 0,
        stdout: ASHA_LOGGED_IN.into(),
        stderr: String::new(),
    };
    assert_eq!(result, expected);
    assert_eq!(replay(&[], &[]).code, 0);
}

#[test]
fn replay_ends_at_the_last_line_or_at_until_ms() {
    let lines = [ASHA_LOGS_IN, ROUTE_CONV_1];
    let stdout_without_option = replay(&[], &lines).stdout;
    for (until, additional_lines) in [(0, 0), (2_000, 0), (21_999, 0), (22_000, 4), (32_000, 5)] {
        let result = replay(&["--until-ms", &until.to_string()], &lines);
        assert_eq!(result.code, 0);
        let rest = result.stdout.strip_prefix(&stdout_without_option).unwrap();
        assert_eq!(rest.lines().count(), additional_lines, "until {until}");
        let option = format!("--until-ms={until}");
        assert_eq!(replay(&[&option], &lines), result);
    }
}

#[test]
fn digest_is_printed_last() {
    let result = replay(&["--digest"], &[ASHA_LOGS_IN, "no"]);
    assert_eq!(result.code, 1);
    let last = result.stdout.lines().last().unwrap();
    assert!(last.starts_with(r#"{"digest":""#), "{last}");
    assert_eq!(last.len(), r#"{"digest":"0123456789abcdef"}"#.len());
}
