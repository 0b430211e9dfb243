//! The items that a router has: each under its id, and in a place that does not change.

use crate::router::handles::ItemHandle;
use alloc::vec::Vec;

use crate::base::hash::{Seeded, short_hash};
use crate::base::hash_index::HashIndex;
use crate::base::slab::Slab;
use crate::id::WorkItemId;
use crate::router::store::item::Item;

/// The items of a router.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    works: Slab<Item>,
    ids: HashIndex,
    hasher: Seeded,
    /// How many items have come in.
    arrivals: u64,
}

impl Items {
    pub(crate) fn new(hasher: Seeded) -> Self {
        Self {
            works: Slab::new(),
            ids: HashIndex::new(),
            hasher,
            arrivals: 0,
        }
    }

    /// By what an id is found.
    #[inline]
    pub(crate) fn hash(&self, id: &WorkItemId) -> u32 {
        short_hash(self.hasher, id.as_str())
    }

    #[inline]
    pub(crate) fn find(&self, id: &WorkItemId) -> Option<(ItemHandle, &Item)> {
        self.find_hashed(self.hash(id), id)
    }

    #[inline]
    pub(crate) fn find_hashed(&self, hash: u32, id: &WorkItemId) -> Option<(ItemHandle, &Item)> {
        let mut found = None;
        let place = self.ids.find(hash, |place| {
            found = self.works.get(place);
            found.is_some_and(|work| work.routed.item().id == *id)
        });
        Some((ItemHandle::new(place?), found?))
    }

    /// Returns a live item.
    #[inline]
    pub(crate) fn item(&self, item: ItemHandle) -> &Item {
        live(self.get(item))
    }

    /// Returns a live item, to change it.
    #[inline]
    pub(crate) fn item_mut(&mut self, item: ItemHandle) -> &mut Item {
        live(self.get_mut(item))
    }

    /// Returns an item, or `None` if it is gone.
    ///
    /// Only for handles that may outlive their items: those of due events, of the dirty set, and of the list that a reconfiguration
    /// walks. All others use [`item`](Self::item).
    #[inline]
    pub(crate) fn get(&self, item: ItemHandle) -> Option<&Item> {
        self.works.get(item.place())
    }

    /// Returns an item to change it, or `None` if it is gone.
    #[inline]
    pub(crate) fn get_mut(&mut self, item: ItemHandle) -> Option<&mut Item> {
        self.works.get_mut(item.place())
    }

    /// How many items have come in.
    pub(crate) fn arrivals(&self) -> u64 {
        self.arrivals
    }

    pub(crate) fn set_arrivals(&mut self, arrivals: u64) {
        self.arrivals = arrivals;
    }

    /// The number of the next item.
    pub(crate) fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    #[inline]
    pub(crate) fn insert(&mut self, work: Item) -> ItemHandle {
        let hash = work.id_hash;
        let place = self.works.insert(work);
        self.ids.insert(hash, place);
        ItemHandle::new(place)
    }

    /// Lets an item go, by whose hash it is found.
    #[inline]
    pub(crate) fn remove(&mut self, item: ItemHandle, hash: u32) {
        let place = item.place();
        self.ids.remove(hash, place);
        self.works.remove(place);
    }

    /// All items, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Item> {
        self.works.iter().map(|(_, work)| work)
    }

    /// All items, by arrival.
    pub(crate) fn by_arrival(&self) -> Vec<ItemHandle> {
        let all = self.works.iter();
        let mut items: Vec<(u64, ItemHandle)> = all
            .map(|(place, work)| (work.arrival, ItemHandle::new(place)))
            .collect();
        items.sort_unstable();
        items.into_iter().map(|(_, item)| item).collect()
    }
}

/// Unwraps the lookup of an item by its handle.
// INVARIANT: a handle is found by id, or stored in a timer, a waiting class or the list of an agent's items, all of which drop it
// before the item is removed. Only due events, the dirty set and the list that a reconfiguration walks can hold it for longer,
// and they use `get`.
#[inline]
#[expect(
    clippy::expect_used,
    reason = "the one place that assumes that an item exists"
)]
fn live<T>(item: Option<T>) -> T {
    item.expect("the handle of a live item")
}
