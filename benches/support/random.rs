//! A small generator of pseudo-random numbers: the same seed gives the same workload on every machine.

/// The `splitmix64` generator of Steele, Lea and Flood.
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound - 1`. The upper half of a product is even enough here: the bounds are far below 2^32.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let scaled = u64::from((self.next() >> 32) as u32) * u64::from(bound);
        (scaled >> 32) as u32
    }

    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    /// One of some things, of which there is at least one.
    pub(crate) fn one_of<'things, T>(&mut self, things: &'things [T]) -> &'things T {
        &things[self.below(things.len() as u32) as usize]
    }

    /// `count` different numbers below `bound`, in no order that means anything.
    pub(crate) fn distinct(&mut self, count: u32, bound: u32) -> Vec<u32> {
        let wanted = count.min(bound) as usize;
        let mut drawn = Vec::with_capacity(wanted);
        while drawn.len() < wanted {
            let candidate = self.below(bound);
            if !drawn.contains(&candidate) {
                drawn.push(candidate);
            }
        }
        drawn
    }
}
