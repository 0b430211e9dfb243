//! Routing by the conditions of the queues, compared with routing to a named queue.

use std::time::{Duration, Instant};

use handover::{
    AgentGroup, AssignmentRule, Condition, Config, EligibilityPool, Fact, Input, Plan, Queue,
    Router, ServiceChannel, WorkItem,
};

use super::assigner::BATCH;
use super::random::Random;
use super::router::{handle_all, stream::counted_inputs};

/// The form of the routing conditions.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Each queue requires one value of a field. The index finds the queue.
    Value,
    /// Each queue requires a range of a field. The conditions are evaluated one after the other.
    Range,
}

impl Form {
    fn condition(self, queue: u32) -> Condition {
        let number = i64::from(queue);
        match self {
            Self::Value => Condition::is("product", format!("product-{queue}")),
            Self::Range => Condition::all(vec![
                Condition::at_least("place", number),
                Condition::less_than("place", number + 1),
            ]),
        }
    }
}

/// A router with many queues. Their items wait, because the queues have no agents.
pub(crate) struct RoutingBench {
    router: Router,
    queue_count: u32,
    /// Whether each item names its queue.
    names_queue: bool,
    random: Random,
}

impl RoutingBench {
    pub(crate) fn new(form: Form, queue_count: u32, names_queue: bool) -> Self {
        let mut config = Config::new()
            .channel("work", ServiceChannel::new().active(true))
            .rule("any", AssignmentRule::new())
            .group("nobody", AgentGroup::new(Vec::<String>::new()));
        for number in 0..queue_count {
            let queue = Queue::new("work")
                .active(true)
                .routing(form.condition(number))
                .pool(EligibilityPool::new(["nobody"], "any"));
            config = config.queue(queue_id(number), queue);
        }
        let plan = Plan::new(config).expect("the configuration is valid");
        Self {
            router: Router::new(&plan),
            queue_count,
            names_queue,
            random: Random::from_seed(7),
        }
    }

    fn inputs(&mut self) -> Vec<Input> {
        let route = |number| {
            let queue = self.random.below(self.queue_count);
            Input::Route {
                item: WorkItem::new(format!("conv-{number}"), "work")
                    .fact("product", format!("product-{queue}"))
                    .fact("place", Fact::from(i64::from(queue))),
                queue: self.names_queue.then(|| queue_id(queue).into()),
            }
        };
        (0..BATCH).map(route).collect()
    }

    /// Routes at least `items` items, and returns the exact number and their time. The items are then canceled, which is not
    /// measured.
    pub(crate) fn measure(&mut self, items: u64) -> (u64, Duration) {
        let (mut routed, mut elapsed) = (0, Duration::ZERO);
        while routed < items {
            let mut inputs = self.inputs();
            let start = Instant::now();
            counted_inputs(&mut self.router, &mut inputs);
            elapsed += start.elapsed();
            routed += BATCH as u64;
            let cancel = |number| Input::Cancel {
                item: format!("conv-{number}").into(),
                note: None,
            };
            handle_all(&mut self.router, (0..BATCH).map(cancel));
        }
        (routed, elapsed)
    }
}

fn queue_id(number: u32) -> String {
    format!("q{number:04}")
}

/// Runs the task `QUEUES condition|name` under Callgrind, with conditions on one value. Returns the number of counted items.
pub(crate) fn run_counted(task: &str) -> Option<u64> {
    let (queues, routed_by) = task.split_once(' ')?;
    let queues = queues.parse().ok()?;
    let mut bench = RoutingBench::new(Form::Value, queues, routed_by == "name");
    Some(bench.measure(2_000).0)
}
