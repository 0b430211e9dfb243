//! A backlog, and freed agents who find their next item in it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use handover::{Input, Offer, Output, Plan, Router};

use super::config::{config, queue_name, work_item};
use super::office::{Office, router, serve};
use super::random::Random;
use super::valgrind;
use super::workload::{Shape, World};

const TASK: &str = "HANDOVER_BENCH_BACKLOG";

/// What waits, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Where {
    /// In one queue, everything asks for the same: what is measured is the backlog alone.
    OneQueue,
    /// In the four queues of 100 agents, with some two hundred sets of skills in each.
    FourQueues,
}

impl Where {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::OneQueue => "one queue, one set of skills",
            Self::FourQueues => "four queues, 200 sets of skills each",
        }
    }
}

/// A router in which nobody has room, and whose agents are freed one after the other.
pub(crate) struct Backlog {
    world: World,
    router: Router,
    random: Random,
    /// The items that agents have.
    held: Vec<u64>,
    items: u64,
}

impl Backlog {
    /// Everyone's hands are filled, then so many items more come in.
    pub(crate) fn new(place: Where, waiting: u64) -> Self {
        let mut world = match place {
            Where::OneQueue => World::new(Shape::HardCase, 100),
            Where::FourQueues => World::new(Shape::ManyGroups, 100),
        };
        if place == Where::OneQueue {
            for item in &mut world.items {
                item.skills = 0;
            }
        }
        let router = router(&world, Offer::AutoAccept);
        let mut backlog = Self {
            router,
            world,
            random: Random::from_seed(11),
            held: Vec::new(),
            items: 0,
        };
        let mut left = waiting;
        while left > 0 {
            if !backlog.arrive() {
                left -= 1;
            }
        }
        backlog
    }

    /// An item comes in; says whether somebody has it.
    fn arrive(&mut self) -> bool {
        self.items += 1;
        let input = route(&self.world, &mut self.random, self.items);
        self.router
            .handle(super::office::NOW, input)
            .expect("it is allowed");
        let mut is_given = false;
        while let Some(output) = self.router.poll_output() {
            is_given |= matches!(output, Output::Accepted { .. });
        }
        if is_given {
            self.held.push(self.items);
        }
        is_given
    }

    /// Frees an agent who takes the next item, and lets another one come in. Says how long the first took.
    fn free(&mut self, complete: fn(&mut Router, Input) -> Option<String>) -> Duration {
        let place = self.random.below(self.held.len() as u32) as usize;
        let done = self.held.swap_remove(place);
        let input = Input::Complete {
            item: format!("conv-{done}").into(),
        };
        let start = Instant::now();
        let next = complete(&mut self.router, input);
        let elapsed = start.elapsed();
        let next = next.expect("everybody has something to do");
        let number = next.trim_start_matches("conv-").parse();
        self.held.push(number.expect("it is one of ours"));
        self.arrive();
        elapsed
    }

    /// Median nanoseconds of an agent freed.
    pub(crate) fn time(&mut self, times: usize) -> f64 {
        let mut all: Vec<Duration> = (0..times).map(|_| self.free(complete)).collect();
        all.sort_unstable();
        all[times / 2].as_secs_f64() * 1e9
    }
}

fn route(world: &World, random: &mut Random, number: u64) -> Input {
    let like = random.one_of(&world.items);
    Input::Route {
        item: work_item(format!("conv-{number}"), like),
        queue: Some(queue_name(like.queue as usize).into()),
    }
}

fn complete(router: &mut Router, input: Input) -> Option<String> {
    Office::handle(router, input);
    let mut next = None;
    while let Some(output) = Office::poll(router) {
        if let Output::Accepted { item, .. } = output {
            next = Some(item.as_str().to_owned());
        }
    }
    next
}

/// Callgrind counts from the entry to the exit of this function, and knows it by this name.
#[inline(never)]
fn counted_completion(router: &mut Router, input: Input) -> Option<String> {
    black_box(complete(router, input))
}

const COUNTED: usize = 200;

/// Instructions of an agent freed; nothing where Valgrind does not give a figure.
pub(crate) fn instructions(place: Where, waiting: u64) -> Option<f64> {
    let task = format!("{place:?} {waiting}");
    let (instructions, _) = valgrind::count("counted_completion", (TASK, task))?;
    Some(instructions / COUNTED as f64)
}

/// In the process that Valgrind runs: does what is asked, and says that it has.
pub(crate) fn ran_as_counted_process() -> bool {
    let Ok(task) = std::env::var(TASK) else {
        return false;
    };
    let Some((place, waiting)) = task.split_once(' ') else {
        return false;
    };
    let places = [Where::OneQueue, Where::FourQueues];
    let place = places
        .into_iter()
        .find(|known| format!("{known:?}") == place);
    let (Some(place), Ok(waiting)) = (place, waiting.parse()) else {
        return false;
    };
    let mut backlog = Backlog::new(place, waiting);
    for _ in 0..COUNTED {
        backlog.free(counted_completion);
    }
    true
}

/// The longest single input while a backlog grows in which nobody is present, and how many had come in before it.
pub(crate) fn longest_of_growth(agents: u32, waiting: u64) -> (Duration, u64, Duration) {
    let world = World::new(Shape::ManyGroups, agents);
    let plan = Plan::new(config(&world, Offer::AutoAccept)).expect("the workload makes a plan");
    let mut router = Router::new(&plan);
    let mut random = Random::from_seed(13);
    let mut longest = (Duration::ZERO, 0);
    let mut all = Duration::ZERO;
    for number in 0..waiting {
        let input = route(&world, &mut random, number);
        let start = Instant::now();
        serve(&mut router, [input]);
        let elapsed = start.elapsed();
        all += elapsed;
        if elapsed > longest.0 {
            longest = (elapsed, number);
        }
    }
    (longest.0, longest.1, all)
}
