//! Who waits: the queued items, those together that ask for the same.
//!
//! Whatever agent may take one item of a class may take any other of it, but for those that the agent has declined. So a
//! question about a class is one about its first items, however many wait behind.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::model::{Direction, Fact, Queue};
use crate::plan::Compiled;
use crate::routed::AskedSkill;
use crate::router::item::Work;
use crate::router::items::ItemHandle;
use crate::table::{QueueHandle, SkillHandle, Table};
use crate::time::Timestamp;

/// A class of waiting items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClassHandle(u32);

/// All queued items.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    classes: Vec<Class>,
    free: Vec<ClassHandle>,
    queues: Table<QueueHandle, QueueWaiting>,
}

/// The queued items of one queue.
#[derive(Clone, Debug, Default)]
struct QueueWaiting {
    classes: BTreeMap<ClassKey, ClassHandle>,
    items: u32,
}

/// Queued items of one queue that ask for the same, in order.
#[derive(Clone, Debug)]
struct Class {
    queue: QueueHandle,
    key: ClassKey,
    items: BTreeSet<Rank>,
}

/// What the items of a class have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ClassKey {
    size: u32,
    pools_open: usize,
    /// The mandatory skills, by skill; none for a skill that nobody has.
    skills: Box<[(Option<SkillHandle>, u32)]>,
    own: Own,
}

/// What the queue's own gates see alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Own {
    /// The classes that the gates name.
    Classes(Box<[u64]>),
    /// A gate names none: the item is alone.
    Item(u64),
}

/// Where an item stands among those of its queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) priority: Reverse<i64>,
    sort: Box<[SortValue]>,
    pub(super) aging_since: Timestamp,
    pub(super) arrival: u64,
    pub(super) item: ItemHandle,
}

/// The value of a sort key: what is missing comes last, whatever the direction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Ascending(Fact),
    Descending(Reverse<Fact>),
    Missing,
}

impl Waiting {
    pub(super) fn new(plan: &Compiled) -> Self {
        Self {
            classes: Vec::new(),
            free: Vec::new(),
            queues: vec![QueueWaiting::default(); plan.queue_plans.len()].into(),
        }
    }

    /// How many items are queued in a queue.
    pub(super) fn len(&self, queue: QueueHandle) -> u32 {
        self.queues.at(queue).items
    }

    /// The classes of a queue in which somebody waits.
    pub(super) fn classes(&self, queue: QueueHandle) -> impl Iterator<Item = ClassHandle> {
        self.queues.at(queue).classes.values().copied()
    }

    pub(super) fn queue_of(&self, class: ClassHandle) -> Option<QueueHandle> {
        self.class(class).map(|class| class.queue)
    }

    /// The items of a class, in order.
    pub(super) fn items(&self, class: ClassHandle) -> impl Iterator<Item = &Rank> {
        self.class(class).into_iter().flat_map(|class| &class.items)
    }

    /// The items of a queue, in order.
    pub(super) fn in_order(&self, queue: QueueHandle) -> Vec<&Rank> {
        let mut ranks: Vec<&Rank> = self
            .classes(queue)
            .flat_map(|class| self.items(class))
            .collect();
        ranks.sort_unstable();
        ranks
    }

    fn class(&self, class: ClassHandle) -> Option<&Class> {
        self.classes.get(class.0 as usize)
    }

    /// Puts a queued item where it belongs, and says in which class.
    pub(super) fn enter(
        &mut self,
        plan: &Compiled,
        item: ItemHandle,
        work: &mut Work,
        now: Timestamp,
    ) -> Option<ClassHandle> {
        let queue = work.queue?;
        let pools = plan.pools.span(plan.queue_plans.at(queue).pools);
        let waited = work.routed.waited_millis(now);
        work.wait.pools_open = pools
            .iter()
            .take_while(|pool| pool.opens_after_millis <= waited)
            .count();
        let key = class_key(plan, queue, work);
        let class = self.class_of(queue, key);
        work.wait.class = Some(class);
        let rank = rank(plan.queue(queue), item, work);
        if let Some(class) = self.classes.get_mut(class.0 as usize)
            && class.items.insert(rank)
        {
            self.queues.at_mut(queue).items += 1;
        }
        Some(class)
    }

    /// Takes an item out. Its facts must be those that it came in with.
    pub(super) fn leave(&mut self, plan: &Compiled, item: ItemHandle, work: &mut Work) {
        let (Some(queue), Some(handle)) = (work.queue, work.wait.class.take()) else {
            return;
        };
        let rank = rank(plan.queue(queue), item, work);
        let Some(class) = self.classes.get_mut(handle.0 as usize) else {
            return;
        };
        if class.items.remove(&rank) {
            let own = self.queues.at_mut(queue);
            own.items -= 1;
            if class.items.is_empty() {
                own.classes.remove(&class.key);
                self.free.push(handle);
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "not more classes than items"
    )]
    fn class_of(&mut self, queue: QueueHandle, key: ClassKey) -> ClassHandle {
        let own = self.queues.at_mut(queue);
        if let Some(class) = own.classes.get(&key) {
            return *class;
        }
        let class = Class {
            queue,
            key: key.clone(),
            items: BTreeSet::new(),
        };
        let handle = self.free.pop().unwrap_or_else(|| {
            self.classes.push(class.clone());
            ClassHandle(self.classes.len() as u32 - 1)
        });
        if let Some(slot) = self.classes.get_mut(handle.0 as usize) {
            *slot = class;
        }
        own.classes.insert(key, handle);
        handle
    }

    /// Returns what is wrong with the sums, if anything.
    pub(super) fn fault(&self) -> Option<&'static str> {
        for (queue, own) in self.queues.iter() {
            let items: usize = self
                .classes(queue)
                .map(|class| self.items(class).count())
                .sum();
            if items != own.items as usize {
                return Some("the waiting items of a queue are counted wrongly");
            }
            if self
                .classes(queue)
                .any(|class| self.items(class).next().is_none())
            {
                return Some("a class in which nobody waits is kept");
            }
        }
        None
    }
}

fn class_key(plan: &Compiled, queue: QueueHandle, work: &Work) -> ClassKey {
    let mandatory = |asked: &&AskedSkill| asked.mandatory;
    let asked = work.routed.asked().iter().filter(mandatory);
    let mut skills: Vec<_> = asked.map(|asked| (asked.skill, asked.level)).collect();
    skills.sort_unstable();
    ClassKey {
        size: work.size(),
        pools_open: work.wait.pools_open,
        skills: skills.into(),
        own: own(plan, queue, work),
    }
}

/// What the gates of a queue's rules see of an item.
fn own(plan: &Compiled, queue: QueueHandle, work: &Work) -> Own {
    let pools = plan.queue_plans.at(queue).pools;
    let gates = plan.pools.span(pools).iter().flat_map(|pool| {
        let rule = plan.rule_plans.at(pool.rule);
        rule.gates.iter().map(|(_, gate)| gate)
    });
    let item = work.routed.item();
    let classes: Option<Box<[u64]>> = gates.map(|gate| gate.class(item)).collect();
    classes.map_or(Own::Item(work.arrival), Own::Classes)
}

fn rank(queue: &Queue, item: ItemHandle, work: &Work) -> Rank {
    let facts = &work.routed.item().facts;
    let sort = queue
        .sort
        .iter()
        .map(|key| match (facts.get(key.field.as_str()), key.direction) {
            (None, _) => SortValue::Missing,
            (Some(fact), Direction::Ascending) => SortValue::Ascending(fact.clone()),
            (Some(fact), Direction::Descending) => SortValue::Descending(Reverse(fact.clone())),
        });
    Rank {
        priority: Reverse(work.routed.item().priority),
        sort: sort.collect(),
        aging_since: work.routed.aging_since(),
        arrival: work.arrival,
        item,
    }
}
