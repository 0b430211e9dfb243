//! Who waits: the queued items, those together that ask for the same.
//!
//! Whatever agent may take one item of a class may take any other of it, but for those that the agent has declined. So a
//! question about a class is one about its first items, however many wait behind.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use crate::hash::Seeded;
use crate::hash_index::HashIndex;
use crate::model::Queue;
use crate::plan::Compiled;
use crate::router::chunks::Chunks;
use crate::router::class_key::{ClassKey, Kind};
use crate::router::item::Work;
use crate::router::items::{ItemHandle, Items};
use crate::router::order::Order;
use crate::router::rank::{Rank, in_queue, rank};
use crate::table::{ChannelHandle, QueueHandle, Table};

/// A class of waiting items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClassHandle(NonZeroU32);

/// All queued items.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    classes: Chunks<Class>,
    kinds: HashIndex,
    hasher: Seeded,
    /// No item that waits is larger.
    largest: u32,
    queues: Table<QueueHandle, QueueWaiting>,
}

/// The queued items of one queue, with what a search needs of its plan: in one cache line.
#[derive(Clone, Debug)]
pub(super) struct QueueWaiting {
    /// What its classes want, and what stands first in them: in the order of what stands first.
    wants: Vec<Want>,
    heads: Vec<Head>,
    items: u32,
    pub(super) channel: ChannelHandle,
    /// The lowest tier of a group of its pools.
    pub(super) lowest_tier: u32,
    /// Whether it and its channel are active.
    pub(super) is_at_work: bool,
    /// Whether its items are in the order of their ranks.
    pub(super) is_by_rank: bool,
}

/// Queued items of one queue that ask for the same, in order.
#[derive(Clone, Debug)]
struct Class {
    queue: QueueHandle,
    key: ClassKey,
    order: Order,
}

/// What a search that goes past a class sees of it: what all of its items ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want {
    /// The mandatory skills, as bits; none where a rule might not require them.
    pub(super) skills: u64,
    pub(super) size: u32,
    pub(super) class: ClassHandle,
}

/// The first item of a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) rank: Rank,
    pub(super) item: ItemHandle,
}

impl ClassHandle {
    fn new(place: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(place))
    }

    fn place(self) -> u32 {
        self.0.get() - 1
    }
}

impl Waiting {
    pub(super) fn new(plan: &Compiled) -> Self {
        Self {
            classes: Chunks::new(),
            kinds: HashIndex::new(),
            hasher: plan.hasher,
            largest: 0,
            queues: plan
                .queue_plans
                .iter()
                .map(|(queue, _)| QueueWaiting::new(plan, queue))
                .collect(),
        }
    }

    /// How many items are queued in a queue.
    #[inline]
    pub(super) fn len(&self, queue: QueueHandle) -> u32 {
        self.queues.at(queue).items
    }

    #[inline]
    pub(super) fn queue(&self, queue: QueueHandle) -> &QueueWaiting {
        self.queues.at(queue)
    }

    /// A size that no waiting item surpasses.
    #[inline]
    pub(super) fn largest(&self) -> u32 {
        self.largest
    }

    pub(super) fn queue_of(&self, class: ClassHandle) -> Option<QueueHandle> {
        self.class(class).map(|class| class.queue)
    }

    /// The items of a class, in order.
    pub(super) fn items<'a>(
        &self,
        items: &'a Items,
        class: ClassHandle,
    ) -> impl Iterator<Item = ItemHandle> + use<'a> {
        let order = self.class(class).map(|class| class.order);
        order.into_iter().flat_map(move |order| order.iter(items))
    }

    /// The items of a queue, in order.
    pub(super) fn in_order(
        &self,
        plan: &Compiled,
        items: &Items,
        queue: QueueHandle,
    ) -> Vec<ItemHandle> {
        let wants = self.queue(queue).wants.iter();
        let mut all: Vec<(ItemHandle, &Work)> = wants
            .flat_map(|want| self.items(items, want.class))
            .filter_map(|item| Some((item, items.get(item)?)))
            .collect();
        let queue = plan.queue(queue);
        all.sort_unstable_by(|one, other| in_queue(queue, one.1, other.1));
        all.into_iter().map(|(item, _)| item).collect()
    }

    fn class(&self, class: ClassHandle) -> Option<&Class> {
        self.classes.get(class.place())
    }

    /// The class in which an item belongs, if others of it wait already.
    pub(super) fn class_for(&self, plan: &Compiled, work: &Work) -> Option<ClassHandle> {
        let queue = work.queue().filter(|queue| self.len(*queue) > 0)?;
        let kind = Kind::of(plan, queue, work);
        let is_it = |place| {
            let class = self.classes.get(place);
            class.is_some_and(|class| class.queue == kind.queue && kind.has(&class.key))
        };
        let found = self.kinds.find(kind.hash(self.hasher), is_it);
        found.map(ClassHandle::new)
    }

    /// Whether nobody has declined the first item of a class: then whoever could take another of it could take that one.
    pub(super) fn is_headed_undeclined(&self, items: &Items, class: ClassHandle) -> bool {
        let first = self.class(class).and_then(|class| class.order.first());
        let first = first.and_then(|first| items.get(first));
        first.is_some_and(|first| first.routed.declines().is_empty())
    }

    /// Puts a queued item where it belongs: into the class that was [found](Self::class_for), or into one of its own.
    pub(super) fn enter(
        &mut self,
        plan: &Compiled,
        items: &mut Items,
        item: ItemHandle,
        class: Option<ClassHandle>,
    ) {
        let Some((queue, work)) = items.get(item).and_then(|work| Some((work.queue()?, work)))
        else {
            return;
        };
        let (handle, new) = if let Some(class) = class {
            (class, None)
        } else {
            let want = self.make(plan, &Kind::of(plan, queue, work));
            (want.class, Some(want))
        };
        if let Some(work) = items.get_mut(item) {
            work.wait.class = Some(handle);
        }
        let own = self.queues.at_mut(queue);
        own.items += 1;
        let Some(class) = self.classes.get_mut(handle.place()) else {
            return;
        };
        let config = plan.queue(queue);
        let before = class.order.first();
        class.order.insert(items, item, |items, other| {
            let both = items.get(item).zip(items.get(other));
            both.is_some_and(|(own, other)| in_queue(config, own, other).is_lt())
        });
        if class.order.first() == Some(item) {
            let before = before.map(|before| own.take_head(config, items, before));
            if let Some(want) = before.or(new) {
                own.put_head(config, items, want, item);
            }
        }
    }

    /// Makes a class without items.
    fn make(&mut self, plan: &Compiled, kind: &Kind<'_>) -> Want {
        self.largest = self.largest.max(kind.size);
        let place = self.classes.insert(Class {
            queue: kind.queue,
            key: kind.key(),
            order: Order::default(),
        });
        self.kinds.insert(kind.hash(self.hasher), place);
        Want {
            skills: kind.demand(plan),
            size: kind.size,
            class: ClassHandle::new(place),
        }
    }

    /// Takes an item out of its class, which is returned.
    pub(super) fn leave(
        &mut self,
        plan: &Compiled,
        items: &mut Items,
        item: ItemHandle,
    ) -> Option<ClassHandle> {
        let handle = items.get_mut(item)?.wait.class.take()?;
        let class = self.classes.get_mut(handle.place())?;
        let own = self.queues.at_mut(class.queue);
        own.items -= 1;
        let was_first = class.order.first() == Some(item);
        class.order.remove(items, item);
        if was_first {
            let config = plan.queue(class.queue);
            let want = own.take_head(config, items, item);
            match class.order.first() {
                Some(first) => own.put_head(config, items, want, first),
                None => self.drop_class(handle),
            }
        }
        Some(handle)
    }

    fn drop_class(&mut self, handle: ClassHandle) {
        if let Some(class) = self.class(handle) {
            let hash = class.key.hash(class.queue, self.hasher);
            self.kinds.remove(hash, handle.place());
            self.classes.remove(handle.place());
        }
        if self.classes.is_empty() {
            self.largest = 0;
        }
    }

    /// Returns what is wrong with what is known twice, if anything.
    pub(super) fn fault(&self, plan: &Compiled, items: &Items) -> Option<&'static str> {
        for (queue, own) in self.queues.iter() {
            let mut count = 0;
            let config = plan.queue(queue);
            let heads = own.heads.iter().map(|head| items.get(head.item));
            if !heads.is_sorted_by(|one, other| {
                let both = one.zip(*other);
                both.is_some_and(|(one, other)| in_queue(config, one, other).is_lt())
            }) {
                return Some("the classes of a queue are out of order");
            }
            for (want, head) in own.classes() {
                let mut in_order = self.items(items, want.class).peekable();
                let first = items.get(head.item).map(rank);
                if in_order.peek() != Some(&head.item) || first != Some(head.rank) {
                    return Some("a class is not headed by its first item");
                }
                while let Some(item) = in_order.next() {
                    count += 1;
                    let next = in_order.peek().and_then(|next| items.get(*next));
                    if let Some((item, next)) = items.get(item).zip(next)
                        && !in_queue(config, item, next).is_lt()
                    {
                        return Some("the items of a class are out of order");
                    }
                }
            }
            if count != own.items {
                return Some("the waiting items of a queue are counted wrongly");
            }
        }
        None
    }
}

impl Head {
    pub(super) fn of(item: ItemHandle, work: &Work) -> Self {
        let rank = rank(work);
        Self { rank, item }
    }
}

impl QueueWaiting {
    fn new(plan: &Compiled, queue: QueueHandle) -> Self {
        let own = plan.queue_plans.at(queue);
        Self {
            wants: Vec::new(),
            heads: Vec::new(),
            items: 0,
            channel: own.channel,
            lowest_tier: own.lowest_tier,
            is_at_work: own.active && plan.channel_plans.at(own.channel).active,
            is_by_rank: plan.queue(queue).sort.is_empty(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items == 0
    }

    /// Its classes, in the order of what stands first in them.
    #[inline]
    pub(super) fn classes(&self) -> impl Iterator<Item = (&Want, &Head)> {
        self.wants.iter().zip(&self.heads)
    }

    /// Takes a class out that an item stands first in.
    fn take_head(&mut self, config: &Queue, items: &Items, first: ItemHandle) -> Want {
        let place = self.place_of(config, items, first);
        self.heads.remove(place);
        self.wants.remove(place)
    }

    /// Puts a class where it belongs by the item that stands first in it.
    fn put_head(&mut self, config: &Queue, items: &Items, want: Want, first: ItemHandle) {
        if let Some(work) = items.get(first) {
            let place = self.place_of(config, items, first);
            self.heads.insert(place, Head::of(first, work));
            self.wants.insert(place, want);
        }
    }

    /// How many classes are headed by what stands before an item.
    fn place_of(&self, config: &Queue, items: &Items, item: ItemHandle) -> usize {
        let Some(work) = items.get(item) else {
            return 0;
        };
        if self.is_by_rank {
            let own = rank(work);
            return self.heads.partition_point(|head| head.rank < own);
        }
        self.heads.partition_point(|head| {
            let head = items.get(head.item);
            head.is_some_and(|head| in_queue(config, head, work).is_lt())
        })
    }
}
