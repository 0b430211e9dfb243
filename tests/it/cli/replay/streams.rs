//! The example `replay`: pipes, closed outputs, and the progress bar.

use std::cell::RefCell;
use std::io::{BufReader, Read, Write};

use super::*;

/// An output that the test can read, and that several streams can share: a pipe, or a terminal.
struct SharedOutput<'a>(&'a RefCell<Vec<u8>>);
impl Write for SharedOutput<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn outputs_are_flushed_before_the_next_line_is_read() {
    /// An input that checks what is printed before the second line is read.
    struct WatchedInput<'a> {
        lines: &'a [&'a str],
        printed: &'a RefCell<Vec<u8>>,
    }
    impl Read for WatchedInput<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((line, rest)) = self.lines.split_first() else {
                let printed = self.printed.borrow();
                assert_eq!(*printed, ASHA_LOGGED_IN.as_bytes());
                return Ok(0);
            };
            self.lines = rest;
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }
    let printed = RefCell::default();
    let line = format!("{ASHA_LOGS_IN}\n");
    let lines = [&*line];
    let streams = Streams {
        stdin: &mut BufReader::new(WatchedInput {
            lines: &lines,
            printed: &printed,
        }),
        stdout: &mut io::BufWriter::new(SharedOutput(&printed)),
        stderr: &mut io::sink(),
        shows_progress: false,
    };
    assert_eq!(example::run([DAY, "-"].map(OsString::from), streams), 0);
}

/// Runs a replay and `--help` with an output that fails. Returns the exit code and the errors of each.
fn run_with_failing_output(kind: io::ErrorKind) -> [(u8, String); 2] {
    struct FailingOutput(io::ErrorKind);
    impl Write for FailingOutput {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    [&[DAY, INPUTS][..], &["--help"]].map(|arguments| {
        let mut stderr = Vec::new();
        let streams = Streams {
            stdin: &mut io::empty(),
            stdout: &mut FailingOutput(kind),
            stderr: &mut stderr,
            shows_progress: false,
        };
        let code = example::run(arguments.iter().map(OsString::from), streams);
        (code, String::from_utf8(stderr).unwrap())
    })
}

#[test]
fn closed_output_ends_the_replay_without_an_error() {
    for (code, stderr) in run_with_failing_output(io::ErrorKind::BrokenPipe) {
        assert_eq!((code, &*stderr), (0, ""));
    }
}

#[test]
fn full_disk_ends_the_replay_with_an_error() {
    for (code, stderr) in run_with_failing_output(io::ErrorKind::StorageFull) {
        assert_eq!(code, 2);
        assert!(stderr.starts_with("replay: "), "{stderr}");
    }
}

#[test]
fn progress_bar_is_shown_for_long_files_and_erased() {
    let line = r#"{"at_ms": 1000, "input": "tick"}"#;
    let lines = format!("{ASHA_LOGS_IN}\n{}", format!("{line}\n").repeat(40_000));
    let long = TempFile::new("long.jsonl", &lines);
    let hidden = run_on(&[DAY, long.name()], &mut io::empty(), false);
    assert_eq!((hidden.code, &*hidden.stderr), (0, ""));
    let shown = run_on(&[DAY, long.name()], &mut io::empty(), true);
    assert_eq!((shown.code, &shown.stdout), (0, &hidden.stdout));
    let half = format!("\r[{}{}]  50 %", "#".repeat(25), ".".repeat(25));
    assert!(shown.stderr.contains(&half));
    assert!(shown.stderr.ends_with("] 100 %\r\x1b[K"));

    let short = run_on(&[DAY, INPUTS], &mut io::empty(), true);
    assert_eq!(short.stderr, "");
}

#[test]
fn progress_bar_and_output_do_not_mix_on_one_terminal() {
    let logs_out = ASHA_LOGS_IN.replace(r#""available""#, "null");
    let logs_in_and_out = format!("{ASHA_LOGS_IN}\n{logs_out}\n");
    let long = TempFile::new("screen.jsonl", &logs_in_and_out.repeat(9_000));
    let expected = run_on(&[DAY, long.name()], &mut io::empty(), false);
    let screen = RefCell::default();
    let streams = Streams {
        stdin: &mut io::empty(),
        stdout: &mut SharedOutput(&screen),
        stderr: &mut SharedOutput(&screen),
        shows_progress: true,
    };
    let code = example::run([DAY, long.name()].map(OsString::from), streams);
    assert_eq!(code, expected.code);
    let terminal = String::from_utf8(screen.take()).unwrap();
    assert!(terminal.matches('\r').count() > 50);
    // The visible text: each bar is overwritten or erased before output is printed on its line.
    let visible = terminal
        .split('\n')
        .map(|line| match line.rsplit_once('\r') {
            Some((_, left)) => left.strip_prefix("\x1b[K").expect("the bar is not erased"),
            None => line,
        });
    assert!(visible.eq(expected.stdout.split('\n')));
}
