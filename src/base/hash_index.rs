//! Where a thing is, by the hash of its name: the thing keeps its name itself.
//!
//! A table of names beside the things would hold every name twice, and growing it would move all of them at once. Here a
//! thing takes eight bytes and the air between them, what has to be looked at to find it, to see that it is not there, or to
//! put it there lies side by side, and more buckets are made a shard at a time.

use alloc::boxed::Box;
use alloc::vec;
use core::mem;

use crate::base::hint::cold_path;

const SHARD_BITS: u32 = 6;
const SHARDS: usize = 1 << SHARD_BITS;
const FEWEST_BUCKETS: usize = 8;

/// The places of things by hash, where there may be very many.
#[derive(Clone, Debug)]
pub(crate) struct HashIndex {
    shards: Box<[Buckets; SHARDS]>,
}

/// The places of things by hash: probed one after the other from where a hash belongs. Between there and where it is no bucket
/// is empty; at least three of eight are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets {
    buckets: Box<[Bucket]>,
    full: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    hash: u32,
    /// One more than the place of a thing; 0 if the bucket is empty.
    place: u32,
}

impl HashIndex {
    pub(crate) fn new() -> Self {
        Self {
            shards: Box::new(core::array::from_fn(|_| Buckets::default())),
        }
    }

    /// The place of the thing with a hash that is the one.
    #[inline]
    pub(crate) fn find(&self, hash: u32, is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        self.shards.get(shard(hash))?.find(hash, is_it)
    }

    /// Notes where a thing is that was not there yet.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u32, place: u32) {
        if let Some(shard) = self.shards.get_mut(shard(hash)) {
            shard.insert(hash, place);
        }
    }

    /// Forgets where a thing is.
    #[inline]
    pub(crate) fn remove(&mut self, hash: u32, place: u32) {
        if let Some(shard) = self.shards.get_mut(shard(hash)) {
            shard.remove(hash, place);
        }
    }
}

/// Which shard is told by other bits of a hash than where in it.
#[inline]
fn shard(hash: u32) -> usize {
    (hash >> (u32::BITS - SHARD_BITS)) as usize
}

impl Bucket {
    fn thing(self) -> Option<u32> {
        self.place.checked_sub(1)
    }
}

impl Buckets {
    /// Empty ones, enough for so many things.
    pub(crate) fn with_room(things: usize) -> Self {
        let mut buckets = Self::default();
        while !buckets.has_room_for(things) {
            buckets.buckets = vec![Bucket::default(); buckets.twice_as_many()].into();
        }
        buckets
    }

    /// The place of the thing with a hash that is the one.
    #[inline]
    pub(crate) fn find(&self, hash: u32, is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let (_, place) = self.probe(hash, is_it)?;
        Some(place)
    }

    /// Notes where a thing is that was not there yet.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u32, place: u32) {
        if !self.has_room_for(self.full + 1) {
            self.make_more();
        }
        self.full += 1;
        let place = place + 1;
        self.fill(Bucket { hash, place });
    }

    #[inline]
    fn remove(&mut self, hash: u32, place: u32) {
        if let Some((at, _)) = self.probe(hash, |found| found == place) {
            self.empty(at);
        }
    }

    /// The first bucket, from where a hash belongs on, whose place is the one, with the place; none if an empty bucket comes
    /// before.
    #[inline]
    fn probe(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<(usize, u32)> {
        let mut at = self.home(hash);
        loop {
            let Some(bucket) = self.buckets.get(at) else {
                cold_path();
                return None;
            };
            let place = bucket.thing()?;
            if bucket.hash == hash && is_it(place) {
                return Some((at, place));
            }
            at = self.after(at);
        }
    }

    /// Fills the first empty bucket from where one belongs on.
    #[inline]
    fn fill(&mut self, bucket: Bucket) {
        let mut at = self.home(bucket.hash);
        while self.is_full(at) {
            at = self.after(at);
        }
        self.put(at, bucket);
    }

    #[cold]
    fn make_more(&mut self) {
        let more = vec![Bucket::default(); self.twice_as_many()].into();
        for bucket in mem::replace(&mut self.buckets, more) {
            if bucket.thing().is_some() {
                self.fill(bucket);
            }
        }
    }

    /// Empties a bucket. What stands behind it moves up, as far as it may.
    #[inline]
    fn empty(&mut self, mut gap: usize) {
        self.full -= 1;
        let mut at = self.after(gap);
        while let Some(bucket) = self.buckets.get(at).copied()
            && bucket.thing().is_some()
        {
            let from_home = self.distance(self.home(bucket.hash), at);
            if from_home >= self.distance(gap, at) {
                self.put(gap, bucket);
                gap = at;
            }
            at = self.after(at);
        }
        self.put(gap, Bucket::default());
    }

    fn has_room_for(&self, things: usize) -> bool {
        things * 8 <= self.buckets.len() * 5
    }

    fn twice_as_many(&self) -> usize {
        (self.buckets.len() * 2).max(FEWEST_BUCKETS)
    }

    fn is_full(&self, at: usize) -> bool {
        let bucket = self.buckets.get(at);
        bucket.is_some_and(|bucket| bucket.thing().is_some())
    }

    fn put(&mut self, at: usize, bucket: Bucket) {
        if let Some(place) = self.buckets.get_mut(at) {
            *place = bucket;
        }
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & self.mask()
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & self.mask()
    }

    /// How many steps it is from one bucket on to another.
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.mask()
    }

    /// There are so many buckets, less one: a power of two.
    fn mask(&self) -> usize {
        self.buckets.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::HashIndex;

    proptest! {
        /// Few hashes, which collide, stand at both ends of their buckets and are told apart by place only.
        #[test]
        fn an_index_finds_what_is_in_it_and_nothing_else(
            changes in vec((0_u32..3, 0_u32..64, any::<bool>()), 1..400),
        ) {
            let mut index = HashIndex::new();
            let mut places: BTreeMap<u32, u32> = BTreeMap::new();
            for (low, place, comes) in changes {
                // The last bucket, and the first two.
                let hash = low.wrapping_sub(1) & 0x03FF_FFFF;
                match (comes, places.get(&place).copied()) {
                    (true, None) => {
                        index.insert(hash, place);
                        places.insert(place, hash);
                    }
                    (false, Some(hash)) => {
                        index.remove(hash, place);
                        places.remove(&place);
                    }
                    _ => {}
                }
                for place in 0..64 {
                    for low in 0_u32..3 {
                        let hash = low.wrapping_sub(1) & 0x03FF_FFFF;
                        let found = index.find(hash, |other| other == place);
                        let expected = places.get(&place).filter(|own| **own == hash);
                        prop_assert_eq!(found, expected.map(|_| place));
                    }
                }
            }
        }
    }
}
