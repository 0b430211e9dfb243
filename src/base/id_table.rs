//! The ids of a plan: each with its handle, found by its text.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;

use crate::base::hash::{Seeded, short_hash};
use crate::base::hash_index::Buckets;
use crate::base::table::{Handle, Table};

/// The ids of one kind, each with its handle: handles are numbered in the order of the ids.
pub(crate) struct Ids<H, I> {
    in_order: Table<H, I>,
    places: Buckets,
    hasher: Seeded,
}

impl<H: Handle, I: Clone + Ord + Borrow<str> + for<'a> From<&'a str>> Ids<H, I> {
    /// Gives each id its handle, and a text of its own: those of a configuration lie far apart, these side by side.
    pub(crate) fn new<'a>(ids: impl Iterator<Item = &'a I>, hasher: Seeded) -> Self
    where
        I: 'a,
    {
        let mut sorted: Vec<&I> = ids.collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut places = Buckets::with_room(sorted.len());
        for (place, id) in (0..).zip(&sorted) {
            places.insert(short_hash(hasher, (*id).borrow()), place);
        }
        Self {
            in_order: sorted.into_iter().map(own_text).collect(),
            places,
            hasher,
        }
    }

    #[inline]
    pub(crate) fn find(&self, id: &str) -> Option<H> {
        let handle = |place: u32| H::from_index(place as usize);
        let is_it = |place| {
            let own = self.in_order.get(handle(place));
            own.is_some_and(|own| own.borrow() == id)
        };
        if self.in_order.len() == 1 {
            return is_it(0).then(|| handle(0));
        }
        let place = self.places.find(short_hash(self.hasher, id), is_it);
        place.map(handle)
    }

    /// Lets an id have its text in common with the equal one of these, if there is one, whose handle is returned.
    #[inline]
    pub(crate) fn share(&self, id: &mut I) -> Option<H> {
        let own = self.find((*id).borrow())?;
        id.clone_from(self.name(own));
        Some(own)
    }

    pub(crate) fn id(&self, handle: H) -> Option<&I> {
        self.in_order.get(handle)
    }

    #[inline]
    pub(crate) fn name(&self, handle: H) -> &I {
        self.in_order.at(handle)
    }

    pub(crate) fn len(&self) -> usize {
        self.in_order.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (H, &I)> {
        self.in_order.iter()
    }
}

fn own_text<I: Borrow<str> + for<'a> From<&'a str>>(id: &I) -> I {
    let text: &str = id.borrow();
    text.into()
}

impl<H, I: fmt::Debug> fmt::Debug for Ids<H, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.in_order.fmt(f)
    }
}
