//! The program that replays a day: what it prints where, and how it ends.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "../../examples/replay/main.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod example;

use example::Streams;

const DAY: &str = "examples/config/day.json";
const INPUTS: &str = "examples/config/day.jsonl";

/// What the program said, and how it ended.
#[derive(Debug, PartialEq)]
struct Answer {
    code: u8,
    output: String,
    complaint: String,
}

fn run_on(arguments: &[&str], stdin: &mut dyn BufRead, bar: bool) -> Answer {
    let mut stdout = Vec::new();
    let mut stderr = Vec::new();
    let streams = Streams {
        stdin,
        stdout: &mut stdout,
        stderr: &mut stderr,
        shows_progress: bar,
    };
    let code = example::run(arguments.iter().map(OsString::from), streams);
    Answer {
        code,
        output: String::from_utf8(stdout).unwrap(),
        complaint: String::from_utf8(stderr).unwrap(),
    }
}

/// Replays lines under the configuration of the day.
fn replay(options: &[&str], lines: &[&str]) -> Answer {
    let arguments = [options, &[DAY, "-"]].concat();
    run_on(&arguments, &mut lines.join("\n").as_bytes(), false)
}

/// Runs the program with nothing on its standard input.
fn run(arguments: &[&str]) -> Answer {
    run_on(arguments, &mut io::empty(), false)
}

/// Replays lines all of which but one are taken, and returns that refusal.
#[track_caller]
fn refusal(lines: &[&str]) -> String {
    let answer = replay(&[], lines);
    assert_eq!((answer.code, &*answer.complaint), (1, ""));
    let refusals = answer.output.lines().filter(|line| is_refusal(line));
    let [refusal] = refusals.collect::<Vec<_>>()[..] else {
        panic!("expected one refusal: {}", answer.output);
    };
    refusal.into()
}

fn is_refusal(line: &str) -> bool {
    line.contains(r#","refused":{"line":"#)
}

/// A file of its own, which is gone at the end of the test.
struct Temporary(PathBuf);

impl Temporary {
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

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

const ASHA_COMES: &str =
    r#"{"at_ms": 1000, "input": {"set_presence": {"agent": "asha", "state": "available"}}}"#;
const CONVERSATION: &str = r#"{"at_ms": 2000, "input": {"route": {"item": {"id": "conv-1", "channel": "whatsapp", "facts": {"subtype": "whatsapp"}}}}}"#;
const ASHA_ACCEPTS: &str =
    r#"{"at_ms": 3000, "input": {"accept": {"item": "conv-1", "agent": "asha"}}}"#;
const ASHA_IS_THERE: &str = r#"{"at_ms":1000,"output":{"presence_set":{"agent":"asha","state":"available","why":"asked"}}}
"#;

/// `UPDATE=1 cargo test replay` writes the outputs anew; read the difference before you keep it.
#[test]
fn the_outputs_of_the_day_are_held_still() {
    let answer = run(&[DAY, INPUTS]);
    assert_eq!((answer.code, &*answer.complaint), (1, ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/replay/day.out.jsonl");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &answer.output).unwrap();
    }
    assert_eq!(answer.output, fs::read_to_string(path).unwrap());
    let refusals = answer.output.lines().filter(|line| is_refusal(line));
    assert_eq!(refusals.count(), 1);
}

#[test]
fn every_line_of_output_is_an_object_and_time_never_goes_back() {
    let answer = run(&["--digest", DAY, INPUTS]);
    let mut last = 0;
    let mut lines: Vec<&str> = answer.output.lines().collect();
    let digest = lines.pop().unwrap();
    for line in lines {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let at_ms = line["at_ms"].as_u64().unwrap();
        assert!(at_ms >= last, "{line}");
        last = at_ms;
        if let Some(output) = line.get("output") {
            let read: handover::Output = serde_json::from_value(output.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), *output);
        }
    }
    let digest: serde_json::Value = serde_json::from_str(digest).unwrap();
    let digest = digest["digest"].as_str().unwrap();
    assert_eq!(digest.len(), 16);
    assert!(u64::from_str_radix(digest, 16).is_ok(), "{digest}");
}

#[test]
fn what_is_taken_whole_ends_with_0() {
    let answer = replay(&[], &[ASHA_COMES]);
    let expected = Answer {
        code: 0,
        output: ASHA_IS_THERE.into(),
        complaint: String::new(),
    };
    assert_eq!(answer, expected);
    assert_eq!(replay(&[], &[]).code, 0);
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let of_file = run(&[DAY, INPUTS]);
    let inputs = fs::read_to_string(INPUTS).unwrap();
    assert_eq!(
        run_on(&[DAY, "-"], &mut inputs.as_bytes(), false),
        of_file,
        "the inputs"
    );
    let config = fs::read_to_string(DAY).unwrap();
    assert_eq!(
        run_on(&["-", INPUTS], &mut config.as_bytes(), false),
        of_file,
        "the configuration"
    );
}

/// Keeps what is written to it where others see it too: a pipe whose other end reads, a terminal on which both outputs are seen.
struct Shared<'a>(&'a RefCell<Vec<u8>>);
impl Write for Shared<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_follows_from_a_line_of_standard_input_is_printed_before_the_next_is_read() {
    /// Says what was printed when the second line was asked for.
    struct Watched<'a> {
        lines: &'a [&'a str],
        printed: &'a RefCell<Vec<u8>>,
    }
    impl Read for Watched<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((line, rest)) = self.lines.split_first() else {
                let printed = self.printed.borrow();
                assert_eq!(*printed, ASHA_IS_THERE.as_bytes());
                return Ok(0);
            };
            self.lines = rest;
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }
    let printed = RefCell::default();
    let line = format!("{ASHA_COMES}\n");
    let lines = [&*line];
    let streams = Streams {
        stdin: &mut BufReader::new(Watched {
            lines: &lines,
            printed: &printed,
        }),
        stdout: &mut io::BufWriter::new(Shared(&printed)),
        stderr: &mut io::sink(),
        shows_progress: false,
    };
    assert_eq!(example::run([DAY, "-"].map(OsString::from), streams), 0);
}

#[test]
fn a_line_that_cannot_be_read_is_refused_with_its_number_and_moves_no_time() {
    let unreadable = [
        ("hello", "expected an object with `at_ms` and `input`"),
        (
            r#"[5000, "tick"]"#,
            "expected an object with `at_ms` and `input`",
        ),
        (
            r#"{"at_ms": 5000, "input": }"#,
            "expected value at column 26",
        ),
        (
            r#"{"at_ms": 5000, "input": "tick"} {}"#,
            "trailing characters at column 34",
        ),
        (
            r#"{"at_ms": 5000, "input": "tick", "note": "lunch"}"#,
            "unknown field `note`, expected `at_ms` or `input` at column 39",
        ),
        (
            r#"{"at_ms": 5000, "at_ms": 6000, "input": "tick"}"#,
            "duplicate field `at_ms` at column 23",
        ),
        (
            r#"{"at_ms": 5000, "input": {"accept": {"item": "conv-1", "agent": "asha", "by": "me"}}}"#,
            "accept: unknown field `by`, expected `item` or `agent` at column 76",
        ),
        (r#"{"at_ms": 5000}"#, "missing field `input` at column 15"),
        (r#"{"input": "tick"}"#, "missing field `at_ms` at column 17"),
    ];
    for (line, error) in unreadable {
        let lines = [ASHA_COMES, "", line, CONVERSATION];
        let error = serde_json::to_string(error).unwrap();
        let expected = format!(r#"{{"at_ms":1000,"refused":{{"line":3,"error":{error}}}}}"#);
        assert_eq!(refusal(&lines), expected, "{line}");
        // The lines after it are taken.
        let output = replay(&[], &lines).output;
        assert!(output.contains(r#"{"at_ms":2000,"output":{"offered":"#));
    }
}

#[test]
fn a_line_that_is_not_text_is_refused() {
    let inputs = b"{\"at_ms\": 1000, \"input\": \"\xff\"}\n\xff\xfe\n{\"at_ms\": 1000, \"input\": \"tick\"}\n";
    let answer = run_on(&[DAY, "-"], &mut &inputs[..], false);
    assert_eq!((answer.code, answer.output.lines().count()), (1, 2));
}

#[test]
fn a_mark_of_the_encoding_in_front_is_passed_over() {
    let marked = format!("\u{feff}{ASHA_COMES}");
    assert_eq!(replay(&[], &[&marked]), replay(&[], &[ASHA_COMES]));
    // In front of another line it is no mark.
    assert_eq!(replay(&[], &[ASHA_COMES, &marked]).code, 1);
}

#[test]
fn a_truncated_last_line_is_refused() {
    let truncated = &CONVERSATION[..70];
    assert_eq!(
        refusal(&[ASHA_COMES, truncated]),
        r#"{"at_ms":1000,"refused":{"line":2,"error":"route.item.channel: EOF while parsing an object at column 70"}}"#
    );
    for end in 1..CONVERSATION.len() {
        let refusal = refusal(&[ASHA_COMES, &CONVERSATION[..end]]);
        assert!(refusal.starts_with(r#"{"at_ms":1000,"refused":{"line":2,"#));
    }
}

#[test]
fn an_id_that_is_here_already_is_refused() {
    assert_eq!(
        refusal(&[ASHA_COMES, CONVERSATION, CONVERSATION]),
        r#"{"at_ms":2000,"refused":{"line":3,"error":"work item `conv-1` is here already"}}"#
    );
}

#[test]
fn a_moment_before_the_last_one_is_refused_and_time_stays() {
    assert_eq!(
        refusal(&[CONVERSATION, ASHA_COMES]),
        r#"{"at_ms":2000,"refused":{"line":2,"error":"time went back: the moment is 1000 ms, the router is at 2000 ms"}}"#
    );
}

#[test]
fn what_follows_from_the_moment_comes_before_the_refusal() {
    let late = ASHA_ACCEPTS.replace("3000", "22000");
    let answer = replay(&[], &[ASHA_COMES, CONVERSATION, &late]);
    let last: Vec<&str> = answer.output.lines().skip(3).collect();
    assert_eq!(
        last,
        [
            r#"{"at_ms":22000,"output":{"offer_ended":{"item":"conv-1","agent":"asha","why":"timed_out"}}}"#,
            r#"{"at_ms":22000,"output":{"requeued":{"item":"conv-1","queue":"desk","why":"timed_out"}}}"#,
            r#"{"at_ms":22000,"output":{"presence_set":{"agent":"asha","state":"away","why":"timed_out"}}}"#,
            r#"{"at_ms":22000,"output":{"exhausted":{"item":"conv-1","queue":"desk"}}}"#,
            r#"{"at_ms":22000,"refused":{"line":3,"error":"work item `conv-1` is not offered to agent `asha`"}}"#,
        ]
    );
}

#[test]
fn a_refused_input_has_moved_time() {
    let unknown = ASHA_ACCEPTS.replace("conv-1", "conv-9");
    assert_eq!(
        refusal(
            &[
                CONVERSATION,
                &unknown,
                ASHA_ACCEPTS.replace("3000", "4000").trim()
            ][..2]
        ),
        r#"{"at_ms":3000,"refused":{"line":2,"error":"there is no work item `conv-9`"}}"#
    );
}

#[test]
fn a_message_about_something_long_is_short() {
    let long = "x".repeat(1_000_000);
    let lines = [
        format!(r#"{{"at_ms": "{long}", "input": "tick"}}"#),
        format!(r#"{{"at_ms": 1000, "input": {{"{long}": {{}}}}}}"#),
        format!(r#"{{"at_ms": 1000, "{long}": 1, "input": "tick"}}"#),
        format!(
            r#"{{"at_ms": 1000, "input": {{"accept": {{"item": "{long}", "agent": "asha"}}}}}}"#
        ),
        format!(
            r#"{{"at_ms": 1000, "input": {{"accept": {{"item": "a\n{long}", "agent": "asha"}}}}}}"#
        ),
        format!(r#"{{"at_ms": 1000, "input": {{"complete": {{"item": "{long}"#),
        "[".repeat(1_000_000),
        long,
    ];
    for line in lines {
        let start: String = line.chars().take(60).collect();
        let refusal = refusal(&[&line, ASHA_COMES]);
        assert!(refusal.contains(r#""line":1,"#), "{start}");
        assert!(refusal.len() < 1_000, "{start}: {} bytes", refusal.len());
    }
}

#[test]
fn a_long_text_that_is_allowed_is_taken() {
    let note = "é".repeat(1_000_000);
    let cancel = format!(
        r#"{{"at_ms": 3000, "input": {{"cancel": {{"item": "conv-1", "note": "{note}"}}}}}}"#
    );
    let answer = replay(&[], &[CONVERSATION, &cancel]);
    assert_eq!(answer.code, 0);
    assert!(answer.output.contains(&note));
}

#[test]
fn a_configuration_with_problems_is_refused_and_the_old_one_stays() {
    let reconfigure = r#"{"at_ms": 1500, "input": {"reconfigure": {"config": {"queues": {"lost": {"channel": "nowhere"}}}}}}"#;
    let refusal = refusal(&[ASHA_COMES, reconfigure, CONVERSATION, ASHA_ACCEPTS]);
    assert!(
        refusal.starts_with(r#"{"at_ms":1500,"refused":{"line":2,"error":""#),
        "{refusal}"
    );
    assert!(refusal.contains("`nowhere`"), "{refusal}");
}

#[test]
fn time_moves_on_to_every_wake_up_before_the_next_line() {
    let later = r#"{"at_ms": 1000000, "input": "tick"}"#;
    let answer = replay(&[], &[ASHA_COMES, CONVERSATION, later]);
    let moments: Vec<u64> = answer
        .output
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| line["at_ms"].as_u64().unwrap())
        .collect();
    // The offer times out, everyone has declined, the trigger and the target are due, the wait is over.
    assert_eq!(
        moments,
        [
            1_000, 2_000, 2_000, 22_000, 22_000, 22_000, 22_000, 32_000, 92_000, 602_000
        ]
    );
}

#[test]
fn the_replay_ends_at_the_last_line_or_at_the_moment_it_is_told() {
    let lines = [ASHA_COMES, CONVERSATION];
    let here = replay(&[], &lines).output;
    for (until, more) in [(0, 0), (2_000, 0), (21_999, 0), (22_000, 4), (32_000, 5)] {
        let answer = replay(&["--until-ms", &until.to_string()], &lines);
        assert_eq!(answer.code, 0);
        let rest = answer.output.strip_prefix(&here).unwrap();
        assert_eq!(rest.lines().count(), more, "until {until}");
        let option = format!("--until-ms={until}");
        assert_eq!(replay(&[&option], &lines), answer);
    }
}

#[test]
fn an_explanation_is_given_after_all_that_happens_at_its_moment() {
    let lines = [ASHA_COMES, CONVERSATION, ASHA_ACCEPTS];
    let plain = replay(&["--digest"], &lines);
    let asked = [
        ("conv-1@1999", "conv-1 at 1999 ms: no such work item\n\n"),
        (
            "conv-1@2000",
            "conv-1 at 2000 ms: pending accept, offered to asha until 22000 ms\nIf it were assigned once more, in addition to its current load:\nconv-1 in desk at 2000 ms: ",
        ),
        (
            "conv-1@2999",
            "conv-1 at 2999 ms: pending accept, offered to asha until 22000 ms\nIf it were assigned once more, in addition to its current load:\nconv-1 in desk at 2999 ms: ",
        ),
        (
            "conv-1@3000",
            "conv-1 at 3000 ms: accepted, held by asha\nIf it were assigned once more, in addition to its current load:\nconv-1 in desk at 3000 ms: ",
        ),
        ("a@b@3000", "a@b at 3000 ms: no such work item\n\n"),
        (
            "conv-1@3001",
            "conv-1 at 3001 ms: not reached, the replay ended at 3000 ms (see --until-ms)\n",
        ),
    ];
    for (asked, explanation) in asked {
        let answer = replay(&["--explain", asked, "--digest"], &lines);
        assert_eq!((answer.code, &answer.output), (0, &plain.output));
        assert!(
            answer.complaint.starts_with(explanation),
            "{}",
            answer.complaint
        );
    }
    // The table names everyone.
    let answer = replay(&["--explain=conv-1@2000"], &lines);
    for agent in ["asha", "ben", "chen"] {
        assert!(answer.complaint.contains(&format!("  {agent} ")));
    }
    // In the order of the moments.
    let answer = replay(
        &["--explain", "conv-1@3000", "--explain", "conv-1@2000"],
        &lines,
    );
    let first = answer.complaint.find("at 2000 ms").unwrap();
    assert!(first < answer.complaint.find("at 3000 ms").unwrap());
}

#[test]
fn an_explanation_can_lie_between_wake_ups_and_after_the_last_line() {
    let options = ["--until-ms", "40000", "--explain", "conv-1@30000"];
    let answer = replay(&options, &[ASHA_COMES, CONVERSATION]);
    assert!(
        answer
            .complaint
            .starts_with("conv-1 at 30000 ms: queued\nconv-1 in desk at 30000 ms: waits, "),
        "{}",
        answer.complaint
    );
    assert!(answer.complaint.contains("presence: "));
}

#[test]
fn the_digest_comes_last() {
    let answer = replay(&["--digest"], &[ASHA_COMES, "no"]);
    assert_eq!(answer.code, 1);
    let last = answer.output.lines().last().unwrap();
    assert!(last.starts_with(r#"{"digest":""#), "{last}");
    assert_eq!(last.len(), r#"{"digest":"0123456789abcdef"}"#.len());
}

#[test]
fn wrong_arguments_end_with_2() {
    let wrong: [(&[&str], &str); 13] = [
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
    for (arguments, complaint) in wrong {
        let answer = run(arguments);
        assert_refused_whole(&answer, complaint);
        assert!(
            answer
                .complaint
                .ends_with("For more, try `replay --help`.\n")
        );
    }
}

/// Nothing was replayed, and the tool says why.
fn assert_refused_whole(answer: &Answer, complaint: &str) {
    assert_eq!((answer.code, &*answer.output), (2, ""), "{complaint}");
    let complaint = format!("replay: {complaint}");
    assert!(
        answer.complaint.starts_with(&complaint),
        "{}",
        answer.complaint
    );
}

#[test]
fn files_that_cannot_be_read_end_with_2() {
    let wrong: [(&[&str], &str, &str); 5] = [
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
    for (arguments, stdin, complaint) in wrong {
        let answer = run_on(arguments, &mut stdin.as_bytes(), false);
        assert_refused_whole(&answer, complaint);
    }
}

#[test]
fn a_file_may_begin_with_a_dash_and_end_without_a_line_break() {
    let file = Temporary::new("dash.jsonl", ASHA_COMES);
    let answer = run(&["--", DAY, file.name()]);
    assert_eq!((answer.code, &*answer.output), (0, ASHA_IS_THERE));
}

#[test]
fn lines_of_another_system_are_read() {
    let answer = replay(&[], &["", "  ", &format!("{ASHA_COMES}\r"), "\r", "\t"]);
    assert_eq!((answer.code, &*answer.output), (0, ASHA_IS_THERE));
}

#[test]
fn whoever_reads_the_output_may_go_away() {
    struct Closed(io::ErrorKind);
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for arguments in [&[DAY, INPUTS][..], &["--help"]] {
        for (kind, code, complains) in [
            (io::ErrorKind::BrokenPipe, 0, false),
            (io::ErrorKind::StorageFull, 2, true),
        ] {
            let mut stderr = Vec::new();
            let streams = Streams {
                stdin: &mut io::empty(),
                stdout: &mut Closed(kind),
                stderr: &mut stderr,
                shows_progress: false,
            };
            let ended = example::run(arguments.iter().map(OsString::from), streams);
            assert_eq!((ended, !stderr.is_empty()), (code, complains));
        }
    }
}

#[test]
fn a_bar_is_shown_for_long_files_only_and_wiped_at_the_end() {
    let line = r#"{"at_ms": 1000, "input": "tick"}"#;
    let many = format!("{ASHA_COMES}\n{}", format!("{line}\n").repeat(40_000));
    let long = Temporary::new("long.jsonl", &many);
    let quiet = run_on(&[DAY, long.name()], &mut io::empty(), false);
    assert_eq!((quiet.code, &*quiet.complaint), (0, ""));
    let shown = run_on(&[DAY, long.name()], &mut io::empty(), true);
    assert_eq!((shown.code, &shown.output), (0, &quiet.output));
    let half = format!("\r[{}{}]  50 %", "#".repeat(25), ".".repeat(25));
    assert!(shown.complaint.contains(&half));
    assert!(shown.complaint.ends_with("] 100 %\r\x1b[K"));

    let short = run_on(&[DAY, INPUTS], &mut io::empty(), true);
    assert_eq!(short.complaint, "");
}

#[test]
fn a_bar_and_the_output_do_not_mix_on_one_terminal() {
    let goes = ASHA_COMES.replace(r#""available""#, "null");
    let comes_and_goes = format!("{ASHA_COMES}\n{goes}\n");
    let long = Temporary::new("screen.jsonl", &comes_and_goes.repeat(9_000));
    let expected = run_on(&[DAY, long.name()], &mut io::empty(), false);
    let screen = RefCell::default();
    let streams = Streams {
        stdin: &mut io::empty(),
        stdout: &mut Shared(&screen),
        stderr: &mut Shared(&screen),
        shows_progress: true,
    };
    let code = example::run([DAY, long.name()].map(OsString::from), streams);
    assert_eq!(code, expected.code);
    let written = String::from_utf8(screen.take()).unwrap();
    assert!(written.matches('\r').count() > 50);
    // What is left to see: a bar stands alone on the last line, and is written over or wiped.
    let seen = written
        .split('\n')
        .map(|line| match line.rsplit_once('\r') {
            Some((_, left)) => left.strip_prefix("\x1b[K").expect("a bar is in the way"),
            None => line,
        });
    assert!(seen.eq(expected.output.split('\n')));
}

#[test]
fn help_says_everything() {
    for arguments in [&["--help"][..], &["-h"], &[DAY, "--help"]] {
        let answer = run(arguments);
        assert_eq!((answer.code, &*answer.complaint), (0, ""));
        for word in ["Usage: replay ", "--until-ms", "--explain", "--digest"] {
            assert!(answer.output.contains(word), "{word}");
        }
    }
}
