//! The version of an agent: a hash of all its changes, which detects stale assignments.

/// The version of an agent: a 64-bit hash of all changes to it so far.
///
/// An assignment carries the version of its agent at the time of the decision, and a commit requires that it is still the
/// same (optimistic concurrency). Two different histories give different versions with overwhelming probability. A counter
/// would not do: clones of a roster that each record one change would agree on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) u64);

impl Version {
    /// Records a change and the value that it sets.
    #[inline]
    pub(crate) fn record(&mut self, change: Change, value: u64) {
        let change = (change as u64) << 56;
        self.0 = (self.0 ^ change)
            .wrapping_add(value)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }

    /// Records a change on one channel, given the index of the channel.
    #[inline]
    pub(crate) fn record_on(&mut self, change: Change, channel: usize, value: u64) {
        // Spreads the channel over all bits, so that no value of one channel looks like a value of another.
        let channel = (channel as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        self.record(change, value ^ channel);
    }
}

/// A kind of change to an agent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Presence = 1,
    Switch,
    ItemAdded,
    ItemRemoved,
    Load,
    Capacity,
    UniversalCapacity,
}
