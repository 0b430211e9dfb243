//! Replays recorded inputs: passes them to a router, each with its time, and prints the outputs.
//!
//! ```console
//! $ cargo run --example replay -- examples/config/day.json examples/config/day.jsonl
//! ```
//!
//! - `arguments`: the command line.
//! - `lines`: the JSON lines of the inputs and the outputs.
//! - `replayer`: the replay itself.
//! - `progress`: the progress bar.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use handover::Router;

mod arguments;
mod lines;
#[path = "../support/load.rs"]
mod load;
mod progress;
mod replayer;

use arguments::Arguments;
use progress::ProgressBar;
use replayer::{Failure, Replayer};

/// The size of the buffers for reading and writing, in bytes.
const BUFFER_SIZE: usize = 1 << 16;

fn main() -> ExitCode {
    let streams = Streams {
        stdin: &mut io::stdin().lock(),
        stdout: &mut BufWriter::with_capacity(BUFFER_SIZE, io::stdout().lock()),
        stderr: &mut io::stderr().lock(),
        shows_progress: io::stderr().is_terminal(),
    };
    ExitCode::from(run(std::env::args_os().skip(1), streams))
}

/// The standard streams.
pub(crate) struct Streams<'a> {
    pub(crate) stdin: &'a mut dyn BufRead,
    pub(crate) stdout: &'a mut dyn Write,
    pub(crate) stderr: &'a mut dyn Write,
    /// Whether a progress bar on `stderr` is visible to a user.
    pub(crate) shows_progress: bool,
}

/// Runs the program, and returns its exit code.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>, mut streams: Streams<'_>) -> u8 {
    let result = match Arguments::parse(arguments) {
        Ok(Some(arguments)) => replay(arguments, &mut streams),
        Ok(None) => print_help(streams.stdout),
        Err(error) => Err(format!(
            "{error}\n\nUsage: replay [OPTIONS] CONFIG.json INPUTS.jsonl\nFor more, try `replay --help`."
        )),
    };
    result.unwrap_or_else(|error| {
        // If standard error is closed, the exit code still reports the failure.
        let _ = writeln!(streams.stderr, "replay: {error}");
        2
    })
}

fn print_help(stdout: &mut dyn Write) -> Result<u8, String> {
    let help = include_str!("help.txt");
    let written = stdout.write_all(help.as_bytes());
    exit_code(written.and_then(|()| stdout.flush()), 0)
}

/// Replays the inputs, and returns the exit code.
fn replay(arguments: Arguments, streams: &mut Streams<'_>) -> Result<u8, String> {
    let plan = load::load(&arguments.config, streams.stdin)?;
    let file_name = arguments.inputs.to_string_lossy().into_owned();
    let cannot_read = |error: &io::Error| format!("cannot read `{file_name}`: {error}");
    let is_stdin = arguments.inputs == OsStr::new("-");
    let mut file;
    let mut progress = None;
    let inputs: &mut dyn BufRead = if is_stdin {
        streams.stdin
    } else {
        let opened = File::open(&arguments.inputs).map_err(|error| cannot_read(&error))?;
        if streams.shows_progress {
            let length = opened.metadata().map_or(0, |metadata| metadata.len());
            progress = ProgressBar::new(length);
        }
        file = BufReader::with_capacity(BUFFER_SIZE, opened);
        &mut file
    };
    let router = Router::new(&plan);
    let mut replayer = Replayer::new(
        router,
        arguments.explanations,
        streams.stdout,
        streams.stderr,
        progress,
    );
    let result = replayer
        .read_lines(inputs, is_stdin)
        .and_then(|()| replayer.finish(arguments.until, arguments.digest));
    let flushed = replayer.flush();
    let code = u8::from(replayer.has_refused());
    match result.and(flushed) {
        Ok(()) => Ok(code),
        Err(Failure::Write(error)) => exit_code(Err(error), code),
        Err(Failure::Read(error)) => Err(cannot_read(&error)),
    }
}

/// Returns the exit code after a write. A closed pipe, as with `head`, is not an error.
fn exit_code(written: io::Result<()>, code: u8) -> Result<u8, String> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write the output: {error}"))
        }
        _ => Ok(code),
    }
}
