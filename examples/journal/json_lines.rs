//! A file of JSON lines that is only appended to, and survives a crash in the middle of a write.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The disk. All writes go through it, so that the crash test can stop each of them in the middle.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    /// The write that stops, or `None` if none does.
    stop: Option<Rc<Stop>>,
}

/// A write that stores only a part of its bytes.
struct Stop {
    /// The number of complete writes before it.
    writes_left: Cell<usize>,
    percent: usize,
}

impl Disk {
    /// Creates a disk that is full after some writes. The last write stores only a part of its bytes.
    pub(crate) fn full_after(writes: usize, percent: usize) -> Self {
        let writes_left = Cell::new(writes);
        let stop = Stop {
            writes_left,
            percent,
        };
        Self {
            stop: Some(Rc::new(stop)),
        }
    }

    /// Replaces a file in one step: after a crash, it has either the old or the new contents.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let new_path = path.with_extension("new");
        let mut file = File::create(&new_path)?;
        self.write(&mut file, bytes)?;
        file.sync_all()?;
        fs::rename(&new_path, path)?;
        sync_directory_of(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let Some(stop) = &self.stop else {
            return file.write_all(bytes);
        };
        if let Some(left) = stop.writes_left.get().checked_sub(1) {
            stop.writes_left.set(left);
            return file.write_all(bytes);
        }
        let (stored, _) = bytes.split_at(bytes.len() * stop.percent / 100);
        file.write_all(stored)?;
        Err(ErrorKind::StorageFull.into())
    }
}

/// Makes the name of a new file durable. Only Unix needs this, and only there a directory can be opened.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(directory) if cfg!(unix) => File::open(directory)?.sync_all(),
        _ => Ok(()),
    }
}

/// A file of JSON lines.
pub(crate) struct JsonLines {
    file: File,
    disk: Disk,
    /// Whether a write has failed. The file may then end in a part of a line.
    has_failed: bool,
}

impl JsonLines {
    /// Opens or creates a file. Returns its lines without the first `skip`.
    ///
    /// A last line without an end is removed: its write was interrupted, so it was never durable.
    ///
    /// # Errors
    ///
    /// Fails if the file has fewer than `skip` lines, or if a line cannot be read.
    pub(crate) fn open<T: DeserializeOwned>(
        path: &Path,
        skip: u64,
        disk: Disk,
    ) -> io::Result<(Self, Vec<T>)> {
        // Reading starts at the beginning, and each write goes to the end.
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path)?;
        if is_new {
            sync_directory_of(path)?;
        }
        let mut reader = BufReader::new(&file);
        let (mut values, mut number, mut length) = (Vec::new(), 0, 0);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            if line.last() != Some(&b'\n') {
                file.set_len(length)?;
                break;
            }
            number += 1;
            length += u64::try_from(line.len()).map_err(io::Error::other)?;
            if number > skip {
                let value = serde_json::from_slice(&line);
                values.push(value.map_err(|error| damaged(path, number, &error.to_string()))?);
            }
            line.clear();
        }
        if number < skip {
            return Err(damaged(path, number + 1, "it is missing"));
        }
        let lines = Self {
            file,
            disk,
            has_failed: false,
        };
        Ok((lines, values))
    }

    /// Appends values in one write. With [`sync`](Self::sync), they are then durable.
    ///
    /// # Errors
    ///
    /// After an error, all further calls fail: drop the file and open it again, which removes a part of a line.
    pub(crate) fn append<T: Serialize>(&mut self, values: &[T]) -> io::Result<()> {
        if self.has_failed {
            return Err(io::Error::other("an earlier write has failed"));
        }
        let mut bytes = Vec::new();
        for value in values {
            serde_json::to_writer(&mut bytes, value)?;
            bytes.push(b'\n');
        }
        self.has_failed = true;
        self.disk.write(&mut self.file, &bytes)?;
        self.has_failed = false;
        Ok(())
    }

    /// Waits until everything that was appended is on the disk.
    ///
    /// # Errors
    ///
    /// After an error, it is unknown which lines are on the disk. All further calls fail, as for [`append`](Self::append).
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.has_failed = true;
        self.file.sync_data()?;
        self.has_failed = false;
        Ok(())
    }

    /// Removes all lines.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        // An empty write lets the crash test stop before the file is cleared.
        self.disk.write(&mut self.file, &[])?;
        self.file.set_len(0)
    }
}

fn damaged(path: &Path, line: u64, fault: &str) -> io::Error {
    let path = path.display();
    io::Error::new(
        ErrorKind::InvalidData,
        format!("line {line} of `{path}`: {fault}"),
    )
}
