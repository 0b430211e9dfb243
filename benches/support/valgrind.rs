//! The benchmark starts itself again under Valgrind, with an environment variable that says what to run.

use std::process::Command;

/// Whether Valgrind can be started here.
pub(crate) fn is_installed() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The instructions that Callgrind counted in a function while the benchmark ran a task, and what the task printed; nothing
/// where it does not give a figure.
pub(crate) fn count(function: &str, (variable, task): (&str, String)) -> Option<(f64, String)> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect=*{function}*"))
        .arg(std::env::current_exe().ok()?)
        .env(variable, task)
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut lines = report.lines();
    let (_, collected) = lines.find_map(|line| line.split_once("Collected :"))?;
    let instructions = collected.split_whitespace().next()?.parse().ok()?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((instructions, printed))
}
