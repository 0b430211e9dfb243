//! Every operation timed by itself, in a pass of its own: the time of the clock is in each figure, and is printed.

use std::hint::black_box;
use std::time::Instant;

use super::desk::{BATCH, Desk, Shift};
use super::histogram::Histogram;
use super::load::Step;

/// The times of one desk, by kind of operation.
pub(crate) struct Latencies {
    pub(crate) assigned: Histogram,
    pub(crate) dropped: Histogram,
    pub(crate) completed: Histogram,
}

impl Latencies {
    pub(crate) fn kinds(&self) -> [(&'static str, &Histogram); 3] {
        [
            ("arrival that is assigned", &self.assigned),
            ("arrival that finds nobody", &self.dropped),
            ("completion", &self.completed),
        ]
    }
}

/// Runs the steps like [`Shift::run`], with a look at the clock before and after each call.
pub(crate) fn time_each<D: Desk>(shift: &mut Shift<D>, steps: &[Step]) -> Latencies {
    let mut latencies = Latencies {
        assigned: Histogram::new(),
        dropped: Histogram::new(),
        completed: Histogram::new(),
    };
    for (number, step) in steps.iter().enumerate() {
        let place = number % BATCH;
        if place == 0 {
            let rest = &steps[number..];
            shift.desk.lay_out(&rest[..rest.len().min(BATCH)]);
        }
        if let Some(agent) = shift.holder(*step) {
            let start = Instant::now();
            shift.desk.complete(agent);
            latencies.completed.record(nanoseconds_since(start));
        }
        let start = Instant::now();
        let answer = black_box(shift.desk.arrive(place));
        let elapsed = nanoseconds_since(start);
        match answer {
            Some(_) => latencies.assigned.record(elapsed),
            None => latencies.dropped.record(elapsed),
        }
        shift.hold(*step, answer);
    }
    latencies
}

/// What the clock itself costs: the times of nothing.
pub(crate) fn time_nothing(count: usize) -> Histogram {
    let mut times = Histogram::new();
    for _ in 0..count {
        let start = Instant::now();
        times.record(nanoseconds_since(start));
    }
    times
}

fn nanoseconds_since(start: Instant) -> u64 {
    start.elapsed().as_nanos() as u64
}

/// Prints quantiles and the histogram of one desk, a line for each power of two.
pub(crate) fn print(name: &str, latencies: &Latencies) {
    println!(
        "\n{name:<28} {:>9} {:>8} {:>8} {:>8}  p99/p50  p99.9/p50",
        "count", "p50 ns", "p99 ns", "p99.9 ns"
    );
    for (kind, times) in latencies.kinds() {
        let [median, high, highest] = [500, 990, 999].map(|share| times.quantile(share));
        println!(
            "  {kind:<26} {:>9} {median:>8} {high:>8} {highest:>8}  {:>7.1}  {:>9.1}",
            times.total(),
            high as f64 / median.max(1) as f64,
            highest as f64 / median.max(1) as f64,
        );
    }
    println!(
        "  {:<18} {:>10} {:>10} {:>10}",
        "ns", "assigned", "nobody", "completion"
    );
    for power in 0..40 {
        let shares = latencies
            .kinds()
            .map(|(_, times)| times.percent_in_octave(power));
        if shares.iter().any(|&share| share > 0.0) {
            let [assigned, dropped, completed] = shares;
            let range = format!("{} to {}", 1_u64 << power, (2_u64 << power) - 1);
            println!("  {range:<18} {assigned:>8.3} % {dropped:>8.3} % {completed:>8.3} %");
        }
    }
}
