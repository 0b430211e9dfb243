//! What must always be true of the items that wait.

use crate::router::handles::ClassHandle;
use alloc::vec::Vec;

use crate::base::table::QueueHandle;
use crate::plan::Tables;
use crate::router::store::items::Items;
use crate::router::waiting::WaitingIndex;
use crate::router::waiting::class_key::{ClassKey, GateClasses, Requirements, ask_alike};
use crate::router::waiting::class_list::{ClassHead, ClassList};
use crate::router::waiting::order_key::{in_queue, rank};

/// What is wrong, none if nothing is.
type Fault = Option<&'static str>;

impl WaitingIndex {
    /// Returns what is wrong with what is known twice, if anything.
    pub(crate) fn fault(&self, plan: &Tables, items: &Items) -> Fault {
        let classes: usize = self
            .queues
            .iter()
            .map(|(_, own)| own.classes().count())
            .sum();
        if classes != self.classes.iter().count() {
            return Some("a class stands in no queue, or in two");
        }
        let mut queues = self.queues.iter();
        queues.find_map(|(queue, own)| self.fault_of_queue(plan, items, queue, own))
    }

    fn fault_of_queue(
        &self,
        plan: &Tables,
        items: &Items,
        queue: QueueHandle,
        own: &ClassList,
    ) -> Fault {
        if !own.is_of(plan, queue) {
            return Some("a queue is not what its plan says");
        }
        let config = plan.queue(queue);
        let firsts = own.classes().map(|(_, head)| items.get(head.item));
        if !firsts.is_sorted_by(|one, other| {
            let both = one.zip(*other);
            both.is_some_and(|(one, other)| in_queue(config, one, other).is_lt())
        }) {
            return Some("the classes of a queue are out of order");
        }
        let mut count = 0;
        for (want, head) in own.classes() {
            let mut in_order = self.items(items, head.class).peekable();
            let first = items.get(head.item).map(rank);
            if in_order.peek() != Some(&head.item) || first != Some(head.rank) {
                return Some("a class is not headed by its first item");
            }
            while let Some(item) = in_order.next() {
                count += 1;
                let Some(work) = items.get(item) else {
                    return Some("an item that waits is gone");
                };
                if work.wait.class != Some(head.class) || work.queue() != Some(queue) {
                    return Some("an item does not wait where it says");
                }
                if !self.is_in_its_class(&ClassKey::of(plan, queue, work), head.class, want) {
                    return Some("an item asks for something else than its class");
                }
                let next = in_order.peek().and_then(|next| items.get(*next));
                if next.is_some_and(|next| !in_queue(config, work, next).is_lt()) {
                    return Some("the items of a class are out of order");
                }
            }
        }
        if self.is_any_twice(items, own) {
            return Some("two classes of a queue ask for the same");
        }
        if !own.is_summed_up() {
            return Some("what the classes of a queue want is summed up wrongly");
        }
        (count != own.items).then_some("the waiting items of a queue are counted wrongly")
    }

    fn is_in_its_class(&self, kind: &ClassKey, class: ClassHandle, want: &Requirements) -> bool {
        let seen = self.class(class).map(|class| &class.seen);
        kind.want == *want && seen == Some(&kind.seen) && want.size <= self.largest
    }

    /// Whether two classes of a queue are one, but for those that gates put by themselves.
    fn is_any_twice(&self, items: &Items, queue: &ClassList) -> bool {
        let seen = |head: &ClassHead| {
            self.class(head.class)
                .and_then(|class| class.seen.as_deref())
        };
        let mut classes: Vec<(&Requirements, &ClassHead)> = queue.classes().collect();
        classes.retain(|(_, head)| !seen(head).is_some_and(GateClasses::is_alone));
        classes.sort_unstable_by_key(|(want, _)| want.kind);
        let of_one_hash = classes.chunk_by(|(one, _), (other, _)| one.kind == other.kind);
        let mut pairs = of_one_hash.flat_map(|alike| {
            let heads = (1..).zip(alike);
            heads.flat_map(|(next, (_, one))| {
                let others = alike.iter().skip(next);
                others.map(move |(_, other)| (*one, *other))
            })
        });
        pairs.any(|(one, other)| {
            let both = items.get(one.item).zip(items.get(other.item));
            seen(one) == seen(other) && both.is_some_and(|(one, other)| ask_alike(one, other))
        })
    }
}
