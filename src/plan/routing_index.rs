//! Which queues could take an item at all: an index by the values that their conditions demand.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::hash::Seeded;
use crate::base::table::QueueHandle;
use crate::model::{Comparison, Condition, Fact, Facts, Map};
use indexmap::IndexMap;

/// The queues of a channel, in the order in which they are asked; those that demand a certain value of a field stand under
/// that value.
#[derive(Debug, Default)]
pub(crate) struct RoutingIndex {
    queues: Box<[QueueHandle]>,
    /// Places in `queues` of those that demand nothing.
    always_asked: Vec<u32>,
    /// By field, by value: places in `queues`, rising.
    demanded: Map<String, IndexMap<Fact, Vec<u32>, Seeded>>,
}

impl RoutingIndex {
    /// Indexes queues, given in the order in which they are asked, each with its condition if it is one on facts.
    pub(crate) fn new<'a>(
        queues: impl Iterator<Item = (QueueHandle, Option<&'a Condition>)>,
    ) -> Self {
        let mut index = Self::default();
        let mut order = Vec::new();
        for (place, (queue, condition)) in (0_u32..).zip(queues) {
            order.push(queue);
            index.add(place, condition.and_then(demand));
        }
        index.queues = order.into();
        index
    }

    fn add(&mut self, place: u32, demand: Option<(&str, Vec<&Fact>)>) {
        let Some((field, values)) = demand else {
            self.always_asked.push(place);
            return;
        };
        if !self.demanded.contains_key(field) {
            self.demanded
                .insert(field, IndexMap::with_hasher(Seeded::default()));
        }
        let Some(by_value) = self.demanded.get_mut(field) else {
            return;
        };
        for value in values {
            let places = by_value.entry(value.clone()).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    /// Finds the first queue, in order, that could take an item of these facts and of which `takes` holds.
    pub(crate) fn first(
        &self,
        facts: &Facts,
        mut takes: impl FnMut(QueueHandle) -> bool,
    ) -> Option<QueueHandle> {
        let mut lists: Vec<&[u32]> = Vec::with_capacity(1 + self.demanded.len());
        lists.push(&self.always_asked);
        for (field, by_value) in &self.demanded {
            lists.extend(
                facts
                    .get(field)
                    .and_then(|fact| by_value.get(fact))
                    .map(Vec::as_slice),
            );
        }
        loop {
            let nearest = lists
                .iter_mut()
                .filter(|list| !list.is_empty())
                .min_by_key(|list| list.first().copied())?;
            let (place, rest) = nearest.split_first()?;
            let queue = *self.queues.get(*place as usize)?;
            if takes(queue) {
                return Some(queue);
            }
            *nearest = rest;
        }
    }
}

/// A field and the values of which it must have one for the condition to hold.
fn demand(condition: &Condition) -> Option<(&str, Vec<&Fact>)> {
    match condition {
        Condition::Field {
            field,
            comparison: Comparison::Is(value),
        } => Some((field, [value].into())),
        Condition::Field {
            field,
            comparison: Comparison::In(values),
        } => Some((field, values.iter().collect())),
        Condition::All(parts) => parts.iter().find_map(demand),
        _ => None,
    }
}
