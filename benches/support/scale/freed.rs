//! Completions after which the freed agent gets its next waiting item.

use std::hint::black_box;
use std::time::Instant;

use handover::{Input, Offer, Output, Router, WorkItemId};

use super::super::config::route;
use super::super::random::Random;
use super::super::router::{InputHandler, router};
use super::super::workload::{Shape, Workload};
use super::super::{median, nanos_since};

/// A router whose agents are all at capacity, while more items wait.
pub(crate) struct Backlog {
    workload: Workload,
    router: Router,
    random: Random,
    /// The items that agents hold.
    held: Vec<WorkItemId>,
    item_count: u32,
}

impl Backlog {
    /// Routes items to the queues of 100 agents until `waiting` of them wait.
    ///
    /// With one queue, all items have equal requirements, so that only their number matters. With four queues, each queue has
    /// about 200 different sets of required skills.
    pub(crate) fn new(queues: u32, waiting: u32) -> Self {
        let mut workload = Workload::new(Shape::ManyGroups, 100);
        if queues == 1 {
            workload = Workload::new(Shape::RareSkill, 100);
            workload.items.iter_mut().for_each(|item| item.skills = 0);
        }
        let mut backlog = Self {
            router: router(&workload, Offer::AutoAccept),
            workload,
            random: Random::from_seed(11),
            held: Vec::new(),
            item_count: 0,
        };
        while backlog.item_count - (backlog.held.len() as u32) < waiting {
            backlog.route();
        }
        backlog
    }

    fn route(&mut self) {
        self.item_count += 1;
        let item = self.random.choose(&self.workload.items);
        let input = route(format!("conv-{}", self.item_count), item);
        self.held.extend(handle(&mut self.router, input));
    }

    /// Completes an item of a random agent, who gets the next waiting item, and routes a new item. Returns the nanoseconds of
    /// the completion.
    fn complete(&mut self) -> f64 {
        let index = self.random.below(self.held.len() as u32) as usize;
        let item = self.held.swap_remove(index).as_str().into();
        let start = Instant::now();
        let next = counted_completion(&mut self.router, Input::Complete { item, by: None });
        let elapsed = nanos_since(start);
        self.held.push(next.expect("an item waits for every agent"));
        self.route();
        elapsed
    }

    /// Returns the median nanoseconds of a completion.
    pub(crate) fn median(&mut self, completions: u32) -> f64 {
        median((0..completions).map(|_| self.complete()).collect())
    }
}

/// Handles an input and drains its outputs. Returns the item that an agent has accepted, if there is one.
fn handle(router: &mut Router, input: Input) -> Option<WorkItemId> {
    InputHandler::handle(router, input);
    let outputs = std::iter::from_fn(|| router.poll_output());
    let accepted = outputs.filter_map(|output| match output {
        Output::Accepted { item, .. } => Some(item),
        _ => None,
    });
    accepted.last()
}

/// Handles a completion. Callgrind finds this function by its name.
#[inline(never)]
fn counted_completion(router: &mut Router, input: Input) -> Option<WorkItemId> {
    black_box(handle(router, input))
}

/// Runs the task `QUEUES WAITING` under Callgrind, and returns the number of counted completions.
pub(crate) fn run_counted(task: &str) -> Option<u64> {
    let (queues, waiting) = task.split_once(' ')?;
    let mut backlog = Backlog::new(queues.parse().ok()?, waiting.parse().ok()?);
    backlog.median(200);
    Some(200)
}
