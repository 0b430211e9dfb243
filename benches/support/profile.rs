//! A stream of inputs for Callgrind: with the environment variable set, the benchmark runs only that.
//!
//! `HANDOVER_BENCH_STREAM="10000 70 at-once" valgrind --tool=callgrind --toggle-collect='*counted_inputs*' …` shows where the
//! instructions of an input go.

use handover::{Ask, Input, Offer, Router};

use super::desk::BATCH;
use super::office::{router, serve};
use super::traffic::{Traffic, input};
use super::workload::{Shape, World};

const TASK: &str = "HANDOVER_BENCH_STREAM";
const COUNTED_STEPS: usize = 10_000;

/// In the process that Valgrind runs: does what is asked, prints the number of inputs, and says that it has.
pub(crate) fn ran_as_counted_process() -> bool {
    let Ok(task) = std::env::var(TASK) else {
        return false;
    };
    let [agents, percent, accepted] = task.split(' ').collect::<Vec<_>>()[..] else {
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
    let mut router = router(&world, offer);
    let mut traffic = Traffic::new(&world, percent, asks);
    let mut events = Vec::new();
    let steps = traffic.warm_up_steps();
    traffic.write(&mut events, steps);
    serve(
        &mut router,
        events.iter().map(|event| input(&world, *event)),
    );
    traffic.write(&mut events, COUNTED_STEPS);
    for batch in events.chunks(BATCH) {
        let inputs: Vec<Input> = batch.iter().map(|event| input(&world, *event)).collect();
        counted_inputs(&mut router, inputs);
    }
    println!("{}", events.len());
    true
}

/// Callgrind counts from the entry to the exit of this function, and knows it by this name.
#[inline(never)]
fn counted_inputs(router: &mut Router, inputs: Vec<Input>) -> u64 {
    std::hint::black_box(serve(router, inputs))
}
