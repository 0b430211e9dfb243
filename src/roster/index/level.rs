//! Capacity levels: the spare capacity of an agent as a row number of the index.
//!
//! An item of size 2 goes to an agent in one of the rows from 2 up. A search for most spare capacity reads the rows from the
//! last one down.

/// The spare units of an agent without a capacity limit, above every other number.
pub(crate) const UNLIMITED: u64 = u64::MAX;

/// The row of the agents who are present, with or without spare capacity.
pub(crate) const PRESENT: usize = 0;

/// The capacity level of an agent on a channel: absent, or present with some spare units.
///
/// The channel's plan has the number of spare units up to which each number has a level of its own (`levels`, at most 31). The
/// level is the number of the agent's level row:
///
/// | level | spare units |
/// |---|---|
/// | 0 | none; the agent has a bit in no level row but [`PRESENT`] |
/// | 1 to `levels` | exactly as many |
/// | `levels` + 1 | more |
/// | `levels` + 2 | unlimited |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CapacityLevel(
    /// The row, or `u8::MAX` if the agent is absent. PERF: a byte, since each agent has one per channel.
    u8,
);

impl CapacityLevel {
    /// The level of an agent who does not take work on the channel. It is no row: `levels` is at most 31.
    pub(crate) const ABSENT: Self = Self(u8::MAX);

    /// Returns the level of a present agent with some spare units.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most `levels` + 1")]
    pub(crate) fn present(spare: u64, levels: u8) -> Self {
        // Numbers above the levels share the row *more*, where the exact units are read from the agent.
        // With 5 levels, 5 spare units are row 5, 6 and 600 are row 6 (*more*), and unlimited is row 7.
        if spare == UNLIMITED {
            Self(levels + 2)
        } else {
            Self(spare.min(u64::from(levels) + 1) as u8)
        }
    }

    /// Returns the row of the level; `None` for an agent who is absent or has no spare units.
    #[inline]
    pub(crate) fn row(self) -> Option<usize> {
        (self.0 != 0 && self.is_present()).then_some(self.0 as usize)
    }

    /// Returns `true` if the agent takes work on the channel.
    #[inline]
    pub(crate) fn is_present(self) -> bool {
        self != Self::ABSENT
    }
}
