//! A small durable service: a router whose state survives crashes. The module `keeping` of the library explains the steps.
//!
//! Without arguments, the program tests itself: it stops a host 200 times in the middle of a write, and kills 200 processes that
//! run one. After each recovery, and at the end, the state is that of an uninterrupted run.
//!
//! ```console
//! $ cargo run --example journal
//! ```
//!
//! With a directory and a configuration, it is a service with a real clock. It reads inputs as JSON lines from standard input,
//! and prints the numbered outputs. Stop it in any way, and start it again:
//!
//! ```console
//! $ cargo run --example journal -- data examples/config/day.json
//! {"set_presence": {"agent": "asha", "state": "available"}}
//! {"input":1,"place":0,"output":{"presence_set":{"agent":"asha","state":"available","why":"requested"}}}
//! ```
//!
//! - `host`: the router with its journal and snapshots. A service can copy it, with its database in place of the files.
//! - `outbox`: the outputs to deliver.
//! - `json_lines`: the files.
//! - `service`: the loop with the clock.
//! - `workload`, `crash_test`, `kill_test`: the test.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use handover::Config;

pub(crate) mod crash_test;
pub(crate) mod host;
pub(crate) mod json_lines;
mod kill_test;
mod outbox;
mod service;
pub(crate) mod workload;

use workload::Workload;

/// The number of crashes of each kind.
pub(crate) const CRASHES: usize = 200;

/// The number of inputs of the workload.
pub(crate) const INPUTS: usize = 1_500;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match run(&arguments, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "journal: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[OsString], stdout: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    match arguments {
        [] => test(stdout),
        [flag, directory, rows] if flag == "--child" => kill_test::run_child(
            Path::new(directory),
            Path::new(rows),
            &test_config()?,
            stdout,
        ),
        [directory, config] => {
            let config = serde_json::from_slice(&fs::read(config)?)?;
            Ok(service::run(Path::new(directory), config, stdout)?)
        }
        _ => Err("expected no arguments, or a directory and a configuration".into()),
    }
}

/// Stops writes and kills processes, and prints what happened.
fn test(stdout: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let workload = Workload::new(test_config()?, INPUTS)?;
    writeln!(
        stdout,
        "{INPUTS} inputs, of which {} are refused: {} outputs",
        workload.refused,
        workload.messages.len()
    )?;
    let report =
        in_new_directory(|directory| crash_test::stop_writes(directory, &workload, CRASHES))?;
    let (crashes, repeated) = (report.crashes, report.repeated);
    writeln!(
        stdout,
        "{crashes} writes stopped: {repeated} outputs delivered again, no difference"
    )?;
    let report =
        in_new_directory(|directory| kill_test::kill_processes(directory, &workload, CRASHES))?;
    let (crashes, repeated) = (report.crashes, report.repeated);
    writeln!(
        stdout,
        "{crashes} processes killed: {repeated} outputs delivered again, no difference"
    )?;
    Ok(())
}

/// Returns the configuration of the test.
pub(crate) fn test_config() -> serde_json::Result<Config> {
    serde_json::from_str(include_str!("../config/day.json"))
}

/// Runs a test in a new directory, which is removed at the end.
pub(crate) fn in_new_directory<T>(
    test: impl FnOnce(&Path) -> Result<T, Box<dyn Error>>,
) -> Result<T, Box<dyn Error>> {
    let directory = new_directory()?;
    let result = test(&directory);
    fs::remove_dir_all(directory)?;
    result
}

fn new_directory() -> io::Result<PathBuf> {
    let mut number = 0;
    loop {
        let name = format!("handover-journal-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            result => return result.map(|()| path),
        }
    }
}
