//! Where an agent stands in the indexes of its groups on one channel.

use alloc::vec::Vec;

use crate::roster::places::Seat;
use crate::table::{SeatPlace, Span, Table};

/// So many seats are kept in the cell itself; most agents are members of no more groups.
const AT_HAND: usize = 3;

/// The seats of a cell: in the cell itself, or, where there are too many, in a table of such seats.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seats {
    AtHand {
        count: Count,
        seats: [Seat; AT_HAND],
    },
    Beyond(Span<SeatPlace>),
}

/// How many seats are at hand: not a number, so that which of the two it is takes no room of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Count {
    None,
    One,
    Two,
    Three,
}

impl Seats {
    /// Keeps some seats at hand, or puts them behind those that are in the table.
    pub(crate) fn new(own: &[Seat], beyond: &mut Vec<Seat>) -> Self {
        let mut seats = [Seat::NOWHERE; AT_HAND];
        let count = match own.len() {
            0 => Count::None,
            1 => Count::One,
            2 => Count::Two,
            3 => Count::Three,
            _ => {
                let first = beyond.len();
                beyond.extend_from_slice(own);
                return Self::Beyond(Span::new(first..beyond.len()));
            }
        };
        for (at_hand, seat) in seats.iter_mut().zip(own) {
            *at_hand = *seat;
        }
        Self::AtHand { count, seats }
    }

    /// Returns the seats, given the table of those that are not at hand.
    #[inline]
    pub(crate) fn get<'a>(&'a self, beyond: &'a Table<SeatPlace, Seat>) -> &'a [Seat] {
        match self {
            Self::AtHand { count, seats } => seats.get(..*count as usize).unwrap_or_default(),
            Self::Beyond(span) => beyond.span(*span),
        }
    }
}
