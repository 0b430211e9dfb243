//! The invariants of the waiting items.

use crate::base::table::QueueHandle;
use crate::plan::Tables;
use crate::router::store::items::Items;
use crate::router::store::waiting_order::SortValues;
use crate::router::waiting::head_chunk::ClassHead;
use crate::router::waiting::{ClassLookup, WaitingIndex};

/// A description of a broken invariant, `None` if all hold.
type Fault = Option<&'static str>;

impl WaitingIndex {
    /// Returns the first broken invariant, if any.
    ///
    /// Takes O(n log n + n c) for n waiting items in queues of c classes.
    pub(crate) fn fault(&self, tables: &Tables, items: &Items) -> Fault {
        let listed: usize = self
            .queues
            .iter()
            .map(|(_, list)| list.heads.iter().count())
            .sum();
        if listed != self.classes.iter().count() {
            return Some("a class is in no queue, or in two");
        }
        if !self.queue_bounds.is_consistent(&self.queues) {
            return Some("the order of the queues differs from that of their heads");
        }
        let mut queues = self.queues.iter();
        queues.find_map(|(queue, _)| self.fault_of_queue(tables, items, queue))
    }

    /// Returns the first broken invariant of a queue's list and of its classes. Takes O(n log n) for n items of the queue.
    fn fault_of_queue(&self, tables: &Tables, items: &Items, queue: QueueHandle) -> Fault {
        let list = self.queue(queue);
        if !list.agrees_with(tables, queue) {
            return Some("the fields of a queue differ from its plan");
        }
        if !list.heads.is_consistent() {
            return Some("the classes of a queue are out of order");
        }
        let mut count = 0;
        for head in list.heads.iter() {
            if let Some(fault) = self.fault_of_class(tables, items, queue, head) {
                return Some(fault);
            }
            count += self.items(items, head.class).count();
        }
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
        if class.queue != queue || class.requirements != head.requirements {
            return Some(
                "a class is in the list of another queue than its own, or with other requirements",
            );
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
                return Some("an item waits in another class or queue than it names");
            }
            // An update of the facts inserts the item again, so its values are those of the current facts.
            if waiting.wait.sort != SortValues::new(sort, &waiting.work_item().facts) {
                return Some("the sort values of an item are not those of its facts");
            }
            let ClassLookup {
                key, class: found, ..
            } = self.find(tables, items, waiting);
            if key.requirements != head.requirements || key.gate_classes != class.gate_classes {
                return Some("the class key of an item differs from that of its class");
            }
            // Several classes of unique items can have equal keys, and the lookup finds none of them.
            if found.is_some_and(|found| found != head.class) {
                return Some("two classes of a queue have equal keys");
            }
            if waiting.size() > self.max_size {
                return Some("an item is larger than `max_size`");
            }
        }
        None
    }
}
