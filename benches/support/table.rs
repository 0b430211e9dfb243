//! The table: every world at every load, ours beside the baselines.

use super::baseline::Sets;
use super::callgrind::{self, Counted};
use super::desk::{Shift, assert_equal_answers};
use super::load::Load;
use super::ours::Ours;
use super::paired::time_in_turn;
use super::scan::{ScanOfEveryone, ScanOfMembers};
use super::workload::{Shape, World};

/// What is measured in one line of the table.
pub(crate) struct Case {
    pub(crate) shape: Shape,
    pub(crate) agents: u32,
    pub(crate) percent: u32,
    /// Arrivals that are timed, with ours and with the sets.
    pub(crate) steps: usize,
    /// Arrivals that are timed with the scans; they are slow.
    pub(crate) scan_steps: usize,
    pub(crate) count_instructions: bool,
}

/// A line of the table. Times are mean nanoseconds an event.
pub(crate) struct Row {
    pub(crate) shape: Shape,
    pub(crate) agents: u32,
    pub(crate) percent: u32,
    pub(crate) in_use: f64,
    pub(crate) dropped: f64,
    pub(crate) ours: f64,
    pub(crate) sets: f64,
    pub(crate) scans: Option<Scans>,
    pub(crate) instructions: Option<(f64, f64)>,
}

pub(crate) struct Scans {
    pub(crate) members: f64,
    pub(crate) everyone: f64,
}

/// Ours and the sets take turns so many times.
const LEAST_TURNS: usize = 4;
/// They take turns after so many arrivals at most: some milliseconds, so that filling the caches anew is a small part of it.
const MOST_CHUNK_STEPS: usize = 200_000;

impl Case {
    /// Warms up with every answer compared, then times.
    pub(crate) fn measure(&self) -> Row {
        let world = World::new(self.shape, self.agents);
        let mut load = Load::new(&world, self.percent);
        let mut ours = Shift::new(Ours::new(&world), &load);
        let mut sets = Shift::new(Sets::new(&world), &load);
        let warm_up = load.take(load.warm_up_steps());
        assert_equal_answers(&mut ours, &mut sets, &warm_up);

        let chunk_steps = MOST_CHUNK_STEPS.min(self.steps / LEAST_TURNS);
        let paired = time_in_turn(
            &mut ours,
            &mut sets,
            &mut load,
            self.steps / chunk_steps,
            chunk_steps,
        );
        let (ours_time, sets_time) = paired.nanoseconds();
        Row {
            shape: self.shape,
            agents: self.agents,
            percent: self.percent,
            in_use: 100.0 * ours.in_service() as f64 / f64::from(world.capacity),
            dropped: 100.0 * paired.tally.dropped as f64
                / (paired.tally.assigned + paired.tally.dropped) as f64,
            ours: ours_time,
            sets: sets_time,
            scans: (self.scan_steps > 0)
                .then(|| time_scans(&world, &sets, &mut load, self.scan_steps)),
            instructions: self.count_instructions(),
        }
    }

    fn count_instructions(&self) -> Option<(f64, f64)> {
        if !self.count_instructions {
            return None;
        }
        let ours = callgrind::instructions_per_event(Counted::Ours, self.shape, self.agents)?;
        let sets = callgrind::instructions_per_event(Counted::Sets, self.shape, self.agents)?;
        Some((ours, sets))
    }
}

/// The scans take over from the sets where these stand, and must go on to give the same answers.
fn time_scans(world: &World, sets: &Shift<Sets>, load: &mut Load, steps: usize) -> Scans {
    let staff = &sets.desk.staff;
    let mut members = sets.handed_to(ScanOfMembers::taking_over(staff, world));
    let mut everyone = sets.handed_to(ScanOfEveryone::taking_over(staff));
    let paired = time_in_turn(&mut members, &mut everyone, load, 4, steps.div_ceil(4));
    let (members, everyone) = paired.nanoseconds();
    Scans { members, everyone }
}

pub(crate) fn print_header() {
    println!(
        "\nns an event (an arrival: assign and commit; or a completion: release). `in use`: share of the capacity; \
         `nobody`: share of the arrivals. The scan that the requirements speak of is that of all agents."
    );
    println!(
        "{:<15} {:>7} {:>5} {:>7} {:>7} | {:>7} {:>9} {:>7} | {:>10} {:>7} {:>11} {:>8} | {:>7} {:>8} {:>6}",
        "world",
        "agents",
        "load",
        "in use",
        "nobody",
        "ours",
        "BTreeSet",
        "ratio",
        "scan group",
        "ratio",
        "scan all",
        "ratio",
        "instr.",
        "BTreeSet",
        "ratio"
    );
}

impl Row {
    pub(crate) fn print(&self) {
        let (members, everyone) = match &self.scans {
            Some(scans) => (Some(scans.members), Some(scans.everyone)),
            None => (None, None),
        };
        let (instructions, sets_instructions) = self.instructions.unzip();
        println!(
            "{:<15} {:>7} {:>3} % {:>5.1} % {:>5.1} % | {:>7.1} {:>9.1} {:>7.2} | {:>10} {:>7} {:>11} {:>8} | {:>7} {:>8} {:>6}",
            shape_name(self.shape),
            self.agents,
            self.percent,
            self.in_use,
            self.dropped,
            self.ours,
            self.sets,
            self.sets / self.ours,
            figure(members, 1),
            figure(members.map(|time| time / self.ours), 1),
            figure(everyone, 1),
            figure(everyone.map(|time| time / self.ours), 1),
            figure(instructions, 0),
            figure(sets_instructions, 0),
            figure(
                sets_instructions
                    .zip(instructions)
                    .map(|(sets, ours)| sets / ours),
                2
            ),
        );
    }
}

pub(crate) fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::ManyGroups => "N/25 groups",
        Shape::FewGroups => "4 groups",
        Shape::HardCase => "1 in 1,000",
    }
}

fn figure(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}
