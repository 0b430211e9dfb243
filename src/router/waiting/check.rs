//! The invariants of the waiting items.

use alloc::vec::Vec;

use crate::base::table::QueueHandle;
use crate::plan::Tables;
use crate::router::store::items::Items;
use crate::router::store::order_key::SortValues;
use crate::router::waiting::WaitingIndex;
use crate::router::waiting::class_key::{ClassKey, GateClasses, has_same_skills};
use crate::router::waiting::class_list::{ClassHead, ClassList};

/// A description of a broken invariant, `None` if all hold.
type Fault = Option<&'static str>;

impl WaitingIndex {
    /// Returns the first broken invariant, if any. Takes O(n log n) for n waiting items.
    pub(crate) fn fault(&self, tables: &Tables, items: &Items) -> Fault {
        let listed: usize = self.queues.iter().map(|(_, list)| list.heads().len()).sum();
        if listed != self.classes.iter().count() {
            return Some("a class is in no queue, or in two");
        }
        let mut queues = self.queues.iter();
        queues.find_map(|(queue, list)| self.fault_of_queue(tables, items, queue, list))
    }

    /// Returns the first broken invariant of a queue's list and of its classes. Takes O(n log n) for n items of the queue.
    fn fault_of_queue(
        &self,
        tables: &Tables,
        items: &Items,
        queue: QueueHandle,
        list: &ClassList,
    ) -> Fault {
        if !list.agrees_with(tables, queue) {
            return Some("a queue is not what its plan says");
        }
        if !list.heads().is_sorted_by(|head, next| head.key < next.key) {
            return Some("the classes of a queue are out of order");
        }
        let mut classes = list.heads().iter();
        let fault = classes.find_map(|head| self.fault_of_class(tables, items, queue, head));
        if fault.is_some() {
            return fault;
        }
        if self.has_equal_classes(items, list) {
            return Some("two classes of a queue have equal keys");
        }
        let classes = list.heads().iter();
        let count: usize = classes
            .map(|head| self.items(items, head.class).count())
            .sum();
        (count != list.item_count as usize)
            .then_some("the waiting items of a queue are counted wrongly")
    }

    /// Returns the first broken invariant of a class and its items. Computes the class key of each item again.
    fn fault_of_class(
        &self,
        tables: &Tables,
        items: &Items,
        queue: QueueHandle,
        head: &ClassHead,
    ) -> Fault {
        let class = self.classes.at(head.class);
        if class.queue != queue {
            return Some("a class is in the list of another queue than its own");
        }
        // Order, heap and subtree sizes.
        if !class.items.is_consistent(items) {
            return Some("the items of a class are out of order");
        }
        let first = class.items.select(items, 0);
        if first != Some(head.item) || items.item(head.item).order_key() != head.key.as_ref() {
            return Some("a class is not headed by its first item");
        }
        let sort = &tables.queue(queue).sort;
        for waiting in class.items.iter(items).map(|item| items.item(item)) {
            if waiting.wait.class != Some(head.class) || waiting.queue() != Some(queue) {
                return Some("an item does not wait where it says");
            }
            // An update of the facts inserts the item again, so its values are those of the current facts.
            if waiting.wait.sort != SortValues::new(sort, &waiting.work_item().facts) {
                return Some("the sort values of an item are not those of its facts");
            }
            let key = ClassKey::new(tables, queue, waiting);
            if key.requirements != head.requirements || key.gate_classes != class.gate_classes {
                return Some("the class key of an item differs from that of its class");
            }
            if waiting.size() > self.max_size {
                return Some("an item is larger than `max_size`");
            }
        }
        None
    }

    /// Returns `true` if two classes of a queue have the same key. Classes of unique items may.
    fn has_equal_classes(&self, items: &Items, list: &ClassList) -> bool {
        // Equal classes cause no wrong result, but a search would read two heads where one is enough.
        let gate_classes = |head: &ClassHead| self.classes.at(head.class).gate_classes.as_deref();
        let mut heads: Vec<&ClassHead> = list.heads().iter().collect();
        heads.retain(|head| gate_classes(head) != Some(&GateClasses::Unique));
        // Sorted, so that only classes with equal requirements are compared in pairs.
        heads.sort_unstable_by_key(|head| head.requirements);
        let mut runs = heads.chunk_by(|head, next| head.requirements == next.requirements);
        runs.any(|run| {
            let pairs = (1..).zip(run).flat_map(|(next, head)| {
                let others = run.iter().skip(next);
                others.map(move |other| (head, other))
            });
            pairs.into_iter().any(|(head, other)| {
                gate_classes(head) == gate_classes(other)
                    && has_same_skills(items.item(head.item), items.item(other.item))
            })
        })
    }
}
