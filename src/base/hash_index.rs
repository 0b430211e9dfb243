//! A hash index: finds values by 32-bit hashes of keys that it does not store.
//!
//! ```text
//! hash of the key     7 tag bits │ 6 bits: one of 64 shards │ 19 bits: the bucket in the shard
//! entry of a shard    the hash, the value (a handle)          the caller compares the key itself
//! ```

use alloc::boxed::Box;

use hashbrown::HashTable;

const SHARD_BITS: u32 = 6;
const SHARDS: usize = 1 << SHARD_BITS;
/// The hash table takes a bucket's 7 tag bits from the top of a hash and its position from the bottom. The shard is
/// selected by the bits between, so that the tags within a shard differ.
const SHARD_SHIFT: u32 = u32::BITS - 7 - SHARD_BITS;

/// A hash index from the hash of a key to a value that leads to its key, such as a handle.
///
/// A map from keys to values would store every key twice. Entries take 8 bytes with a value of 4 bytes. Lookup, insertion
/// and removal take O(1); nothing depends on the order of entries.
#[derive(Clone, Debug)]
pub(crate) struct HashIndex<T> {
    // PERF: a table that grows moves all of its entries at once. With 64 shards this takes at most 0.13 ms on the way to a
    // million entries, with one table more than 8 ms.
    shards: Box<[HashTable<Entry<T>>; SHARDS]>,
}

/// A value with the hash of its key.
#[derive(Clone, Debug)]
struct Entry<T> {
    /// Kept because growing needs the hashes: looking them up in the values would touch the memory of each.
    hash: u32,
    value: T,
}

impl<T: Copy + PartialEq> HashIndex<T> {
    /// Makes an empty index. Its shards allocate nothing before the first insertion.
    pub(crate) fn new() -> Self {
        Self {
            shards: Box::new([const { HashTable::new() }; SHARDS]),
        }
    }

    /// Returns the value under a hash for which `is_match` holds. Other values may have the same hash.
    #[inline]
    pub(crate) fn find(&self, hash: u32, mut is_match: impl FnMut(T) -> bool) -> Option<T> {
        // The hash is compared first, since `is_match` reads the memory of the value.
        let matches = |entry: &Entry<T>| entry.hash == hash && is_match(entry.value);
        let shard = self.shard(hash);
        shard.find(wide(hash), matches).map(|entry| entry.value)
    }

    /// Inserts a value that is not in the index.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u32, value: T) {
        // Called for each entry of a shard that grows.
        let rehash = |entry: &Entry<T>| wide(entry.hash);
        let shard = self.shard_mut(hash);
        shard.insert_unique(wide(hash), Entry { hash, value }, rehash);
    }

    /// Removes a value, if it is in the index under the hash.
    #[inline]
    pub(crate) fn remove(&mut self, hash: u32, value: T) {
        // A value is in the index only once, so comparing it is enough.
        let matches = |entry: &Entry<T>| entry.value == value;
        if let Ok(entry) = self.shard_mut(hash).find_entry(wide(hash), matches) {
            entry.remove();
        }
    }

    #[expect(clippy::indexing_slicing, reason = "the number is below `SHARDS`")]
    /// Returns the shard that holds a hash.
    fn shard(&self, hash: u32) -> &HashTable<Entry<T>> {
        &self.shards[shard_number(hash)]
    }

    #[expect(clippy::indexing_slicing, reason = "the number is below `SHARDS`")]
    /// Returns the shard that holds a hash, for a change.
    fn shard_mut(&mut self, hash: u32) -> &mut HashTable<Entry<T>> {
        &mut self.shards[shard_number(hash)]
    }
}

/// Returns the number of the shard that holds a hash.
fn shard_number(hash: u32) -> usize {
    (hash >> SHARD_SHIFT) as usize % SHARDS
}

/// Spreads a hash over 64 bits: the hash table reads the top bits as well.
fn wide(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::HashIndex;

    proptest! {
        /// Uses 3 hashes only, two of them in one shard, so that most values collide.
        #[test]
        fn index_finds_exactly_what_was_inserted(
            changes in vec((0_usize..3, 0_u32..64, any::<bool>()), 1..400),
        ) {
            // 0 and 1 select the same shard.
            const HASHES: [u32; 3] = [0, 1, u32::MAX];
            let mut index = HashIndex::new();
            let mut model: BTreeMap<u32, u32> = BTreeMap::new();
            for (hash, value, inserts) in changes {
                match (inserts, model.get(&value).copied()) {
                    (true, None) => {
                        index.insert(HASHES[hash], value);
                        model.insert(value, HASHES[hash]);
                    }
                    (false, Some(hash)) => {
                        index.remove(hash, value);
                        model.remove(&value);
                    }
                    _ => {}
                }
                for value in 0..64 {
                    for hash in HASHES {
                        let expected = model.get(&value).filter(|own| **own == hash);
                        let found = index.find(hash, |other| other == value);
                        prop_assert_eq!(found, expected.map(|_| value));
                    }
                }
            }
        }
    }
}
