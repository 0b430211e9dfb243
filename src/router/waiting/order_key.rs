//! Which of two waiting items comes first.

use core::cmp::{Ordering, Reverse};

use crate::model::{Direction, Queue};
use crate::router::store::item::Item;
use crate::time::Timestamp;

/// Where an item stands among those of other queues; and among those of its own, where that is not sorted besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderKey {
    priority: Reverse<i64>,
    aging_since: Timestamp,
    arrival: u64,
}

/// Where an item stands among those of other queues.
#[inline]
pub(crate) fn rank(work: &Item) -> OrderKey {
    OrderKey {
        priority: Reverse(work.routed.item().priority),
        aging_since: work.routed.aging_since(),
        arrival: work.arrival,
    }
}

/// How two items of a queue are ordered: by priority, the queue's sort keys, age, arrival.
pub(crate) fn in_queue(queue: &Queue, one: &Item, other: &Item) -> Ordering {
    let [own, others] = [one, other].map(rank);
    if queue.sort.is_empty() {
        return own.cmp(&others);
    }
    let by_priority = own.priority.cmp(&others.priority);
    let sort = || sorted(queue, one, other);
    by_priority.then_with(sort).then_with(|| own.cmp(&others))
}

/// What is missing comes last, whatever the direction.
fn sorted(queue: &Queue, one: &Item, other: &Item) -> Ordering {
    let facts = [one, other].map(|work| &work.routed.item().facts);
    let by_key = queue.sort.iter().map(|key| {
        let [one, other] = facts.map(|facts| facts.get(key.field.as_str()));
        match (one, other, key.direction) {
            (None, None, _) => Ordering::Equal,
            (None, Some(_), _) => Ordering::Greater,
            (Some(_), None, _) => Ordering::Less,
            (Some(one), Some(other), Direction::Ascending) => one.cmp(other),
            (Some(one), Some(other), Direction::Descending) => other.cmp(one),
        }
    });
    by_key
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
