//! An id table: interned ids with dense handles.
//!
//! ```text
//! sorted    0: asha │ 1: ben │ 2: zoe      handle ─► id: one index
//! handles   hash of "ben" ─► 1 …            id ─► handle: one hash, and one comparison of texts
//! ```

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;

use hashbrown::HashTable;

use crate::base::hash::{Seeded, hash_of_text};
use crate::base::table::{Handle, Table};

/// The ids of one kind of entity in a plan. Handles are numbered in the order of the ids.
///
/// A lookup by id or by handle takes O(1). Building takes O(n log n) for n ids.
pub(crate) struct IdTable<H, I> {
    /// The ids in the order of their texts, so that handles compare as their ids do.
    sorted: Table<H, I>,
    /// The handles by the hash of their ids. The table does not hold the ids: it finds them through the handles.
    handles: HashTable<H>,
    hasher: Seeded,
}

impl<H: Handle, I: Clone + Ord + Borrow<str> + for<'a> From<&'a str>> IdTable<H, I> {
    /// Makes the table of some ids, which may repeat.
    pub(crate) fn new<'a>(ids: impl Iterator<Item = &'a I>, hasher: Seeded) -> Self
    where
        I: 'a,
    {
        // The order of handles must not depend on hashes: it breaks ties between agents.
        let mut sorted: Vec<&I> = ids.collect();
        sorted.sort_unstable();
        sorted.dedup();
        // Copies the texts: those of a configuration are spread over the heap, the copies are side by side.
        let copies = sorted.iter().map(|id| (*id).borrow().into());
        let sorted: Table<H, I> = copies.collect();
        let hash = |handle: &H| hash_of_text(hasher, sorted.at(*handle).borrow());
        let mut handles = HashTable::with_capacity(sorted.len());
        // INVARIANT: the ids are distinct, and the table has room for all of them.
        for (handle, _) in sorted.iter() {
            handles.insert_unique(hash(&handle), handle, hash);
        }
        Self {
            sorted,
            handles,
            hasher,
        }
    }

    /// Returns the handle of an id, or `None` if the id is not in the table.
    #[inline]
    pub(crate) fn find(&self, id: &str) -> Option<H> {
        let matches = |handle: &H| self.sorted.at(*handle).borrow() == id;
        let hash = hash_of_text(self.hasher, id);
        self.handles.find(hash, matches).copied()
    }

    /// Interns an id: replaces its text by the table's copy and returns the handle, if the id is in the table.
    ///
    /// The old text is freed, if nothing else shares it.
    #[inline]
    pub(crate) fn intern(&self, id: &mut I) -> Option<H> {
        let handle = self.find((*id).borrow())?;
        id.clone_from(self.id(handle));
        Some(handle)
    }

    /// Returns the id of a handle, which may be one of another plan.
    pub(crate) fn get(&self, handle: H) -> Option<&I> {
        self.sorted.get(handle)
    }

    /// Returns the id of a handle of this plan.
    #[inline]
    pub(crate) fn id(&self, handle: H) -> &I {
        self.sorted.at(handle)
    }

    /// Returns the handle that the id of a handle has in another table, or `None` if that table lacks the id.
    pub(crate) fn handle_in(&self, handle: H, other: &Self) -> Option<H> {
        other.find(self.id(handle).borrow())
    }

    /// Returns the number of ids.
    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Iterates over the ids with their handles, in the order of both.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (H, &I)> {
        self.sorted.iter()
    }
}

impl<H, I: fmt::Debug> fmt::Debug for IdTable<H, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sorted.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::IdTable;
    use crate::base::hash::Seeded;
    use crate::base::table::{AgentHandle, Handle};

    type Id = alloc::sync::Arc<str>;

    #[test]
    fn handles_are_in_the_order_of_the_ids() {
        let ids: Vec<Id> = (0..1000).rev().map(|n| format!("{n:03}").into()).collect();
        let table: IdTable<AgentHandle, Id> = IdTable::new(ids.iter().chain(&ids), Seeded(7));
        assert_eq!(table.len(), 1000);
        for id in &ids {
            let handle = table.find(id).unwrap();
            assert_eq!(format!("{:03}", handle.index()), **id);
            assert_eq!((table.get(handle), table.id(handle)), (Some(id), id));
        }
        // An unknown id, and a handle of a larger table.
        assert_eq!(table.find("1000"), None);
        assert_eq!(table.get(AgentHandle::from_index(1000)), None);
    }

    #[test]
    fn interned_ids_share_their_text() {
        let table: IdTable<AgentHandle, Id> = IdTable::new(["asha".into()].iter(), Seeded(7));
        let mut id = Id::from("asha");
        let handle = table.intern(&mut id).unwrap();
        assert_eq!(id.as_ptr(), table.id(handle).as_ptr());
        assert_eq!(table.intern(&mut "ben".into()), None);
    }
}
