//! The one hasher of every table: keyed, quick on short texts, the same on every platform.
//!
//! Without `std` an `IndexMap` has no default hasher. This one folds the product of eight bytes at a time; nothing that
//! the crate answers depends on it. A service whose ids come from strangers gives its own seed
//! ([`PlanBuilder::hash_seed`](crate::PlanBuilder::hash_seed)), so that nobody can choose ids which collide.

use core::hash::{BuildHasher, Hash, Hasher};

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

// The maps of configurations and items have no seed of their own: an item's facts are few (`FACTS_MAX`), and what else is in
// them comes from an administrator.

/// Builds the hashers of one table, all from the same seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeded(pub(crate) u64);

impl Default for Seeded {
    fn default() -> Self {
        Self(0x243F_6A88_85A3_08D3)
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(self.0)
    }
}

/// Folds what is written into 64 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folded(u64);

impl Folded {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(MULTIPLIER ^ word.rotate_left(32));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the two halves of the product are folded"
        )]
        let folded = (product as u64) ^ ((product >> 64) as u64);
        self.0 = folded.wrapping_add(MULTIPLIER);
    }
}

/// The last eight bytes of a text, or all of them.
#[inline]
fn ending(bytes: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => bytes
            .iter()
            .fold(0, |word, byte| (word << 8) | u64::from(*byte)),
    }
}

impl Hasher for Folded {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks();
        for chunk in chunks {
            self.fold(u64::from_le_bytes(*chunk));
        }
        if !rest.is_empty() || chunks.is_empty() {
            self.fold(ending(bytes).wrapping_add((bytes.len() as u64) << 56));
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
#[inline]
pub(crate) fn hash_of_text(hasher: Seeded, text: &str) -> u64 {
    let mut state = hasher.build_hasher();
    state.write(text.as_bytes());
    state.finish()
}

#[expect(clippy::cast_possible_truncation, reason = "one half is asked for")]
pub(crate) fn low_half(hash: u64) -> u32 {
    hash as u32
}

/// A number that two equal values share and two different ones, for all that is practical, do not.
pub(crate) fn fingerprint(value: &impl Hash) -> u64 {
    Seeded::default().hash_one(value)
}
