//! The assigners that are compared, and the simulation that drives them.

pub(crate) mod agents;
pub(crate) mod btree_set;
pub(crate) mod handover;
pub(crate) mod scan;

use std::time::{Duration, Instant};

use btree_set::BTreeSetAssigner;
use handover::HandoverAssigner;
use scan::ScanAssigner;

use super::arrivals::{Arrivals, Step};
use super::workload::{Shape, Workload};

/// An implementation of assignment. All implementations must return the same agents.
pub(crate) trait Assigner {
    /// The type by which the assigner refers to an agent.
    type Agent: Copy;

    /// Returns the number of an agent, which is the same for all assigners.
    fn number(agent: Self::Agent) -> usize;

    /// Brings an item into the cache, where a router has it that has just built it. This is not timed.
    fn read(&self, item: u32);

    /// Finds the best agent for an item and takes one unit of the agent's capacity. The item is dropped if there is no
    /// agent.
    fn assign(&mut self, item: u32) -> Option<Self::Agent>;

    /// Gives back one unit of an agent's capacity.
    fn release(&mut self, agent: Self::Agent);
}

/// The number of items that are read, or inputs that are built, before the clock starts.
pub(crate) const BATCH: usize = 64;

/// An assigner, its stream of arrivals, and the agents who hold the items in service.
pub(crate) struct Simulation<A: Assigner> {
    pub(crate) assigner: A,
    arrivals: Arrivals,
    /// The agent of the item in each slot.
    holders: Vec<Option<A::Agent>>,
}

impl<A: Assigner> Simulation<A> {
    pub(crate) fn new(assigner: A, workload: &Workload, load: u32) -> Self {
        let arrivals = Arrivals::new(workload, load);
        Self {
            assigner,
            holders: vec![None; arrivals.slot_count as usize],
            arrivals,
        }
    }

    /// Runs at least `operations` operations, and returns the exact number and their time. An operation is an arrival
    /// (`assign`) or a completion (`release`).
    fn measure(&mut self, operations: u64) -> (u64, Duration) {
        let (mut measured, mut elapsed) = (0, Duration::ZERO);
        while measured < operations {
            let batch: Vec<Step> = self.arrivals.by_ref().take(BATCH).collect();
            for step in &batch {
                self.assigner.read(step.item);
            }
            let start = Instant::now();
            measured += counted_steps(self, &batch);
            elapsed += start.elapsed();
        }
        (measured, elapsed)
    }

    /// Runs one step and returns the number of the agent who gets the item.
    fn step(&mut self) -> Option<usize> {
        let step = self.arrivals.next()?;
        self.run(step);
        self.holders[step.slot as usize].map(A::number)
    }

    /// Runs one step and returns the number of operations.
    #[inline]
    fn run(&mut self, step: Step) -> u64 {
        let slot = step.slot as usize;
        let released = self.holders[slot];
        if let Some(agent) = released {
            self.assigner.release(agent);
        }
        self.holders[slot] = self.assigner.assign(step.item);
        1 + u64::from(released.is_some())
    }
}

/// Runs a batch and returns the number of operations. Callgrind finds this function by its name.
#[inline(never)]
fn counted_steps<A: Assigner>(simulation: &mut Simulation<A>, batch: &[Step]) -> u64 {
    batch.iter().map(|step| simulation.run(*step)).sum()
}

/// A function that runs at least a number of operations, and returns the exact number and their time.
pub(crate) type Measure = Box<dyn FnMut(u64) -> (u64, Duration)>;

/// The names of the compared assigners.
pub(crate) const ASSIGNERS: [&str; 3] = ["handover", "BTreeSet", "scan"];

/// Creates the compared assigners, in the steady state. Runs `compared_steps` more steps, and compares all results.
///
/// # Panics
///
/// If two assigners give an item to different agents.
pub(crate) fn create_assigners(
    workload: &Workload,
    load: u32,
    compared_steps: usize,
) -> [Measure; 3] {
    let mut handover = Simulation::new(HandoverAssigner::new(workload), workload, load);
    let mut btree_set = Simulation::new(BTreeSetAssigner::new(workload), workload, load);
    for step in 0..handover.arrivals.warm_up_steps() {
        let (agent, expected) = (handover.step(), btree_set.step());
        assert_eq!(agent, expected, "the assigners disagree at step {step}");
    }
    // The scan starts in the state of the `BTreeSet`s, because a warm-up with it would take minutes.
    let agents = btree_set.assigner.agents.clone();
    let mut scan = Simulation {
        assigner: ScanAssigner { agents },
        arrivals: btree_set.arrivals.clone(),
        holders: btree_set.holders.clone(),
    };
    for step in 0..compared_steps {
        let expected = btree_set.step();
        let agents = [handover.step(), scan.step()];
        assert_eq!(
            agents, [expected; 2],
            "the assigners disagree at step {step} after the warm-up"
        );
    }
    let invariants = handover.assigner.roster.check_invariants();
    invariants.expect("the index of the roster matches its agents");
    [
        Box::new(move |operations| handover.measure(operations)),
        Box::new(move |operations| btree_set.measure(operations)),
        Box::new(move |operations| scan.measure(operations)),
    ]
}

/// Runs the task `SHAPE AGENTS` at 70 % load under Callgrind, and returns the number of counted operations.
pub(crate) fn run_counted(task: &str) -> Option<u64> {
    let (shape, agents) = task.split_once(' ')?;
    let shapes = [Shape::ManyGroups, Shape::FourGroups, Shape::RareSkill];
    let is_named = |known: &Shape| format!("{known:?}") == shape;
    let shape = shapes.into_iter().find(is_named)?;
    let workload = Workload::new(shape, agents.parse().ok()?);
    let mut simulation = Simulation::new(HandoverAssigner::new(&workload), &workload, 70);
    for _ in 0..simulation.arrivals.warm_up_steps() {
        simulation.step();
    }
    Some(simulation.measure(40_000).0)
}
