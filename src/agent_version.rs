//! The version of an agent: a fingerprint of all changes, by which `commit` detects a stale assignment.

/// Stands for all that has happened to an agent: an assignment that was decided under another one is stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) u64);

impl Version {
    /// Two different histories give two different versions: a counter would be the same after one change each.
    #[inline]
    pub(crate) fn touch(&mut self, change: Change, value: u64) {
        let change = (change as u64) << 56;
        self.0 = (self.0 ^ change)
            .wrapping_add(value)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }
}

/// What can happen to an agent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Presence = 1,
    Switch,
    Taken,
    PutDown,
    Load,
    Capacity,
    UniversalCapacity,
}
