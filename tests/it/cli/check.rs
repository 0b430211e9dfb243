//! The example `check`: output, errors and exit codes.

use std::ffi::OsString;

use handover::{Ask, AssignBy, AssignmentRule, Config, Queue, Routing, SizeRule};

#[path = "../../../examples/check.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod example;

use crate::generators::lint_free;
use example::{RunResult, colored};

fn run<const N: usize>(arguments: [&str; N], stdin: &str) -> RunResult {
    example::run(arguments.map(OsString::from), &mut stdin.as_bytes())
}

fn json(config: &Config) -> String {
    serde_json::to_string(config).unwrap()
}

#[test]
fn configuration_without_lints_exits_with_0() {
    let result = run(["-"], &json(&lint_free::small()));
    assert_eq!((result.code, &*result.stderr), (0, ""));
    assert!(
        result
            .stdout
            .starts_with("severe: 0, warnings: 0\n\nchannel `whatsapp` is reachable\n")
    );
}

#[test]
fn severe_lint_exits_with_1_and_is_printed_before_warnings() {
    let mut config = lint_free::small().queue("spare", Queue::new("whatsapp").active(true));
    config.rules.get_mut("ask").unwrap().offer = Ask::new().rejectable(false).into();
    let result = run(["-"], &json(&config));
    assert_eq!((result.code, &*result.stderr), (1, ""));
    let expected = "\
severe: queues.spare.eligibility [queue_without_eligibility]
    Queue `spare` has no eligibility pool, so nobody may take its items.
    Add a pool with the groups that work on this queue and the rule by which they are chosen.

warning: rules.ask.offer [offer_without_timeout]
    An offer under rule `ask` has no time-out, so it may stay pending forever.
    Set `timeout_secs`.

severe: 1, warnings: 1

channel `whatsapp` is reachable
";
    assert!(result.stdout.starts_with(expected), "{}", result.stdout);
}

#[test]
fn configuration_with_problems_exits_with_2() {
    let config = Config::new().queue("lost", Queue::new("nowhere"));
    let result = run(["-"], &json(&config));
    assert_eq!((result.code, &*result.stdout), (2, ""));
    assert!(result.stderr.starts_with("check: `-` has problems\n"));
    assert!(result.stderr.contains("`nowhere`"), "{}", result.stderr);
}

#[test]
fn unreadable_input_exits_with_2() {
    let cases = [
        (
            ["-"],
            "{\"channels\": 3}",
            "check: `-` is not a configuration: channels: invalid type",
        ),
        (
            ["no/such/file.json"],
            "",
            "check: cannot read `no/such/file.json`: ",
        ),
        (
            ["--colour"],
            "",
            "check: unknown option `--colour`\n\nChecks a configuration",
        ),
    ];
    for (arguments, stdin, error) in cases {
        let result = run(arguments, stdin);
        assert_eq!((result.code, &*result.stdout), (2, ""));
        assert!(result.stderr.starts_with(error), "{}", result.stderr);
    }
    for (result, count) in [(run([], ""), 0), (run(["a", "b"], ""), 2)] {
        assert_eq!((result.code, &*result.stdout), (2, ""));
        let error = format!("check: expected one argument, the file; found {count}\n");
        assert!(result.stderr.starts_with(&error), "{}", result.stderr);
    }
}

#[test]
fn custom_rules_are_assumed_to_be_registered() {
    let rule = AssignmentRule::new()
        .assign_by([AssignBy::custom("distance")])
        .gate("certified");
    let mut config = lint_free::small().rule("custom", rule);
    let queue = config.queues.get_mut("english").unwrap();
    queue.routing = Routing::custom("by-script");
    let channel = config.channels.get_mut("whatsapp").unwrap();
    channel.sizes.push(SizeRule::custom("by-length"));
    let result = run(["-"], &json(&config));
    assert_eq!((result.code, &*result.stderr), (0, ""));
}

#[test]
fn configuration_is_read_from_a_file() {
    let path = std::env::temp_dir().join(format!("handover-check-{}.json", std::process::id()));
    std::fs::write(&path, json(&lint_free::small())).unwrap();
    let result = example::run([path.clone().into()], &mut std::io::empty());
    std::fs::remove_file(path).unwrap();
    assert_eq!((result.code, &*result.stderr), (0, ""));
}

#[test]
fn help_is_printed_to_stdout() {
    let result = run(["--help"], "");
    assert_eq!((result.code, &*result.stderr), (0, ""));
    assert!(result.stdout.contains("Usage: check CONFIG.json\n"));
}

#[test]
fn severities_and_marks_are_colored_at_line_starts_only() {
    let plain = "severe: a\n    ✗ 1 b\n    – 2 ✓\n";
    assert_eq!(
        colored(plain),
        "\x1b[1;31msevere\x1b[0m: a\n    \x1b[31m✗\x1b[0m 1 b\n    – 2 ✓\n"
    );
}
