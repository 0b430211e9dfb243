//! Kills processes that run a host. The result is that of an uninterrupted run.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use handover::Config;
use serde::{Deserialize, Serialize};

use super::crash_test::{Receiver, Report, check_journal};
use super::host::{Host, Row};
use super::json_lines::{Disk, JsonLines};
use super::outbox::Message;
use super::workload::{Random, Workload};

/// The number of inputs that share one write of the journal.
const BATCH: usize = 3;

/// The process is killed after at most this number of lines.
const LINES_MAX: usize = 20;

/// A line that a process prints.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The state after the start.
    Recovered {
        inputs: u64,
        digest: u64,
    },
    Delivered(Message),
}

/// Starts processes that run a workload, and kills them, a number of times.
pub(crate) fn kill_processes(
    directory: &Path,
    workload: &Workload,
    crashes: usize,
) -> Result<Report, Box<dyn Error>> {
    let rows = directory.join("workload.jsonl");
    JsonLines::open::<Row>(&rows, 0, Disk::default())?
        .0
        .append(&workload.rows)?;
    let mut report = Report {
        crashes: 0,
        repeated: 0,
    };
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    // Uses a new directory after each process that reaches the end of the workload.
    for day in 0.. {
        let directory = directory.join(format!("day-{day}"));
        fs::create_dir(&directory)?;
        let mut receiver = Receiver::default();
        let mut ends_well = false;
        while !ends_well {
            let kill_after = (report.crashes < crashes).then(|| random.below(LINES_MAX));
            ends_well = run_process(&directory, &rows, workload, &mut receiver, kill_after)?;
            report.crashes += usize::from(!ends_well);
        }
        let host = Host::open(&directory, &workload.config, Disk::default())?;
        workload.check(host.router().inputs(), host.router().digest())?;
        report.repeated += receiver.finish(workload)?;
        check_journal(&directory, workload)?;
        if report.crashes >= crashes {
            break;
        }
    }
    Ok(report)
}

/// Runs a process, and kills it after some lines. Returns whether it has reached the end of the workload.
fn run_process(
    directory: &Path,
    rows: &Path,
    workload: &Workload,
    receiver: &mut Receiver,
    kill_after: Option<usize>,
) -> Result<bool, Box<dyn Error>> {
    let mut process = Command::new(std::env::current_exe()?)
        .arg("--child")
        .args([directory, rows])
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = process.stdout.take().ok_or("the process has no output")?;
    let mut was_killed = false;
    // The lines after the kill are those that the process had printed before it.
    for (number, line) in BufReader::new(stdout).split(b'\n').enumerate() {
        match serde_json::from_slice(&line?) {
            Ok(Line::Recovered { inputs, digest }) => {
                receiver.check_recovery(inputs, digest, workload)?;
            }
            Ok(Line::Delivered(message)) => receiver.receive(&message, workload)?,
            // The kill has cut the line off. It is not acknowledged, and the next process delivers it again.
            Err(_) if was_killed => break,
            Err(error) => return Err(error.into()),
        }
        if kill_after.is_some_and(|lines| number >= lines) && !was_killed {
            process.kill()?;
            was_killed = true;
        }
    }
    let status = process.wait()?;
    if status.success() || was_killed {
        Ok(status.success())
    } else {
        Err(format!("the process has failed: {status}").into())
    }
}

/// Runs a host on the rest of a workload: the process that is killed.
pub(crate) fn run_child(
    directory: &Path,
    rows: &Path,
    config: &Config,
    stdout: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    let mut host = Host::open(directory, config, Disk::default())?;
    let (inputs, digest) = (host.router().inputs(), host.router().digest());
    print(stdout, &Line::Recovered { inputs, digest })?;
    deliver(&mut host, stdout)?;
    let (_, rows) = JsonLines::open::<Row>(rows, inputs, Disk::default())?;
    for batch in rows.chunks(BATCH) {
        host.commit(batch.to_vec())?;
        deliver(&mut host, stdout)?;
    }
    Ok(())
}

fn deliver(host: &mut Host, stdout: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let mut last = None;
    for message in host.messages() {
        print(stdout, &Line::Delivered(message.clone()))?;
        last = Some(message.number);
    }
    if let Some(number) = last {
        host.acknowledge(number)?;
    }
    Ok(())
}

fn print(stdout: &mut dyn Write, line: &Line) -> Result<(), Box<dyn Error>> {
    writeln!(stdout, "{}", serde_json::to_string(line)?)?;
    Ok(stdout.flush()?)
}
