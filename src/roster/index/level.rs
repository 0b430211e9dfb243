//! Capacity levels: the row of the index in which an agent stands.

/// The spare of who has no limit: above every number.
pub(crate) const UNLIMITED: u64 = u64::MAX;

/// How an agent stands in the index of one channel: absent, or present with a level of spare units.
///
/// The number is that of the row of bits: 0 without spare units, then their number as far as levels are told apart, then
/// *more*, then *unlimited*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CapacityLevel(u8);

impl CapacityLevel {
    pub(crate) const ABSENT: Self = Self(u8::MAX);

    /// The standing of an agent who is present with so many spare units, where `levels` are told apart.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "not more than the number of levels"
    )]
    pub(crate) fn present(spare: u64, levels: u8) -> Self {
        if spare == UNLIMITED {
            Self(levels + 2)
        } else {
            Self(spare.min(u64::from(levels) + 1) as u8)
        }
    }

    /// The level's row of bits, none without spare units.
    #[inline]
    pub(crate) fn level_row(self) -> Option<usize> {
        (self.0 != 0 && self != Self::ABSENT).then_some(self.0 as usize)
    }

    #[inline]
    pub(crate) fn is_present(self) -> bool {
        self != Self::ABSENT
    }
}
