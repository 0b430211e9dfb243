//! Instructions an event: they are what compares between machines. The benchmark starts itself again under Valgrind, with
//! an environment variable that says what to run, and reads what Callgrind counted in one function.

use std::hint::black_box;
use std::process::Command;

use super::baseline::Sets;
use super::desk::{BATCH, Desk, Shift, Tally};
use super::load::{Load, Step};
use super::ours::Ours;
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

/// Whether Valgrind can be started here.
pub(crate) fn installed() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Instructions an event at 70 % load; nothing where Valgrind does not give a figure.
pub(crate) fn instructions_per_event(counted: Counted, shape: Shape, agents: u32) -> Option<f64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*counted_steps*",
        ])
        .arg(std::env::current_exe().ok()?)
        .env(TASK, format!("{} {shape:?} {agents}", counted.word()))
        .output()
        .ok()?;
    let events: f64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = report
        .lines()
        .find_map(|line| line.split_once("Collected :"))?
        .1;
    let instructions: f64 = collected.split_whitespace().next()?.parse().ok()?;
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
