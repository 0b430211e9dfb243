//! The classes of one queue, in the order of what stands first in them.

use crate::router::handles::ClassHandle;
use crate::router::handles::ItemHandle;
use alloc::vec::Vec;

use crate::base::table::{ChannelHandle, QueueHandle};
use crate::model::Queue;
use crate::plan::Tables;
use crate::router::store::item::Item;
use crate::router::store::items::Items;

use crate::router::waiting::class_key::Requirements;
use crate::router::waiting::order_key::{OrderKey, in_queue, rank};

/// The queued items of one queue, with what a search needs of its plan.
#[derive(Clone, Debug)]
pub(crate) struct ClassList {
    /// What its classes want, and what stands first in them: in the order of what stands first.
    wants: Vec<Requirements>,
    heads: Vec<ClassHead>,
    /// What they want together.
    wanted: Wanted,
    pub(crate) items: u32,
    pub(crate) channel: ChannelHandle,
    /// The lowest tier of a group of its pools.
    pub(crate) lowest_tier: u32,
    /// Whether it and its channel are active.
    pub(crate) is_at_work: bool,
    /// Whether its items are in the order of their ranks.
    pub(crate) is_by_rank: bool,
}

/// What the classes of a queue want, all together: by it most queues are passed over without a look at their classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wanted {
    /// The skills that any of them wants.
    skills: u64,
    /// Whether one of them wants none.
    any_wants_none: bool,
}

impl Wanted {
    fn and(self, want: &Requirements) -> Self {
        Self {
            skills: self.skills | want.skills,
            any_wants_none: self.any_wants_none || want.skills == 0,
        }
    }
}

/// The first item of a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassHead {
    pub(crate) rank: OrderKey,
    pub(crate) item: ItemHandle,
    pub(crate) class: ClassHandle,
}

impl ClassHead {
    pub(crate) fn of(class: ClassHandle, item: ItemHandle, work: &Item) -> Self {
        let rank = rank(work);
        Self { rank, item, class }
    }
}

impl ClassList {
    pub(crate) fn new(plan: &Tables, queue: QueueHandle) -> Self {
        let own = plan.queue_plans.at(queue);
        Self {
            wants: Vec::new(),
            heads: Vec::new(),
            wanted: Wanted::default(),
            items: 0,
            channel: own.channel,
            lowest_tier: own.lowest_tier,
            is_at_work: own.active && plan.channel_plans.at(own.channel).active,
            is_by_rank: plan.queue(queue).sort.is_empty(),
        }
    }

    /// Whether one of its classes might want no skills but these.
    #[inline]
    pub(crate) fn may_fit_skills(&self, skills: u64) -> bool {
        self.wanted.any_wants_none || self.wanted.skills & skills != 0
    }

    /// Whether one of its classes might want just these skills.
    #[inline]
    pub(crate) fn may_contain(&self, skills: u64) -> bool {
        if skills == 0 {
            self.wanted.any_wants_none
        } else {
            skills & !self.wanted.skills == 0
        }
    }

    /// Its classes, in order.
    #[inline]
    pub(crate) fn classes(&self) -> impl Iterator<Item = (&Requirements, &ClassHead)> {
        self.wants.iter().zip(&self.heads)
    }

    /// What stands first in the first class whose want passes.
    #[inline]
    pub(crate) fn first_of(&self, passes: impl FnMut(&Requirements) -> bool) -> Option<&ClassHead> {
        self.heads.get(self.wants.iter().position(passes)?)
    }

    /// Takes a class out that an item stands first in.
    pub(crate) fn remove(&mut self, config: &Queue, items: &Items, first: &Item) {
        let place = self.place_of(config, items, first);
        debug_assert!(self.is_headed_by(place, first), "the order is broken");
        self.heads.remove(place);
        self.wants.remove(place);
        self.wanted = self.wanted_by_all();
    }

    /// Puts a class where it belongs, given the item that stands first in it.
    pub(crate) fn insert(
        &mut self,
        config: &Queue,
        items: &Items,
        want: Requirements,
        (head, first): (ClassHead, &Item),
    ) {
        let place = self.place_of(config, items, first);
        self.heads.insert(place, head);
        self.wants.insert(place, want);
        self.wanted = self.wanted.and(&want);
    }

    /// Whether it is what a plan says of it.
    pub(crate) fn is_of(&self, plan: &Tables, queue: QueueHandle) -> bool {
        let expected = Self::new(plan, queue);
        let told = |own: &Self| (own.channel, own.lowest_tier, own.is_at_work, own.is_by_rank);
        told(self) == told(&expected)
    }

    fn wanted_by_all(&self) -> Wanted {
        self.wants.iter().fold(Wanted::default(), Wanted::and)
    }

    /// Whether what all want together is what each wants.
    pub(crate) fn is_summed_up(&self) -> bool {
        self.wanted == self.wanted_by_all()
    }

    /// Moves a class to where it belongs now that another item stands first in it.
    pub(crate) fn replace(
        &mut self,
        config: &Queue,
        items: &Items,
        before: &Item,
        (head, first): (ClassHead, &Item),
    ) {
        let from = self.place_of(config, items, before);
        debug_assert!(self.is_headed_by(from, before), "the order is broken");
        let to = self.place_of(config, items, first);
        if let Some(want) = self.wants.get(from).copied() {
            put_along(&mut self.wants, (from, to), want);
            put_along(&mut self.heads, (from, to), head);
        }
    }

    fn is_headed_by(&self, place: usize, first: &Item) -> bool {
        let head = self.heads.get(place);
        head.is_some_and(|head| head.rank == rank(first))
    }

    /// How many classes are headed by what stands before an item.
    fn place_of(&self, config: &Queue, items: &Items, work: &Item) -> usize {
        if !self.is_by_rank {
            return self.heads.partition_point(|head| {
                let head = items.get(head.item);
                head.is_some_and(|head| in_queue(config, head, work).is_lt())
            });
        }
        let own = rank(work);
        match self.heads.last() {
            // Most items come last.
            Some(last) if last.rank < own => self.heads.len(),
            _ => self.heads.partition_point(|head| head.rank < own),
        }
    }
}

/// Takes what stands in one place out, and puts a value before what stood in another.
fn put_along<T: Copy>(list: &mut [T], (from, to): (usize, usize), value: T) {
    let forward = from < to;
    let Some(between) = list.get_mut(from.min(to)..to.max(from + 1)) else {
        return;
    };
    let place = if forward {
        between.copy_within(1.., 0);
        between.last_mut()
    } else {
        between.copy_within(..between.len() - 1, 1);
        between.first_mut()
    };
    if let Some(place) = place {
        *place = value;
    }
}
