//! Who waits: the queued items, those together that ask for the same.
//!
//! Whatever agent may take one item of a class may take any other of it, but for those that the agent has declined. So a
//! question about a class is one about its first items, however many wait behind.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};
use core::num::NonZeroU32;

use crate::hash::Seeded;
use crate::model::{Direction, Queue};
use crate::plan::Compiled;
use crate::router::chunks::Chunks;
use crate::router::class_key::{ClassKey, Kind};
use crate::router::hash_index::HashIndex;
use crate::router::item::Work;
use crate::router::items::{ItemHandle, Items};
use crate::router::order::Order;
use crate::table::{QueueHandle, Table};
use crate::time::Timestamp;

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

/// The queued items of one queue.
#[derive(Clone, Debug, Default)]
struct QueueWaiting {
    /// What its classes want, and what stands first in them, in no order.
    wants: Vec<Want>,
    heads: Vec<Head>,
    items: u32,
}

/// Queued items of one queue that ask for the same, in order.
#[derive(Clone, Debug)]
struct Class {
    queue: QueueHandle,
    /// Its place among the heads of its queue.
    place: u32,
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

/// Where an item stands among those of other queues; and among those of its own, where that is not sorted besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    priority: Reverse<i64>,
    aging_since: Timestamp,
    arrival: u64,
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
            queues: vec![QueueWaiting::default(); plan.queue_plans.len()].into(),
        }
    }

    /// How many items are queued in a queue.
    #[inline]
    pub(super) fn len(&self, queue: QueueHandle) -> u32 {
        self.queues.at(queue).items
    }

    /// What the classes of a queue want in which somebody waits, in no order.
    #[inline]
    pub(super) fn wants(&self, queue: QueueHandle) -> &[Want] {
        &self.queues.at(queue).wants
    }

    /// What stands first in them, in the same order.
    #[inline]
    pub(super) fn heads(&self, queue: QueueHandle) -> &[Head] {
        &self.queues.at(queue).heads
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
        let wants = self.wants(queue).iter();
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

    /// Whether an item like this one waits whom nobody has declined: then whoever could take this one could take that one.
    pub(super) fn has_alike(&self, plan: &Compiled, items: &Items, work: &Work) -> bool {
        let Some(queue) = work.queue() else {
            return false;
        };
        if self.len(queue) == 0 {
            return false;
        }
        let kind = Kind::of(plan, queue, work);
        let first = self.find(&kind).and_then(|class| {
            let class = self.class(class)?;
            items.get(class.order.first()?)
        });
        first.is_some_and(|first| first.routed.declines().is_empty())
    }

    fn find(&self, kind: &Kind<'_>) -> Option<ClassHandle> {
        let is_it = |place| {
            let class = self.classes.get(place);
            class.is_some_and(|class| class.queue == kind.queue && kind.has(&class.key))
        };
        let found = self.kinds.find(kind.hash(self.hasher), is_it);
        found.map(ClassHandle::new)
    }

    /// Puts a queued item where it belongs.
    pub(super) fn enter(&mut self, plan: &Compiled, items: &mut Items, item: ItemHandle) {
        let Some(work) = items.get(item) else {
            return;
        };
        let Some(queue) = work.queue() else {
            return;
        };
        let kind = Kind::of(plan, queue, work);
        let found = self.find(&kind);
        let class = found.unwrap_or_else(|| self.make(plan, &kind, item));
        if let Some(work) = items.get_mut(item) {
            work.wait.class = Some(class);
        }
        self.queues.at_mut(queue).items += 1;
        let Some(class) = self.classes.get_mut(class.place()) else {
            return;
        };
        let config = plan.queue(queue);
        class.order.insert(items, item, |items, other| {
            let both = items.get(item).zip(items.get(other));
            both.is_some_and(|(own, other)| in_queue(config, own, other) == Ordering::Less)
        });
        if class.order.first() == Some(item) {
            let place = class.place as usize;
            let head = self.queues.at_mut(queue).heads.get_mut(place);
            if let Some((head, work)) = head.zip(items.get(item)) {
                *head = Head::of(item, work);
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "not more classes than items"
    )]
    fn make(&mut self, plan: &Compiled, kind: &Kind<'_>, first: ItemHandle) -> ClassHandle {
        self.largest = self.largest.max(kind.size);
        let own = self.queues.at_mut(kind.queue);
        let class = ClassHandle::new(self.classes.insert(Class {
            queue: kind.queue,
            place: own.wants.len() as u32,
            key: kind.key(),
            order: Order::default(),
        }));
        own.wants.push(Want {
            skills: kind.demand(plan),
            size: kind.size,
            class,
        });
        own.heads.push(Head {
            rank: Rank::LAST,
            item: first,
        });
        self.kinds.insert(kind.hash(self.hasher), class.place());
        class
    }

    /// Takes an item out of its class, which is returned.
    pub(super) fn leave(&mut self, items: &mut Items, item: ItemHandle) -> Option<ClassHandle> {
        let handle = items.get_mut(item)?.wait.class.take()?;
        self.leave_class(items, item, handle);
        Some(handle)
    }

    fn leave_class(&mut self, items: &mut Items, item: ItemHandle, handle: ClassHandle) {
        let Some(class) = self.classes.get_mut(handle.place()) else {
            return;
        };
        let was_first = class.order.first() == Some(item);
        class.order.remove(items, item);
        let own = self.queues.at_mut(class.queue);
        own.items -= 1;
        if !was_first {
            return;
        }
        let Some(first) = class.order.first() else {
            self.drop_class(handle);
            return;
        };
        let head = own.heads.get_mut(class.place as usize);
        if let Some((head, work)) = head.zip(items.get(first)) {
            *head = Head::of(first, work);
        }
    }

    fn drop_class(&mut self, handle: ClassHandle) {
        let Some(class) = self.classes.remove(handle.place()) else {
            return;
        };
        let hash = class.key.hash(class.queue, self.hasher);
        self.kinds.remove(hash, handle.place());
        if self.classes.is_empty() {
            self.largest = 0;
        }
        let own = self.queues.at_mut(class.queue);
        own.heads.swap_remove(class.place as usize);
        own.wants.swap_remove(class.place as usize);
        if let Some(moved) = own.wants.get(class.place as usize)
            && let Some(moved) = self.classes.get_mut(moved.class.place())
        {
            moved.place = class.place;
        }
    }

    /// Returns what is wrong with what is known twice, if anything.
    pub(super) fn fault(&self, plan: &Compiled, items: &Items) -> Option<&'static str> {
        for (queue, own) in self.queues.iter() {
            let mut count = 0;
            for (want, head) in own.wants.iter().zip(&own.heads) {
                let mut in_order = self.items(items, want.class).peekable();
                let first = items.get(head.item).map(rank);
                if in_order.peek() != Some(&head.item) || first != Some(head.rank) {
                    return Some("a class is not headed by its first item");
                }
                while let Some(item) = in_order.next() {
                    count += 1;
                    let next = in_order.peek().and_then(|next| items.get(*next));
                    if let Some((item, next)) = items.get(item).zip(next)
                        && in_queue(plan.queue(queue), item, next) != Ordering::Less
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
    fn of(item: ItemHandle, work: &Work) -> Self {
        let rank = rank(work);
        Self { rank, item }
    }
}

impl Rank {
    /// Comes after every item.
    const LAST: Self = Self {
        priority: Reverse(i64::MIN),
        aging_since: Timestamp::MAX,
        arrival: u64::MAX,
    };
}

/// Where an item stands among those of other queues.
#[inline]
pub(super) fn rank(work: &Work) -> Rank {
    Rank {
        priority: Reverse(work.priority),
        aging_since: work.routed.aging_since(),
        arrival: work.arrival,
    }
}

/// How two items of a queue are ordered: by priority, the queue's sort keys, age, arrival.
pub(super) fn in_queue(queue: &Queue, one: &Work, other: &Work) -> Ordering {
    let by_rank = || rank(one).cmp(&rank(other));
    if queue.sort.is_empty() {
        return by_rank();
    }
    let by_priority = other.priority.cmp(&one.priority);
    let sort = || sorted(queue, one, other);
    by_priority.then_with(sort).then_with(by_rank)
}

/// What is missing comes last, whatever the direction.
fn sorted(queue: &Queue, one: &Work, other: &Work) -> Ordering {
    let facts = [one, other].map(|work| &work.routed.item().facts);
    let by_key = queue.sort.iter().map(|key| {
        let [one, other] = facts.map(|facts| facts.get(key.field.as_str()));
        match (one, other, key.direction) {
            (None, None, _) => Ordering::Equal,
            (None, Some(_), _) => Ordering::Greater,
            (Some(_), None, _) => Ordering::Less,
            (Some(one), Some(other), Direction::Ascending) => one.cmp(other),
            (Some(one), Some(other), Direction::Descending) => other.cmp(one),
        }
    });
    by_key
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
