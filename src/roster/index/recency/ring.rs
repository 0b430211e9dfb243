//! The ring of a line: positions that are counted without end, and the stretch of them that is in use.

/// Members are moved up once they are spread over so many times their number.
pub(crate) const SPREAD_MAX: usize = 3;

/// A ring of positions.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    /// Positions once round.
    positions: u64,
    /// The first position that may be occupied, and the one behind the last.
    head: u64,
    tail: u64,
    /// Where the round of the ring began in which the head is.
    round: u64,
    moving: Option<RingMove>,
}

/// Members below `source` are still to be moved, to right below `destination`.
#[derive(Clone, Copy, Debug)]
struct RingMove {
    source: u64,
    destination: u64,
}

impl Ring {
    pub(crate) fn new(positions: u64) -> Self {
        Self {
            positions,
            head: 0,
            tail: 0,
            round: 0,
            moving: None,
        }
    }

    /// The place in the ring of a position from the head to the tail.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "not more than the number of positions"
    )]
    fn physical(&self, position: u64) -> usize {
        let in_round = position - self.round;
        in_round.checked_sub(self.positions).unwrap_or(in_round) as usize
    }

    /// The place of the head.
    #[inline]
    pub(crate) fn head(&self) -> usize {
        self.physical(self.head)
    }

    /// The places from the head to the tail.
    pub(crate) fn in_use(&self) -> impl Iterator<Item = usize> {
        (self.head..self.tail).map(|position| self.physical(position))
    }

    /// Takes the next place at the tail into use.
    pub(crate) fn append(&mut self) -> usize {
        let place = self.physical(self.tail);
        self.tail += 1;
        place
    }

    /// Begins to move so many members up, if they are spread too far and not being moved.
    pub(crate) fn begin_to_move(&mut self, members: usize) {
        if self.moving.is_none() && self.tail - self.head >= (members * SPREAD_MAX) as u64 {
            self.moving = Some(RingMove {
                source: self.tail,
                destination: self.tail,
            });
        }
    }

    /// The next place from which a member may have to be moved; none if nobody is to be moved, or all have been.
    pub(crate) fn next_source(&mut self) -> Option<usize> {
        let moving = self.moving.as_mut()?;
        if moving.source == self.head {
            self.head = moving.destination;
            self.moving = None;
            if self.head - self.round >= self.positions {
                self.round += self.positions;
            }
            return None;
        }
        moving.source -= 1;
        let source = moving.source;
        Some(self.physical(source))
    }

    /// The place to which the next member is moved; none if nobody is.
    pub(crate) fn next_destination(&mut self) -> Option<usize> {
        let moving = self.moving.as_mut()?;
        moving.destination -= 1;
        let destination = moving.destination;
        Some(self.physical(destination))
    }
}
