//! Checks a configuration: its problems, its lints, and which channels can reach a person.
//!
//! ```console
//! $ cargo run --example check -- examples/config/whatsapp.json
//! ```

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Read, Write as _};
use std::process::ExitCode;

use handover::{Config, Lint, Plan, Severity};

#[path = "support/stand_ins.rs"]
mod stand_ins;

const HELP: &str = "\
Checks a configuration: its problems, its lints, and which channels can reach a person.

Usage: check CONFIG.json
       check -              (reads standard input)

Ends with 0 when no lint is severe (there may be warnings, and channels that are not reachable
because they are switched off: lints do not look at what is), with 1 when a lint is severe, and
with 2 when the configuration has problems or cannot be read. Colours are for terminals only, and not
where NO_COLOR is set.
";

fn main() -> ExitCode {
    let answer = run(std::env::args_os().skip(1), &mut io::stdin());
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let output = if io::stdout().is_terminal() && !plain {
        coloured(&answer.output)
    } else {
        answer.output
    };
    // Whoever reads may have gone, as `head` does; the exit code says it all the same.
    let _ = io::stdout().write_all(output.as_bytes());
    let _ = io::stderr().write_all(answer.complaint.as_bytes());
    ExitCode::from(answer.code)
}

/// What the program says and how it ends.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For standard output.
    pub(crate) output: String,
    /// For standard error.
    pub(crate) complaint: String,
    /// The exit code.
    pub(crate) code: u8,
}

impl Answer {
    fn refused(complaint: String) -> Self {
        Self {
            output: String::new(),
            complaint,
            code: 2,
        }
    }
}

/// Does what the arguments ask.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>, stdin: &mut dyn Read) -> Answer {
    let arguments = arguments.into_iter().collect::<Vec<_>>();
    let [argument] = arguments.as_slice() else {
        let found = arguments.len();
        return Answer::refused(format!(
            "check: {found} arguments, expected one: the file\n\n{HELP}"
        ));
    };
    let name = argument.to_string_lossy();
    let text = match &*name {
        "--help" | "-h" => {
            return Answer {
                output: HELP.into(),
                complaint: String::new(),
                code: 0,
            };
        }
        "-" => io::read_to_string(stdin),
        option if option.starts_with('-') => {
            return Answer::refused(format!("check: unknown option `{option}`\n\n{HELP}"));
        }
        _ => std::fs::read_to_string(argument),
    };
    match text {
        // Some editors put a mark of the encoding in front.
        Ok(text) => check(&name, text.trim_start_matches('\u{feff}')),
        Err(error) => Answer::refused(format!("check: cannot read `{name}`: {error}\n")),
    }
}

/// Checks the text of a configuration.
fn check(name: &str, text: &str) -> Answer {
    let config = match serde_json::from_str::<Config>(text) {
        Ok(config) => config,
        Err(error) => {
            return Answer::refused(format!("check: `{name}` is not a configuration: {error}\n"));
        }
    };
    match stand_ins::plan(&config) {
        Ok(plan) => report(&plan),
        Err(problems) => Answer::refused(format!("check: `{name}` has problems\n{problems}\n")),
    }
}

/// Lists the lints, the severe ones first, and the reachability of every channel.
fn report(plan: &Plan) -> Answer {
    let mut output = String::new();
    let lints = plan.lints();
    let (severe, warnings) = lints
        .iter()
        .partition::<Vec<_>, _>(|lint| lint.severity() == Severity::Severe);
    for lint in severe.iter().chain(&warnings) {
        list(&mut output, lint);
    }
    let (n_severe, n_warnings) = (severe.len(), warnings.len());
    line(
        &mut output,
        format_args!("severe: {n_severe}, warnings: {n_warnings}"),
    );
    for channel in plan.config().channels.keys() {
        if let Some(reachability) = plan.reachability(channel.as_str()) {
            line(
                &mut output,
                format_args!("\n{}", reachability.to_string().trim_end()),
            );
        }
    }
    Answer {
        output,
        complaint: String::new(),
        code: u8::from(!severe.is_empty()),
    }
}

fn list(output: &mut String, lint: &Lint) {
    line(
        output,
        format_args!("{}: {} [{}]", lint.severity(), lint.path(), lint.code()),
    );
    line(output, format_args!("    {}", lint.problem()));
    line(output, format_args!("    {}\n", lint.advice()));
}

fn line(output: &mut String, text: impl std::fmt::Display) {
    let _ = writeln!(output, "{text}");
}

/// Colours the marks that open a line.
pub(crate) fn coloured(text: &str) -> String {
    const MARKS: [(&str, &str); 4] = [
        ("severe", "\x1b[1;31m"),
        ("warning", "\x1b[1;33m"),
        ("✗", "\x1b[31m"),
        ("✓", "\x1b[32m"),
    ];
    let mut output = String::new();
    for text in text.lines() {
        let bare = text.trim_start();
        let indent = &" ".repeat(text.len() - bare.len());
        let mark = MARKS
            .iter()
            .find_map(|(mark, colour)| Some((mark, colour, bare.strip_prefix(mark)?)));
        match mark {
            Some((mark, colour, rest)) => {
                line(
                    &mut output,
                    format_args!("{indent}{colour}{mark}\x1b[0m{rest}"),
                );
            }
            None => line(&mut output, text),
        }
    }
    output
}
