//! Measures the two parts of a decision: routing an item to a queue, and assigning it to an agent.
//!
//! `cargo bench --bench assign` measures
//!
//! - `assign/…`: the mean time of an arrival (`assign` and `commit`) or a completion (`release`), compared with one
//!   `BTreeSet` per group and with a scan of all agents. The results are compared before the measurement starts.
//! - `route/…`: the mean time to route an item by the conditions of the queues, and to route it to a named queue.
//!
//! A filter such as `-- assign/70%/handover` runs some of the benchmarks.

#![allow(
    clippy::restriction,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and may panic"
)]

mod support;

use std::cell::{LazyCell, RefCell};
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion};

use support::assigner::{ASSIGNERS, create_assigners};
use support::conditions::{Form, RoutingBench};
use support::is_test;
use support::workload::{Shape, Workload};

type Group<'criterion> = BenchmarkGroup<'criterion, WallTime>;

fn main() {
    let (sizes, queue_counts): (&[u32], &[u32]) = if is_test() {
        (&[100, 1_000], &[10, 100])
    } else {
        (
            &[100, 1_000, 10_000, 100_000],
            &[10, 100, 500, 1_000, 2_000],
        )
    };
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for load in [70, 95, 120] {
        let group = criterion.benchmark_group(format!("assign/{load}%"));
        add_assigners(group, Shape::ManyGroups, load, sizes);
    }
    let group = criterion.benchmark_group("assign/4 groups");
    add_assigners(group, Shape::FourGroups, 70, &sizes[1..]);
    let group = criterion.benchmark_group("assign/rare skill");
    add_assigners(group, Shape::RareSkill, 70, &sizes[1..]);
    for (form, name) in [(Form::Value, "value"), (Form::Range, "range")] {
        let mut group = criterion.benchmark_group(format!("route/{name}"));
        for &queues in queue_counts {
            for (routed_by, names_queue) in [("condition", false), ("name", true)] {
                let bench =
                    LazyCell::new(|| RefCell::new(RoutingBench::new(form, queues, names_queue)));
                let id = BenchmarkId::new(routed_by, queues);
                add_benchmark(&mut group, id, |items| bench.borrow_mut().measure(items));
            }
        }
    }
    criterion.final_summary();
}

/// Adds the three assigners for each number of agents.
fn add_assigners(mut group: Group<'_>, shape: Shape, load: u32, sizes: &[u32]) {
    for &agents in sizes {
        // Created when the first of the three benchmarks runs, because a filter can exclude all of them.
        let assigners = LazyCell::new(|| {
            let workload = Workload::new(shape, agents);
            RefCell::new(create_assigners(&workload, load, 1_000))
        });
        for (index, name) in ASSIGNERS.into_iter().enumerate() {
            let id = BenchmarkId::new(name, agents);
            add_benchmark(&mut group, id, |operations| {
                assigners.borrow_mut()[index](operations)
            });
        }
    }
}

/// Adds a benchmark. One iteration is one operation. `measure` can run more operations than criterion requests.
fn add_benchmark(
    group: &mut Group<'_>,
    id: BenchmarkId,
    mut measure: impl FnMut(u64) -> (u64, Duration),
) {
    group.bench_function(id, |bencher| {
        bencher.iter_custom(|operations| {
            let (measured, elapsed) = measure(operations);
            elapsed.mul_f64(operations as f64 / measured as f64)
        });
    });
}
