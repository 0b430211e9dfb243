//! What the tests themselves know of the agents: plain maps, changed beside the roster and never read from it.

use std::collections::BTreeMap;

use handover::{Capacity, Config, Scope};

/// The state of every agent, by id, and who was last chosen through each pool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    pub(crate) seats: BTreeMap<String, Seat>,
    pub(crate) cursors: BTreeMap<(String, usize), String>,
    /// How often something was given to anybody.
    pub(crate) given: u64,
}

/// The state of one agent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seat {
    pub(crate) presence: Option<String>,
    pub(crate) idle_since: u64,
    /// Instead of the configured one.
    pub(crate) universal_capacity: Option<Capacity>,
    pub(crate) lines: BTreeMap<String, Line>,
}

/// The state of one agent on one channel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    pub(crate) is_off: bool,
    pub(crate) load: u64,
    pub(crate) items: u32,
    pub(crate) handled: u32,
    /// When something was last given, as a row says it.
    pub(crate) given_at: Option<u64>,
    /// The number of that gift among all: 0 for never.
    pub(crate) given: u64,
    /// Instead of the configured one.
    pub(crate) capacity: Option<Capacity>,
}

impl Desk {
    /// Puts what was last given in order: by time, then by id, for each channel.
    pub(crate) fn load(seats: BTreeMap<String, Seat>) -> Self {
        let mut desk = Self {
            seats,
            ..Self::default()
        };
        let mut gifts: Vec<(u64, String, String)> = Vec::new();
        for (id, seat) in &desk.seats {
            for (channel, line) in &seat.lines {
                gifts.extend(line.given_at.map(|at| (at, id.clone(), channel.clone())));
            }
        }
        gifts.sort();
        for (_, id, channel) in gifts {
            desk.give_next(&id, &channel);
        }
        desk
    }

    /// The numbers of gifts as times, as rows written now would say them.
    pub(crate) fn stamps_become_times(&mut self) {
        for line in self
            .seats
            .values_mut()
            .flat_map(|seat| seat.lines.values_mut())
        {
            line.given_at = (line.given > 0).then_some(line.given);
        }
    }

    /// The same, with the cursors of one queue only.
    pub(crate) fn of_queue(&self, queue: &str) -> Self {
        let mut desk = self.clone();
        desk.cursors.retain(|(other, _), _| other == queue);
        desk
    }

    /// Puts an agent behind all who were given something on a channel before.
    pub(crate) fn give_next(&mut self, id: &str, channel: &str) {
        self.given += 1;
        self.line_mut(id, channel).given = self.given;
    }

    pub(crate) fn seat_mut(&mut self, id: &str) -> &mut Seat {
        self.seats.entry(id.into()).or_default()
    }

    pub(crate) fn line_mut(&mut self, id: &str, channel: &str) -> &mut Line {
        self.seat_mut(id).lines.entry(channel.into()).or_default()
    }

    pub(crate) fn line(&self, id: &str, channel: &str) -> Line {
        let seat = self.seats.get(id);
        seat.and_then(|seat| seat.lines.get(channel))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn idle_since(&self, id: &str) -> u64 {
        self.seats.get(id).map_or(0, |seat| seat.idle_since)
    }

    pub(crate) fn has_something_in_hand(&self, id: &str) -> bool {
        self.seats
            .get(id)
            .is_some_and(|seat| seat.lines.values().any(|line| line.items > 0))
    }

    pub(crate) fn capacity(&self, config: &Config, id: &str, channel: &str) -> Capacity {
        let agent = config.agents.get(id).unwrap();
        let configured = agent.capacity.get(channel).copied();
        let default = config.channels.get(channel).unwrap().default_capacity;
        self.line(id, channel)
            .capacity
            .or(configured)
            .unwrap_or(default)
    }

    pub(crate) fn universal_capacity(&self, config: &Config, id: &str) -> Capacity {
        let own = self.seats.get(id).and_then(|seat| seat.universal_capacity);
        let configured = config.agents.get(id).unwrap().universal_capacity;
        own.or(configured).unwrap_or(Capacity::Unlimited)
    }

    /// The units that still fit in: the lesser of the channel's and the universal spare, without limit `u64::MAX`.
    pub(crate) fn spare(&self, config: &Config, id: &str, channel: &str) -> u64 {
        let seat = self.seats.get(id);
        let all: u64 = seat.map_or(0, |seat| seat.lines.values().map(|line| line.load).sum());
        let left = |capacity: Capacity, load: u64| match capacity {
            Capacity::Units(units) => u64::from(units).saturating_sub(load),
            Capacity::Unlimited => u64::MAX,
        };
        let here = left(
            self.capacity(config, id, channel),
            self.line(id, channel).load,
        );
        here.min(left(self.universal_capacity(config, id), all))
    }

    /// Whether an agent is present for a channel.
    pub(crate) fn is_present(&self, config: &Config, id: &str, channel: &str) -> bool {
        let presence = self.seats.get(id).and_then(|seat| seat.presence.as_ref());
        let Some(state) = presence.and_then(|name| config.presence_states.get(name.as_str()))
        else {
            return false;
        };
        state.active
            && state.takes_work
            && state.channels.includes(&channel.into())
            && applies(config, &state.groups, id)
            && !self.line(id, channel).is_off
    }

    /// Something is given to an agent: chosen by the router or by hand.
    pub(crate) fn give(&mut self, id: &str, channel: &str, size: u64) {
        self.give_next(id, channel);
        let line = self.line_mut(id, channel);
        line.load += size;
        line.items += 1;
        line.handled += 1;
    }

    /// Something that an agent had is no longer the agent's.
    pub(crate) fn release(&mut self, id: &str, channel: &str, size: u64, now: u64) {
        let line = self.line_mut(id, channel);
        line.load -= size;
        line.items -= 1;
        if !self.has_something_in_hand(id) {
            let seat = self.seat_mut(id);
            seat.idle_since = seat.idle_since.max(now);
        }
    }

    /// An agent chooses a presence state, or none.
    pub(crate) fn set_presence(
        &mut self,
        config: &Config,
        id: &str,
        state: Option<&str>,
        now: u64,
    ) {
        let takes_work = |state: Option<&str>| {
            let state = state.and_then(|name| config.presence_states.get(name));
            state.is_some_and(|state| state.active && state.takes_work)
        };
        let seat = self.seat_mut(id);
        if !takes_work(seat.presence.as_deref()) && takes_work(state) {
            seat.idle_since = seat.idle_since.max(now);
        }
        seat.presence = state.map(Into::into);
    }
}

/// Whether something for some groups is for an agent.
pub(crate) fn applies(config: &Config, groups: &Scope<handover::GroupId>, id: &str) -> bool {
    match groups {
        Scope::All => true,
        Scope::Only(groups) => groups.iter().any(|group| {
            config
                .groups
                .get(group)
                .unwrap()
                .members
                .iter()
                .any(|member| *member == id)
        }),
    }
}
