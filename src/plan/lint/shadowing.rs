//! The lint `queue_shadowed`: an earlier queue of the channel takes all items that a queue could take.
//!
//! | an earlier queue has | it shadows a queue with |
//! |---|---|
//! | `always` | any routing |
//! | the same routing | that routing |
//! | `any: [a, b]` | `a` |
//! | `a` | `all: [a, b]` |

use alloc::vec::Vec;

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::id::QueueId;
use crate::model::{Condition, Queue, Routing};
use crate::plan::lint::code::Lint;

/// Adds a lint for each shadowed queue of one channel, and returns these queues.
///
/// Compares the form of conditions only, so it does not find every shadowed queue: `visits more_than 5` covers `visits
/// more_than 9`, but their forms differ. It never reports a queue that can get items by itself.
///
/// The cost is linear in the number of queues and of the parts of their conditions.
pub(crate) fn lint<'a>(
    queues: &[(&'a QueueId, &'a Queue)],
    lints: &mut Vec<Lint>,
) -> IndexSet<&'a QueueId, Seeded> {
    let mut queues = queues.to_vec();
    queues.sort_by_key(|(id, queue)| (queue.order, *id));
    let mut earlier = EarlierQueues::default();
    let mut shadowed = IndexSet::default();
    for (id, queue) in queues {
        // A manual queue neither takes items by itself nor misses any.
        if queue.routing == Routing::Manual {
            continue;
        }
        // A shadowed queue shadows others too: it would take their items if no earlier queue took its own.
        if let Some(lint) = earlier.lint(id, &queue.routing) {
            lints.push(lint);
            shadowed.insert(id);
        }
        earlier.add(id, queue);
    }
    shadowed
}

/// For each routing or condition the first queue that has it.
type FirstQueue<'a, K> = IndexMap<&'a K, (&'a QueueId, &'a Queue), Seeded>;

/// The routings of the queues checked so far, each with the first queue that has it.
#[derive(Default)]
struct EarlierQueues<'a> {
    /// All routings: custom ones are compared by name.
    routings: FirstQueue<'a, Routing>,
    /// The conditions among the routings.
    conditions: FirstQueue<'a, Condition>,
    /// The parts of each condition that is an `any`: each of them suffices for the earlier queue.
    parts_of_any: FirstQueue<'a, Condition>,
}

impl<'a> EarlierQueues<'a> {
    /// Adds a queue, which comes after those added before.
    fn add(&mut self, id: &'a QueueId, queue: &'a Queue) {
        // Keeps the first queue of each routing: it takes the items, so the lint names it.
        self.routings.entry(&queue.routing).or_insert((id, queue));
        if let Routing::When(condition) = &queue.routing {
            self.conditions.entry(condition).or_insert((id, queue));
            if let Condition::Any(parts) = condition {
                // A part that an earlier queue has too stays with that one.
                for part in parts {
                    self.parts_of_any.entry(part).or_insert((id, queue));
                }
            }
        }
    }

    /// Returns the lint for a queue with this routing, if one of the earlier queues shadows it.
    fn lint(&self, id: &QueueId, routing: &Routing) -> Option<Lint> {
        let shadowed = |(earlier, queue): &(&QueueId, &Queue), reason| {
            Some(Lint::queue_shadowed(id, earlier, reason, queue.order))
        };
        // The most general reason first: one queue that takes everything explains all that follow it.
        if let Some(queue) = self.conditions.get(&Condition::Always) {
            return shadowed(queue, "takes every item");
        }
        if let Some((earlier, _)) = self.routings.get(routing) {
            return Some(Lint::queue_duplicated(id, earlier));
        }
        let Routing::When(condition) = routing else {
            return None;
        };
        if let Some(queue) = self.parts_of_any.get(condition) {
            return shadowed(queue, "takes all that this one would, and more");
        }
        let Condition::All(parts) = condition else {
            return None;
        };
        let part = parts.iter().find_map(|part| self.conditions.get(part))?;
        shadowed(part, "asks for only a part of what this one asks")
    }
}
