//! A service on the command line: reads inputs from standard input, and delivers outputs to standard output.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use handover::{Config, Input, Timestamp};

use super::host::{Host, Row};
use super::json_lines::Disk;

/// The largest number of inputs that share one write of the journal.
const BATCH_MAX: usize = 1_000;

/// Runs the service until standard input ends.
///
/// Replaces the stored configuration if the configuration file has changed.
pub(crate) fn run(directory: &Path, config: Config, stdout: &mut dyn Write) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let mut host = Host::open(directory, &config, Disk::default())?;
    // Outputs that were not delivered before the last stop.
    deliver(&mut host, stdout)?;

    let mut first = Vec::new();
    let (stopped, now) = (host.router().now(), clock()?);
    // A new router has no clock yet. An outage of more than 366 days would need several steps.
    if host.router().inputs() > 0 && now > stopped {
        let input = Input::SkipTime { until: now };
        first.push(Row {
            at_ms: stopped,
            input,
        });
    }
    if host.router().plan().config() != &config {
        let (at_ms, config) = (now.max(stopped), Box::new(config));
        let input = Input::Reconfigure { config };
        first.push(Row { at_ms, input });
    }
    step(&mut host, first, stdout)?;

    let inputs = read_inputs();
    while let Some(batch) = next_batch(&host, &inputs)? {
        // The wall clock can go back. The router's time cannot.
        let at_ms = clock()?.max(host.router().now());
        let rows = batch.into_iter().map(|input| Row { at_ms, input });
        let rows = rows.collect();
        step(&mut host, rows, stdout)?;
    }
    host.save()
}

/// Commits inputs, answers their senders and delivers the outputs.
fn step(host: &mut Host, rows: Vec<Row>, stdout: &mut dyn Write) -> io::Result<()> {
    for refused in host.commit(rows)?.into_iter().flatten() {
        writeln!(stdout, "refused: {}: {refused}", refused.code())?;
    }
    deliver(host, stdout)
}

/// Delivers the outputs. A service with several receivers has an outbox for each of them.
fn deliver(host: &mut Host, stdout: &mut dyn Write) -> io::Result<()> {
    let mut last = None;
    for message in host.messages() {
        writeln!(stdout, "{}", serde_json::to_string(message)?)?;
        last = Some(message.number);
    }
    stdout.flush()?;
    last.map_or(Ok(()), |number| host.acknowledge(number))
}

/// Waits for inputs, but not longer than until the next deadline. Returns `None` after the last input.
fn next_batch(host: &Host, inputs: &Receiver<Input>) -> io::Result<Option<Vec<Input>>> {
    let first = match host.router().poll_timeout() {
        None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(due) => {
            let wait = due.duration_since(clock()?);
            // The clock may be set in the meantime, so look at it again from time to time.
            inputs.recv_timeout(wait.min(Duration::from_secs(60)))
        }
    };
    match first {
        // Everything that has arrived in the meantime shares one write.
        Ok(first) => {
            let others = inputs.try_iter().take(BATCH_MAX - 1);
            Ok(Some([first].into_iter().chain(others).collect()))
        }
        Err(RecvTimeoutError::Timeout) => Ok(Some(vec![Input::Tick])),
        Err(RecvTimeoutError::Disconnected) => Ok(None),
    }
}

/// Reads inputs from standard input on a thread of its own.
fn read_inputs() -> Receiver<Input> {
    let (sender, inputs) = mpsc::sync_channel(BATCH_MAX);
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            // Only inputs that can be read are journaled.
            match serde_json::from_str(&line) {
                Ok(input) => {
                    if sender.send(input).is_err() {
                        break;
                    }
                }
                Err(error) => {
                    let _ = writeln!(io::stderr(), "not an input: {error}");
                }
            }
        }
    });
    inputs
}

fn clock() -> io::Result<Timestamp> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since_epoch.map_err(io::Error::other)?.as_millis();
    let millis = u64::try_from(millis).map_err(io::Error::other)?;
    Timestamp::try_from(millis).map_err(io::Error::other)
}
