//! The replay: passes lines to the router, and prints the outputs.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};

use handover::{Input, Router, Timestamp, WorkItemId};
use serde::Serialize;

use super::BUFFER_SIZE;
use super::lines::{DigestLine, InputLine, OutputLine, Refusal, RefusedLine};
use super::load::{BYTE_ORDER_MARK, shorten};
use super::progress::ProgressBar;

/// A failure that stops the replay.
pub(super) enum Failure {
    Read(io::Error),
    Write(io::Error),
}

/// A router, with the outputs and explanations of its replay.
pub(super) struct Replayer<'a> {
    router: Router,
    /// The requested explanations that have not been printed, by time.
    explanations: VecDeque<(Timestamp, WorkItemId)>,
    stdout: &'a mut dyn Write,
    stderr: &'a mut dyn Write,
    progress: Option<ProgressBar>,
    /// Output that has not been written, because a progress bar is on the terminal.
    buffer: Vec<u8>,
    has_refused: bool,
}

impl<'a> Replayer<'a> {
    pub(super) fn new(
        router: Router,
        explanations: VecDeque<(Timestamp, WorkItemId)>,
        stdout: &'a mut dyn Write,
        stderr: &'a mut dyn Write,
        progress: Option<ProgressBar>,
    ) -> Self {
        Self {
            router,
            explanations,
            stdout,
            stderr,
            progress,
            buffer: Vec::new(),
            has_refused: false,
        }
    }

    /// Returns `true` if a line was refused.
    pub(super) fn has_refused(&self) -> bool {
        self.has_refused
    }

    /// Replays all lines. If `flushes_lines` is set, writes the outputs of each line before it reads the next one.
    pub(super) fn read_lines(
        &mut self,
        inputs: &mut dyn BufRead,
        flushes_lines: bool,
    ) -> Result<(), Failure> {
        let mut text = Vec::new();
        for number in 1.. {
            text.clear();
            let read = inputs.read_until(b'\n', &mut text).map_err(Failure::Read)?;
            if read == 0 {
                break;
            }
            let line = match text.strip_prefix(BYTE_ORDER_MARK.as_bytes()) {
                Some(line) if number == 1 => line,
                _ => &text,
            };
            self.handle_line(number, line)?;
            if flushes_lines {
                self.flush()?;
            }
            if let Some(progress) = &mut self.progress {
                progress.advance(read, self.stderr);
            }
        }
        Ok(())
    }

    /// Passes a line to the router, and prints its outputs, or prints a refusal.
    fn handle_line(&mut self, number: u64, text: &[u8]) -> Result<(), Failure> {
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        let result = match InputLine::parse(text) {
            Ok(InputLine { at_ms, input }) => {
                self.advance_to_before(at_ms)?;
                let result = self.router.handle(at_ms, input);
                self.print_outputs()?;
                result.map_err(|error| (error.code(), shorten(&error.to_string())))
            }
            Err(error) => Err(("unreadable", error)),
        };
        let Err((code, error)) = result else {
            return Ok(());
        };
        self.has_refused = true;
        let at_ms = self.router.now();
        let refused = Refusal {
            line: number,
            code,
            error,
        };
        self.print(&RefusedLine { at_ms, refused })
    }

    /// Ends the replay at the router's time, or at `until` if that is later.
    pub(super) fn finish(&mut self, until: Option<Timestamp>, digest: bool) -> Result<(), Failure> {
        if let Some(until) = until.filter(|until| *until > self.router.now()) {
            self.advance_to_before(until)?;
            self.tick(until)?;
        }
        let end = self.router.now();
        self.print_explanations(|at| at <= end)?;
        while let Some((at, item)) = self.explanations.pop_front() {
            self.print_to_stderr(&format!(
                "{item} at {at}: not reached, the replay ended at {end} (see --until-ms)\n"
            ))?;
        }
        if digest {
            let digest = format!("{:016x}", self.router.digest());
            self.print(&DigestLine { digest })?;
        }
        Ok(())
    }

    /// Processes all timers that are due before a time, and prints the explanations for times before that time.
    fn advance_to_before(&mut self, time: Timestamp) -> Result<(), Failure> {
        while let Some(due) = self.router.poll_timeout().filter(|due| *due < time) {
            self.print_explanations(|at| at < due)?;
            self.tick(due)?;
        }
        self.print_explanations(|at| at < time)
    }

    fn tick(&mut self, time: Timestamp) -> Result<(), Failure> {
        let time = time.max(self.router.now());
        // INVARIANT: a tick is refused only if its time is in the past.
        let _ = self.router.handle(time, Input::Tick);
        self.print_outputs()
    }

    fn print_outputs(&mut self) -> Result<(), Failure> {
        let at_ms = self.router.now();
        while let Some(output) = self.router.poll_output() {
            self.print(&OutputLine { at_ms, output })?;
        }
        Ok(())
    }

    fn print(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let out: &mut dyn Write = if self.progress.is_some() {
            &mut self.buffer
        } else {
            self.stdout
        };
        serde_json::to_writer(&mut *out, line)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(Failure::Write)?;
        if self.buffer.len() >= BUFFER_SIZE {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes all output. Hides the progress bar first, because both can be on the same terminal.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        if let Some(progress) = &mut self.progress {
            progress.hide(self.stderr);
        }
        let written = self.stdout.write_all(&self.buffer);
        self.buffer.clear();
        written
            .and_then(|()| self.stdout.flush())
            .map_err(Failure::Write)
    }

    /// Prints the requested explanations in the order of their times, as long as `is_due` returns `true` for the time.
    fn print_explanations(&mut self, is_due: impl Fn(Timestamp) -> bool) -> Result<(), Failure> {
        while let Some((at, item)) = self.explanations.front().filter(|(at, _)| is_due(*at)) {
            let text = explain(&self.router, *at, item);
            self.explanations.pop_front();
            self.print_to_stderr(&text)?;
        }
        Ok(())
    }

    /// Writes to standard error, after all earlier output. Ignores a closed standard error.
    fn print_to_stderr(&mut self, text: &str) -> Result<(), Failure> {
        self.flush()?;
        let _ = self.stderr.write_all(text.as_bytes());
        Ok(())
    }
}

/// Explains an item at a time. All timers that are due before that time must have been processed.
fn explain(router: &Router, at: Timestamp, item: &WorkItemId) -> String {
    // A clone advances to the time, so that the explanation does not change the replay.
    let mut router = router.clone();
    let _ = router.handle(at, Input::Tick);
    let Some(status) = router.item(item.as_str()) else {
        return format!("{item} at {at}: no such work item\n\n");
    };
    let mut text = format!("{item} at {at}: {}", status.state());
    if let Some(agent) = status.holder() {
        let _ = write!(text, ", held by {agent}");
    }
    if let Some(agent) = status.offered_to() {
        let _ = write!(text, ", offered to {agent}");
    }
    if let Some(expires) = status.offer_expires() {
        let _ = write!(text, " until {expires}");
    }
    let is_with_agent = status.holder().is_some() || status.offered_to().is_some();
    let _ = match router.explain(item.as_str()) {
        Some(explanation) if is_with_agent => write!(
            text,
            "\nIf it were assigned once more, in addition to its current load:\n{explanation}\n"
        ),
        Some(explanation) => write!(text, "\n{explanation}\n"),
        None => write!(text, ", in no queue\n\n"),
    };
    text
}
