//! Inputs that mean something: which item is meant is settled when the input is given, by what there is then.

use handover::{
    Agent, AssignDirectly, Capacity, Config, Input, Queue, Routing, Timestamp, WorkItem,
};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::Model;
use super::deeds::{Deed, deed};
use super::repair::{Change, change};
use super::world::{self, AGENTS, CHANNELS, GROUPS, QUEUES, STATES};

const ITEMS: [&str; 5] = ["c1", "c2", "c3", "c4", "c5"];

/// A configuration, and what happens under it.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) config: Config,
    pub(super) moves: Vec<(Pause, Move)>,
}

/// How much time passes before an input.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pause {
    Millis(u64),
    /// Until the next moment at which something may happen, and so many milliseconds less.
    UntilNext(u64),
    /// The input comes from the past.
    Back,
}

#[derive(Clone, Debug)]
pub(super) enum Move {
    /// An item comes in, perhaps for a queue that is named.
    Route(Arrival, Option<&'static str>),
    /// An item comes in with its agent.
    Direct(Arrival, &'static str),
    /// Something is done with an item with which it can be done; where there is none, an item comes in, or one is canceled.
    Fitting(Index, Deed),
    /// Something is done with whatever item.
    Any(Index, Deed),
    SetPresence(&'static str, Option<&'static str>),
    SetChannel(&'static str, &'static str, bool),
    SetCapacity(
        &'static str,
        Option<&'static str>,
        Option<Capacity>,
        Option<u64>,
    ),
    SetAgent(&'static str, Option<Box<Agent>>, Vec<&'static str>),
    Reconfigure(Box<Change>),
    Tick,
}

/// An item of which is still to be chosen by which id and channel it comes.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    id: Index,
    channel: Index,
    work: Box<WorkItem>,
}

pub(super) fn day() -> impl Strategy<Value = Day> {
    let moves = vec((pause(), a_move()), 1..80);
    let presences = vec(
        prop_oneof![9 => Just(Some("here")), 1 => state()],
        AGENTS.len(),
    );
    (world::config(), presences, moves).prop_map(|(config, presences, mut moves)| {
        for (agent, state) in AGENTS.into_iter().zip(presences) {
            moves.insert(0, (Pause::Millis(0), Move::SetPresence(agent, state)));
        }
        Day { config, moves }
    })
}

fn pause() -> impl Strategy<Value = Pause> {
    let millis = vec![1, 1, 999, 2000, 5000, 5000, 10_000, 10_000, 30_000, 120_000];
    prop_oneof![
        18 => Just(Pause::Millis(0)),
        8 => select(millis).prop_map(Pause::Millis),
        8 => Just(Pause::UntilNext(0)),
        1 => Just(Pause::UntilNext(1)),
        1 => Just(Pause::Back),
    ]
}

fn a_move() -> impl Strategy<Value = Move> {
    let place = any::<Index>;
    prop_oneof![
        20 => (arrival(), weighted(0.2, name(&QUEUES))).prop_map(|(item, queue)| Move::Route(item, queue)),
        3 => (arrival(), agent()).prop_map(|(item, agent)| Move::Direct(item, agent)),
        60 => (place(), deed()).prop_map(|(place, deed)| Move::Fitting(place, deed)),
        6 => (place(), deed()).prop_map(|(place, deed)| Move::Any(place, deed)),
        6 => (agent(), state()).prop_map(|(agent, state)| Move::SetPresence(agent, state)),
        3 => (agent(), name(&CHANNELS), any::<bool>())
            .prop_map(|(agent, channel, on)| Move::SetChannel(agent, channel, on)),
        6 => set_capacity(),
        2 => (agent(), weighted(0.8, world::agent()), subsequence(GROUPS.to_vec(), 0..=3))
            .prop_map(|(agent, value, groups)| Move::SetAgent(agent, value.map(Box::new), groups)),
        4 => change().prop_map(|change| Move::Reconfigure(Box::new(change))),
        4 => Just(Move::Tick),
    ]
}

fn arrival() -> impl Strategy<Value = Arrival> {
    (any::<Index>(), any::<Index>(), world::draft()).prop_map(|(id, channel, work)| Arrival {
        id,
        channel,
        work: Box::new(work),
    })
}

fn set_capacity() -> impl Strategy<Value = Move> {
    let until = weighted(0.6, select(vec![0, 1, 5000, 10_000]));
    let capacity = weighted(0.8, select(vec![Capacity::Units(0), Capacity::Units(4)]));
    (agent(), of(name(&CHANNELS)), capacity, until).prop_map(|(agent, channel, capacity, until)| {
        Move::SetCapacity(agent, channel, capacity, until)
    })
}

/// One of some names, or rarely one that nothing has.
pub(super) fn name(names: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop_oneof![24 => select(names.to_vec()), 1 => Just("nothing")]
}

pub(super) fn agent() -> impl Strategy<Value = &'static str> {
    name(&AGENTS)
}

fn state() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![
        6 => Just(Some("here")),
        4 => name(&STATES).prop_map(Some),
        1 => Just(None),
    ]
}

impl Pause {
    /// The moment of the input after it.
    pub(super) fn end(self, model: &Model) -> u64 {
        match self {
            Self::Millis(millis) => model.now() + millis,
            Self::UntilNext(less) => {
                let next = model.poll_timeout().map_or(0, |next| next - less);
                next.max(model.now())
            }
            Self::Back => model.now().saturating_sub(1),
        }
    }
}

impl Arrival {
    /// An item that has mostly a new id, and comes by a channel of which some queue takes something.
    fn work(&self, model: &Model) -> WorkItem {
        let takes_something = |queue: &&Queue| queue.active && queue.routing != Routing::Manual;
        let open: Vec<&Queue> = model
            .config()
            .queues
            .values()
            .filter(takes_something)
            .collect();
        let mut work = (*self.work).clone();
        work.channel = match self.channel.index(40) {
            0 => "nothing".into(),
            1 => "chat".into(),
            2 => "phone".into(),
            _ if open.is_empty() => "chat".into(),
            _ => open[self.channel.index(open.len())].channel.clone(),
        };
        let is_free = |id: &&str| model.items().iter().all(|item| item.id() != *id);
        let free: Vec<&str> = ITEMS.into_iter().filter(is_free).collect();
        work.id = match self.channel.index(12) {
            3 => any_id(self.id).into(),
            _ if free.is_empty() => any_id(self.id).into(),
            _ => free[self.id.index(free.len())].into(),
        };
        work
    }
}

fn any_id(place: Index) -> &'static str {
    ITEMS[place.index(ITEMS.len())]
}

impl Move {
    /// The input that it comes to as things are.
    pub(super) fn input(&self, model: &Model) -> Input {
        match self {
            Self::Route(arrival, queue) => Input::Route {
                item: arrival.work(model),
                queue: queue.map(Into::into),
            },
            Self::Direct(arrival, agent) => {
                Input::AssignDirectly(AssignDirectly::new_item(arrival.work(model), *agent))
            }
            Self::Fitting(place, deed) => fitting(*place, deed, model),
            Self::Any(place, deed) => {
                let item = model
                    .items()
                    .iter()
                    .find(|item| item.id() == any_id(*place));
                let offered = item.and_then(|item| Some(item.offer()?.agent.clone()));
                deed.input(any_id(*place), offered)
            }
            Self::SetPresence(agent, state) => Input::SetPresence {
                agent: (*agent).into(),
                state: state.map(Into::into),
            },
            Self::SetChannel(agent, channel, on) => Input::SetChannel {
                agent: (*agent).into(),
                channel: (*channel).into(),
                on: *on,
            },
            Self::SetCapacity(agent, channel, capacity, until) => Input::SetCapacity {
                agent: (*agent).into(),
                channel: channel.map(Into::into),
                capacity: *capacity,
                until: until.map(|ahead| Timestamp::from_millis(model.now() + ahead)),
            },
            Self::SetAgent(agent, value, groups) => Input::SetAgent {
                agent: (*agent).into(),
                value: value.clone(),
                groups: groups.iter().copied().map(Into::into).collect(),
            },
            Self::Reconfigure(change) => Input::Reconfigure {
                config: Box::new(change.apply(model.config())),
            },
            Self::Tick => Input::Tick,
        }
    }
}

fn fitting(place: Index, deed: &Deed, model: &Model) -> Input {
    let items = model.items().iter().filter(|item| deed.fits(item));
    let fitting: Vec<_> = items.collect();
    if !fitting.is_empty() {
        let item = place.get(&fitting);
        return deed.input(item.id(), item.offer().map(|offer| offer.agent.clone()));
    }
    let (id, channel) = (place, place);
    let work = Box::new(WorkItem::new("", ""));
    let item = Arrival { id, channel, work }.work(model);
    match model.items().get(place.index(2 * ITEMS.len())) {
        Some(old) => Input::Cancel {
            item: old.id().into(),
            note: None,
        },
        None => Input::Route { item, queue: None },
    }
}
