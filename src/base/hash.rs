//! The hashers: one with a secret seed for all tables, and one that is the same on all platforms for fingerprints.
//!
//! Strangers choose the ids of items and requesters, and the names of facts. An attacker who knows the hash function of a table
//! can choose keys that collide, so that each lookup reads all of them. The tables therefore use the quality variant of
//! [`foldhash`], with two seeds:
//!
//! - A seed of the process, which `foldhash` derives from addresses in memory. Most platforms choose them at random.
//! - A seed for each plan, of the same origin or set by the host ([`PlanBuilder::hash_seed`](crate::PlanBuilder::hash_seed)). Each map
//!   of a configuration or of facts has its own.
//!
//! No decision, snapshot or digest depends on the hashes of a table.
//!
//! A [`fingerprint`] is compared across processes and platforms, and so has a fixed seed and an algorithm of its own, which must not
//! change. It is not a cryptographic hash. It multiplies 8 bytes at a time and folds the product:
//!
//! ```text
//! state := seed
//! for each word of 8 bytes:
//!     product := (state xor word) · (M xor word with its halves swapped)        128 bits
//!     state := (low half of product xor high half of product) + M
//! ```
//!
//! If the length is no multiple of 8, the last word is the last 8 bytes, combined with the length: a text and the same text
//! with zeros appended differ. A collision of two fingerprints would go unnoticed; it is improbable.

use core::hash::{BuildHasher, Hash, Hasher};

use foldhash::SharedSeed;
use foldhash::quality::{FoldHasher, RandomState};

/// 2^64 divided by the golden ratio: its bits have no pattern.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// The first digits of pi.
const FINGERPRINT_SEED: u64 = 0x243F_6A88_85A3_08D3;

/// A builder of hashers with the same seed. The default is another seed each time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeded(pub(crate) u64);

impl Default for Seeded {
    fn default() -> Self {
        Self(RandomState::default().build_hasher().finish())
    }
}

impl BuildHasher for Seeded {
    type Hasher = FoldHasher<'static>;

    #[inline]
    fn build_hasher(&self) -> FoldHasher<'static> {
        // The seed of the process. Computed by the first call.
        FoldHasher::with_seed(self.0, SharedSeed::global_random())
    }
}

/// A hasher that multiplies each word with its state and folds the product of 128 bits, so that the high bits of a word
/// affect the low bits of the state as well.
struct StableHasher(u64);

impl StableHasher {
    /// Mixes one word into the state.
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(MULTIPLIER ^ word.rotate_left(32));
        #[expect(clippy::cast_possible_truncation, reason = "folds the two halves")]
        let folded = (product as u64) ^ ((product >> 64) as u64);
        // Without the addition, a state of 0 would stay 0 for words of 0.
        self.0 = folded.wrapping_add(MULTIPLIER);
    }
}

/// Returns the last 8 bytes of a text, or all of them.
fn last_word(bytes: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
    }
    // Fewer than 4 bytes.
    let append = |word, byte: &u8| word << 8 | u64::from(*byte);
    bytes.iter().fold(0, append)
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks();
        for chunk in chunks {
            self.fold(u64::from_le_bytes(*chunk));
        }
        // Hash an empty text as the word 0, so that it changes the state.
        if !rest.is_empty() || chunks.is_empty() {
            let length = bytes.len() as u64;
            self.fold(last_word(bytes) ^ length << 56);
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.fold(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.fold(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.fold(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.fold(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Returns the hash of a text.
///
/// `Hash` of a text also hashes a final byte, to tell ("a", "bc") from ("ab", "c"). A text alone does not need it.
#[inline]
pub(crate) fn hash_of_text(hasher: Seeded, text: &str) -> u64 {
    let mut state = hasher.build_hasher();
    state.write(text.as_bytes());
    state.finish()
}

/// Returns the low 32 bits of a hash, for a [`HashIndex`](crate::base::hash_index::HashIndex).
#[expect(clippy::cast_possible_truncation, reason = "returns one half")]
pub(crate) fn low_half(hash: u64) -> u32 {
    hash as u32
}

/// Returns a 64-bit fingerprint: the same for equal values, with overwhelming probability another one for different values.
pub(crate) fn fingerprint(value: &impl Hash) -> u64 {
    let mut state = StableHasher(FINGERPRINT_SEED);
    value.hash(&mut state);
    state.finish()
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{Seeded, fingerprint, hash_of_text};

    #[test]
    fn default_seeds_differ() {
        let seeds: BTreeSet<u64> = (0..100).map(|_| Seeded::default().0).collect();
        assert_eq!(seeds.len(), 100);
    }

    /// Texts that differ in their first bytes, their last bytes, or both, of lengths below and above 16 bytes.
    fn texts() -> impl Iterator<Item = String> {
        let numbers = 0..20_000;
        numbers.flat_map(|n| {
            [
                format!("{n}"),
                format!("conv-{n:08}"),
                format!("{n:08}-conv"),
                format!("{n:08}{n:08}"),
                format!("customer-of-a-large-shop-{n:08}-{n:08}"),
            ]
        })
    }

    /// An attacker who finds texts that collide under one seed must not have found any for another seed.
    #[test]
    fn texts_that_collide_under_one_seed_do_not_under_another() {
        const BITS: u64 = 0x3FF;
        for seed in [0, 1, u64::MAX, 0x243F_6A88_85A3_08D3] {
            let collides = |text: &String| hash_of_text(Seeded(seed), text) & BITS == 0;
            let colliding: Vec<String> = texts().filter(collides).collect();
            assert!((50..150).contains(&colliding.len()), "{}", colliding.len());
            for other in [seed ^ 1, seed ^ 1 << 63, !seed, seed.wrapping_add(1 << 32)] {
                let hash = |text: &String| hash_of_text(Seeded(other), text) & BITS;
                let hashes: BTreeSet<u64> = colliding.iter().map(hash).collect();
                assert!(hashes.len() > colliding.len() * 3 / 4, "{seed} {other}");
            }
        }
    }

    /// Snapshots and logs of other processes have fingerprints.
    #[test]
    fn fingerprint_is_the_same_in_every_process() {
        assert_eq!(fingerprint(&("conv-1", 7_u32)), 11_151_079_465_846_571_288);
    }
}
