//! Where a thing is, by the hash of its name: the thing keeps its name itself.
//!
//! A table of names beside the things would hold every name twice, and growing it would move all of them at once. Here a
//! thing takes eight bytes and the air between them, and grows a shard at a time.

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

/// Buckets, probed one after the other from where a hash belongs; at least a quarter of them are empty.
#[derive(Clone, Debug, Default)]
struct Shard {
    buckets: Box<[Bucket]>,
    used: usize,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    hash: u32,
    /// [`EMPTY`] if nothing is here.
    place: u32,
}

const EMPTY: u32 = u32::MAX;

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
        let shard = self.shards.get(shard)?;
        let found = shard.probe(hash, |bucket| bucket.hash == hash && is_it(bucket.place))?;
        shard.buckets.get(found).map(|bucket| bucket.place)
    }

    /// Notes where a thing is that was not there yet.
    pub(super) fn insert(&mut self, hash: u64, place: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = self.shards.get_mut(shard) {
            shard.insert(Bucket { hash, place });
        }
    }

    /// Forgets where a thing is.
    pub(super) fn remove(&mut self, hash: u64, place: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = self.shards.get_mut(shard)
            && let Some(found) = shard.probe(hash, |bucket| bucket.place == place)
        {
            shard.vacate(found);
        }
    }
}

impl Shard {
    /// The first bucket, from where a hash belongs on, that is the one; none if an empty one comes before.
    #[inline]
    fn probe(&self, hash: u32, is_it: impl Fn(Bucket) -> bool) -> Option<usize> {
        let mut at = self.home(hash);
        loop {
            let bucket = *self.buckets.get(at)?;
            if bucket.place == EMPTY {
                return None;
            }
            if is_it(bucket) {
                return Some(at);
            }
            at = self.after(at);
        }
    }

    fn insert(&mut self, bucket: Bucket) {
        if (self.used + 1) * 4 > self.buckets.len() * 3 {
            self.grow();
        }
        self.put(bucket);
        self.used += 1;
    }

    fn put(&mut self, bucket: Bucket) {
        let mut at = self.home(bucket.hash);
        while let Some(found) = self.buckets.get_mut(at) {
            if found.place == EMPTY {
                *found = bucket;
                return;
            }
            at = self.after(at);
        }
    }

    fn grow(&mut self) {
        let empty = Bucket {
            hash: 0,
            place: EMPTY,
        };
        let more = (self.buckets.len() * 2).max(FEWEST_BUCKETS);
        let before = mem::replace(&mut self.buckets, vec![empty; more].into());
        for bucket in before.iter().filter(|bucket| bucket.place != EMPTY) {
            self.put(*bucket);
        }
    }

    /// Empties a bucket, and moves those up that had to go past it.
    fn vacate(&mut self, mut hole: usize) {
        self.used -= 1;
        let mut at = self.after(hole);
        while let Some(bucket) = self.buckets.get(at).copied() {
            if bucket.place == EMPTY {
                break;
            }
            if self.distance(self.home(bucket.hash), at) >= self.distance(hole, at) {
                self.set(hole, bucket);
                hole = at;
            }
            at = self.after(at);
        }
        self.set(
            hole,
            Bucket {
                hash: 0,
                place: EMPTY,
            },
        );
    }

    fn set(&mut self, at: usize, bucket: Bucket) {
        if let Some(found) = self.buckets.get_mut(at) {
            *found = bucket;
        }
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & self.buckets.len().wrapping_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.buckets.len() - 1)
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & (self.buckets.len() - 1)
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
