//! The example `replay`: arguments and files.

use super::*;

#[test]
fn invalid_arguments_exit_with_2() {
    let cases: [(&[&str], &str); 13] = [
        (
            &[],
            "expected two files, the configuration and the inputs; found 0",
        ),
        (
            &[DAY],
            "expected two files, the configuration and the inputs; found 1",
        ),
        (
            &[DAY, INPUTS, "more"],
            "expected two files, the configuration and the inputs; found 3",
        ),
        (
            &["-", "-"],
            "the configuration and the inputs cannot both be standard input",
        ),
        (&[DAY, INPUTS, "--colour"], "unknown option `--colour`"),
        (&[DAY, INPUTS, "--digest=yes"], "`--digest` takes no value"),
        (&[DAY, INPUTS, "--until-ms"], "`--until-ms` needs a value"),
        (
            &[DAY, INPUTS, "--until-ms", "noon"],
            "`--until-ms`: `noon` is not a number of milliseconds",
        ),
        (
            &[DAY, INPUTS, "--until-ms", "999999999999999"],
            "`--until-ms`: the timestamp 999999999999999 is after the year 9999",
        ),
        (
            &[DAY, INPUTS, "--until-ms=1", "--until-ms=2"],
            "`--until-ms` twice",
        ),
        (
            &[DAY, INPUTS, "--explain", "conv-1"],
            "`--explain`: `conv-1` is not of the form ITEM@MS, as in conv-1@60000",
        ),
        (
            &[DAY, INPUTS, "--explain", "@60000"],
            "`--explain`: an id is empty, expected 1 to 256 bytes",
        ),
        (
            &["--", DAY, "--digest", INPUTS],
            "expected two files, the configuration and the inputs; found 3",
        ),
    ];
    for (arguments, error) in cases {
        let result = run(arguments);
        assert_fails(&result, error);
        assert!(result.stderr.ends_with("For more, try `replay --help`.\n"));
    }
}

/// Asserts that the program replays nothing, and that its error starts with a text.
fn assert_fails(result: &ReplayResult, error: &str) {
    assert_eq!((result.code, &*result.stdout), (2, ""), "{error}");
    let error = format!("replay: {error}");
    assert!(result.stderr.starts_with(&error), "{}", result.stderr);
}

#[test]
fn unreadable_files_exit_with_2() {
    let cases: [(&[&str], &str, &str); 5] = [
        (
            &["no/such.json", INPUTS],
            "",
            "cannot read `no/such.json`: ",
        ),
        (&[DAY, "no/such.jsonl"], "", "cannot read `no/such.jsonl`: "),
        (&[DAY, "examples"], "", "cannot read `examples`: "),
        (
            &["-", INPUTS],
            r#"{"channels": 3}"#,
            "`-` is not a configuration: channels: invalid type",
        ),
        (
            &["-", INPUTS],
            r#"{"queues": {"lost": {"channel": "nowhere"}}}"#,
            "`-` has problems\n",
        ),
    ];
    for (arguments, stdin, error) in cases {
        let result = run_on(arguments, &mut stdin.as_bytes(), false);
        assert_fails(&result, error);
    }
}

#[test]
fn help_lists_all_options() {
    for arguments in [&["--help"][..], &["-h"], &[DAY, "--help"]] {
        let result = run(arguments);
        assert_eq!((result.code, &*result.stderr), (0, ""));
        for word in ["Usage: replay ", "--until-ms", "--explain", "--digest"] {
            assert!(result.stdout.contains(word), "{word}");
        }
    }
}

#[test]
fn double_dash_may_precede_the_files() {
    let result = run(&["--digest", "--", DAY, INPUTS]);
    assert_eq!(result, run(&["--digest", DAY, INPUTS]));
    assert_eq!((result.code, &*result.stderr), (1, ""));
    assert!(result.stdout.lines().count() > 1);
}
