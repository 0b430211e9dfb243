//! A slab: values in stable slots, found by handle.
//!
//! ```text
//! pages   [ a | b | – | d | … 1,024 slots ] [ e | – ]
//! free    2, 1,025                           the vacant slots: the next insertion takes the last of them
//! ```

use alloc::vec::Vec;

use crate::base::table::Handle;

/// Slots per page.
///
/// A power of 2, so that a handle splits into page and slot by a shift and a mask. At 1,024, the longest pause of an
/// insertion is the allocation of one page.
const PAGE: usize = 1 << PAGE_BITS;
const PAGE_BITS: u32 = 10;

/// Declares the handle type of a slab. `Option` of a handle takes 4 bytes as well.
macro_rules! slab_handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(core::num::NonZeroU32);

        impl crate::base::table::Handle for $name {
            fn from_index(index: usize) -> Self {
                Self(core::num::NonZeroU32::MIN.saturating_add($crate::base::table::to_u32(index)))
            }

            fn index(self) -> usize {
                (self.0.get() - 1) as usize
            }
        }
    };
}

pub(crate) use slab_handle;

/// A slab with handles of type `H`.
///
/// Insertion, lookup and removal take O(1). Slots are allocated in pages of 1,024: an insertion moves at most one page,
/// where a vector would move all values. The slot of a removed value goes to a free list, and the next insertion reuses
/// it. Its handle is then live again, for another value.
#[derive(Clone, Debug)]
pub(crate) struct Slab<H, T> {
    /// All pages but the last are full of slots.
    pages: Vec<Vec<Option<T>>>,
    /// The handles of the vacant slots.
    free: Vec<H>,
}

impl<H: Handle, T> Slab<H, T> {
    /// Makes an empty slab. It allocates nothing before the first insertion.
    pub(crate) fn new() -> Self {
        Self {
            pages: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Returns whether there is no value.
    pub(crate) fn is_empty(&self) -> bool {
        self.free.len() == self.slots()
    }

    /// Returns the number of slots, occupied or free.
    fn slots(&self) -> usize {
        // Only the last page is still growing.
        let last = self.pages.last().map_or(0, Vec::len);
        self.pages.len().saturating_sub(1) * PAGE + last
    }

    /// Inserts a value into a free slot and returns its handle.
    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> H {
        if let Some(handle) = self.free.pop() {
            let slot = self.slot_mut(handle);
            // PERF: the condition, which always holds, saves a move of the value: 1 % of the instructions per input.
            if slot.is_none() {
                *slot = Some(value);
            }
            return handle;
        }
        // No slot is free, so that the next one is at the end.
        let handle = H::from_index(self.slots());
        match self.pages.last_mut() {
            Some(page) if page.len() < PAGE => page.push(Some(value)),
            // A page of one slot, which grows up to `PAGE`: a small router does not pay for 1,024 rows.
            _ => self.pages.push([Some(value)].into()),
        }
        handle
    }

    /// Removes the value of a live handle and drops it in place.
    #[inline]
    pub(crate) fn remove(&mut self, handle: H) {
        let slot = self.slot_mut(handle);
        // A slot that is freed twice would be given to two values.
        debug_assert!(slot.is_some(), "the slot of {:?} is vacant", handle.index());
        *slot = None;
        self.free.push(handle);
    }

    /// Returns the value of a handle, if the handle is live.
    ///
    /// A handle that outlives its value may be live again, for another value: the caller compares what it expects to find.
    #[inline]
    pub(crate) fn get(&self, handle: H) -> Option<&T> {
        let (page, slot) = position(handle);
        self.pages.get(page)?.get(slot)?.as_ref()
    }

    /// Returns the value of a handle, if the handle is live.
    #[inline]
    pub(crate) fn get_mut(&mut self, handle: H) -> Option<&mut T> {
        let (page, slot) = position(handle);
        self.pages.get_mut(page)?.get_mut(slot)?.as_mut()
    }

    // INVARIANT: a handle that reaches `at` or `at_mut` is live: the code that removes a value removes its handle from
    // every structure that holds one. A handle that may outlive its value is looked up with `get`.

    /// Returns the value of a live handle.
    #[inline]
    #[expect(clippy::expect_used, reason = "the handle is live")]
    pub(crate) fn at(&self, handle: H) -> &T {
        self.get(handle).expect("a live handle")
    }

    /// Returns the value of a live handle.
    #[inline]
    #[expect(clippy::expect_used, reason = "the handle is live")]
    pub(crate) fn at_mut(&mut self, handle: H) -> &mut T {
        self.slot_mut(handle).as_mut().expect("a live handle")
    }

    /// Returns the slot of a handle, which may be vacant.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the handle came from `insert`")]
    fn slot_mut(&mut self, handle: H) -> &mut Option<T> {
        let (page, slot) = position(handle);
        &mut self.pages[page][slot]
    }

    /// Iterates over the values with their handles, in the order of the slots, which is not that of the insertions.
    ///
    /// The cost is linear in the number of slots, occupied or free.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (H, &T)> {
        // INVARIANT: all pages but the last have `PAGE` slots, so the number of a slot is the index of its handle.
        let slots = self.pages.iter().flatten().enumerate();
        slots.filter_map(|(index, slot)| Some((H::from_index(index), slot.as_ref()?)))
    }
}

/// Returns the page of a handle and the position in the page.
#[inline]
fn position(handle: impl Handle) -> (usize, usize) {
    let index = handle.index();
    (index >> PAGE_BITS, index & (PAGE - 1))
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{PAGE, Slab};

    slab_handle! {
        /// A handle of the tests.
        TestHandle
    }

    proptest! {
        #[test]
        fn slab_behaves_like_a_map(changes in vec((any::<u16>(), 0_usize..8), 1..200)) {
            let mut slab: Slab<TestHandle, u16> = Slab::new();
            let mut model: BTreeMap<TestHandle, u16> = BTreeMap::new();
            for (value, pick) in changes {
                // Half of the steps insert, so that the slab grows, shrinks and reuses slots.
                match model.keys().nth(pick).copied() {
                    Some(handle) if value % 2 == 0 => {
                        slab.remove(handle);
                        model.remove(&handle);
                        prop_assert_eq!(slab.get(handle), None);
                        prop_assert_eq!(slab.get_mut(handle), None);
                    }
                    _ => {
                        let handle = slab.insert(value);
                        prop_assert_eq!(model.insert(handle, value), None);
                    }
                }
                prop_assert_eq!(slab.is_empty(), model.is_empty());
                prop_assert!(slab.iter().eq(model.iter().map(|(handle, value)| (*handle, value))));
                for (handle, value) in &model {
                    prop_assert_eq!(slab.get(*handle), Some(value));
                    prop_assert_eq!(slab.at(*handle), value);
                    prop_assert_eq!(slab.at_mut(*handle), value);
                }
            }
        }
    }

    #[test]
    fn slots_are_reused_before_pages_are_added() {
        let mut slab: Slab<TestHandle, usize> = Slab::new();
        let handles: Vec<TestHandle> = (0..=2 * PAGE).map(|value| slab.insert(value)).collect();
        assert_eq!(slab.pages.len(), 3);
        for handle in &handles {
            slab.remove(*handle);
        }
        assert!(slab.is_empty());
        // As many insertions as removals: no page is added.
        for _ in &handles {
            slab.insert(0);
        }
        assert_eq!((slab.pages.len(), slab.iter().count()), (3, 2 * PAGE + 1));
    }

    #[test]
    fn growing_moves_no_value_of_a_full_page() {
        let mut slab: Slab<TestHandle, usize> = Slab::new();
        let first = slab.insert(0);
        (1..PAGE).for_each(|value| _ = slab.insert(value));
        let address = core::ptr::from_ref(slab.at(first));
        (0..4 * PAGE).for_each(|value| _ = slab.insert(value));
        assert_eq!(core::ptr::from_ref(slab.at(first)), address);
    }
}
