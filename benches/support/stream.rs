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

/// Times both in turn, over chunks of the same script: mean nanoseconds an input, of the first and of the second.
pub(crate) fn time_in_turn(
    first: &mut impl Office,
    second: &mut impl Office,
    traffic: &mut Traffic<'_>,
    world: &World,
    (chunks, chunk_steps): (usize, usize),
) -> (f64, f64) {
    let mut events = Vec::new();
    let (mut of_first, mut of_second) = (Duration::ZERO, Duration::ZERO);
    let mut count = 0;
    for chunk in 0..chunks {
        traffic.write(&mut events, chunk_steps);
        count += events.len();
        // Neither always goes first.
        if chunk % 2 == 0 {
            of_first += time(first, world, &events);
            of_second += time(second, world, &events);
        } else {
            of_second += time(second, world, &events);
            of_first += time(first, world, &events);
        }
    }
    let mean = |time: Duration| time.as_secs_f64() * 1e9 / count as f64;
    (mean(of_first), mean(of_second))
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

/// Times each input by itself, by kind. The time of the clock is in each.
pub(crate) fn time_each(
    office: &mut impl Office,
    world: &World,
    events: &[Event],
) -> Vec<(Kind, Histogram)> {
    let mut times: Vec<(Kind, Histogram)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, Histogram::new()))
        .collect();
    let mut inputs: Vec<Input> = Vec::with_capacity(BATCH);
    for batch in events.chunks(BATCH) {
        inputs.extend(batch.iter().map(|event| input(world, *event)));
        for (event, input) in batch.iter().zip(inputs.drain(..)) {
            let start = Instant::now();
            serve(office, [input]);
            let elapsed = start.elapsed().as_nanos() as u64;
            times[event.kind as usize].1.record(elapsed);
        }
    }
    times
}
