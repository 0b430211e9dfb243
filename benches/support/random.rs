//! A deterministic pseudo-random number generator. A seed gives the same workload on every machine.

/// The `splitmix64` generator of Steele, Lea and Flood.
#[derive(Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`. The bias is negligible, because all bounds are far below 2^32.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let scaled = u64::from((self.next() >> 32) as u32) * u64::from(bound);
        (scaled >> 32) as u32
    }

    /// Returns a number from `min` to `max`, both included.
    pub(crate) fn between(&mut self, min: u32, max: u32) -> u32 {
        min + self.below(max - min + 1)
    }

    /// Returns a random element of a slice, which must not be empty.
    pub(crate) fn choose<'items, T>(&mut self, items: &'items [T]) -> &'items T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// Returns `count` distinct numbers below `bound`, in random order. Returns all numbers below `bound` if there are fewer.
    pub(crate) fn distinct(&mut self, count: u32, bound: u32) -> Vec<u32> {
        let length = count.min(bound) as usize;
        let mut drawn = Vec::with_capacity(length);
        while drawn.len() < length {
            let candidate = self.below(bound);
            if !drawn.contains(&candidate) {
                drawn.push(candidate);
            }
        }
        drawn
    }
}
