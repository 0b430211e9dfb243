//! Fractions that compare exactly.

use std::cmp::Ordering;

/// A fraction of two integers. `1/2` equals `2/4`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fraction(pub(crate) u64, pub(crate) u64);

impl Fraction {
    pub(crate) fn whole(number: impl TryInto<u64, Error: std::fmt::Debug>) -> Self {
        Self(number.try_into().unwrap(), 1)
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |left: u64, right: u64| u128::from(left) * u128::from(right);
        product(self.0, other.1).cmp(&product(other.0, self.1))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Fraction {}
