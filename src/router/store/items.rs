//! The slab of live work items, and the hash index that finds them by id.
//!
//! ```text
//! "conv-17" ──hash──► index ──► ItemHandle 4 ──► slab: | 0 | 1 | 2 | 3 | 4 | …
//!                                                                       └► Item { id: "conv-17", … }
//! ```
//!
//! The index stores hashes, not ids: the item has its id itself. Inside the router, items are named by handle, and an id is
//! looked up once per input.

use alloc::vec::Vec;

use crate::base::hash::{Seeded, hash_of_text, low_half};
use crate::base::hash_index::HashIndex;
use crate::base::slab::Slab;
use crate::id::WorkItemId;
use crate::router::handles::ItemHandle;
use crate::router::store::item::Item;
use crate::router::store::phase::ItemPhase;
use crate::routing::routed::Routed;

/// All live work items.
///
/// A handle stays valid until its item is removed. Then its slot may be reused.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    slab: Slab<ItemHandle, Item>,
    index: HashIndex<ItemHandle>,
    /// The hasher of ids, with the seed of the plan.
    hasher: Seeded,
    /// The arrival number of the last item.
    pub(crate) arrivals: u64,
}

impl Items {
    /// Creates an empty store whose index hashes ids with `hasher`.
    pub(crate) fn new(hasher: Seeded) -> Self {
        Self {
            slab: Slab::new(),
            index: HashIndex::new(),
            hasher,
            arrivals: 0,
        }
    }

    /// Returns the hash of an id in the index.
    #[inline]
    pub(crate) fn hash(&self, id: &WorkItemId) -> u32 {
        low_half(hash_of_text(self.hasher, id.as_str()))
    }

    /// Finds a live item by id.
    #[inline]
    pub(crate) fn find(&self, id: &WorkItemId) -> Option<(ItemHandle, &Item)> {
        self.find_hashed(self.hash(id), id)
    }

    /// Finds a live item by id, given the id's [hash](Self::hash).
    #[inline]
    pub(crate) fn find_hashed(&self, hash: u32, id: &WorkItemId) -> Option<(ItemHandle, &Item)> {
        let matches = |handle| self.slab.at(handle).id() == id;
        let handle = self.index.find(hash, matches)?;
        Some((handle, self.slab.at(handle)))
    }

    // INVARIANT: a handle that reaches `item` or `item_mut` is live. It is found by id, or read from a timer, a waiting class or the
    // list of an agent's items, all of which drop it before the item is removed. Only due events, the dirty set and the list that
    // a reconfiguration walks can keep it for longer, and they use `get`.

    /// Returns a live item.
    #[inline]
    pub(crate) fn item(&self, handle: ItemHandle) -> &Item {
        self.slab.at(handle)
    }

    /// Returns a live item, to change it.
    #[inline]
    #[expect(clippy::expect_used, reason = "the handle is live")]
    pub(crate) fn item_mut(&mut self, handle: ItemHandle) -> &mut Item {
        self.slab.get_mut(handle).expect("a live handle")
    }

    /// Returns an item, or `None` if it is gone.
    ///
    /// Only for handles that may outlive their items: those of due events, of the dirty set, and of the list that a
    /// reconfiguration walks. All others use [`item`](Self::item).
    #[inline]
    pub(crate) fn get(&self, handle: ItemHandle) -> Option<&Item> {
        self.slab.get(handle)
    }

    /// Adds a new, queued item, with the next arrival number. No live item has its id, as for [`insert`](Self::insert).
    #[inline]
    pub(crate) fn add(&mut self, routed: Routed, id_hash: u32, has_queue: bool) -> ItemHandle {
        self.arrivals += 1;
        let arrival = self.arrivals;
        self.insert(Item::new(
            routed,
            id_hash,
            has_queue,
            arrival,
            ItemPhase::Queued,
        ))
    }

    /// Adds an item. O(1): the slab grows by pages and the index by shards.
    ///
    /// INVARIANT: no live item has its id. The caller has checked this when it hashed the id.
    #[inline]
    pub(crate) fn insert(&mut self, item: Item) -> ItemHandle {
        let hash = item.id_hash;
        let handle = self.slab.insert(item);
        self.index.insert(hash, handle);
        handle
    }

    /// Removes a live item. The next item may get its handle.
    ///
    /// INVARIANT: the caller has removed the handle from timers, classes and agents.
    #[inline]
    pub(crate) fn remove(&mut self, handle: ItemHandle) {
        let hash = self.item(handle).id_hash;
        self.index.remove(hash, handle);
        self.slab.remove(handle);
    }

    /// Returns all items, in no meaningful order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Item> {
        self.slab.iter().map(|(_, item)| item)
    }

    /// Returns the handles of all items, by arrival. Sorts them: O(n log n).
    pub(crate) fn by_arrival(&self) -> Vec<ItemHandle> {
        let all = self.slab.iter();
        let mut items: Vec<(u64, ItemHandle)> =
            all.map(|(handle, item)| (item.arrival, handle)).collect();
        items.sort_unstable();
        items.into_iter().map(|(_, handle)| handle).collect()
    }
}
