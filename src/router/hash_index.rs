//! Where a thing is, by the hash of its name: the thing keeps its name itself.
//!
//! A table of names beside the things would hold every name twice, and growing it would move all of them at once. Here a
//! thing takes eight bytes and the air between them, what has to be looked at to find it, to see that it is not there, or to
//! put it there lies side by side, and more buckets are made a shard at a time.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

const SHARD_BITS: u32 = 6;
const FEWEST_BUCKETS: usize = 8;

/// The places of things by hash.
#[derive(Clone, Debug)]
pub(super) struct HashIndex {
    shards: Vec<Shard>,
}

/// Buckets, probed one after the other from where a hash belongs: between there and where it is none is empty. At least three
/// of eight are.
#[derive(Clone, Debug, Default)]
struct Shard {
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
    pub(super) fn new() -> Self {
        Self {
            shards: vec![Shard::default(); 1 << SHARD_BITS],
        }
    }

    /// The place of the thing with a hash that is the one.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let (shard, hash) = split(hash);
        let (_, place) = self.shards.get(shard)?.probe(hash, is_it)?;
        Some(place)
    }

    /// Notes where a thing is that was not there yet.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, place: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = self.shards.get_mut(shard) {
            shard.insert(hash, place);
        }
    }

    /// Forgets where a thing is.
    #[inline]
    pub(super) fn remove(&mut self, hash: u64, place: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = self.shards.get_mut(shard)
            && let Some((at, _)) = shard.probe(hash, |found| found == place)
        {
            shard.empty(at);
        }
    }
}

impl Bucket {
    fn thing(self) -> Option<u32> {
        self.place.checked_sub(1)
    }
}

impl Shard {
    /// The first bucket, from where a hash belongs on, whose place is the one, with the place; none if an empty bucket comes
    /// before.
    #[inline]
    fn probe(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<(usize, u32)> {
        let mut at = self.home(hash);
        loop {
            let bucket = self.buckets.get(at)?;
            let place = bucket.thing()?;
            if bucket.hash == hash && is_it(place) {
                return Some((at, place));
            }
            at = self.after(at);
        }
    }

    #[inline]
    fn insert(&mut self, hash: u32, place: u32) {
        if (self.full + 1) * 8 > self.buckets.len() * 5 {
            self.make_more();
        }
        let mut at = self.home(hash);
        while self.is_full(at) {
            at = self.after(at);
        }
        self.full += 1;
        let place = place + 1;
        self.put(at, Bucket { hash, place });
    }

    #[cold]
    fn make_more(&mut self) {
        let buckets = (self.buckets.len() * 2).max(FEWEST_BUCKETS);
        let more = vec![Bucket::default(); buckets].into();
        self.full = 0;
        for bucket in mem::replace(&mut self.buckets, more) {
            if let Some(place) = bucket.thing() {
                self.insert(bucket.hash, place);
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

/// The shard, and what is left of the hash.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the two ends of the hash are told apart"
)]
fn split(hash: u64) -> (usize, u32) {
    ((hash >> (u64::BITS - SHARD_BITS)) as usize, hash as u32)
}
