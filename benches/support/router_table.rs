//! The table of the router's benchmark: every load and size, ours beside the afternoon's.

use std::collections::BTreeMap;

use handover::{Ask, Offer};

use super::afternoon::Afternoon;
use super::checklist::{say_at_least, say_at_most};
use super::histogram::Histogram;
use super::office::router;
use super::stream::{InTurn, assert_same_outputs, medians_in_turn, time_each};
use super::traffic::{Kind, Traffic};
use super::workload::{Shape, World};

/// What is measured in one line of the table.
pub(crate) struct Case {
    pub(crate) agents: u32,
    pub(crate) percent: u32,
    /// Whether offers are accepted by an input, or at once.
    pub(crate) asks: bool,
    /// Steps that are timed, side by side and once more one by one.
    pub(crate) steps: usize,
}

/// A line of the table. Times are nanoseconds.
pub(crate) struct Row {
    pub(crate) agents: u32,
    pub(crate) percent: u32,
    pub(crate) asks: bool,
    in_use: f64,
    waiting: usize,
    /// Both in turn.
    pub(crate) in_turn: InTurn,
    /// By kind of input, each by itself.
    kinds: Vec<(Kind, Histogram)>,
}

/// Inputs of a kind that are rarer than one in so many are no figure to judge by.
const RARE: u64 = 500;
const CHUNK_STEPS: usize = 20_000;

impl Case {
    pub(crate) fn measure(&self) -> Row {
        let world = World::new(Shape::ManyGroups, self.agents);
        let offer = if self.asks {
            Offer::Ask(Ask::new())
        } else {
            Offer::AutoAccept
        };
        let mut ours = router(&world, offer.clone());
        let mut afternoon = Afternoon::new(&world, &offer);
        let mut traffic = Traffic::new(&world, self.percent, self.asks);
        let mut events = Vec::new();
        let mut warm_up = traffic.warm_up_steps();
        while warm_up > 0 {
            let steps = warm_up.min(CHUNK_STEPS);
            traffic.write(&mut events, steps);
            assert_same_outputs(&mut ours, &mut afternoon, &world, &events);
            warm_up -= steps;
        }
        let chunk = CHUNK_STEPS.min(self.steps / 4);
        let chunks = (self.steps / chunk, chunk);
        let in_turn = medians_in_turn(&mut ours, &mut afternoon, &mut traffic, &world, chunks);
        traffic.write(&mut events, self.steps);
        let kinds = time_each(&mut ours, &world, &events);
        ours.check_invariants().expect("the router is whole");
        Row {
            agents: self.agents,
            percent: self.percent,
            asks: self.asks,
            in_use: 100.0 * traffic.in_service() as f64 / f64::from(world.capacity),
            waiting: traffic.waiting(),
            in_turn,
            kinds,
        }
    }
}

pub(crate) fn print_header() {
    println!(
        "\nns an input, its outputs drained. What finds nobody waits, and is canceled when as much time has passed as an item in \
         service takes: that alone bounds the backlog. Both in turn: medians over chunks of inputs, and the ratio of all \
         together; p50, p99 and p99.9 of ours, each input by itself, less the reading of the clock."
    );
    println!(
        "{:>7} {:>5} {:<8} {:>7} {:>8} | {:>8} {:>9} {:>6} {:>6} | kind of input: count, p50 / p99 / p99.9",
        "agents", "load", "accepted", "in use", "waiting", "ours", "afternoon", "ratio", "of all"
    );
}

impl Row {
    pub(crate) fn print(&self) {
        println!(
            "{:>7} {:>3} % {:<8} {:>5.1} % {:>8} | {:>8.0} {:>9.0} {:>6.2} {:>6.2} |",
            self.agents,
            self.percent,
            self.accepted(),
            self.in_use,
            self.waiting,
            self.in_turn.first,
            self.in_turn.second,
            self.in_turn.ratio,
            self.in_turn.ratio_of_all,
        );
        for (kind, times) in &self.kinds {
            if times.total() > 0 {
                let [median, high, highest] = [500, 990, 999].map(|share| times.quantile(share));
                println!(
                    "{:79}{:<22} {:>8}  {median:>6} / {high:>6} / {highest:>6}",
                    "",
                    kind.words(),
                    times.total()
                );
            }
        }
    }

    pub(crate) fn accepted(&self) -> &'static str {
        if self.asks { "by input" } else { "at once" }
    }

    /// The median of a kind of input, unless it is too rare to judge by.
    pub(crate) fn median(&self, kind: Kind) -> Option<u64> {
        let all: u64 = self.kinds.iter().map(|(_, times)| times.total()).sum();
        let (_, times) = self.kinds.iter().find(|(other, _)| *other == kind)?;
        (times.total() * RARE > all).then(|| times.quantile(500))
    }

    /// The median of each input, whatever came of it.
    fn by_input(&self) -> BTreeMap<&'static str, u64> {
        let mut inputs: BTreeMap<&'static str, Histogram> = BTreeMap::new();
        for (kind, times) in &self.kinds {
            *inputs.entry(kind.input()).or_insert_with(Histogram::new) += times;
        }
        let measured = inputs.into_iter().filter(|(_, all)| all.total() > 0);
        measured
            .map(|(input, all)| (input, all.quantile(500)))
            .collect()
    }

    /// What is required of this line.
    pub(crate) fn check(&self) {
        let of = format!(
            "{} agents at {} %, accepted {}",
            self.agents,
            self.percent,
            self.accepted()
        );
        let most = match (self.agents, self.percent) {
            (10_000, 120) => Some(2_000.0),
            (100_000, 120) => Some(4_000.0),
            (10_000, _) => Some(1_000.0),
            (100_000, _) => Some(2_500.0),
            _ => None,
        };
        for (input, median) in self.by_input() {
            if let Some(most) = most {
                say_at_most(&format!("{of}: median of {input}"), median as f64, most);
            }
        }
        if self.agents < 1_000 {
            return;
        }
        if self.percent == 120 {
            let share = 1.0 / self.in_turn.ratio;
            say_at_most(&format!("{of}: share of the afternoon's time"), share, 1.3);
        } else {
            let faster = self.in_turn.ratio;
            say_at_least(&format!("{of}: faster than the afternoon's"), faster, 1.0);
        }
    }
}
