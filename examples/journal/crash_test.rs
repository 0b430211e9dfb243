//! Stops a host at random places and recovers it. The result is that of an uninterrupted run.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::host::{Host, Row};
use super::json_lines::{Disk, JsonLines};
use super::outbox::{Message, OutputNumber};
use super::workload::{Random, Workload};

/// The largest number of inputs that share one write of the journal.
const BATCH_MAX: usize = 6;

/// A host is stopped after fewer writes than this.
const WRITES_MAX: usize = 8;

/// The result of a crash test.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) crashes: usize,
    /// The number of outputs that were delivered more than once.
    pub(crate) repeated: usize,
}

/// The receiver of the outputs. It outlives the host, as a message broker does.
#[derive(Default)]
pub(crate) struct Receiver {
    /// The number of different outputs so far.
    received: usize,
    repeated: usize,
    /// The last output whose delivery the host has recorded. It must not come again.
    acknowledged: Option<OutputNumber>,
    /// The number of inputs that are known to be durable.
    durable: u64,
}

impl Receiver {
    /// Takes a message: the next one of the uninterrupted run, or one that it has received before.
    pub(crate) fn receive(&mut self, message: &Message, workload: &Workload) -> Result<(), String> {
        if Some(message.number) <= self.acknowledged {
            return Err(format!("{message:?} comes again after its acknowledgement"));
        }
        // An output may leave the host only after its input is durable.
        self.durable = self.durable.max(message.number.input);
        let messages = &workload.messages;
        let position = messages.binary_search_by_key(&message.number, |known| known.number);
        match position {
            Ok(position) if messages.get(position) != Some(message) => {
                Err(format!("{message:?} differs from the uninterrupted run"))
            }
            Ok(position) if position < self.received => {
                self.repeated += 1;
                Ok(())
            }
            Ok(position) if position == self.received => {
                self.received += 1;
                Ok(())
            }
            _ => Err(format!("{message:?} is not the next output")),
        }
    }

    /// Checks a host after its recovery, and returns the number of rows that it has taken.
    ///
    /// # Errors
    ///
    /// Fails if a durable input is lost, or if the state differs from the uninterrupted run.
    pub(crate) fn check_recovery(
        &self,
        inputs: u64,
        digest: u64,
        workload: &Workload,
    ) -> Result<usize, String> {
        if inputs < self.durable {
            let durable = self.durable;
            return Err(format!(
                "{inputs} inputs are left of {durable} durable ones"
            ));
        }
        workload.check(inputs, digest)
    }

    /// Returns the number of repeats.
    ///
    /// # Errors
    ///
    /// Fails if an output is missing.
    pub(crate) fn finish(self, workload: &Workload) -> Result<usize, String> {
        let expected = workload.messages.len();
        if self.received == expected {
            Ok(self.repeated)
        } else {
            let received = self.received;
            Err(format!("{received} of {expected} outputs were delivered"))
        }
    }
}

/// Stops a host in the middle of its writes, a number of times.
pub(crate) fn stop_writes(
    directory: &Path,
    workload: &Workload,
    crashes: usize,
) -> Result<Report, Box<dyn Error>> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut receiver = Receiver::default();
    for _ in 0..crashes {
        let disk = Disk::full_after(random.below(WRITES_MAX), random.below(101));
        match run(directory, workload, disk, &mut random, &mut receiver) {
            Err(error) if is_disk_full(&*error) => {}
            Err(error) => return Err(error),
            Ok(()) => return Err("the workload is too short for all crashes".into()),
        }
    }
    run(
        directory,
        workload,
        Disk::default(),
        &mut random,
        &mut receiver,
    )?;
    let repeated = receiver.finish(workload)?;
    check_journal(directory, workload)?;
    Ok(Report { crashes, repeated })
}

/// Checks that each row of the workload is in the journal once.
pub(crate) fn check_journal(directory: &Path, workload: &Workload) -> Result<(), Box<dyn Error>> {
    let path = directory.join("journal.jsonl");
    let (_, rows) = JsonLines::open::<Row>(&path, 0, Disk::default())?;
    if rows == workload.rows {
        Ok(())
    } else {
        Err("the rows of the journal differ from the workload".into())
    }
}

fn is_disk_full(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::StorageFull)
}

/// Recovers a host, and runs it to the end of the workload or until a write stops.
fn run(
    directory: &Path,
    workload: &Workload,
    disk: Disk,
    random: &mut Random,
    receiver: &mut Receiver,
) -> Result<(), Box<dyn Error>> {
    let mut host = Host::open(directory, &workload.config, disk)?;
    let (inputs, digest) = (host.router().inputs(), host.router().digest());
    let mut done = receiver.check_recovery(inputs, digest, workload)?;
    deliver(&mut host, workload, receiver)?;
    while done < workload.rows.len() {
        let batch = workload
            .rows
            .iter()
            .skip(done)
            .take(1 + random.below(BATCH_MAX));
        host.commit(batch.cloned().collect())?;
        receiver.durable = host.router().inputs();
        done = workload.check(host.router().inputs(), host.router().digest())?;
        deliver(&mut host, workload, receiver)?;
    }
    Ok(())
}

fn deliver(
    host: &mut Host,
    workload: &Workload,
    receiver: &mut Receiver,
) -> Result<(), Box<dyn Error>> {
    let mut last = None;
    for message in host.messages() {
        receiver.receive(message, workload)?;
        last = Some(message.number);
    }
    if let Some(number) = last {
        host.acknowledge(number)?;
        receiver.acknowledged = Some(number);
    }
    Ok(())
}
