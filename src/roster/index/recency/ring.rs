//! The ring buffer of a recency index: which positions are in use, and how they are compacted.
//!
//! ```text
//!   size = 16, round = 32, head = 40, tail = 51: positions 40 to 50 are in use
//!
//!                            tail           head
//!                               ▼              ▼
//!   physical     0    1    2    3    …    7    8    9    …   15
//!   position    48   49   50 free    … free   40   41    …   47
//! ```
//!
//! Positions from 48 on are in the next round. The ring stores no members: it returns the positions from which and to which
//! the index moves them.

/// A compaction begins when the positions in use are this many times the members.
pub(crate) const SPREAD_MAX: usize = 3;

/// The positions in use of a ring buffer.
///
/// Positions only grow, and a 64-bit number does not overflow. A *physical* position is a position modulo the size of the
/// ring.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    /// The number of physical positions.
    size: u64,
    /// The first position that can be occupied. It moves at the end of a compaction only.
    head: u64,
    /// The position after the last occupied one.
    tail: u64,
    /// The first position of the round in which the head is, a multiple of the size. PERF: saves a division per position.
    round: u64,
    /// `None` if the members are not spread too far.
    compaction: Option<Compaction>,
}

/// A compaction under way.
///
/// INVARIANT: the members below `source` still have to be moved, `destination` is not below `source`, and no position in
/// between has a member.
#[derive(Clone, Copy, Debug)]
struct Compaction {
    /// The position after the next one to read.
    source: u64,
    /// The position after the next one to move a member to.
    destination: u64,
}

impl Ring {
    /// Creates an empty ring.
    pub(crate) fn new(size: u64) -> Self {
        Self {
            size,
            head: 0,
            tail: 0,
            round: 0,
            compaction: None,
        }
    }

    /// Returns the physical position of a position in use.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "less than the size")]
    fn physical(&self, position: u64) -> usize {
        // INVARIANT: less than one size is in use, so the position is in the round of the head or in the next one.
        // For example, with size 128 and round 256, position 300 is at 44, and position 390, of the next round, is at 6.
        let in_round = position - self.round;
        in_round.checked_sub(self.size).unwrap_or(in_round) as usize
    }

    /// Returns the physical position of the head.
    #[inline]
    pub(crate) fn head(&self) -> usize {
        self.physical(self.head)
    }

    /// Iterates over the physical positions in use, from the head to the tail.
    pub(crate) fn in_use(&self) -> impl Iterator<Item = usize> {
        (self.head..self.tail).map(|position| self.physical(position))
    }

    /// Appends a position at the tail and returns its physical position.
    pub(crate) fn append(&mut self) -> usize {
        // INVARIANT: the position is free. The ring is larger than the positions in use can become.
        let appended = self.physical(self.tail);
        self.tail += 1;
        appended
    }

    /// Begins a compaction if none is under way and the members are spread too far.
    pub(crate) fn begin_compaction(&mut self, members: usize) {
        if self.compaction.is_none() && self.tail - self.head >= (members * SPREAD_MAX) as u64 {
            // Both begin behind the last member. Members appended later stay behind them.
            self.compaction = Some(Compaction {
                source: self.tail,
                destination: self.tail,
            });
        }
    }

    /// Returns the next physical position from which a member may have to be moved; `None` if no compaction is under way.
    ///
    /// Ends the compaction when it has reached the head.
    pub(crate) fn next_source(&mut self) -> Option<usize> {
        let compaction = self.compaction.as_mut()?;
        if compaction.source == self.head {
            // All members have been moved, so the positions below the last destination are free.
            self.head = compaction.destination;
            self.compaction = None;
            // At most one round further: less than one size is in use.
            if self.head - self.round >= self.size {
                self.round += self.size;
            }
            return None;
        }
        compaction.source -= 1;
        let source = compaction.source;
        Some(self.physical(source))
    }

    /// Returns the physical position to which the next member is moved; `None` if no compaction is under way.
    pub(crate) fn next_destination(&mut self) -> Option<usize> {
        let compaction = self.compaction.as_mut()?;
        // INVARIANT: the caller has read a member at the source since the last call, so the destination stays at or above it.
        compaction.destination -= 1;
        let destination = compaction.destination;
        Some(self.physical(destination))
    }
}
