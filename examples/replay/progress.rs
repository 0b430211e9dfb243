//! The progress bar.

use std::io::Write;

/// A bar on one line of a terminal, which shows how much of a file has been read.
pub(super) struct ProgressBar {
    length: u64,
    read: u64,
    /// The percentage on the terminal, or `None` if the bar is hidden.
    shown_percent: Option<u64>,
}

impl ProgressBar {
    /// The minimum length of a file with a bar, in bytes. Shorter files are replayed in less than a second.
    const MIN_LENGTH: u64 = 1 << 20;

    /// Returns a hidden bar for a file of this length in bytes, or `None` if the file is short.
    pub(super) fn new(length: u64) -> Option<Self> {
        (length >= Self::MIN_LENGTH).then_some(Self {
            length,
            read: 0,
            shown_percent: None,
        })
    }

    /// Adds bytes that have been read. Redraws the bar if the percentage has changed.
    pub(super) fn advance(&mut self, bytes: usize, terminal: &mut dyn Write) {
        self.read = self.read.saturating_add(bytes as u64);
        let percent = (self.read.saturating_mul(100) / self.length).min(100);
        if self.shown_percent != Some(percent) {
            self.shown_percent = Some(percent);
            let filled = "#".repeat(usize::try_from(percent / 2).unwrap_or(50));
            let _ = write!(terminal, "\r[{filled:.<50}] {percent:>3} %");
            let _ = terminal.flush();
        }
    }

    /// Erases the bar. The next `advance` draws it again.
    pub(super) fn hide(&mut self, terminal: &mut dyn Write) {
        if self.shown_percent.take().is_some() {
            let _ = write!(terminal, "\r\x1b[K");
        }
    }
}
