//! Instructions an event: they are what compares between machines.

use std::hint::black_box;

use super::baseline::Sets;
use super::desk::{BATCH, Desk, Shift, Tally};
use super::load::{Load, Step};
use super::ours::Ours;
use super::valgrind;
use super::workload::{Shape, World};

const TASK: &str = "HANDOVER_BENCH_COUNT";
const COUNTED_STEPS: usize = 20_000;
const LOAD_PERCENT: u32 = 70;

/// Which desk is counted.
#[derive(Clone, Copy)]
pub(crate) enum Counted {
    Ours,
    Sets,
}

impl Counted {
    fn word(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Sets => "btreeset",
        }
    }
}

/// Instructions an event at 70 % load; nothing where Valgrind does not give a figure.
pub(crate) fn instructions_per_event(counted: Counted, shape: Shape, agents: u32) -> Option<f64> {
    let task = format!("{} {shape:?} {agents}", counted.word());
    let (instructions, printed) = valgrind::count("counted_steps", (TASK, task))?;
    let events: f64 = printed.trim().parse().ok()?;
    Some(instructions / events)
}

/// In the process that Valgrind runs: does what is asked, prints the number of events, and says that it has.
pub(crate) fn ran_as_counted_process() -> bool {
    let Ok(task) = std::env::var(TASK) else {
        return false;
    };
    let [desk, shape, agents] = task.split(' ').collect::<Vec<_>>()[..] else {
        return false;
    };
    let shapes = [Shape::ManyGroups, Shape::FewGroups, Shape::HardCase];
    let shape = shapes
        .into_iter()
        .find(|known| format!("{known:?}") == shape);
    let (Some(shape), Ok(agents)) = (shape, agents.parse()) else {
        return false;
    };
    let world = World::new(shape, agents);
    let tally = if desk == Counted::Ours.word() {
        count(Ours::new(&world), &world)
    } else {
        count(Sets::new(&world), &world)
    };
    println!("{}", tally.events());
    true
}

fn count<D: Desk>(desk: D, world: &World) -> Tally {
    let mut load = Load::new(world, LOAD_PERCENT);
    let mut shift = Shift::new(desk, &load);
    let warm_up = load.take(load.warm_up_steps());
    shift.run(&warm_up);
    let steps = load.take(COUNTED_STEPS);
    let mut tally = Tally::default();
    for batch in steps.chunks(BATCH) {
        shift.desk.lay_out(batch);
        tally.add(counted_steps(&mut shift, batch));
    }
    tally
}

/// Callgrind counts from the entry to the exit of this function, and knows it by this name.
#[inline(never)]
fn counted_steps<D: Desk>(shift: &mut Shift<D>, batch: &[Step]) -> Tally {
    black_box(shift.serve(batch))
}
