//! Counts instructions: the benchmark starts itself under Valgrind, with the task in an environment variable.

use std::process::Command;

/// The environment variable with the task of the process under Valgrind.
pub(crate) const TASK: &str = "HANDOVER_BENCH_TASK";

/// Whether Valgrind can be started.
pub(crate) fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// Returns the instructions per operation of a task, or `None` if Valgrind or the task fails.
///
/// Callgrind counts from the entry to the exit of each function whose name starts with `counted_`. The task prints the number
/// of its operations.
pub(crate) fn instructions_per_operation(task: &str) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted_*")
        .arg(std::env::current_exe().ok()?)
        .env(TASK, task)
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let mut lines = report.lines();
    let (_, collected) = lines.find_map(|line| line.split_once("Collected :"))?;
    let instructions: f64 = collected.split_whitespace().next()?.parse().ok()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let operations: f64 = printed.trim().parse().ok()?;
    Some(instructions / operations)
}
