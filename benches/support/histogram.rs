//! A histogram of nanoseconds whose buckets are 3 % wide.

/// Every power of two is split into this many buckets.
const SPLIT_BITS: u32 = 5;
const SPLIT: u64 = 1 << SPLIT_BITS;
const BUCKETS: usize = 64 << SPLIT_BITS;

pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            total: 0,
        }
    }

    #[inline]
    pub(crate) fn record(&mut self, nanoseconds: u64) {
        self.counts[bucket(nanoseconds)] += 1;
        self.total += 1;
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The least time that this many of a thousand did not exceed, to the width of a bucket.
    pub(crate) fn quantile(&self, per_thousand: u64) -> u64 {
        let wanted = (self.total * per_thousand).div_ceil(1_000).max(1);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return lower_bound(index);
            }
        }
        0
    }

    /// The share of times from `2^power` to `2^(power + 1)`, in percent.
    pub(crate) fn percent_in_octave(&self, power: u32) -> f64 {
        let (least, end) = (1_u64 << power, 2_u64 << power);
        let inside: u64 = (0..BUCKETS)
            .filter(|&index| (least..end).contains(&lower_bound(index)))
            .map(|index| self.counts[index])
            .sum();
        100.0 * inside as f64 / self.total.max(1) as f64
    }
}

impl std::ops::AddAssign<&Self> for Histogram {
    fn add_assign(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }
}

fn bucket(value: u64) -> usize {
    if value < SPLIT {
        return value as usize;
    }
    let octave = value.ilog2() - SPLIT_BITS;
    let within = (value >> octave) - SPLIT;
    (((u64::from(octave) + 1) << SPLIT_BITS) + within) as usize
}

fn lower_bound(index: usize) -> u64 {
    let index = index as u64;
    if index < SPLIT {
        return index;
    }
    let octave = (index >> SPLIT_BITS) - 1;
    // The last buckets are beyond 64 bits and stay empty.
    (SPLIT + index % SPLIT)
        .checked_shl(octave as u32)
        .unwrap_or(u64::MAX)
}
