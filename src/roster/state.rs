//! What is true of an agent now.

use crate::model::Capacity;
use crate::roster::places::Seat;
use crate::table::{CellHandle, Handle, Lists, Member, PresenceStateHandle, ShapeHandle};
use crate::time::Timestamp;

/// An agent, over all channels, in one cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct AgentState {
    /// Counts what has changed about the agent: an assignment that was decided under another number is stale.
    pub(crate) version: u64,
    /// Units held over all channels.
    pub(crate) load: u64,
    pub(crate) idle_since: Timestamp,
    /// Items in hand over all channels.
    pub(crate) items: u32,
    presence: Option<PresenceStateHandle>,
    configured: Option<Capacity>,
    set: Option<Capacity>,
}

impl AgentState {
    /// An agent who has chosen no presence state and has nothing in hand.
    pub(crate) fn new(universal_capacity: Option<Capacity>) -> Self {
        Self {
            version: 0,
            load: 0,
            idle_since: Timestamp::EPOCH,
            items: 0,
            presence: None,
            configured: universal_capacity,
            set: None,
        }
    }

    pub(crate) fn presence(&self) -> Option<PresenceStateHandle> {
        self.presence
    }

    pub(crate) fn set_presence(&mut self, state: Option<PresenceStateHandle>) {
        self.presence = state;
    }

    /// The capacity over all channels; unlimited is none.
    #[inline]
    pub(crate) fn universal_capacity(&self) -> Option<Capacity> {
        self.set
            .or(self.configured)
            .filter(|capacity| *capacity != Capacity::Unlimited)
    }

    /// Sets the capacity over all channels, or takes that back.
    pub(crate) fn set_universal_capacity(&mut self, capacity: Option<Capacity>) {
        self.set = capacity;
    }

    /// The units that are free over all channels; [`UNLIMITED`] where there is no such limit.
    #[inline]
    pub(crate) fn spare(&self) -> u64 {
        match self.universal_capacity() {
            Some(Capacity::Units(units)) => u64::from(units).saturating_sub(self.load),
            _ => UNLIMITED,
        }
    }

    #[inline]
    pub(crate) fn touch(&mut self) {
        self.version = self.version.wrapping_add(1);
    }
}

/// The spare of who has no limit: above every number.
pub(crate) const UNLIMITED: u64 = u64::MAX;

/// How an agent stands in the index of one channel: absent, or present with a level of spare units.
///
/// The number is that of the row of bits: 0 without spare units, then their number as far as levels are told apart, then
/// *more*, then *unlimited*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing(u8);

impl Standing {
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

/// So many seats are kept in the cell itself; most agents are members of no more groups.
const SEATS_AT_HAND: usize = 3;

/// An agent on one channel, in one cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Cell {
    /// Units held.
    pub(crate) load: u64,
    /// Greater for who was given something later, 0 for who never was.
    pub(crate) stamp: u64,
    units: u32,
    /// Items in hand.
    pub(crate) items: u32,
    /// Items accepted since the roster began, open offers included.
    pub(crate) handled: u32,
    pub(crate) standing: Standing,
    unlimited: bool,
    switched_off: bool,
    /// In how many indexes it stands.
    seats: u8,
    seats_at_hand: [Seat; SEATS_AT_HAND],
}

impl Cell {
    /// An agent who is absent and has nothing in hand.
    pub(crate) fn new(capacity: Capacity, seats: &[Seat]) -> Self {
        let nowhere = Seat {
            shape: ShapeHandle::from_index(0),
            member: Member::from_index(0),
        };
        let mut cell = Self {
            load: 0,
            stamp: 0,
            units: 0,
            items: 0,
            handled: 0,
            standing: Standing::ABSENT,
            unlimited: false,
            switched_off: false,
            seats: u8::try_from(seats.len()).unwrap_or(u8::MAX),
            seats_at_hand: [nowhere; SEATS_AT_HAND],
        };
        for (at_hand, seat) in cell.seats_at_hand.iter_mut().zip(seats) {
            *at_hand = *seat;
        }
        cell.set_capacity(capacity);
        cell
    }

    /// Where it stands in the indexes of its groups, given its own handle and everyone's seats.
    #[inline]
    pub(crate) fn seats<'a>(
        &'a self,
        cell: CellHandle,
        all: &'a Lists<CellHandle, Seat>,
    ) -> &'a [Seat] {
        self.seats_at_hand
            .get(..self.seats.into())
            .unwrap_or_else(|| all.get(cell))
    }

    #[inline]
    pub(crate) fn capacity(&self) -> Capacity {
        if self.unlimited {
            Capacity::Unlimited
        } else {
            Capacity::Units(self.units)
        }
    }

    pub(crate) fn set_capacity(&mut self, capacity: Capacity) {
        self.unlimited = capacity == Capacity::Unlimited;
        self.units = match capacity {
            Capacity::Units(units) => units,
            Capacity::Unlimited => 0,
        };
    }

    /// The units that are free on this channel alone.
    #[inline]
    pub(crate) fn spare(&self) -> u64 {
        if self.unlimited {
            UNLIMITED
        } else {
            u64::from(self.units).saturating_sub(self.load)
        }
    }

    pub(crate) fn is_switched_off(&self) -> bool {
        self.switched_off
    }

    pub(crate) fn switch(&mut self, on: bool) {
        self.switched_off = !on;
    }

    #[inline]
    pub(crate) fn is_present(&self) -> bool {
        self.standing.is_present()
    }
}
