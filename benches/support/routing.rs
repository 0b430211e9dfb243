//! Routing conditions by themselves: the item names no queue, and the queues' conditions are asked.

use std::time::{Duration, Instant};

use handover::{
    Condition, Config, EligibilityPool, Fact, Input, Plan, Queue, Router, ServiceChannel, WorkItem,
};

use super::desk::BATCH;
use super::office::serve;
use super::random::Random;

/// How the queues tell their items.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Conditions {
    /// Each demands a value of its own of one field: the index answers.
    OneValue,
    /// Each demands a value of a field, and something more of another.
    ValueAndRange,
    /// Each holds for a range: they are asked one after the other.
    Range,
}

impl Conditions {
    pub(crate) const ALL: [Self; 3] = [Self::OneValue, Self::ValueAndRange, Self::Range];

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::OneValue => "is one value",
            Self::ValueAndRange => "is one value, and in a range",
            Self::Range => "in a range, asked in turn",
        }
    }

    fn condition(self, queue: u32) -> Condition {
        let number = i64::from(queue);
        let range = Condition::All(vec![
            Condition::at_least("place", number),
            Condition::less_than("place", number + 1),
        ]);
        let own = Condition::is("product", format!("product-{queue}"));
        match self {
            Self::OneValue => own,
            Self::ValueAndRange => Condition::All(vec![own, range]),
            Self::Range => range,
        }
    }
}

/// Mean nanoseconds to route an item that finds nobody and is canceled, and the same with the queue named.
pub(crate) fn time(conditions: Conditions, queues: u32, items: usize) -> (f64, f64) {
    let mut config = Config::new()
        .channel("work", ServiceChannel::new().active(true))
        .rule("any", handover::AssignmentRule::new())
        .group("nobody", handover::AgentGroup::new(Vec::<String>::new()));
    for queue in 0..queues {
        let made = Queue::new("work")
            .active(true)
            .routing(conditions.condition(queue))
            .pool(EligibilityPool::new(["nobody"], "any"));
        config = config.queue(format!("q{queue:04}"), made);
    }
    let plan = Plan::new(config).expect("the queues make a plan");
    let mut router = Router::new(&plan);
    let mut random = Random::from_seed(7);
    let (mut asked, mut named) = (Duration::ZERO, Duration::ZERO);
    let mut timed = 0;
    while timed < items {
        for is_named in [false, true] {
            let numbers: Vec<u32> = (0..BATCH).map(|_| random.below(queues)).collect();
            let places = numbers.iter().enumerate();
            let inputs: Vec<Input> = places
                .map(|(place, queue)| Input::Route {
                    item: WorkItem::new(format!("conv-{place}"), "work")
                        .fact("product", format!("product-{queue}"))
                        .fact("place", Fact::from(i64::from(*queue))),
                    queue: is_named.then(|| format!("q{queue:04}").into()),
                })
                .collect();
            let start = Instant::now();
            serve(&mut router, inputs);
            *(if is_named { &mut named } else { &mut asked }) += start.elapsed();
            let canceled = (0..BATCH).map(|place| Input::Cancel {
                item: format!("conv-{place}").into(),
                note: None,
            });
            serve(&mut router, canceled);
        }
        timed += BATCH;
    }
    let mean = |time: Duration| time.as_secs_f64() * 1e9 / timed as f64;
    (mean(asked), mean(named))
}
