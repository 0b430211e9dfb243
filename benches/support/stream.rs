//! A stream of inputs, timed: both offices side by side, then each input by itself.

use std::time::{Duration, Instant};

use handover::Input;

use super::desk::BATCH;
use super::histogram::Histogram;
use super::office::{Office, serve};
use super::traffic::{Event, Kind, Traffic, input};
use super::workload::World;

/// Runs a script, and says how long the office took for it. The inputs of each batch are made before the clock runs.
pub(crate) fn time(office: &mut impl Office, world: &World, events: &[Event]) -> Duration {
    let mut elapsed = Duration::ZERO;
    let mut inputs: Vec<Input> = Vec::with_capacity(BATCH);
    for batch in events.chunks(BATCH) {
        inputs.extend(batch.iter().map(|event| input(world, *event)));
        let start = Instant::now();
        serve(office, inputs.drain(..));
        elapsed += start.elapsed();
    }
    elapsed
}

/// What two offices took for the same inputs, in turn: nanoseconds an input, and how many times as long the second takes.
///
/// The medians are over chunks of the script: whatever else the machine does for a while falls on the few chunks of then, and on
/// both offices alike. What an office itself does seldom, as when a table grows, shows only in the ratio of all.
pub(crate) struct InTurn {
    pub(crate) first: f64,
    pub(crate) second: f64,
    pub(crate) ratio: f64,
    /// That of all chunks together.
    pub(crate) ratio_of_all: f64,
}

/// Times both in turn, over chunks of the same script.
pub(crate) fn medians_in_turn(
    first: &mut impl Office,
    second: &mut impl Office,
    traffic: &mut Traffic<'_>,
    world: &World,
    (chunks, chunk_steps): (usize, usize),
) -> InTurn {
    let mut events = Vec::new();
    let (mut of_first, mut of_second, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for chunk in 0..chunks {
        traffic.write(&mut events, chunk_steps);
        // Neither always goes first.
        let (one, other) = if chunk % 2 == 0 {
            let one = time(first, world, &events);
            (one, time(second, world, &events))
        } else {
            let other = time(second, world, &events);
            (time(first, world, &events), other)
        };
        let [one, other] = [one, other].map(|time| time.as_secs_f64() * 1e9 / events.len() as f64);
        of_first.push(one);
        of_second.push(other);
        ratios.push(other / one);
    }
    InTurn {
        ratio_of_all: of_second.iter().sum::<f64>() / of_first.iter().sum::<f64>(),
        first: median(of_first),
        second: median(of_second),
        ratio: median(ratios),
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let half = figures.len() / 2;
    f64::midpoint(figures[(figures.len() - 1) / 2], figures[half])
}

/// Fails unless two offices say the same to every single input.
pub(crate) fn assert_same_outputs(
    first: &mut impl Office,
    second: &mut impl Office,
    world: &World,
    events: &[Event],
) {
    for (number, event) in events.iter().enumerate() {
        first.handle(input(world, *event));
        second.handle(input(world, *event));
        loop {
            let (left, right) = (first.poll(), second.poll());
            assert_eq!(left, right, "they disagree on input {number}");
            if left.is_none() {
                break;
            }
        }
    }
}

/// Times each input by itself, by kind, less the reading of the clock.
pub(crate) fn time_each(
    office: &mut impl Office,
    world: &World,
    events: &[Event],
) -> Vec<(Kind, Histogram)> {
    let mut times: Vec<(Kind, Histogram)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, Histogram::new()))
        .collect();
    let clock = clock_nanos();
    let mut inputs: Vec<Input> = Vec::with_capacity(BATCH);
    for batch in events.chunks(BATCH) {
        inputs.extend(batch.iter().map(|event| input(world, *event)));
        for (event, input) in batch.iter().zip(inputs.drain(..)) {
            let start = Instant::now();
            serve(office, [input]);
            let elapsed = start.elapsed().as_nanos() as u64;
            let elapsed = elapsed.saturating_sub(clock);
            times[event.kind as usize].1.record(elapsed);
        }
    }
    times
}

/// What it takes to read the clock twice: the median of many times, in nanoseconds.
fn clock_nanos() -> u64 {
    let reads = (0..10_001).map(|_| Instant::now().elapsed().as_nanos() as u64);
    let mut reads: Vec<u64> = reads.collect();
    reads.sort_unstable();
    reads[reads.len() / 2]
}
