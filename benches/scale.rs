//! What a router costs when much waits and many come and go: time, instructions, memory.
//!
//! `cargo bench --bench scale` prints all of it with a checklist of what is required, and once more in Markdown for the
//! README; `-- memory` prints what memory costs and nothing else; `-- --test` tries everything once at a small size.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark computes and prints figures, its numbers fit into 32 bits, and it may fail loudly; its parts are shared"
)]

/// What the benchmark is made of, one subject a file.
mod support {
    pub(crate) mod backlog;
    pub(crate) mod checklist;
    pub(crate) mod config;
    #[expect(unsafe_code, reason = "an allocator that counts is one")]
    pub(crate) mod counting;
    pub(crate) mod figures;
    pub(crate) mod markdown;
    pub(crate) mod mass;
    pub(crate) mod numbers;
    pub(crate) mod office;
    pub(crate) mod random;
    pub(crate) mod size;
    pub(crate) mod valgrind;
    pub(crate) mod workload;
}

use handover::{Ask, Offer};

use support::backlog::{self, Backlog, Where};
use support::checklist::say_at_most;
use support::counting::Counting;
use support::figures::Figures;
use support::numbers::{grouped, rounded};
use support::{mass, size};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const USAGE: &str = "\
cargo bench --bench scale [-- ARGUMENTS]
    memory  only the bytes that live
    --test  everything once, at a small size";

fn main() {
    if backlog::ran_as_counted_process() {
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if asked("--help") {
        println!("{USAGE}");
        return;
    }
    if asked("--list") {
        return;
    }
    // As criterion does: without `--bench` this is a test run.
    let sizes = if asked("--test") || !asked("--bench") {
        Sizes::small()
    } else {
        Sizes::full()
    };
    if asked("memory") {
        measure_memory(&sizes, &mut Figures::new());
    } else {
        measure(&sizes);
    }
}

/// How much of everything.
struct Sizes {
    /// Fewest and most that wait where an agent is freed.
    backlog: [u64; 2],
    freed: usize,
    counts_instructions: bool,
    growth: u64,
    /// At which numbers of waiting items their memory is looked at.
    waiting: [usize; 2],
    agents: u32,
    mass: u32,
}

impl Sizes {
    fn small() -> Self {
        Self {
            backlog: [1_000, 5_000],
            freed: 100,
            counts_instructions: false,
            growth: 5_000,
            waiting: [1_000, 5_000],
            agents: 500,
            mass: 2_000,
        }
    }

    fn full() -> Self {
        Self {
            backlog: [1_000, 1_000_000],
            freed: 20_000,
            counts_instructions: true,
            growth: 1_000_000,
            waiting: [100_000, 1_100_000],
            agents: 10_000,
            mass: 100_000,
        }
    }
}

fn measure(sizes: &Sizes) {
    let mut figures = Figures::new();
    measure_freed(sizes, Where::OneQueue, &mut figures);
    measure_freed(sizes, Where::FourQueues, &mut figures);
    measure_growth(sizes, &mut figures);
    measure_memory(sizes, &mut figures);
    let accepted = "accepted at once";
    measure_mass(sizes, Offer::AutoAccept, accepted, &mut figures);
    let offered = "offered, and not answered";
    measure_mass(sizes, Offer::Ask(Ask::new()), offered, &mut figures);
    figures.print_markdown("What a router costs when much waits and many come and go.");
}

fn measure_freed(sizes: &Sizes, place: Where, figures: &mut Figures) {
    println!("\nA freed agent finds its next item; {}:", place.words());
    let [few, many] = sizes.backlog.map(|waiting| {
        let time = Backlog::new(place, waiting).time(sizes.freed);
        let instructions = if sizes.counts_instructions {
            backlog::instructions(place, waiting)
        } else {
            None
        };
        let counted = instructions.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}"));
        println!("  {waiting:>9} waiting: {time:>8.0} ns (median), {counted} instructions");
        let subject = format!(
            "a freed agent finds its next item among {}; {}",
            grouped(waiting),
            place.words()
        );
        figures.add(&subject, format!("{} ns", rounded(time)));
        (time, instructions)
    });
    say_at_most("times the time of the few", many.0 / few.0, 5.0);
    if let Some((few, many)) = few.1.zip(many.1) {
        say_at_most("times the instructions of the few", many / few, 1.3);
        let subject = format!("the same, in instructions; {}", place.words());
        figures.add(&subject, format!("{:.2} times", many / few));
    }
}

fn measure_growth(sizes: &Sizes, figures: &mut Figures) {
    let (longest, at, all) = backlog::longest_of_growth(sizes.agents, sizes.growth);
    let (milliseconds, mean) = (
        longest.as_secs_f64() * 1e3,
        all.as_secs_f64() * 1e9 / sizes.growth as f64,
    );
    println!(
        "\nA backlog grows to {} while nobody is there, {mean:.0} ns an item; the longest single input came at {at}:",
        sizes.growth,
    );
    say_at_most("its milliseconds", milliseconds, 5.0);
    let subject = format!(
        "a backlog grows to {} while nobody is there: an item",
        grouped(sizes.growth)
    );
    figures.add(&subject, format!("{} ns", rounded(mean)));
    figures.add("the longest of these", format!("{milliseconds:.1} ms"));
}

fn measure_memory(sizes: &Sizes, figures: &mut Figures) {
    println!("\nBytes that live, as asked of the allocator:");
    let mut say = |subject: &str, bytes: f64, most: f64| {
        say_at_most(subject, bytes, most);
        figures.add(subject, format!("{} bytes", rounded(bytes)));
    };
    let bytes = size::bytes_a_waiting_item(&sizes.waiting);
    for (waiting, bytes) in sizes.waiting.iter().zip(bytes) {
        let waiting = grouped(*waiting as u64);
        let subject = format!("a waiting item beside the work item, at {waiting}");
        say(&subject, bytes, 250.0);
    }
    let one = size::bytes_an_agent(sizes.agents, 1);
    let two = size::bytes_an_agent(sizes.agents, 2);
    let subject = "an agent in three groups with three skills";
    say(subject, one.router, 600.0);
    let second = two.router - one.router;
    say("more for a second channel", second, 150.0);
    say("the plan, an agent", one.plan, 1_000.0);
    println!("  (the plan with a second channel: {:.0})", two.plan);
}

fn measure_mass(sizes: &Sizes, offer: Offer, words: &str, figures: &mut Figures) {
    let situation = format!(
        "{} agents with {} items waiting, {words}",
        grouped(sizes.agents.into()),
        grouped(sizes.mass.into())
    );
    println!("\n{situation}:");
    let events = mass::events(sizes.agents, sizes.mass, offer);
    for event in &events {
        let milliseconds = event.time.as_secs_f64() * 1e3;
        println!(
            "  {:<30} {milliseconds:>8.1} ms, {:>7} outputs, {:>6.0} ns an output",
            event.words,
            event.outputs,
            event.time.as_secs_f64() * 1e9 / event.outputs as f64,
        );
        let subject = format!("{situation}: {}", event.words);
        figures.add(&subject, format!("{} ms", rounded(milliseconds)));
    }
    let last = events.iter().skip(1);
    let there_and_back: f64 = last.map(|event| event.time.as_secs_f64() * 1e3).sum();
    say_at_most("leave and come back: milliseconds", there_and_back, 150.0);
}
