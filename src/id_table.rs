//! The ids of a plan: each with its handle, found by its text.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;
use core::hash::Hash;
use core::marker::PhantomData;

use crate::hash::{Seeded, short_hash};
use crate::hash_index::Buckets;
use crate::table::Handle;

/// The ids of one kind, each with its handle: handles are numbered in the order of the ids.
pub(crate) struct Ids<H, I> {
    in_order: Box<[I]>,
    places: Buckets,
    hasher: Seeded,
    handle: PhantomData<fn(H)>,
}

impl<H: Handle, I: Clone + Hash + Ord + Borrow<str> + for<'a> From<&'a str>> Ids<H, I> {
    /// Gives each id its handle, and a text of its own: those of a configuration lie far apart, these side by side.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no list of a plan is longer than 32 bits can count"
    )]
    pub(crate) fn new<'a>(ids: impl Iterator<Item = &'a I>, hasher: Seeded) -> Self
    where
        I: 'a,
    {
        let mut sorted: Vec<&I> = ids.collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut places = Buckets::with_room(sorted.len());
        for (place, id) in sorted.iter().enumerate() {
            places.insert(short_hash::<str>(hasher, (*id).borrow()), place as u32);
        }
        Self {
            in_order: sorted.into_iter().map(own_text).collect(),
            places,
            hasher,
            handle: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn find(&self, id: &str) -> Option<H> {
        if let [only] = &*self.in_order {
            return (only.borrow() == id).then(|| H::from_index(0));
        }
        let is_it = |place: u32| {
            let own = self.in_order.get(place as usize);
            own.is_some_and(|own| own.borrow() == id)
        };
        let place = self.places.find(short_hash(self.hasher, id), is_it)?;
        Some(H::from_index(place as usize))
    }

    /// Lets an id have its text in common with the equal one of these, if there is one.
    pub(crate) fn share(&self, id: &mut I) {
        if let Some(own) = self.find((*id).borrow()) {
            id.clone_from(self.name(own));
        }
    }

    pub(crate) fn id(&self, handle: H) -> Option<&I> {
        self.in_order.get(handle.index())
    }

    // INVARIANT: as with tables, the handle was made by the plan that these ids belong to.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "the one place that indexes by handle"
    )]
    pub(crate) fn name(&self, handle: H) -> &I {
        &self.in_order[handle.index()]
    }

    pub(crate) fn len(&self) -> usize {
        self.in_order.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (H, &I)> {
        self.in_order
            .iter()
            .enumerate()
            .map(|(index, id)| (H::from_index(index), id))
    }
}

fn own_text<I: Borrow<str> + for<'a> From<&'a str>>(id: &I) -> I {
    let text: &str = id.borrow();
    text.into()
}

impl<H, I: fmt::Debug> fmt::Debug for Ids<H, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.in_order).finish()
    }
}
