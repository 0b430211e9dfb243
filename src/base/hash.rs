//! The hasher of all tables: seeded, fast on short texts, and equal on all platforms.
//!
//! Without `std`, an `IndexMap` has no default hasher. This one multiplies 8 bytes at a time and folds the product:
//!
//! ```text
//! state := seed
//! for each word of 8 bytes:
//!     product := (state xor word) · (M xor word with its halves swapped)        128 bits
//!     state := (low half of product xor high half of product) + M
//! ```
//!
//! If the length is no multiple of 8, the last word is the last 8 bytes, combined with the length: a text and the same text
//! with zeros appended differ.
//!
//! It is not a cryptographic hash: anyone who knows the seed can make texts collide. No decision depends on the hashes of ids: a
//! collision of ids only costs time. A host whose ids come from strangers sets its own seed with
//! [`PlanBuilder::hash_seed`](crate::PlanBuilder::hash_seed), so that nobody can choose ids that collide. A collision of two
//! [`fingerprint`]s would go unnoticed; it is improbable.

use core::hash::{BuildHasher, Hash, Hasher};

/// 2^64 divided by the golden ratio: its bits have no pattern.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// A builder of hashers with the same seed.
///
/// The maps of configurations and items use the default seed: their keys come from an administrator, and strangers can add
/// at most [`FACTS_MAX`](crate::FACTS_MAX) of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeded(pub(crate) u64);

impl Default for Seeded {
    fn default() -> Self {
        // The first digits of pi.
        Self(0x243F_6A88_85A3_08D3)
    }
}

impl BuildHasher for Seeded {
    type Hasher = FoldHasher;

    fn build_hasher(&self) -> FoldHasher {
        FoldHasher(self.0)
    }
}

/// A hasher that multiplies each word with its state and folds the product of 128 bits, so that the high bits of a word
/// affect the low bits of the state as well.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoldHasher(u64);

impl FoldHasher {
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
// PERF: loads instead of a loop over the remaining bytes save 0.9 % of the instructions per input.
#[inline]
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

impl Hasher for FoldHasher {
    #[inline]
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
    Seeded::default().hash_one(value)
}
