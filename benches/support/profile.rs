//! A stream of inputs for Callgrind: with the environment variable set, the benchmark runs only that.
//!
//! `HANDOVER_BENCH_STREAM="10000 70 at-once ours" valgrind --tool=callgrind --toggle-collect='*counted_inputs*' …` shows where
//! the instructions of an input go; `afternoon` instead of `ours` where those of the baseline do.

use handover::{Ask, Input, Offer};

use super::afternoon::Afternoon;
use super::desk::BATCH;
use super::office::{Office, router, serve};
use super::traffic::{Traffic, input};
use super::workload::{Shape, World};

const TASK: &str = "HANDOVER_BENCH_STREAM";
const COUNTED_STEPS: usize = 10_000;

/// In the process that Valgrind runs: does what is asked, prints the number of inputs, and says that it has.
pub(crate) fn ran_as_counted_process() -> bool {
    let Ok(task) = std::env::var(TASK) else {
        return false;
    };
    let [agents, percent, accepted, office] = task.split(' ').collect::<Vec<_>>()[..] else {
        return false;
    };
    let (Ok(agents), Ok(percent)) = (agents.parse(), percent.parse()) else {
        return false;
    };
    let asks = accepted != "at-once";
    let offer = if asks {
        Offer::Ask(Ask::new())
    } else {
        Offer::AutoAccept
    };
    let world = World::new(Shape::ManyGroups, agents);
    if office == "afternoon" {
        let mut afternoon = Afternoon::new(&world, &offer);
        run(&mut afternoon, &world, percent, asks);
    } else {
        let mut ours = router(&world, offer);
        run(&mut ours, &world, percent, asks);
    }
    true
}

fn run(office: &mut impl Office, world: &World, percent: u32, asks: bool) {
    let mut traffic = Traffic::new(world, percent, asks);
    let mut events = Vec::new();
    let steps = traffic.warm_up_steps();
    traffic.write(&mut events, steps);
    serve(office, events.iter().map(|event| input(world, *event)));
    traffic.write(&mut events, COUNTED_STEPS);
    let mut inputs: Vec<Input> = Vec::with_capacity(BATCH);
    for batch in events.chunks(BATCH) {
        inputs.extend(batch.iter().map(|event| input(world, *event)));
        counted_inputs(office, &mut inputs);
    }
    println!("{}", events.len());
}

/// Callgrind counts from the entry to the exit of this function, and knows it by this name.
#[inline(never)]
fn counted_inputs(office: &mut impl Office, inputs: &mut Vec<Input>) -> u64 {
    std::hint::black_box(serve(office, inputs.drain(..)))
}
