//! The routing of an item to the first active queue of its channel, by order and id, whose routing holds.

use handover::rule::sizing;
use handover::{
    Comparison, Condition, Config, Fact, Plan, Queue, RouteErrorKind, Routing, ServiceChannel,
    SizeRule, Timestamp, UnroutableReason, WorkItem, route,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const QUEUES: [&str; 9] = ["m", "c", "x", "a", "q", "b", "z", "k", "d"];

fn field() -> impl Strategy<Value = &'static str> {
    select(vec!["language", "country", "visits"])
}

fn value() -> impl Strategy<Value = Fact> {
    prop_oneof![
        4 => select(vec!["es", "de", "fr"]).prop_map(Fact::from),
        2 => (0..=2).prop_map(Fact::from),
        1 => any::<bool>().prop_map(Fact::from),
        1 => Just(Fact::from(["es", "de"])),
    ]
}

/// Returns conditions, most of which require a value of a field in some form.
fn condition() -> impl Strategy<Value = Condition> {
    let comparison = prop_oneof![
        6 => value().prop_map(Comparison::Is),
        1 => value().prop_map(Comparison::IsNot),
        3 => vec(value(), 0..=3).prop_map(Comparison::In),
        1 => vec(value(), 0..=3).prop_map(Comparison::NotIn),
        1 => any::<bool>().prop_map(Comparison::Exists),
        1 => (0..=2_i64).prop_map(|number| Comparison::AtLeast(number.into())),
    ];
    let leaf = prop_oneof![
        1 => Just(Condition::Always),
        9 => (field(), comparison)
            .prop_map(|(field, comparison)| Condition::Field { field: field.into(), comparison }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..=3).prop_map(Condition::all),
            2 => vec(inner.clone(), 0..=3).prop_map(Condition::any),
            1 => inner.prop_map(|inner| !inner),
        ]
    })
}

fn queue() -> impl Strategy<Value = Queue> {
    let routing = prop_oneof![
        1 => Just(Routing::Manual),
        8 => condition().prop_map(Routing::When),
    ];
    (
        select(vec!["chat", "mail"]),
        prop::bool::weighted(0.9),
        1..=3_i64,
        routing,
    )
        .prop_map(|(channel, active, order, routing)| {
            Queue::new(channel)
                .active(active)
                .order(order)
                .routing(routing)
        })
}

fn item() -> impl Strategy<Value = WorkItem> {
    let facts = vec((field(), value()), 0..=3);
    (select(vec!["chat", "mail"]), facts).prop_map(|(channel, facts)| {
        let item = WorkItem::new("item", channel);
        facts
            .into_iter()
            .fold(item, |item, (field, value)| item.fact(field, value))
    })
}

proptest! {
    #[test]
    fn first_queue_whose_routing_holds_takes_the_item(
        queues in vec(queue(), 0..=QUEUES.len()),
        items in vec(item(), 1..6),
    ) {
        let mut config = Config::new()
            .channel("chat", ServiceChannel::new().active(true))
            .channel("mail", ServiceChannel::new().active(true));
        config.queues = QUEUES.into_iter().zip(queues).collect();
        let plan = Plan::new(config.clone()).unwrap();
        let mut queues: Vec<_> = config.queues.iter().filter(|(_, queue)| queue.active).collect();
        queues.sort_by_key(|(id, queue)| (queue.order, id.as_str().to_owned()));
        for item in items {
            let takes = |queue: &Queue| match &queue.routing {
                Routing::When(condition) => condition.holds(&item.facts),
                _ => false,
            };
            let expected = queues.iter().find(|(_, queue)| queue.channel == item.channel && takes(queue));
            match (route(&plan, item.clone(), Timestamp::EPOCH), expected) {
                (Ok(routed), Some((id, _))) => prop_assert_eq!(plan.queue_id(routed.queue()), Some(*id)),
                (Err(error), None) => prop_assert_eq!(error.why(), &RouteErrorKind::Unroutable(UnroutableReason::NoQueue)),
                (result, expected) => prop_assert!(false, "{:?}, expected {:?}", result, expected),
            }
        }
    }
}

#[test]
fn custom_size_of_0_leaves_the_item_to_the_next_rule() {
    let channel = ServiceChannel::new()
        .active(true)
        .size(SizeRule::custom("zero"))
        .size(SizeRule::when(Condition::Always, 3));
    let queue = Queue::new("chat").active(true).routing(Routing::always());
    let config = Config::new().channel("chat", channel).queue("desk", queue);
    let zero = sizing::from_fn(|_: &WorkItem| Some(0));
    let plan = Plan::builder(config).sizing("zero", zero).build().unwrap();
    let routed = route(&plan, WorkItem::new("c1", "chat"), Timestamp::EPOCH).unwrap();
    assert_eq!(routed.size(), 3);
}
