//! A router with a journal. It shows which data a service must store, and when.
//!
//! The directory has three files:
//!
//! | file | contents |
//! |---|---|
//! | `journal.jsonl` | one line per call of the router: the moment and the input, also ticks and refused inputs |
//! | `snapshot.json` | the configuration, the router and the undelivered outputs, after some line of the journal |
//! | `delivered.jsonl` | the numbers of the outputs that were delivered since the snapshot |

use std::io;
use std::path::{Path, PathBuf};

use handover::{Config, Input, Plan, Router, RouterError, SavedRouter, Snapshot, Timestamp};
use serde::{Deserialize, Serialize};

use super::json_lines::{Disk, JsonLines};
use super::outbox::{Message, Outbox, OutputNumber};

/// The number of inputs after which a snapshot is written. It limits the length of a recovery.
const SNAPSHOT_EVERY: u64 = 50;

/// A line of the journal: a call of the router. The example `replay` reads the same form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) at_ms: Timestamp,
    pub(crate) input: Input,
}

/// The contents of `snapshot.json`, for writing.
#[derive(Serialize)]
struct Stored<'a> {
    config: &'a Config,
    router: Snapshot<'a>,
    outbox: &'a Outbox,
}

/// The contents of `snapshot.json`, as read back.
#[derive(Deserialize)]
struct Loaded {
    config: Config,
    router: SavedRouter,
    outbox: Outbox,
}

/// A router with a journal.
///
/// After an error of any method, drop the host and open it again: the files are consistent, but the router in memory may lack
/// inputs that the journal contains.
pub(crate) struct Host {
    directory: PathBuf,
    disk: Disk,
    journal: JsonLines,
    delivered: JsonLines,
    router: Router,
    outbox: Outbox,
    /// The number of inputs that the stored snapshot includes.
    inputs_in_snapshot: u64,
}

impl Host {
    /// Opens a directory, and recovers the router. A new directory starts with the configuration; an existing one continues with
    /// its own, until an [`Input::Reconfigure`].
    pub(crate) fn open(directory: &Path, config: &Config, disk: Disk) -> io::Result<Self> {
        let snapshot = directory.join("snapshot.json");
        if !snapshot.exists() {
            let plan = Plan::new(config.clone()).map_err(io::Error::other)?;
            save(&snapshot, &Router::new(&plan), &Outbox::default(), &disk)?;
        }
        let loaded: Loaded = serde_json::from_slice(&std::fs::read(&snapshot)?)?;
        let other_behaviour = loaded.router.other_behaviour();
        let plan = Plan::new(loaded.config).map_err(io::Error::other)?;
        let mut router = Router::restore(&plan, loaded.router).map_err(io::Error::other)?;
        let inputs_in_snapshot = router.inputs();

        let path = directory.join("delivered.jsonl");
        let (delivered, numbers) = JsonLines::open::<OutputNumber>(&path, 0, disk.clone())?;
        let mut outbox = loaded.outbox;
        if let Some(last) = numbers.last() {
            outbox.acknowledge(*last);
        }

        // The snapshot includes the first lines of the journal. The router takes the others again.
        let path = directory.join("journal.jsonl");
        let (journal, rows) = JsonLines::open::<Row>(&path, inputs_in_snapshot, disk.clone())?;
        if let Some(version) = other_behaviour.filter(|_| !rows.is_empty()) {
            return Err(io::Error::other(format!(
                "the journal was written under behaviour {version}: close it with that version of the service first"
            )));
        }
        for row in rows {
            // Refused inputs are refused again.
            apply(&mut router, &mut outbox, row);
        }
        let mut host = Self {
            directory: directory.into(),
            disk,
            journal,
            delivered,
            router,
            outbox,
            inputs_in_snapshot,
        };
        if other_behaviour.is_some() {
            // The next rows are of this version, so the snapshot before them must be as well.
            host.save()?;
        }
        Ok(host)
    }

    /// Applies inputs, and returns why each was refused. When it returns, they survive a crash.
    ///
    /// Group commit: all inputs share one write and one sync. Answer their senders, and deliver outputs, only afterwards.
    pub(crate) fn commit(&mut self, rows: Vec<Row>) -> io::Result<Vec<Option<RouterError>>> {
        // The journal is written first, so that it contains every input that the router has handled.
        self.journal.append(&rows)?;
        self.journal.sync()?;
        let rows = rows.into_iter();
        let refusals = rows.map(|row| apply(&mut self.router, &mut self.outbox, row));
        let refusals = refusals.collect();
        if self.router.inputs() - self.inputs_in_snapshot >= SNAPSHOT_EVERY {
            self.save()?;
        }
        Ok(refusals)
    }

    /// Returns the outputs to deliver, in order. After a crash, the last ones are returned again.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.outbox.messages()
    }

    /// Records that all outputs up to a number are delivered.
    ///
    /// It is not synced: if a power failure loses it, the outputs are delivered again.
    pub(crate) fn acknowledge(&mut self, number: OutputNumber) -> io::Result<()> {
        self.delivered.append(&[number])?;
        self.outbox.acknowledge(number);
        Ok(())
    }

    /// Writes a snapshot, so that the next start replays nothing. Call it before an upgrade.
    pub(crate) fn save(&mut self) -> io::Result<()> {
        let path = self.directory.join("snapshot.json");
        save(&path, &self.router, &self.outbox, &self.disk)?;
        self.inputs_in_snapshot = self.router.inputs();
        // The snapshot has the last number. A crash before this line is harmless: earlier numbers change nothing.
        self.delivered.clear()
    }

    pub(crate) fn router(&self) -> &Router {
        &self.router
    }
}

/// Passes an input to a router, and numbers its outputs.
fn apply(router: &mut Router, outbox: &mut Outbox, row: Row) -> Option<RouterError> {
    let line = router.inputs() + 1;
    let step = router.step(row.at_ms, row.input);
    let refused = step.refused().cloned();
    // A refused input can have outputs as well, if timers were due.
    outbox.add(line, step);
    refused
}

fn save(path: &Path, router: &Router, outbox: &Outbox, disk: &Disk) -> io::Result<()> {
    let stored = Stored {
        config: router.plan().config(),
        router: router.snapshot(),
        outbox,
    };
    disk.replace(path, &serde_json::to_vec(&stored)?)
}
