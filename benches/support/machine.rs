//! What machine this is.

/// The model of its processor and the number of its cores, as far as the system tells.
pub(crate) fn description() -> String {
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| model(&text))
        .unwrap_or_else(|| format!("{}, {}", std::env::consts::ARCH, std::env::consts::OS));
    match std::thread::available_parallelism() {
        Ok(cores) => format!("{model}, {cores} cores"),
        Err(_) => model,
    }
}

fn model(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
