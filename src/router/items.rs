//! The items that a router has: each under its id, and in a place that does not change.

use alloc::vec::Vec;

use indexmap::IndexMap;

use crate::hash::Seeded;
use crate::id::WorkItemId;
use crate::router::item::Work;

/// An item that a router has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ItemHandle(u32);

/// The items of a router.
#[derive(Clone, Debug)]
pub(super) struct Items {
    slots: Vec<Option<Work>>,
    free: Vec<ItemHandle>,
    ids: IndexMap<WorkItemId, ItemHandle, Seeded>,
    /// How many items have come in.
    arrivals: u64,
}

impl Items {
    pub(super) fn new(hasher: Seeded) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            ids: IndexMap::with_hasher(hasher),
            arrivals: 0,
        }
    }

    pub(super) fn find(&self, id: &WorkItemId) -> Option<ItemHandle> {
        self.ids.get(id).copied()
    }

    pub(super) fn get(&self, item: ItemHandle) -> Option<&Work> {
        self.slots.get(item.0 as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, item: ItemHandle) -> Option<&mut Work> {
        self.slots.get_mut(item.0 as usize)?.as_mut()
    }

    /// How many items have come in.
    pub(super) fn arrivals(&self) -> u64 {
        self.arrivals
    }

    pub(super) fn set_arrivals(&mut self, arrivals: u64) {
        self.arrivals = arrivals;
    }

    /// The number of the next item.
    pub(super) fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "items are counted with 32 bits"
    )]
    pub(super) fn insert(&mut self, work: Work) -> ItemHandle {
        let id = work.routed.item().id.clone();
        let item = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            ItemHandle(self.slots.len() as u32 - 1)
        });
        if let Some(slot) = self.slots.get_mut(item.0 as usize) {
            *slot = Some(work);
        }
        self.ids.insert(id, item);
        item
    }

    pub(super) fn remove(&mut self, item: ItemHandle) -> Option<Work> {
        let work = self.slots.get_mut(item.0 as usize)?.take()?;
        self.ids.swap_remove(&work.routed.item().id);
        self.free.push(item);
        Some(work)
    }

    /// All items, by arrival.
    pub(super) fn by_arrival(&self) -> Vec<ItemHandle> {
        let mut items: Vec<(u64, ItemHandle)> = self
            .ids
            .values()
            .filter_map(|item| Some((self.get(*item)?.arrival, *item)))
            .collect();
        items.sort_unstable();
        items.into_iter().map(|(_, item)| item).collect()
    }
}
