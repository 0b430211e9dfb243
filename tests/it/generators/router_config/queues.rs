//! Random queues.

use handover::{Affinity, Condition, Direction, EligibilityPool, Queue, Routing, WhenExhausted};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{GROUPS, RULES, with_probability};

pub(super) fn queue() -> impl Strategy<Value = Queue> {
    let routing = prop_oneof![
        5 => Just(Routing::always()),
        1 => Just(Routing::from(Condition::is("vip", true))),
        1 => Just(Routing::Manual),
    ];
    let settings = (
        select(vec!["chat", "chat", "phone"]),
        with_probability(0.9),
        99..=101_i64,
        routing,
    );
    let pools = prop_oneof![1 => vec(pool(), 0), 9 => vec(pool(), 1..=3)];
    (settings, pools, sort(), affinity(), times()).prop_map(
        |((channel, active, order, routing), pools, sort, affinity, times)| {
            let mut queue = Queue::new(channel)
                .active(active)
                .order(order)
                .routing(routing);
            if let Some((field, direction)) = sort {
                queue = queue.sort_by(field, direction);
            }
            queue = pools
                .into_iter()
                .fold(queue.affinity(affinity), Queue::pool);
            times.apply(queue)
        },
    )
}

fn pool() -> impl Strategy<Value = EligibilityPool> {
    let groups = subsequence(GROUPS.to_vec(), 1..=2).prop_shuffle();
    let opens = select(vec![0, 0, 0, 0, 0, 0, 10, 30]);
    (groups, select(RULES.to_vec()), opens).prop_map(|(groups, rule, opens)| {
        EligibilityPool::new(groups, rule).eligible_at_secs(opens)
    })
}

fn sort() -> impl Strategy<Value = Option<(&'static str, Direction)>> {
    let direction = select(vec![Direction::Ascending, Direction::Descending]);
    weighted(0.3, (Just("level"), direction))
}

fn affinity() -> impl Strategy<Value = Vec<Affinity>> {
    select(vec![
        vec![],
        vec![],
        vec![Affinity::last_agent()],
        vec![Affinity::LastAgent { within_days: 1 }],
        vec![Affinity::Preferred],
        vec![Affinity::Preferred, Affinity::LastAgent { within_days: 2 }],
        vec![Affinity::LastAgent { within_days: 1 }, Affinity::Preferred],
    ])
}

/// The times and the length limit of a queue. The domain is small, so that times often coincide.
#[derive(Clone, Debug)]
struct QueueTimes {
    target: Option<u32>,
    max_wait: Option<u32>,
    triggers: Vec<u32>,
    start_over: Option<u32>,
    max_length: Option<u32>,
}

fn times() -> impl Strategy<Value = QueueTimes> {
    let secs = || select(vec![5_u32, 10, 20, 30]);
    let target = weighted(0.4, secs());
    let max_wait = weighted(0.35, secs());
    let triggers = subsequence(vec![5_u32, 10, 10, 20], 0..=2).prop_shuffle();
    let start_over = weighted(0.4, secs());
    let max_length = weighted(0.3, 0..=2_u32);
    (target, max_wait, triggers, start_over, max_length).prop_map(
        |(target, max_wait, triggers, start_over, max_length)| QueueTimes {
            target,
            max_wait,
            triggers,
            start_over,
            max_length,
        },
    )
}

impl QueueTimes {
    fn apply(self, mut queue: Queue) -> Queue {
        queue.target_wait_secs = self.target;
        queue.max_wait_secs = self.max_wait;
        queue.max_length = self.max_length;
        queue.when_exhausted = self
            .start_over
            .map_or(WhenExhausted::Wait, WhenExhausted::StartOverSecs);
        let named = ["hello", "music"].into_iter().zip(self.triggers);
        named.fold(queue, |queue, (name, at)| queue.trigger(at, name))
    }
}
