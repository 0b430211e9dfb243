//! The version of an agent: a hash of all its changes, which detects stale assignments.
//!
//! ```text
//!   assign ─► Assignment { agent, version 7a… }
//!             the agent changes: version 7a… ─► c4…
//!   commit ─► 7a… ≠ c4…: stale
//! ```

/// The version of an agent: a 64-bit hash of all changes to it so far.
///
/// An assignment carries the version of its agent at the time of the decision, and a commit requires that the version is still
/// the same (optimistic concurrency). Two different histories give different versions with overwhelming probability. A counter
/// is not enough: clones of a roster that each record one change would have equal counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) u64);

impl Version {
    /// Records a change and the value that it sets.
    #[inline]
    pub(crate) fn record(&mut self, change: Change, value: u64) {
        // The kind of the change is in the top byte: most values are small, so a switch and a load give
        // different versions.
        let change = (change as u64) << 56;
        self.0 = (self.0 ^ change)
            .wrapping_add(value)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            // A product mixes upwards only. The rotation brings the mixed bits down, so that the order of changes counts.
            .rotate_left(29);
    }

    /// Records a change on one channel, given the index of the channel.
    #[inline]
    pub(crate) fn record_on(&mut self, change: Change, channel: usize, value: u64) {
        // Spreads the channel over all bits, so that no value of one channel looks like a value of another channel.
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
