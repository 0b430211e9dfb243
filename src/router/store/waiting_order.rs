//! The order of waiting items, as keys that are compared without the items, their facts or the configuration.
//!
//! There are two orders. The items of one queue are matched by priority (higher first), the queue's sort keys, age (older
//! first) and arrival: the derived order of [`OrderKey`]. Items of different queues are compared by priority, age and
//! arrival: the derived order of [`GlobalKey`]. In a queue without sort keys both orders are the same.
//!
//! In a queue sorted by the fact `severity`, ascending:
//!
//! | item | priority | severity | aging since | in its queue | key among queues |
//! |---|---|---|---|---|---|
//! | a | 1 | 3 | 40 | first: the highest priority | `(1, 40)` |
//! | b | 0 | 1 | 30 | second: the least severity | `(0, 30)` |
//! | c | 0 | 2 | 20 | third | `(0, 20)` |
//! | d | 0 | none | 10 | last: without the fact | `(0, 10)` |

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::model::{Direction, Fact, Facts, SortKey};
use crate::router::store::item::Item;
use crate::time::Timestamp;

/// The position of a waiting item among the items of its queue.
///
/// [`Item::order_key`] borrows the sort values; a class head owns its key.
///
/// INVARIANT: no part of it changes while an item waits. Priority, age and arrival are those of the item for good. The sort
/// values are read when an item enters its queue, and a change of facts takes the item out of the queue and puts it back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderKey<S = SortValues> {
    priority: Reverse<i64>,
    sort: S,
    aging_since: Timestamp,
    arrival: u64,
}

/// The position of a waiting item among the first items of all queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GlobalKey {
    priority: Reverse<i64>,
    aging_since: Timestamp,
    arrival: u64,
}

impl Item {
    /// Returns the item's key in its queue.
    #[inline]
    pub(crate) fn order_key(&self) -> OrderKey<&SortValues> {
        OrderKey {
            priority: Reverse(self.work_item().priority),
            sort: &self.wait.sort,
            aging_since: self.routed.aging_since(),
            arrival: self.arrival,
        }
    }
}

impl OrderKey<&SortValues> {
    /// Clones the key. Cloning shares the sort values.
    #[inline]
    pub(crate) fn to_owned(&self) -> OrderKey {
        OrderKey {
            priority: self.priority,
            sort: self.sort.clone(),
            aging_since: self.aging_since,
            arrival: self.arrival,
        }
    }
}

impl OrderKey {
    /// Borrows the key, to compare it with the key of an item.
    #[inline]
    pub(crate) fn as_ref(&self) -> OrderKey<&SortValues> {
        OrderKey {
            priority: self.priority,
            sort: &self.sort,
            aging_since: self.aging_since,
            arrival: self.arrival,
        }
    }

    /// Creates the key of an item that differs from others by its arrival only.
    #[cfg(test)]
    pub(crate) fn of_arrival(arrival: u64) -> Self {
        Self {
            priority: Reverse(0),
            sort: SortValues::default(),
            aging_since: Timestamp::EPOCH,
            arrival,
        }
    }

    /// Moves the beginning of the age by skipped time. The order of the keys does not change, since all of them move.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        self.aging_since = self.aging_since.plus_millis(millis);
    }

    /// Returns the item's key among queues.
    pub(crate) fn global(&self) -> GlobalKey {
        GlobalKey {
            priority: self.priority,
            aging_since: self.aging_since,
            arrival: self.arrival,
        }
    }

    /// Returns a lower bound of the global keys of this item and of all items behind it in its queue.
    ///
    /// Behind an item of a queue with sort keys there may be older items, but none of a higher priority.
    pub(crate) fn global_bound(&self) -> GlobalKey {
        if self.sort.is_empty() {
            return self.global();
        }
        GlobalKey {
            priority: self.priority,
            // The least values of a key, so that no key of the same priority is below the bound.
            aging_since: Timestamp::EPOCH,
            arrival: 0,
        }
    }
}

/// The values of a queue's sort keys for one item, compared one after the other.
///
/// Empty, and without an allocation, in a queue without sort keys. Cloning shares the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortValues(Option<Arc<Vec<SortValue>>>);

/// The value of one sort key. All items of a queue have the same direction at the same position.
// The derived order compares the variants first, so `Missing` has to be the last one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Ascending(Fact),
    Descending(Reverse<Fact>),
    /// Comes last in both directions.
    Missing,
}

impl SortValues {
    /// Reads the values of a queue's sort keys from the facts of an item.
    #[inline]
    pub(crate) fn new(sort: &[SortKey], facts: &Facts) -> Self {
        if sort.is_empty() {
            return Self(None);
        }
        let values =
            sort.iter().map(
                |key| match (facts.get(key.field.as_str()).cloned(), key.direction) {
                    (None, _) => SortValue::Missing,
                    (Some(fact), Direction::Ascending) => SortValue::Ascending(fact),
                    (Some(fact), Direction::Descending) => SortValue::Descending(Reverse(fact)),
                },
            );
        Self(Some(Arc::new(values.collect())))
    }

    fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::cmp::Reverse;

    use super::{OrderKey, SortValues};
    use crate::model::{Direction, Fact, Facts, SortKey};
    use crate::time::Timestamp;

    fn key(sort: SortValues, aging_since: u64, arrival: u64) -> OrderKey {
        OrderKey {
            priority: Reverse(0),
            sort,
            aging_since: Timestamp::saturating_from_millis(aging_since),
            arrival,
        }
    }

    fn values(direction: Direction, fact: Option<Fact>) -> SortValues {
        let field = "severity";
        let facts: Facts = fact.into_iter().map(|fact| (field, fact)).collect();
        let key = SortKey {
            field: field.into(),
            direction,
        };
        SortValues::new(&[key], &facts)
    }

    #[test]
    fn missing_fact_comes_last_in_both_directions() {
        let facts = [Some(Fact::from(1)), Some(Fact::from(2)), None];
        let ascending = facts.clone().map(|fact| values(Direction::Ascending, fact));
        assert!(ascending.is_sorted());
        let [one, two, missing] = facts.map(|fact| values(Direction::Descending, fact));
        assert!([two, one, missing].is_sorted());
    }

    #[test]
    fn values_of_different_types_are_ordered_by_type() {
        let facts = [
            Fact::from(true),
            Fact::from(-5),
            Fact::from("a"),
            Fact::from([1, 2]),
        ];
        let values: Vec<SortValues> = facts
            .map(|fact| values(Direction::Ascending, Some(fact)))
            .into();
        assert!(values.is_sorted());
    }

    #[test]
    fn older_item_behind_in_a_sorted_queue_is_not_below_the_bound() {
        let first = key(values(Direction::Ascending, Some(Fact::from(1))), 20, 2);
        let second = key(values(Direction::Ascending, Some(Fact::from(2))), 10, 1);
        assert!(first < second);
        assert!(second.global() < first.global());
        assert!(first.global_bound() <= second.global());

        let first = key(SortValues::default(), 10, 1);
        assert_eq!(first.global_bound(), first.global());
    }
}
