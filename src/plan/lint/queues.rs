//! Lints about queues that nothing reaches, or from which nothing is assigned.

use alloc::vec::Vec;

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::id::QueueId;
use crate::model::{Condition, Queue, Routing};
use crate::plan::lint::{Findings, LintCode};

/// Says whether a queue has a pool.
pub(crate) fn has_pools(id: &QueueId, queue: &Queue, found: &mut Findings) -> bool {
    if queue.eligibility.is_empty() {
        found.add(
            LintCode::QueueWithoutEligibility,
            format_args!("queues.{id}.eligibility"),
            format_args!("Queue `{id}` has no eligibility pool, so nobody may take its items."),
            "Add a pool with the groups that work on this queue and the rule by which they are chosen.",
        );
    }
    !queue.eligibility.is_empty()
}

/// Finds the queues of one channel that an earlier one leaves nothing.
pub(crate) fn shadowed<'a>(
    queues: &[(&'a QueueId, &'a Queue)],
    found: &mut Findings,
) -> IndexSet<&'a QueueId, Seeded> {
    let mut queues = queues.to_vec();
    queues.sort_by_key(|(id, queue)| (queue.order, *id));
    let mut earlier = Earlier::default();
    let mut shadowed = IndexSet::default();
    for (id, queue) in queues {
        if let Some(shadow) = earlier.over(&queue.routing) {
            add(id, &shadow, found);
            shadowed.insert(id);
        }
        earlier.add(id, queue);
    }
    shadowed
}

fn add(id: &QueueId, shadow: &Shadow<'_>, found: &mut Findings) {
    let by = shadow.by.0;
    let path = format_args!("queues.{id}.routing");
    let takes = match shadow.why {
        Why::TakesAll => "takes every item",
        Why::Same => "has the same routing",
        Why::OneOfItsAny => "takes all that this one would, and more",
        Why::PartOfOurAll => "asks for only a part of what this one asks",
    };
    let problem = format_args!(
        "Queue `{id}` never takes an item by itself: queue `{by}` comes before it and {takes}."
    );
    let code = LintCode::QueueShadowed;
    match shadow.why {
        Why::Same => found.add(
            code,
            path,
            problem,
            format_args!("Make their routings differ, or deactivate one of the two queues."),
        ),
        _ => found.add(
            code,
            path,
            problem,
            format_args!(
                "Put queue `{id}` before queue `{by}` (an order below {}), or narrow the routing of `{by}`.",
                shadow.by.1.order
            ),
        ),
    }
}

/// Why nothing is left for a queue.
struct Shadow<'a> {
    by: (&'a QueueId, &'a Queue),
    why: Why,
}

#[derive(Clone, Copy)]
enum Why {
    TakesAll,
    Same,
    OneOfItsAny,
    PartOfOurAll,
}

/// The routings of the queues so far, by what they say; of equal ones the first.
#[derive(Default)]
struct Earlier<'a> {
    always: Option<(&'a QueueId, &'a Queue)>,
    whole: IndexMap<&'a Routing, (&'a QueueId, &'a Queue), Seeded>,
    conditions: IndexMap<&'a Condition, (&'a QueueId, &'a Queue), Seeded>,
    parts_of_any: IndexMap<&'a Condition, (&'a QueueId, &'a Queue), Seeded>,
}

impl<'a> Earlier<'a> {
    fn add(&mut self, id: &'a QueueId, queue: &'a Queue) {
        let by = (id, queue);
        if queue.routing == Routing::Manual {
            return;
        }
        self.whole.entry(&queue.routing).or_insert(by);
        let Routing::When(condition) = &queue.routing else {
            return;
        };
        self.conditions.entry(condition).or_insert(by);
        match condition {
            Condition::Always => {
                self.always.get_or_insert(by);
            }
            Condition::Any(parts) => {
                for part in parts {
                    self.parts_of_any.entry(part).or_insert(by);
                }
            }
            _ => {}
        }
    }

    /// Finds an earlier queue that takes all that this routing would.
    fn over(&self, routing: &Routing) -> Option<Shadow<'a>> {
        let shadow = |by: &(&'a QueueId, &'a Queue), why| Shadow { by: *by, why };
        if *routing == Routing::Manual {
            return None;
        }
        if let Some(by) = &self.always {
            return Some(shadow(by, Why::TakesAll));
        }
        if let Some(by) = self.whole.get(routing) {
            return Some(shadow(by, Why::Same));
        }
        let Routing::When(condition) = routing else {
            return None;
        };
        if let Some(by) = self.parts_of_any.get(condition) {
            return Some(shadow(by, Why::OneOfItsAny));
        }
        let parts: &Vec<_> = match condition {
            Condition::All(parts) => parts,
            _ => return None,
        };
        let by = parts.iter().find_map(|part| self.conditions.get(part))?;
        Some(shadow(by, Why::PartOfOurAll))
    }
}
