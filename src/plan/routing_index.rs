//! The routing index: the queues of a channel by the value that their condition demands of a field.
//!
//! With it, a channel with 300 queues of one language each is routed without evaluating 300 conditions. An example of four
//! queues in routing order:
//!
//! ```text
//! position  routing                      by_fact
//! 0         language is "es"             language: "es" ─► 0, 2
//! 1         priority more_than 5                   "de" ─► 2
//! 2         language in "es", "de"       without_demand ─► 1, 3
//! 3         always
//! ```
//!
//! An item with the language "es" may be taken by the queues of two sorted lists, 0, 2 and 1, 3. Their merge gives the order
//! in which the conditions are evaluated: 0, 1, 2, 3. An item with the language "fr" tries 1 and 3 only.

use alloc::collections::BinaryHeap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::base::table::QueueHandle;
use crate::model::{Comparison, Condition, Fact, Facts};

/// The queues of a channel in routing order, indexed by the fact that each of them demands.
///
/// Finds a superset of the queues that take an item, so the caller checks the whole condition of each.
#[derive(Debug, Default)]
pub(crate) struct RoutingIndex {
    /// All queues, in routing order.
    queues: Vec<QueueHandle>,
    /// Positions in `queues` of the queues that demand no particular fact.
    without_demand: Vec<u32>,
    /// Ascending positions in `queues`, by field, then by value.
    by_fact: IndexMap<String, IndexMap<Fact, Vec<u32>, Seeded>, Seeded>,
}

impl RoutingIndex {
    /// Indexes queues in routing order, each with its condition unless that is a custom one.
    pub(crate) fn new<'a>(
        queues: impl Iterator<Item = (QueueHandle, Option<&'a Condition>)>,
    ) -> Self {
        let mut index = Self::default();
        // Positions ascend, so that every list below is sorted.
        for (position, (queue, condition)) in (0_u32..).zip(queues) {
            index.queues.push(queue);
            match condition.and_then(demand) {
                Some((field, values)) => index.add(position, field, values),
                None => index.without_demand.push(position),
            }
        }
        index
    }

    /// Adds the position of a queue that demands one of some values of a field.
    fn add(&mut self, position: u32, field: &str, values: &[Fact]) {
        let by_value = self.by_fact.entry(field.into()).or_default();
        for value in values {
            let positions = by_value.entry(value.clone()).or_default();
            // An `in` list may repeat a value.
            if positions.last() != Some(&position) {
                positions.push(position);
            }
        }
    }

    /// Finds the first queue in routing order that may take an item with these facts, and for which `takes` returns `true`.
    ///
    /// The cost is linear in the number of demanded fields, plus one merge step per queue tried. A merge step is logarithmic in
    /// the number of fields.
    pub(crate) fn first(
        &self,
        facts: &Facts,
        mut takes: impl FnMut(QueueHandle) -> bool,
    ) -> Option<QueueHandle> {
        // Each list is sorted, and no two share a position, so the order of the lists is that of their first positions.
        let mut lists = BinaryHeap::with_capacity(1 + self.by_fact.len());
        lists.push(Reverse(self.without_demand.as_slice()));
        // An item without the field, or with another value, is taken by none of the queues that demand one.
        for (field, by_value) in &self.by_fact {
            let positions = facts.get(field).and_then(|fact| by_value.get(fact));
            lists.extend(positions.map(|positions| Reverse(positions.as_slice())));
        }
        // Merges the lists: each round takes the least position.
        loop {
            let Reverse(list) = lists.pop()?;
            let Some((position, rest)) = list.split_first() else {
                continue;
            };
            // INVARIANT: every position is one of `queues`.
            let queue = *self.queues.get(*position as usize)?;
            if takes(queue) {
                return Some(queue);
            }
            // A queue demands values of at most one field, so it is in one list only and is not tried twice.
            lists.push(Reverse(rest));
        }
    }
}

/// Returns a field and values: the condition holds only if the field has one of them. `None` if it demands no such value.
///
/// An `all` demands what its first such part demands: a queue has one demand, so that it is in the index once per value.
fn demand(condition: &Condition) -> Option<(&str, &[Fact])> {
    match condition {
        Condition::Field { field, comparison } => match comparison {
            Comparison::Is(value) => Some((field, core::slice::from_ref(value))),
            Comparison::In(values) => Some((field, values)),
            // The others hold for values that cannot be listed.
            _ => None,
        },
        // The other parts are checked when the queue is tried.
        Condition::All(parts) => parts.iter().find_map(demand),
        _ => None,
    }
}
