//! Where a thing is, by the hash of its name: the thing keeps its name itself.
//!
//! A table of names beside the things would hold every name twice, and growing it would move all of them at once. Here a
//! thing takes nine bytes and the air between them, and what has to be looked at to see that a name is not there is one byte
//! of each thing, which caches hold; more buckets are made a shard at a time.

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
    tags: Box<[Tag]>,
    places: Box<[u32]>,
    /// For when the buckets are made anew.
    hashes: Box<[u32]>,
    /// How many buckets are not empty.
    used: usize,
    /// How many have something in them.
    full: usize,
}

/// Whether a bucket is empty, has been left, or is full: then with some bits of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag(u8);

impl Tag {
    const EMPTY: Self = Self(0);
    const LEFT: Self = Self(1);

    /// The bits that the place of a bucket is not taken from.
    fn of(hash: u32) -> Self {
        let [.., highest] = hash.to_le_bytes();
        Self(highest | 0x80)
    }

    fn is_full(self) -> bool {
        self.0 >= 0x80
    }
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
        let shard = self.shards.get(shard)?;
        let at = shard.probe(hash, is_it)?;
        shard.places.get(at).copied()
    }

    /// Notes where a thing is that was not there yet.
    pub(super) fn insert(&mut self, hash: u64, place: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = self.shards.get_mut(shard) {
            shard.insert(hash, place);
        }
    }

    /// Forgets where a thing is.
    pub(super) fn remove(&mut self, hash: u64, place: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = self.shards.get_mut(shard)
            && let Some(at) = shard.probe(hash, |found| found == place)
        {
            shard.leave(at);
        }
    }
}

impl Shard {
    /// The first bucket, from where a hash belongs on, whose place is the one; none if an empty bucket comes before.
    #[inline]
    fn probe(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<usize> {
        let tag = Tag::of(hash);
        let mut at = self.home(hash);
        loop {
            let found = *self.tags.get(at)?;
            if found == tag && is_it(*self.places.get(at)?) {
                return Some(at);
            }
            if found == Tag::EMPTY {
                return None;
            }
            at = self.after(at);
        }
    }

    fn insert(&mut self, hash: u32, place: u32) {
        if (self.used + 1) * 4 > self.tags.len() * 3 {
            self.make_anew();
        }
        let mut at = self.home(hash);
        while self.tags.get(at).is_some_and(|tag| tag.is_full()) {
            at = self.after(at);
        }
        if self.tags.get(at) == Some(&Tag::EMPTY) {
            self.used += 1;
        }
        self.full += 1;
        set(&mut self.tags, at, Tag::of(hash));
        set(&mut self.places, at, place);
        set(&mut self.hashes, at, hash);
    }

    /// Makes buckets without any that have been left: twice as many if more than three of eight are full.
    #[cold]
    fn make_anew(&mut self) {
        let before = mem::take(self);
        let buckets = before.tags.len().max(FEWEST_BUCKETS / 2);
        let more = if before.full * 8 > buckets * 3 || before.full == 0 {
            buckets * 2
        } else {
            buckets
        };
        self.tags = vec![Tag::EMPTY; more].into();
        self.places = vec![0; more].into();
        self.hashes = vec![0; more].into();
        let places = before.places.iter().zip(&before.hashes);
        for (tag, (place, hash)) in before.tags.iter().zip(places) {
            if tag.is_full() {
                self.insert(*hash, *place);
            }
        }
    }

    /// Takes what is in a bucket out. It is empty only if nothing can have been put past it.
    fn leave(&mut self, mut at: usize) {
        self.full -= 1;
        set(&mut self.tags, at, Tag::LEFT);
        if self.tags.get(self.after(at)) != Some(&Tag::EMPTY) {
            return;
        }
        while self.tags.get(at) == Some(&Tag::LEFT) {
            set(&mut self.tags, at, Tag::EMPTY);
            self.used -= 1;
            at = at.wrapping_sub(1) & (self.tags.len() - 1);
        }
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & self.tags.len().wrapping_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.tags.len() - 1)
    }
}

fn set<T>(buckets: &mut [T], at: usize, value: T) {
    if let Some(bucket) = buckets.get_mut(at) {
        *bucket = value;
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
