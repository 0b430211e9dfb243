//! The same workload as curves for criterion, which keeps them between runs and compares. One iteration is a chunk of
//! arrivals that go on where the last chunk ended.

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};

use super::baseline::Sets;
use super::desk::{Desk, Shift};
use super::load::Load;
use super::ours::Ours;
use super::workload::{Shape, World};

const CHUNK_STEPS: usize = 1_000;
const LOADS: [u32; 3] = [70, 95, 120];

/// Adds the groups `assign/70%` and so on, each with ours and the sets for every number of agents.
pub(crate) fn add(criterion: &mut Criterion, agent_counts: &[u32]) {
    for percent in LOADS {
        let mut group = criterion.benchmark_group(format!("assign/{percent}%"));
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_secs(1))
            .throughput(Throughput::Elements(CHUNK_STEPS as u64));
        for &agents in agent_counts {
            let world = World::new(Shape::ManyGroups, agents);
            add_desk(
                &mut group,
                BenchmarkId::new("ours", agents),
                &world,
                percent,
                Ours::new,
            );
            add_desk(
                &mut group,
                BenchmarkId::new("btreeset", agents),
                &world,
                percent,
                Sets::new,
            );
        }
        group.finish();
    }
}

fn add_desk<D: Desk>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    world: &World,
    percent: u32,
    open: impl Fn(&World) -> D,
) {
    // Criterion may not want this one (a filter), and may ask for it twice (warming up, measuring).
    let mut opened = None;
    group.bench_function(id, |bencher| {
        let (shift, load) = opened.get_or_insert_with(|| warm(world, percent, open(world)));
        let mut steps = load.take(CHUNK_STEPS);
        bencher.iter_custom(|iterations| {
            let mut elapsed = Duration::ZERO;
            for _ in 0..iterations {
                elapsed += shift.run(&steps).1;
                load.refill(&mut steps);
            }
            elapsed
        });
    });
}

fn warm<D: Desk>(world: &World, percent: u32, desk: D) -> (Shift<D>, Load) {
    let mut load = Load::new(world, percent);
    let mut shift = Shift::new(desk, &load);
    let warm_up = load.take(load.warm_up_steps());
    shift.run(&warm_up);
    (shift, load)
}
