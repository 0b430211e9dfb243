//! Runs a stream of inputs: with two routers in turn, with each input measured alone, or under Callgrind.

use std::hint::black_box;
use std::time::Instant;

use handover::{Ask, Input, Offer, Router};

use super::super::assigner::BATCH;
use super::super::workload::{Shape, Workload};
use super::super::{median, nanos_since};
use super::baseline::BaselineRouter;
use super::traffic::{Event, KINDS, Traffic};
use super::{InputHandler, handle_all, router};

/// The number of chunks of a stream that both routers handle in turn. It is odd, so that the median is a measured value.
const CHUNKS: usize = 21;

/// The router of this crate and the baseline, in the same state.
pub(crate) struct Pair<'workload> {
    workload: &'workload Workload,
    traffic: Traffic<'workload>,
    handover: Router,
    baseline: BaselineRouter,
}

impl<'workload> Pair<'workload> {
    /// Creates both routers, runs them until the steady state, and compares all outputs.
    ///
    /// # Panics
    ///
    /// If the routers return different outputs.
    pub(crate) fn new(workload: &'workload Workload, load: u32, asks: bool) -> Self {
        let offer = offer(asks);
        let mut pair = Self {
            workload,
            traffic: Traffic::new(workload, load, asks),
            baseline: BaselineRouter::new(workload, &offer),
            handover: router(workload, offer),
        };
        let warm_up = pair.traffic.arrivals.warm_up_steps();
        for event in pair.traffic.next_events(warm_up) {
            InputHandler::handle(&mut pair.handover, event.input(workload));
            pair.baseline.handle(event.input(workload));
            let mut is_drained = false;
            while !is_drained {
                let output = pair.handover.poll_output();
                is_drained = output.is_none();
                assert_eq!(output, pair.baseline.poll_output(), "the routers disagree");
            }
        }
        pair
    }

    /// Measures both routers in turn over chunks of `steps` steps. Returns the median nanoseconds per input of this crate
    /// and of the baseline, and the median ratio of the baseline to this crate.
    ///
    /// Other load on the machine affects few chunks, and affects both routers in these. The median ratio hardly changes.
    pub(crate) fn measure(&mut self, steps: usize) -> [f64; 3] {
        let mut times = [const { Vec::new() }; 3];
        for chunk in 0..CHUNKS {
            let events = self.traffic.next_events(steps);
            let (handover, baseline);
            // The routers alternate in running first.
            if chunk % 2 == 0 {
                handover = time(&mut self.handover, self.workload, &events);
                baseline = time(&mut self.baseline, self.workload, &events);
            } else {
                baseline = time(&mut self.baseline, self.workload, &events);
                handover = time(&mut self.handover, self.workload, &events);
            }
            times[0].push(handover);
            times[1].push(baseline);
            times[2].push(baseline / handover);
        }
        times.map(median)
    }

    /// Measures each input of `steps` steps alone. Returns the median nanoseconds of each kind of input, less the time to
    /// read the clock, if at least one input in 500 is of that kind.
    pub(crate) fn medians_by_kind(&mut self, steps: usize) -> [Option<f64>; KINDS.len()] {
        let readings = (0..10_001).map(|_| nanos_since(Instant::now()));
        let clock_nanos = median(readings.collect());
        let mut times = KINDS.map(|_| Vec::new());
        let events = self.traffic.next_events(steps);
        for batch in events.chunks(BATCH) {
            let inputs: Vec<Input> = inputs_of(batch, self.workload).collect();
            for (event, input) in batch.iter().zip(inputs) {
                let start = Instant::now();
                handle_all(&mut self.handover, [input]);
                times[event.kind as usize].push(nanos_since(start) - clock_nanos);
            }
        }
        let invariants = self.handover.check_invariants();
        invariants.expect("the router is consistent");
        let is_frequent = |times: &Vec<f64>| times.len() * 500 > events.len();
        times.map(|times| is_frequent(&times).then(|| median(times)))
    }
}

/// Handles a chunk, and returns the mean nanoseconds per input. The inputs of each batch are built before the clock starts.
fn time(router: &mut impl InputHandler, workload: &Workload, events: &[Event]) -> f64 {
    let mut elapsed = 0.0;
    let mut inputs = Vec::with_capacity(BATCH);
    for batch in events.chunks(BATCH) {
        inputs.extend(inputs_of(batch, workload));
        let start = Instant::now();
        counted_inputs(router, &mut inputs);
        elapsed += nanos_since(start);
    }
    elapsed / events.len() as f64
}

fn offer(asks: bool) -> Offer {
    if asks {
        Offer::Ask(Ask::new())
    } else {
        Offer::AutoAccept
    }
}

/// Runs the task `AGENTS LOAD at-once|asked ours|baseline` under Callgrind, and returns the number of counted inputs.
pub(crate) fn run_counted(task: &str) -> Option<u64> {
    let words: Vec<&str> = task.split(' ').collect();
    let [agents, load, acceptance, router_name] = words[..] else {
        return None;
    };
    let load = load.parse().ok()?;
    let asks = acceptance == "asked";
    let workload = Workload::new(Shape::ManyGroups, agents.parse().ok()?);
    Some(if router_name == "baseline" {
        let baseline = BaselineRouter::new(&workload, &offer(asks));
        run_stream(baseline, &workload, load, asks)
    } else {
        run_stream(router(&workload, offer(asks)), &workload, load, asks)
    })
}

/// Runs a router until the steady state, then 10,000 steps that Callgrind counts. Returns the number of counted inputs.
fn run_stream(mut router: impl InputHandler, workload: &Workload, load: u32, asks: bool) -> u64 {
    let mut traffic = Traffic::new(workload, load, asks);
    let events = traffic.next_events(traffic.arrivals.warm_up_steps());
    handle_all(&mut router, inputs_of(&events, workload));
    let events = traffic.next_events(10_000);
    time(&mut router, workload, &events);
    events.len() as u64
}

fn inputs_of(events: &[Event], workload: &Workload) -> impl Iterator<Item = Input> {
    events.iter().map(|event| event.input(workload))
}

/// Handles a batch. Callgrind finds this function by its name.
#[inline(never)]
pub(crate) fn counted_inputs(router: &mut impl InputHandler, inputs: &mut Vec<Input>) -> u64 {
    black_box(handle_all(router, inputs.drain(..)))
}
