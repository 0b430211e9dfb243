//! Waiting items, by queue and class.
//!
//! A *class* holds the waiting items of one queue that are interchangeable for matching: equal size, equal mandatory skills,
//! the same open pools, the same agents who have declined them, and equal classes of all custom gates. An agent who is
//! eligible for one item of a class is eligible for each of them. So a search reads the first item of a class, the *class
//! head*, and skips all items behind it: its cost depends on the number of classes of a queue, not on the number of items
//! that wait there.
//!
//! Each queue has a list of its class heads, in the order of their requirements. Each class has a tree of its items, in the
//! order of their keys. The links of the tree are stored in the items, so that a waiting item takes no other memory.
//!
//! ```text
//! queue `support`      class heads, by requirements
//!                      ├─ no skills, size 1     key 1: item a     tree: a < d < e < …
//!                      ├─ no skills, size 3     key 3: item c     tree: c
//!                      └─ `german`, size 1      key 2: item b     tree: b < f
//! ```
//!
//! An agent without `german` who has 1 spare unit is compared with the requirements of three classes and gets item a, however many
//! items wait.

pub(crate) mod class_filter;
pub(crate) mod class_key;
pub(crate) mod head_chunk;
pub(crate) mod head_list;
pub(crate) mod invariants;
pub(crate) mod queue_bounds;
pub(crate) mod waiting_queue;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::ordered_tree::{Links, Nodes, OrderedTree};
use crate::base::slab::Slab;
use crate::base::table::{QueueHandle, Table};
use crate::plan::Tables;
use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::item::Item;
use crate::router::store::items::Items;
use crate::router::store::waiting_order::SortValues;
use class_key::{ClassKey, GateClasses, Requirements, has_same_declines, has_same_skills};
use head_chunk::ClassHead;
use queue_bounds::QueueBounds;
use waiting_queue::WaitingQueue;

/// All waiting items.
#[derive(Clone, Debug)]
pub(crate) struct WaitingIndex {
    classes: Slab<ClassHandle, Class>,
    /// The waiting items of each queue.
    queues: Table<QueueHandle, WaitingQueue>,
    /// The order in which the queues of an agent of many queues are matched.
    pub(crate) queue_bounds: QueueBounds,
    /// An upper bound of the sizes of all waiting items; 0 if none waits. PERF: a search skips an agent who already had capacity
    /// for this size.
    pub(crate) max_size: u32,
}

/// A class of waiting items. INVARIANT: it has at least one item, and the first one is the item of its [`ClassHead`].
#[derive(Clone, Debug)]
struct Class {
    queue: QueueHandle,
    requirements: Requirements,
    /// The items in the order of their keys.
    items: OrderedTree<ItemHandle>,
    /// The classes that the custom gates of the queue give to the items; `None` if the queue has no custom gates.
    gate_classes: Option<Box<GateClasses>>,
}

/// The class of an item that is about to wait: its key, and the class itself if there is one.
pub(crate) struct ClassLookup {
    key: ClassKey,
    class: Option<ClassHandle>,
    /// The first item of the class.
    pub(crate) head: Option<ItemHandle>,
}

impl ClassLookup {
    /// Returns `true` if matching the item can be skipped.
    ///
    /// Items of a class are interchangeable. Any agent who is eligible for the item is eligible for the class head, and the head
    /// is matched first.
    #[inline]
    pub(crate) fn is_covered_by_head(&self) -> bool {
        // INVARIANT: the class of a waiting head is dirty, or no agent is eligible for the head.
        self.head.is_some()
    }
}

impl Nodes<ItemHandle> for Items {
    #[inline]
    fn links(&self, item: ItemHandle) -> &Links<ItemHandle> {
        &self.item(item).wait.links
    }

    #[inline]
    fn links_mut(&mut self, item: ItemHandle) -> &mut Links<ItemHandle> {
        &mut self.item_mut(item).wait.links
    }

    #[inline]
    fn is_before(&self, item: ItemHandle, other: ItemHandle) -> bool {
        self.item(item).order_key() < self.item(other).order_key()
    }
}

impl WaitingIndex {
    /// Makes the index of a plan's queues, in which no item waits.
    pub(crate) fn new(tables: &Tables) -> Self {
        let queues = tables.queue_plans.iter();
        Self {
            classes: Slab::new(),
            queues: queues
                .map(|(queue, _)| WaitingQueue::new(tables, queue))
                .collect(),
            queue_bounds: QueueBounds::new(tables),
            max_size: 0,
        }
    }

    /// Returns the number of items that wait in a queue.
    #[inline]
    pub(crate) fn len(&self, queue: QueueHandle) -> u32 {
        self.queue(queue).item_count
    }

    /// Returns the waiting items of a queue.
    #[inline]
    pub(crate) fn queue(&self, queue: QueueHandle) -> &WaitingQueue {
        self.queues.at(queue)
    }

    /// Returns the queue of a class, `None` if the class is gone.
    pub(crate) fn queue_of(&self, class: ClassHandle) -> Option<QueueHandle> {
        let class = self.classes.get(class)?;
        Some(class.queue)
    }

    /// Moves the order keys of the class heads by skipped time. Takes time in proportion to the classes.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        for queue in self.queues.rows_mut() {
            queue.heads.skip_time(millis);
            self.queue_bounds.update(queue);
        }
    }

    /// Returns the items of a class, in order. Each takes O(log n), and the next one is looked up when it is asked for.
    pub(crate) fn items<'a>(
        &self,
        items: &'a Items,
        class: ClassHandle,
    ) -> impl Iterator<Item = ItemHandle> + use<'a> {
        self.classes.at(class).items.iter(items)
    }

    /// Returns the first item of a class. Takes O(log n).
    pub(crate) fn first(&self, items: &Items, class: ClassHandle) -> Option<ItemHandle> {
        self.classes.at(class).items.select(items, 0)
    }

    /// Returns the items of a queue, in order. Takes O(n log n).
    pub(crate) fn in_order(&self, items: &Items, queue: QueueHandle) -> Vec<ItemHandle> {
        let heads = self.queue(queue).heads.iter();
        let classes = heads.map(|head| head.class);
        let mut all: Vec<ItemHandle> = classes.flat_map(|class| self.items(items, class)).collect();
        all.sort_unstable_by_key(|item| items.item(*item).order_key());
        all
    }

    /// Returns the number of items before a waiting item in its queue. Takes O(log n) per class of the queue.
    ///
    /// For example, with order keys as numbers, position 4 of the item with key 5 is the sum of three ranks:
    ///
    /// ```text
    ///   class   keys     before 5
    ///   a       1 4 6    2
    ///   b       2 5      1
    ///   c       3        1
    /// ```
    pub(crate) fn position(&self, items: &Items, item: &Item) -> usize {
        let key = item.order_key();
        let heads = self.queue(item.routed.queue()).heads.iter();
        // A class whose head comes later has no item before this one.
        let classes = heads.filter(|head| head.key.as_ref() < key);
        let is_before = |other| items.item(other).order_key() < key;
        classes
            .map(|head| self.classes.at(head.class).items.rank(items, is_before) as usize)
            .sum()
    }

    /// Finds the class of an item in the item's queue. Takes O(log c) for c classes of the queue.
    ///
    /// The item need not wait: the class is looked up before the item enters, to decide whether matching it can be skipped.
    #[inline]
    pub(crate) fn find(&self, tables: &Tables, items: &Items, item: &Item) -> ClassLookup {
        let queue = item.routed.queue();
        let key = ClassKey::new(tables, queue, item);
        let heads = &self.queue(queue).heads;
        // An item of its own class matches no other class, not even another one of a single item.
        let found = if key.gate_classes.as_deref() == Some(&GateClasses::Unique) {
            None
        } else {
            // Compare the cheapest parts first: numbers in the list, then the skills of two items, then boxed gate classes.
            heads.find(&key.requirements, |head, class| {
                let head = items.item(head);
                has_same_skills(head, item)
                    // PERF: an item without rare parts has no declines and no gate classes.
                    && (key.requirements.rare_hash == 0
                        || has_same_declines(head, item)
                            && self.classes.at(class).gate_classes == key.gate_classes)
            })
        };
        ClassLookup {
            class: found.map(|(_, class)| class),
            head: found.map(|(head, _)| head),
            key,
        }
    }

    /// Adds a queued item to its class, at the position of its order key. Takes O(log n).
    ///
    /// INVARIANT: `lookup` was found for the item, and nothing has changed since.
    pub(crate) fn enter(
        &mut self,
        tables: &Tables,
        items: &mut Items,
        item: ItemHandle,
        lookup: ClassLookup,
    ) {
        let entering = items.item_mut(item);
        let queue = entering.routed.queue();
        let sort = &tables.queue(queue).sort;
        // Set the sort values before the insertion into the tree, which compares order keys.
        entering.wait.sort = SortValues::new(sort, &entering.work_item().facts);
        let requirements = lookup.key.requirements;
        let class = lookup.class.unwrap_or_else(|| {
            let class = Class {
                queue,
                requirements,
                items: OrderedTree::new(),
                gate_classes: lookup.key.gate_classes,
            };
            self.classes.insert(class)
        });
        entering.wait.class = Some(class);
        self.classes.at_mut(class).items.insert(items, item);

        self.max_size = self.max_size.max(requirements.size);
        let waiting_queue = self.queues.at_mut(queue);
        waiting_queue.item_count += 1;
        let key = items.item(item).order_key();
        let head = lookup.head.map(|head| items.item(head).order_key());
        if head.is_none_or(|head| key < head) {
            waiting_queue.heads.set(ClassHead {
                requirements,
                class,
                key: key.to_owned(),
                item,
            });
            self.queue_bounds.update(waiting_queue);
        }
    }

    /// Removes an item from its class, and returns the class, which may be gone with its last item. Does nothing if the item does
    /// not wait.
    pub(crate) fn leave(&mut self, items: &mut Items, item: ItemHandle) -> Option<ClassHandle> {
        let handle = items.item_mut(item).wait.class.take()?;
        let class = self.classes.at_mut(handle);
        class.items.remove(items, item);
        let next = class.items.select(items, 0);

        let requirements = class.requirements;
        let queue = self.queues.at_mut(class.queue);
        queue.item_count -= 1;
        match next {
            // The item was not the head.
            Some(next) if items.is_before(next, item) => {}
            Some(next) => queue.heads.set(ClassHead {
                requirements,
                class: handle,
                key: items.item(next).order_key().to_owned(),
                item: next,
            }),
            None => {
                queue.heads.remove(&requirements, handle);
                self.classes.remove(handle);
                // An exact maximum would need a count per size. With a bound that is too high, a search is only slower.
                if self.classes.is_empty() {
                    self.max_size = 0;
                }
            }
        }
        self.queue_bounds.update(queue);
        // Clear the sort values after the removal: they are part of the key that finds the item in the tree.
        items.item_mut(item).wait.sort = SortValues::default();
        Some(handle)
    }
}
