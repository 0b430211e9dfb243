//! Checks a configuration: prints its problems, its lints, and which channels can reach a person.
//!
//! ```console
//! $ cargo run --example check -- examples/config/whatsapp.json
//! ```

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Read, Write as _};
use std::process::ExitCode;

use handover::{Lint, Plan, Severity};

#[path = "support/load.rs"]
mod load;

const HELP: &str = "\
Checks a configuration: prints its problems, its lints, and which channels can reach a person.

Usage: check CONFIG.json
       check -              (reads standard input)

Exit code: 0 if no lint is severe, 1 if a lint is severe, 2 if the configuration has problems or cannot
be read. Warnings and unreachable channels do not change the exit code. All custom rules that the
configuration names are assumed to be registered. Colors are used only on terminals, and not if
NO_COLOR is set.
";

fn main() -> ExitCode {
    let result = run(std::env::args_os().skip(1), &mut io::stdin());
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let stdout = if io::stdout().is_terminal() && !no_color {
        colored(&result.stdout)
    } else {
        result.stdout
    };
    // If a stream is closed, as with `head`, the exit code still reports the result.
    let _ = io::stdout().write_all(stdout.as_bytes());
    let _ = io::stderr().write_all(result.stderr.as_bytes());
    ExitCode::from(result.code)
}

/// The outputs and the exit code of the program.
#[derive(Debug)]
pub(crate) struct RunResult {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: u8,
}

/// Runs the program with its arguments, without the program name.
pub(crate) fn run(
    arguments: impl IntoIterator<Item = OsString>,
    stdin: &mut dyn Read,
) -> RunResult {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let result = match arguments.as_slice() {
        [option] if option == "--help" || option == "-h" => Ok((HELP.into(), 0)),
        [option] if option != "-" && option.to_string_lossy().starts_with('-') => {
            let option = option.to_string_lossy();
            Err(format!("unknown option `{option}`\n\n{HELP}"))
        }
        [file] => load::load(file, stdin)
            .map(|plan| report(&plan))
            .map_err(|error| format!("{error}\n")),
        _ => {
            let count = arguments.len();
            Err(format!(
                "expected one argument, the file; found {count}\n\n{HELP}"
            ))
        }
    };
    match result {
        Ok((stdout, code)) => RunResult {
            stdout,
            stderr: String::new(),
            code,
        },
        Err(error) => RunResult {
            stdout: String::new(),
            stderr: format!("check: {error}"),
            code: 2,
        },
    }
}

/// Lists the lints, severe lints first, and the reachability of each channel. Returns the text and the exit code.
fn report(plan: &Plan) -> (String, u8) {
    let mut text = String::new();
    let mut lints = plan.lints();
    lints.sort_by_key(|lint| lint.severity() != Severity::Severe);
    for lint in &lints {
        let (severity, path, code) = (lint.severity(), lint.path(), lint.code());
        let (problem, advice) = (lint.problem(), lint.advice());
        let _ = writeln!(
            text,
            "{severity}: {path} [{code}]\n    {problem}\n    {advice}\n"
        );
    }
    let is_severe = |lint: &&Lint| lint.severity() == Severity::Severe;
    let severe = lints.iter().filter(is_severe).count();
    let warnings = lints.len() - severe;
    let _ = writeln!(text, "severe: {severe}, warnings: {warnings}");
    let channels = plan.config().channels.keys();
    for reachability in channels.filter_map(|channel| plan.reachability(channel.as_str())) {
        let _ = write!(text, "\n{reachability}");
    }
    (text, u8::from(severe > 0))
}

/// Colors the severities and the marks `✗` and `✓` at the start of lines.
pub(crate) fn colored(text: &str) -> String {
    const COLORS: [(&str, &str); 4] = [
        ("severe", "\x1b[1;31m"),
        ("warning", "\x1b[1;33m"),
        ("✗", "\x1b[31m"),
        ("✓", "\x1b[32m"),
    ];
    let mut output = String::new();
    for line in text.lines() {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        let colored_mark = COLORS
            .iter()
            .find_map(|(mark, color)| Some((mark, color, rest.strip_prefix(mark)?)));
        let _ = match colored_mark {
            Some((mark, color, rest)) => writeln!(output, "{indent}{color}{mark}\x1b[0m{rest}"),
            None => writeln!(output, "{line}"),
        };
    }
    output
}
