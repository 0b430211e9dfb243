//! What is measured, seen from outside: somebody who is told of arrivals and completions.

use std::time::{Duration, Instant};

use super::load::{Load, Step};

/// One way of assigning. All of them must give the same answers.
pub(crate) trait Desk {
    /// What it calls an agent.
    type Agent: Copy;
    /// The number of an agent, which is the same for all desks.
    fn number(agent: Self::Agent) -> usize;
    /// Lays the items of the next arrivals on the desk. This is not timed: it stands for the router, which has just made
    /// what it hands over, so that the items are in the nearest cache.
    fn lay_out(&mut self, arrivals: &[Step]);
    /// Finds the best agent for the item at this place of those laid out, and commits it to that agent; or nobody is
    /// found, and the item is dropped.
    fn arrive(&mut self, place: usize) -> Option<Self::Agent>;
    /// Gives back one unit of an agent's capacity.
    fn complete(&mut self, agent: Self::Agent);
}

/// So many items are laid out at a time.
pub(crate) const BATCH: usize = 64;

/// What happened in some steps.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) assigned: u64,
    pub(crate) dropped: u64,
    pub(crate) completed: u64,
}

impl Tally {
    /// Calls of the desk: arrivals (assign and commit) and completions (release).
    pub(crate) fn events(self) -> u64 {
        self.assigned + self.dropped + self.completed
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.assigned += other.assigned;
        self.dropped += other.dropped;
        self.completed += other.completed;
    }
}

/// A desk, and who holds what it has given out.
pub(crate) struct Shift<D: Desk> {
    pub(crate) desk: D,
    /// By cell of the load: the agent, nobody where the item was dropped.
    held: Vec<Option<D::Agent>>,
}

impl<D: Desk> Shift<D> {
    pub(crate) fn new(desk: D, load: &Load) -> Self {
        Self {
            desk,
            held: vec![None; load.cells as usize],
        }
    }

    /// The same shift with another desk, which must be in the same state as this one.
    pub(crate) fn handed_to<E: Desk<Agent = D::Agent>>(&self, desk: E) -> Shift<E> {
        Shift {
            desk,
            held: self.held.clone(),
        }
    }

    /// Runs some steps, and says how long the desk took for them.
    pub(crate) fn run(&mut self, steps: &[Step]) -> (Tally, Duration) {
        let mut tally = Tally::default();
        let mut elapsed = Duration::ZERO;
        for batch in steps.chunks(BATCH) {
            self.desk.lay_out(batch);
            let start = Instant::now();
            let done = self.serve(batch);
            elapsed += start.elapsed();
            tally.add(done);
        }
        (tally, elapsed)
    }

    /// Serves the steps that were laid out. This is the loop that is timed.
    #[inline]
    pub(crate) fn serve(&mut self, batch: &[Step]) -> Tally {
        let mut tally = Tally::default();
        for (place, step) in batch.iter().enumerate() {
            if let Some(agent) = self.holder(*step) {
                self.desk.complete(agent);
                tally.completed += 1;
            }
            let answer = self.desk.arrive(place);
            match answer {
                Some(_) => tally.assigned += 1,
                None => tally.dropped += 1,
            }
            self.hold(*step, answer);
        }
        tally
    }

    /// Who holds what is in the cell of a step: before the step what ends with it, after it what arrived.
    #[inline]
    pub(crate) fn holder(&self, step: Step) -> Option<D::Agent> {
        self.held[step.cell as usize]
    }

    /// Remembers the answer to the item that arrived with a step.
    #[inline]
    pub(crate) fn hold(&mut self, step: Step, answer: Option<D::Agent>) {
        self.held[step.cell as usize] = answer;
    }

    /// Items in service.
    pub(crate) fn in_service(&self) -> usize {
        self.held.iter().flatten().count()
    }
}

/// Drives two desks through the same steps and compares every single answer.
pub(crate) fn assert_equal_answers<A: Desk, B: Desk>(
    first: &mut Shift<A>,
    second: &mut Shift<B>,
    steps: &[Step],
) {
    for (number, step) in steps.iter().enumerate() {
        let single = core::slice::from_ref(step);
        first.run(single);
        second.run(single);
        let left = first.holder(*step).map(A::number);
        let right = second.holder(*step).map(B::number);
        assert_eq!(
            left, right,
            "the desks disagree on the arrival of step {number}"
        );
    }
}

/// Fails unless two desks have given the same answers to everything still in service. One answer that differs changes those
/// that follow, so that this speaks for the steps that were timed, without a comparison among them.
pub(crate) fn assert_same_holders<A: Desk, B: Desk>(first: &Shift<A>, second: &Shift<B>) {
    let numbers_of_first = first.held.iter().map(|agent| agent.map(A::number));
    let numbers_of_second = second.held.iter().map(|agent| agent.map(B::number));
    assert!(
        numbers_of_first.eq(numbers_of_second),
        "the desks disagree after the steps that were timed"
    );
}
