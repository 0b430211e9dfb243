//! Who waits: the queued items, those together that ask for the same.
//!
//! Whatever agent may take one item of a class may take any other of it, but for those that the agent has declined. So a
//! question about a class is one about its first items, however many wait behind.

pub(crate) mod check;
pub(crate) mod class_key;
pub(crate) mod class_list;
pub(crate) mod order_key;
pub(crate) mod ordered_list;

use crate::router::handles::ClassHandle;
use crate::router::handles::ItemHandle;
use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::base::slab::Slab;
use crate::base::table::{QueueHandle, Table};
use crate::plan::Tables;
use crate::router::store::item::Item;
use crate::router::store::items::Items;
use class_key::{ClassKey, GateClasses, ask_alike, demand};
use class_list::{ClassHead, ClassList};
use order_key::in_queue;
use ordered_list::OrderedList;

/// All queued items.
#[derive(Clone, Debug)]
pub(crate) struct WaitingIndex {
    classes: Slab<ClassHandle, Class>,
    /// No item that waits is larger.
    largest: u32,
    queues: Table<QueueHandle, ClassList>,
}

/// Queued items of one queue that ask for the same, in order.
#[derive(Clone, Debug)]
struct Class {
    queue: QueueHandle,
    order: OrderedList,
    seen: Option<Box<GateClasses>>,
}

/// Where an item belongs.
#[derive(Default)]
pub(crate) struct ClassLookup {
    /// None where the sums of the queue show that no class asks for the same: [`WaitingIndex::enter`] works it out then.
    kind: Option<ClassKey>,
    /// What stands first of those that ask for the same.
    pub(crate) behind: Option<ClassHead>,
}

impl WaitingIndex {
    pub(crate) fn new(plan: &Tables) -> Self {
        let queues = plan.queue_plans.iter();
        Self {
            classes: Slab::new(),
            largest: 0,
            queues: queues
                .map(|(queue, _)| ClassList::new(plan, queue))
                .collect(),
        }
    }

    /// How many items are queued in a queue.
    #[inline]
    pub(crate) fn len(&self, queue: QueueHandle) -> u32 {
        self.queues.at(queue).items
    }

    #[inline]
    pub(crate) fn queue(&self, queue: QueueHandle) -> &ClassList {
        self.queues.at(queue)
    }

    /// A size that no waiting item surpasses.
    #[inline]
    pub(crate) fn largest(&self) -> u32 {
        self.largest
    }

    pub(crate) fn queue_of(&self, class: ClassHandle) -> Option<QueueHandle> {
        self.class(class).map(|class| class.queue)
    }

    /// The items of a class, in order.
    pub(crate) fn items<'a>(
        &self,
        items: &'a Items,
        class: ClassHandle,
    ) -> impl Iterator<Item = ItemHandle> + use<'a> {
        let order = self.class(class).map(|class| class.order);
        order.into_iter().flat_map(move |order| order.iter(items))
    }

    /// The items of a queue, in order.
    pub(crate) fn in_order(
        &self,
        plan: &Tables,
        items: &Items,
        queue: QueueHandle,
    ) -> Vec<ItemHandle> {
        let classes = self.queue(queue).classes();
        let mut all: Vec<(ItemHandle, &Item)> = classes
            .flat_map(|(_, head)| self.items(items, head.class))
            .filter_map(|item| Some((item, items.get(item)?)))
            .collect();
        let queue = plan.queue(queue);
        all.sort_unstable_by(|one, other| in_queue(queue, one.1, other.1));
        all.into_iter().map(|(item, _)| item).collect()
    }

    fn class(&self, class: ClassHandle) -> Option<&Class> {
        self.classes.get(class)
    }

    /// Finds where an item belongs in its queue.
    #[inline]
    pub(crate) fn find(&self, plan: &Tables, items: &Items, work: &Item) -> ClassLookup {
        let Some(queue) = work.queue() else {
            return ClassLookup::default();
        };
        let own = self.queue(queue);
        if !own.may_contain(demand(plan, queue, work)) {
            return ClassLookup::default();
        }
        let kind = ClassKey::of(plan, queue, work);
        let is_it = |head: &ClassHead| {
            let first = items.get(head.item);
            first.is_some_and(|first| ask_alike(first, work))
                && self
                    .class(head.class)
                    .is_some_and(|class| class.seen == kind.seen)
        };
        let mut classes = own.classes();
        let found = if kind.is_alone() {
            None
        } else {
            classes.find(|(want, head)| want.kind == kind.want.kind && is_it(head))
        };
        ClassLookup {
            behind: found.map(|(_, head)| *head),
            kind: Some(kind),
        }
    }

    /// Puts a queued item where it belongs.
    pub(crate) fn enter(
        &mut self,
        plan: &Tables,
        items: &mut Items,
        item: ItemHandle,
        belongs: ClassLookup,
    ) {
        let Some((queue, work)) = items.get(item).and_then(|work| Some((work.queue()?, work)))
        else {
            return;
        };
        self.queues.at_mut(queue).items += 1;
        if let Some(ClassHead { class, .. }) = belongs.behind {
            self.join(plan, items, item, class);
        } else {
            let kind = belongs
                .kind
                .unwrap_or_else(|| ClassKey::of(plan, queue, work));
            self.begin(plan, items, item, queue, kind);
        }
    }

    /// Puts an item into a class of its own.
    fn begin(
        &mut self,
        plan: &Tables,
        items: &mut Items,
        item: ItemHandle,
        queue: QueueHandle,
        kind: ClassKey,
    ) {
        let ClassKey { want, seen } = kind;
        self.largest = self.largest.max(want.size);
        let order = OrderedList::of(item);
        let class = self.classes.insert(Class { queue, order, seen });
        if let Some(work) = items.get_mut(item) {
            work.wait.class = Some(class);
        }
        if let Some(work) = items.get(item) {
            let first = (ClassHead::of(class, item, work), work);
            let own = self.queues.at_mut(queue);
            own.insert(plan.queue(queue), items, want, first);
        }
    }

    /// Puts an item into a class where others wait.
    fn join(&mut self, plan: &Tables, items: &mut Items, item: ItemHandle, handle: ClassHandle) {
        let class = self.classes.at_mut(handle);
        if let Some(work) = items.get_mut(item) {
            work.wait.class = Some(handle);
        }
        let config = plan.queue(class.queue);
        let before = class.order.first();
        class.order.insert(items, item, |items, other| {
            let both = items.get(item).zip(items.get(other));
            both.is_some_and(|(own, other)| in_queue(config, own, other).is_lt())
        });
        if class.order.first() == item
            && let Some((before, first)) = items.get(before).zip(items.get(item))
        {
            let first = (ClassHead::of(handle, item, first), first);
            let own = self.queues.at_mut(class.queue);
            own.replace(config, items, before, first);
        }
    }

    /// Takes an item out of its class, which is returned.
    pub(crate) fn leave(
        &mut self,
        plan: &Tables,
        items: &mut Items,
        item: ItemHandle,
    ) -> Option<ClassHandle> {
        let handle = items.get_mut(item)?.wait.class.take()?;
        let class = self.classes.get_mut(handle)?;
        let own = self.queues.at_mut(class.queue);
        own.items -= 1;
        let was_first = class.order.first() == item;
        let is_last = !class.order.remove(items, item);
        let config = plan.queue(class.queue);
        let work = items.get(item)?;
        if is_last {
            own.remove(config, items, work);
            self.end(handle);
        } else if was_first {
            let first = class.order.first();
            let next = items.get(first)?;
            let next = (ClassHead::of(handle, first, next), next);
            own.replace(config, items, work, next);
        }
        Some(handle)
    }

    fn end(&mut self, class: ClassHandle) {
        self.classes.remove(class);
        if self.classes.is_empty() {
            self.largest = 0;
        }
    }
}
