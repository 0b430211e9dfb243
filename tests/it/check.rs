//! The program that checks a configuration: what it prints where, and how it ends.

use std::ffi::OsString;

use handover::{Ask, AssignBy, AssignmentRule, Config, Queue, Routing, SizeRule};

#[path = "../../examples/check.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod example;

use crate::sound;
use example::{RunResult, colored};

fn run<const N: usize>(arguments: [&str; N], stdin: &str) -> RunResult {
    example::run(arguments.map(OsString::from), &mut stdin.as_bytes())
}

fn json(config: &Config) -> String {
    serde_json::to_string(config).unwrap()
}

#[test]
fn a_sound_configuration_ends_with_0() {
    let answer = run(["-"], &json(&sound::small()));
    assert_eq!((answer.code, &*answer.stderr), (0, ""));
    assert!(
        answer
            .stdout
            .starts_with("severe: 0, warnings: 0\n\nchannel `whatsapp` is reachable\n")
    );
}

#[test]
fn a_severe_lint_ends_with_1_and_comes_before_the_warnings() {
    let mut config = sound::small().queue("spare", Queue::new("whatsapp").active(true));
    config.rules.get_mut("ask").unwrap().offer = Ask::new().rejectable(false).into();
    let answer = run(["-"], &json(&config));
    assert_eq!((answer.code, &*answer.stderr), (1, ""));
    let expected = "\
severe: queues.spare.eligibility [queue_without_eligibility]
    Queue `spare` has no eligibility pool, so nobody may take its items.
    Add a pool with the groups that work on this queue and the rule by which they are chosen.

warning: rules.ask.offer [offer_without_timeout]
    An offer under rule `ask` has no time-out, so it may pend for ever.
    Set `timeout_secs`.

severe: 1, warnings: 1

channel `whatsapp` is reachable
";
    assert!(answer.stdout.starts_with(expected), "{}", answer.stdout);
}

#[test]
fn problems_end_with_2() {
    let config = Config::new().queue("lost", Queue::new("nowhere"));
    let answer = run(["-"], &json(&config));
    assert_eq!((answer.code, &*answer.stdout), (2, ""));
    assert!(answer.stderr.starts_with("check: `-` has problems\n"));
    assert!(answer.stderr.contains("`nowhere`"), "{}", answer.stderr);
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let unreadable = [
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
    for (arguments, stdin, complaint) in unreadable {
        let answer = run(arguments, stdin);
        assert_eq!((answer.code, &*answer.stdout), (2, ""));
        assert!(answer.stderr.starts_with(complaint), "{}", answer.stderr);
    }
    for answer in [run([], ""), run(["a", "b"], "")] {
        assert_eq!((answer.code, &*answer.stdout), (2, ""));
        assert!(
            answer
                .stderr
                .contains("expected one argument, the file; found ")
        );
    }
}

#[test]
fn rules_that_a_service_registers_are_taken_to_be_there() {
    let rule = AssignmentRule::new()
        .assign_by([AssignBy::custom("distance")])
        .gate("certified");
    let mut config = sound::small().rule("custom", rule);
    let queue = config.queues.get_mut("english").unwrap();
    queue.routing = Routing::custom("by-script");
    let channel = config.channels.get_mut("whatsapp").unwrap();
    channel.sizes.push(SizeRule::custom("by-length"));
    let answer = run(["-"], &json(&config));
    assert_eq!((answer.code, &*answer.stderr), (0, ""));
}

#[test]
fn a_file_is_read() {
    let path = std::env::temp_dir().join(format!("handover-check-{}.json", std::process::id()));
    std::fs::write(&path, json(&sound::small())).unwrap();
    let answer = example::run([path.clone().into()], &mut std::io::empty());
    std::fs::remove_file(path).unwrap();
    assert_eq!((answer.code, &*answer.stderr), (0, ""));
}

#[test]
fn help_is_an_answer() {
    let answer = run(["--help"], "");
    assert_eq!((answer.code, &*answer.stderr), (0, ""));
    assert!(answer.stdout.contains("Usage: check CONFIG.json\n"));
}

#[test]
fn colours_change_nothing_but_the_marks() {
    let plain = "severe: a\n    ✗ 1 b\n    – 2 ✓\n";
    assert_eq!(
        colored(plain),
        "\x1b[1;31msevere\x1b[0m: a\n    \x1b[31m✗\x1b[0m 1 b\n    – 2 ✓\n"
    );
}
