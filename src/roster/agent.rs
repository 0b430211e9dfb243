//! What is true of an agent now.

use crate::agent_version::Version;
use crate::base::table::PresenceStateHandle;
use crate::model::Capacity;
use crate::roster::index::level::CapacityLevel;
use crate::roster::index::level::UNLIMITED;
use crate::roster::index::slots::Slots;
use crate::time::Timestamp;

/// An agent, over all channels. Its sums over channels are worked out where they are asked for.
#[derive(Clone, Debug)]
pub(crate) struct AgentState {
    /// When its hand emptied or its presence began to take work, whichever is later.
    pub(crate) idle_since: Timestamp,
    presence: Option<PresenceStateHandle>,
    configured: Option<Capacity>,
    set: Option<Capacity>,
}

impl AgentState {
    /// An agent who has chosen no presence state and has nothing in hand.
    pub(crate) fn new(universal_capacity: Option<Capacity>) -> Self {
        Self {
            idle_since: Timestamp::EPOCH,
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
}

/// What an agent has on channels that the roster is not about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OtherChannels {
    /// Units held.
    pub(crate) load: u64,
    /// Items in hand.
    pub(crate) items: u64,
}

/// The most units that an agent can be said to hold on one channel: their sum over all channels has 64 bits.
pub(crate) const LOAD_MAX: u64 = 1 << 48;

/// An agent on one channel, in one cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct AgentChannel {
    /// Units held.
    pub(crate) load: u64,
    /// Greater for who was given something later, 0 for who never was.
    pub(crate) stamp: u64,
    /// Of the agent, over all channels, in the first of its cells only: it changes with every item, as this line does.
    pub(crate) version: Version,
    units: u32,
    /// Items in hand.
    pub(crate) items: u32,
    /// Items accepted since the roster began, open offers included.
    pub(crate) handled: u32,
    pub(crate) level: CapacityLevel,
    /// Up to how many spare units the channel tells agents apart.
    levels: u8,
    /// [`UNLIMITED`](Self::UNLIMITED), [`SWITCHED_OFF`](Self::SWITCHED_OFF).
    flags: u8,
    /// Whether a capacity over all channels binds its agent besides.
    pub(crate) is_limited: bool,
    /// Where it stands in the indexes of its groups.
    pub(crate) slots: Slots,
}

const _: () = assert!(
    size_of::<AgentChannel>() == 64,
    "a cell takes one cache line"
);

impl AgentChannel {
    const UNLIMITED: u8 = 1;
    const SWITCHED_OFF: u8 = 2;

    /// An agent who is absent and has nothing in hand, on a channel with so many levels.
    pub(crate) fn new(capacity: Capacity, levels: u8, slots: Slots) -> Self {
        let mut agent_channel = Self {
            load: 0,
            stamp: 0,
            version: Version::default(),
            units: 0,
            items: 0,
            handled: 0,
            level: CapacityLevel::ABSENT,
            levels,
            flags: 0,
            is_limited: false,
            slots,
        };
        agent_channel.set_capacity(capacity);
        agent_channel
    }

    #[inline]
    pub(crate) fn capacity(&self) -> Capacity {
        if self.is(Self::UNLIMITED) {
            Capacity::Unlimited
        } else {
            Capacity::Units(self.units)
        }
    }

    pub(crate) fn set_capacity(&mut self, capacity: Capacity) {
        self.set(Self::UNLIMITED, capacity == Capacity::Unlimited);
        self.units = match capacity {
            Capacity::Units(units) => units,
            Capacity::Unlimited => 0,
        };
    }

    /// The units that are free on this channel alone.
    #[inline]
    pub(crate) fn spare(&self) -> u64 {
        if self.is(Self::UNLIMITED) {
            UNLIMITED
        } else {
            u64::from(self.units).saturating_sub(self.load)
        }
    }

    /// Whether so many units more can be told of it.
    #[inline]
    pub(crate) fn can_hold_more(&self, size: u32) -> bool {
        self.load + u64::from(size) <= LOAD_MAX
    }

    /// The item that was put down last was never accepted.
    pub(crate) fn forget_one_handled(&mut self) {
        self.handled = self.handled.saturating_sub(1);
    }

    pub(crate) fn is_switched_off(&self) -> bool {
        self.is(Self::SWITCHED_OFF)
    }

    pub(crate) fn switch(&mut self, on: bool) {
        self.set(Self::SWITCHED_OFF, !on);
    }

    #[inline]
    pub(crate) fn is_present(&self) -> bool {
        self.level.is_present()
    }

    /// How the agent stands if it is present and has so many spare units.
    #[inline]
    pub(crate) fn level_with(&self, spare: u64) -> CapacityLevel {
        CapacityLevel::present(spare, self.levels)
    }

    #[inline]
    fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn set(&mut self, flag: u8, on: bool) {
        if on {
            self.flags |= flag;
        } else {
            self.flags &= !flag;
        }
    }
}
