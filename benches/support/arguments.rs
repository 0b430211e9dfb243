//! What the router's benchmark is asked on its command line.

use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is measured, and where the chart goes.
#[derive(Clone)]
pub(crate) struct Arguments {
    /// Everything once, at a small size: nothing is required of the figures.
    pub(crate) is_test: bool,
    pub(crate) agents: Vec<u32>,
    /// In percent of the capacity.
    pub(crate) loads: Vec<u32>,
    /// Whether offers are accepted by an input, or at once: one of them, or both.
    pub(crate) asks: Vec<bool>,
    pub(crate) steps: usize,
    pub(crate) chart: Option<PathBuf>,
    /// What the chart says of the machine, if not what the system knows.
    pub(crate) machine: Option<String>,
}

pub(crate) const USAGE: &str = "\
cargo bench --bench router -- [ARGUMENT …]
  --agents N,…      numbers of agents, 100 or more each (100,1000,10000,100000)
  --load PERCENT,…  work offered for so much of the capacity (70,95,120)
  --accepted HOW    at-once, by-input or both (both)
  --steps N         timed steps of each line, 4 or more (400000)
  --chart FILE      draws it as an SVG: what is accepted at once, if that is measured
  --machine TEXT    names the machine in the chart
  --test            everything once at a small size; its chart goes into the target directory";

/// Fewer agents may lack the skills that are asked for; fewer steps make no chunk.
const FEWEST_AGENTS: u32 = 100;
const FEWEST_STEPS: usize = 4;

impl Arguments {
    /// As criterion does: without `--bench` a test runner calls, and what else it says is not for a benchmark.
    pub(crate) fn parse(words: &[String]) -> Result<Self, String> {
        let is_there = |flag: &str| words.iter().any(|word| word == flag);
        if !is_there("--bench") && !is_there("--test") {
            return Ok(Self::of_test());
        }
        let mut arguments = if is_there("--test") {
            Self::of_test()
        } else {
            Self::of_full_run()
        };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            // `table` is what `cargo bench -- table` says to all benchmarks; there is nothing else here to leave out.
            if !["--bench", "--test", "table"].contains(&word.as_str()) {
                arguments
                    .take(word, rest.next())
                    .map_err(|error| format!("{error}\n\n{USAGE}"))?;
            }
        }
        Ok(arguments)
    }

    fn of_full_run() -> Self {
        Self {
            is_test: false,
            agents: vec![100, 1_000, 10_000, 100_000],
            loads: vec![70, 95, 120],
            asks: vec![false, true],
            steps: 400_000,
            chart: None,
            machine: None,
        }
    }

    fn of_test() -> Self {
        let chart = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cost.svg");
        Self {
            is_test: true,
            agents: vec![100, 1_000],
            steps: 2_000,
            chart: Some(chart),
            ..Self::of_full_run()
        }
    }

    fn take(&mut self, name: &str, value: Option<&String>) -> Result<(), String> {
        let value = || value.ok_or_else(|| format!("{name}: a value is missing"));
        match name {
            "--agents" => self.agents = numbers(name, value()?, FEWEST_AGENTS)?,
            "--load" => self.loads = numbers(name, value()?, 1)?,
            "--accepted" => self.asks = asks(value()?)?,
            "--steps" => self.steps = number(name, value()?, FEWEST_STEPS)?,
            "--chart" => self.chart = Some(self.chart_file(value()?)?),
            "--machine" => self.machine = Some(value()?.clone()),
            _ => return Err(format!("unknown argument `{name}`")),
        }
        Ok(())
    }

    /// Looked at now: what has been measured for minutes is not lost for want of a directory.
    fn chart_file(&self, value: &str) -> Result<PathBuf, String> {
        if self.is_test {
            return Err("--chart: a test run draws into the target directory".to_owned());
        }
        let file = PathBuf::from(value);
        let directory = file.parent().unwrap_or_else(|| Path::new(""));
        if directory == Path::new("") || directory.is_dir() {
            Ok(file)
        } else {
            let directory = directory.display();
            Err(format!("--chart: there is no directory `{directory}`"))
        }
    }
}

fn asks(value: &str) -> Result<Vec<bool>, String> {
    match value {
        "at-once" => Ok(vec![false]),
        "by-input" => Ok(vec![true]),
        "both" => Ok(vec![false, true]),
        _ => Err(format!(
            "--accepted: `{value}` is not `at-once`, `by-input` or `both`"
        )),
    }
}

/// In ascending order, each once.
fn numbers(name: &str, value: &str, least: u32) -> Result<Vec<u32>, String> {
    let parts = value.split(',').map(|part| number(name, part, least));
    let mut numbers = parts.collect::<Result<Vec<u32>, String>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn number<N: FromStr + PartialOrd + Copy + std::fmt::Display>(
    name: &str,
    value: &str,
    least: N,
) -> Result<N, String> {
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("{name}: `{value}` is not a number of {least} or more"))
}
