//! Replays a day: feeds what happened to a router, with the time that it happened, and prints what follows.
//!
//! ```console
//! $ cargo run --example replay -- examples/config/day.json examples/config/day.jsonl
//! ```

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read as _, Write};
use std::process::ExitCode;

use handover::{Config, Input, Output, Router, Timestamp, WorkItemId, check_id};
use serde::{Deserialize, Serialize};

#[path = "support/stand_ins.rs"]
mod stand_ins;

const HELP: &str = r#"Replays a day: feeds what happened to a router, and prints what follows.

Usage: replay [OPTIONS] CONFIG.json INPUTS.jsonl

CONFIG.json is a configuration, as `check` reads it. INPUTS.jsonl has one input a line, each with its
moment in milliseconds since the Unix epoch; moments may be equal, and may not go back. One of the two
may be `-`: standard input.

    {"at_ms": 1000, "input": {"accept": {"item": "conv-1", "agent": "asha"}}}

Options:
  --until-ms MS      After the last line, go on to this moment, it included. Without it the replay ends
                     at the last line. A moment that lies before the last line changes nothing.
  --explain ITEM@MS  Explain at this moment, after all that happens at it, to whom the item would go and
                     why; of an item that an agent has or is offered, to whom it would go if it were
                     assigned once more. The table goes to standard error. May be given several times.
                     It changes nothing. A moment after the end of the replay is not reached: see
                     --until-ms.
  --digest           Print the digest of the router at the end, as the last line. Two replays that end
                     alike have the same digest, on every platform.
  --help, -h         Print this.
  --                 What follows is a file, though it begin with `-`.
  A value may also be written as in --until-ms=60000.

Inputs (fields marked with ? may be absent):
  route            item, queue?; an item is an object with id, channel, facts?, skills?, priority?,
                   requester?, preferred_agents?, size?
  set_presence     agent, state (null: none)
  set_channel      agent, channel, on
  accept           item, agent
  reject           item, agent, reason
  update           item, facts (null removes a fact)
  complete, close, release
                   item
  cancel           item, note?
  transfer         item, to_queue; or item, to_agent, mode (warm or blind), force?
  allocate         item, agent, by
  assign_directly  item (an id) or new_item (a work item); agent
  set_capacity     agent, channel? (absent: over all), capacity (null: as configured), until_ms?
  set_agent        agent, value (as in the configuration; null: gone), groups?
  reconfigure      config
  "tick"           no fields: "input": "tick"

Time moves on to every moment before the next line at which time alone changes something (an offer is
not answered in time, wrap-up ends, a pool opens); what follows is printed with that moment. For rules
that a service registers in code, this program has stand-ins that let everything pass; a configuration
that comes with `reconfigure` may name those of CONFIG.json.

Standard output has one JSON object a line:
  {"at_ms":…,"output":{…}}                       what follows, as listed below
  {"at_ms":…,"refused":{"line":…,"error":"…"}}   a line that was refused; it comes after what follows
                                                 from its moment, and the replay goes on
  {"digest":"0123456789abcdef"}                  with --digest, last

Outputs:
  queued           item, queue
  unroutable       item, reason: channel_inactive, not_in_channel, queue_inactive, no_queue, queue_full
  offered          item, agent, queue?, group?, rule?, expires_ms?, by: "router", {"manager": who} or
                   {"transfer": who gives it}
  offer_ended      item, agent, why: rejected, timed_out, withdrawn, superseded, canceled; reason?
  accepted         item, agent, queue?, group?, rule?, by: agent, auto, direct
  released         item, agent, why: asked, transferred, direct, agent_gone
  requeued         item, queue, why: rejected, timed_out, withdrawn, released, transferred, agent_gone,
                   queue_gone
  presence_set     agent, state (null: none), why: asked, timed_out, reconfigured
  trigger_due      item, queue, name
  target_missed, exhausted
                   item, queue
  wrapping_up, closed
                   item, agent
  canceled         item, agent?, reason: max_wait, disqualified, requested, queue_gone, channel_gone;
                   note?
  reconfigured     kept, moved, canceled (items), withdrawn (offers)

`at_ms` is the router's time and never goes back. An input that the router refuses has moved time to its
moment, unless that lies before the router's. A line that cannot be read as an input is refused and moves
no time. Lines are counted from 1; blank ones count, and are passed over. Long messages are shortened.
With `-` for the inputs, what follows from a line is printed before the next line is read.

A progress bar is shown for files of 1 MiB or more, if standard error is a terminal.

Ends with 0 when every line was taken, with 1 when a line was refused, and with 2 when the configuration
has problems, a file cannot be read, the output cannot be written, or the arguments are wrong. When
whoever reads the output goes away, the replay ends quietly, with 0 or 1.
"#;

/// Some editors put it in front of a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

fn main() -> ExitCode {
    let surroundings = Surroundings {
        stdin: &mut io::stdin().lock(),
        stdout: &mut BufWriter::with_capacity(1 << 16, io::stdout().lock()),
        stderr: &mut io::stderr().lock(),
        bar: io::stderr().is_terminal(),
    };
    ExitCode::from(run(std::env::args_os().skip(1), surroundings))
}

/// What the program reads from and writes to, beside files.
pub(crate) struct Surroundings<'a> {
    pub(crate) stdin: &'a mut dyn BufRead,
    pub(crate) stdout: &'a mut dyn Write,
    pub(crate) stderr: &'a mut dyn Write,
    /// Whether somebody would see a progress bar on `stderr`.
    pub(crate) bar: bool,
}

/// Does what the arguments ask, and returns the exit code.
pub(crate) fn run(
    arguments: impl IntoIterator<Item = OsString>,
    mut surroundings: Surroundings<'_>,
) -> u8 {
    let ended = match Order::of(arguments) {
        Ok(Some(order)) => order.carry_out(&mut surroundings),
        Ok(None) => surroundings
            .stdout
            .write_all(HELP.as_bytes())
            .and_then(|()| surroundings.stdout.flush())
            .map(|()| 0)
            .or_else(|error| end_of_writing(&error, 0)),
        Err(complaint) => Err(format!(
            "{complaint}\n\nUsage: replay [OPTIONS] CONFIG.json INPUTS.jsonl\n`replay --help` says more."
        )),
    };
    ended.unwrap_or_else(|complaint| {
        // Where nobody reads complaints, the exit code says it all the same.
        let _ = writeln!(surroundings.stderr, "replay: {complaint}");
        2
    })
}

/// Whoever reads may have gone, as `head` does: that is no fault.
fn end_of_writing(error: &io::Error, code: u8) -> Result<u8, String> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Ok(code)
    } else {
        Err(format!("cannot write the output: {error}"))
    }
}

/// What the arguments ask for.
#[derive(Debug)]
struct Order {
    config: OsString,
    inputs: OsString,
    until: Option<Timestamp>,
    /// By moment, those of one moment as they were given.
    explain: VecDeque<(Timestamp, WorkItemId)>,
    digest: bool,
}

impl Order {
    /// Reads the arguments; none if they ask for help.
    fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, String> {
        let mut arguments = arguments.into_iter();
        let mut files = Vec::new();
        let mut until = None;
        let mut explain = Vec::new();
        let mut digest = false;
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy();
            if text == "-" || !text.starts_with('-') {
                files.push(argument);
                continue;
            }
            let (option, value) = match text.split_once('=') {
                Some((option, value)) => (option, Some(value.to_owned())),
                None => (&*text, None),
            };
            let mut value_of = || {
                let next = || Some(arguments.next()?.to_string_lossy().into_owned());
                let value = value.clone().or_else(next);
                value.ok_or_else(|| format!("`{option}` needs a value"))
            };
            match option {
                "--until-ms" if until.is_some() => return Err(format!("`{option}` twice")),
                "--until-ms" => until = Some(moment(option, &value_of()?)?),
                "--explain" => explain.push(explanation(option, &value_of()?)?),
                "--digest" | "--help" | "-h" if value.is_some() => {
                    return Err(format!("`{option}` takes no value"));
                }
                "--digest" => digest = true,
                "--help" | "-h" => return Ok(None),
                _ if value.is_some() => return Err(format!("unknown option `{}`", short(&text))),
                "--" => files.extend(arguments.by_ref()),
                _ => return Err(format!("unknown option `{}`", short(&text))),
            }
        }
        let found = files.len();
        let Ok([config, inputs]) = <[OsString; 2]>::try_from(files) else {
            return Err(format!(
                "files named: {found}, expected two: the configuration and the inputs"
            ));
        };
        if config == "-" && inputs == "-" {
            return Err("the configuration and the inputs cannot both be standard input".into());
        }
        explain.sort_by_key(|(at, _)| *at);
        Ok(Some(Self {
            config,
            inputs,
            until,
            explain: explain.into(),
            digest,
        }))
    }

    fn carry_out(self, surroundings: &mut Surroundings<'_>) -> Result<u8, String> {
        let router = self.router(surroundings.stdin)?;
        let name = self.inputs.to_string_lossy();
        let cannot_read = |error: &io::Error| format!("cannot read `{name}`: {error}");
        let from_stdin = name == "-";
        let mut file;
        let mut bar = None;
        let inputs: &mut dyn BufRead = if from_stdin {
            surroundings.stdin
        } else {
            let opened = File::open(&self.inputs).map_err(|error| cannot_read(&error))?;
            let length = opened.metadata().map_or(0, |about| about.len());
            bar = (surroundings.bar && length >= Bar::LENGTH_MIN).then(|| Bar::new(length));
            file = BufReader::with_capacity(1 << 16, opened);
            &mut file
        };
        let mut replay = Replay {
            router,
            explain: self.explain,
            printed: Vec::new(),
            stdout: surroundings.stdout,
            stderr: surroundings.stderr,
            bar,
            refused: false,
        };
        let replayed = replay
            .lines(inputs, from_stdin)
            .and_then(|()| replay.end(self.until, self.digest));
        let written = replay.flush();
        let code = u8::from(replay.refused);
        match replayed.and(written) {
            Ok(()) => Ok(code),
            Err(Stop::Writing(error)) => end_of_writing(&error, code),
            Err(Stop::Reading(error)) => Err(cannot_read(&error)),
        }
    }

    fn router(&self, stdin: &mut dyn BufRead) -> Result<Router, String> {
        let name = self.config.to_string_lossy();
        let mut text = String::new();
        let read = if name == "-" {
            stdin.read_to_string(&mut text)
        } else {
            File::open(&self.config).and_then(|mut file| file.read_to_string(&mut text))
        };
        read.map_err(|error| format!("cannot read `{name}`: {error}"))?;
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let config: Config = serde_json::from_str(text).map_err(|error| {
            let error = short(&error.to_string());
            format!("`{name}` is not a configuration: {error}")
        })?;
        let plan = stand_ins::plan(&config)
            .map_err(|problems| format!("`{name}` has problems\n{problems}"))?;
        Ok(Router::new(&plan))
    }
}

fn moment(option: &str, value: &str) -> Result<Timestamp, String> {
    let millis = value.parse::<u64>().map_err(|_| {
        let value = short(value);
        format!("`{option}`: `{value}` is not a number of milliseconds")
    })?;
    Timestamp::try_from(millis).map_err(|error| format!("`{option}`: {error}"))
}

fn explanation(option: &str, value: &str) -> Result<(Timestamp, WorkItemId), String> {
    let Some((item, at)) = value.rsplit_once('@') else {
        let value = short(value);
        return Err(format!(
            "`{option}`: `{value}` is not of the form ITEM@MS, as in conv-1@60000"
        ));
    };
    check_id(item).map_err(|error| format!("`{option}`: {}", short(&error.to_string())))?;
    Ok((moment(option, at)?, WorkItemId::from(item)))
}

/// A line of the inputs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at_ms: Timestamp,
    input: Input,
}

impl Line {
    fn of(text: &[u8]) -> Result<Self, String> {
        let text = text.trim_ascii_end();
        if !text.trim_ascii_start().starts_with(b"{") {
            return Err("expected an object with `at_ms` and `input`".into());
        }
        serde_json::from_slice(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let error = error.to_string();
            // It counts from this line, and would be taken to count from the first.
            match error.strip_suffix(&format!(" at line {line} column {column}")) {
                Some(error) => format!("{} at column {column}", short(error)),
                None => short(&error),
            }
        })
    }
}

#[derive(Serialize)]
struct Followed {
    at_ms: Timestamp,
    output: Output,
}

#[derive(Serialize)]
struct RefusedAt {
    at_ms: Timestamp,
    refused: Refused,
}

#[derive(Serialize)]
struct Refused {
    line: u64,
    error: String,
}

#[derive(Serialize)]
struct Digest {
    digest: String,
}

/// Why a replay stops before its end.
enum Stop {
    Reading(io::Error),
    Writing(io::Error),
}

/// A replay under way.
struct Replay<'a> {
    router: Router,
    explain: VecDeque<(Timestamp, WorkItemId)>,
    /// What was printed beside a bar and has still to be written.
    printed: Vec<u8>,
    stdout: &'a mut dyn Write,
    stderr: &'a mut dyn Write,
    bar: Option<Bar>,
    refused: bool,
}

impl Replay<'_> {
    /// So many bytes are printed beside a bar before they are written.
    const WRITTEN: usize = 1 << 16;

    fn lines(&mut self, inputs: &mut dyn BufRead, at_once: bool) -> Result<(), Stop> {
        let mut text = Vec::new();
        for number in 1.. {
            text.clear();
            let read = inputs.read_until(b'\n', &mut text).map_err(Stop::Reading)?;
            if read == 0 {
                break;
            }
            let line = match text.strip_prefix(BYTE_ORDER_MARK.as_bytes()) {
                Some(line) if number == 1 => line,
                _ => &text,
            };
            self.line(number, line)?;
            if at_once {
                self.flush()?;
            }
            if let Some(bar) = &mut self.bar {
                bar.advance(read, self.stderr);
            }
        }
        Ok(())
    }

    fn line(&mut self, number: u64, text: &[u8]) -> Result<(), Stop> {
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        let taken = match Line::of(text) {
            Ok(Line { at_ms, input }) => {
                self.move_to_before(at_ms)?;
                let taken = self.router.handle(at_ms, input);
                self.print_outputs()?;
                taken.map_err(|refusal| short(&refusal.to_string()))
            }
            Err(error) => Err(error),
        };
        let Err(error) = taken else { return Ok(()) };
        self.refused = true;
        let refused = Refused {
            line: number,
            error,
        };
        let at_ms = self.router.now();
        self.print(&RefusedAt { at_ms, refused })
    }

    /// Ends the replay where it is, or goes on to a moment that lies ahead.
    fn end(&mut self, until: Option<Timestamp>, digest: bool) -> Result<(), Stop> {
        if let Some(until) = until.filter(|until| *until > self.router.now()) {
            self.move_to_before(until)?;
            self.tick(until)?;
        }
        let end = self.router.now();
        self.explain_while(|at| at <= end)?;
        while let Some((at, item)) = self.explain.pop_front() {
            self.complain(&format!(
                "{item} at {at}: not reached, the replay ended at {end} (--until-ms goes on)\n"
            ))?;
        }
        if digest {
            let digest = format!("{:016x}", self.router.digest());
            self.print(&Digest { digest })?;
        }
        Ok(())
    }

    /// Lets everything happen that lies before a moment.
    fn move_to_before(&mut self, moment: Timestamp) -> Result<(), Stop> {
        while let Some(due) = self.router.poll_timeout().filter(|due| *due < moment) {
            self.explain_while(|at| at < due)?;
            self.tick(due)?;
        }
        self.explain_while(|at| at < moment)
    }

    fn tick(&mut self, at: Timestamp) -> Result<(), Stop> {
        let at = at.max(self.router.now());
        // A tick is refused only where time goes back.
        let _ = self.router.handle(at, Input::Tick);
        self.print_outputs()
    }

    fn print_outputs(&mut self) -> Result<(), Stop> {
        let at_ms = self.router.now();
        while let Some(output) = self.router.poll_output() {
            self.print(&Followed { at_ms, output })?;
        }
        Ok(())
    }

    fn print(&mut self, line: &impl Serialize) -> Result<(), Stop> {
        let out: &mut dyn Write = if self.bar.is_some() {
            &mut self.printed
        } else {
            self.stdout
        };
        serde_json::to_writer(&mut *out, line)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(Stop::Writing)?;
        if self.printed.len() >= Self::WRITTEN {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes all that was printed. A bar goes first, as both may be on one terminal: the next line that is read shows it again.
    fn flush(&mut self) -> Result<(), Stop> {
        self.hide_bar();
        let written = self.stdout.write_all(&self.printed);
        self.printed.clear();
        written
            .and_then(|()| self.stdout.flush())
            .map_err(Stop::Writing)
    }

    /// Gives the explanations that were asked for, up to a moment.
    fn explain_while(&mut self, due: impl Fn(Timestamp) -> bool) -> Result<(), Stop> {
        while let Some((at, item)) = self.explain.front().filter(|(at, _)| due(*at)) {
            let explained = explained(&self.router, *at, item);
            self.explain.pop_front();
            self.complain(&explained)?;
        }
        Ok(())
    }

    /// Writes to standard error, after what was printed before. Where nobody reads it, the replay goes on.
    fn complain(&mut self, text: &str) -> Result<(), Stop> {
        self.flush()?;
        let _ = self.stderr.write_all(text.as_bytes());
        Ok(())
    }

    fn hide_bar(&mut self) {
        if let Some(bar) = &mut self.bar {
            bar.hide(self.stderr);
        }
    }
}

/// Explains an item at a moment up to which everything has happened.
fn explained(router: &Router, at: Timestamp, item: &WorkItemId) -> String {
    // Another router is told the time, so that this one goes on as if nobody had asked.
    let mut router = router.clone();
    let _ = router.handle(at, Input::Tick);
    let Some(status) = router.item(item.as_str()) else {
        return format!("{item} at {at}: there is no such work item\n\n");
    };
    let mut text = format!("{item} at {at}: {}", status.state());
    if let Some(agent) = status.holder() {
        let _ = write!(text, ", {agent} has it");
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
            "\nIf it were assigned once more, while it still counts where it is:\n{explanation}\n"
        ),
        Some(explanation) => write!(text, "\n{explanation}\n"),
        None => write!(text, ", in no queue\n\n"),
    };
    text
}

/// How far a file has been read, shown on one line of a terminal.
struct Bar {
    length: u64,
    read: u64,
    /// In hundredths.
    shown: Option<u64>,
}

impl Bar {
    /// What is shorter is over before anyone would look.
    const LENGTH_MIN: u64 = 1 << 20;

    fn new(length: u64) -> Self {
        Self {
            length,
            read: 0,
            shown: None,
        }
    }

    fn advance(&mut self, read: usize, terminal: &mut dyn Write) {
        self.read = self.read.saturating_add(read as u64);
        let hundredths = (self.read.saturating_mul(100) / self.length).min(100);
        if self.shown != Some(hundredths) {
            self.shown = Some(hundredths);
            let done = "#".repeat(usize::try_from(hundredths / 2).unwrap_or(50));
            let _ = write!(terminal, "\r[{done:.<50}] {hundredths:>3} %");
            let _ = terminal.flush();
        }
    }

    fn hide(&mut self, terminal: &mut dyn Write) {
        if self.shown.take().is_some() {
            let _ = write!(terminal, "\r\x1b[K");
        }
    }
}

/// Shortens a message that repeats what may be a whole file.
fn short(text: &str) -> String {
    const MOST: usize = 500;
    const HEAD: usize = 300;
    const TAIL: usize = 150;
    let length = text.chars().count();
    if length <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(length - TAIL).collect();
    format!("{head} … {tail}")
}
