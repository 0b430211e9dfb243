//! Inputs that mean something: which item or agent is meant is settled when the input is given, by what there is then.

use std::collections::BTreeMap;

use handover::{
    Agent, AssignDirectly, Capacity, Config, Fact, Input, Queue, Routing, Timestamp, Transfer,
    TransferMode, WorkItem,
};
use proptest::collection::{btree_map, vec};
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::repair::{Section, repaired};
use super::world::{self, AGENTS, CHANNELS, GROUPS, QUEUES, REASONS, STATES};
use super::{Item, Model, State};

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

/// What is done, by whom, with what.
#[derive(Clone, Debug)]
pub(super) enum Move {
    Route(Which, Index, Box<WorkItem>, Option<&'static str>),
    SetPresence(&'static str, Option<&'static str>),
    SetChannel(&'static str, &'static str, bool),
    /// With a name, that agent, whoever is asked.
    Accept(Which, Option<&'static str>),
    Reject(Which, Option<&'static str>, &'static str),
    Update(Which, BTreeMap<&'static str, Option<Fact>>),
    Complete(Which),
    Close(Which),
    Release(Which),
    Cancel(Which, Option<&'static str>),
    ToQueue(Which, &'static str),
    ToAgent(Which, &'static str, TransferMode, bool),
    Allocate(Which, &'static str),
    Direct(Which, &'static str),
    DirectNew(Which, Index, Box<WorkItem>, &'static str),
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

/// Which item is meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// One with which this can be done, if there is one.
    Fitting(Index),
    Any(Index),
}

/// How a configuration differs from the one before.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Nothing,
    Remove(Section, Index),
    Take(Section, Config),
    All(Config),
    /// It has a problem.
    Wrong,
}

pub(super) fn day() -> impl Strategy<Value = Day> {
    let moves = vec((pause(), a_move()), 1..60);
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
        10 => Just(Pause::Millis(0)),
        4 => select(millis).prop_map(Pause::Millis),
        4 => Just(Pause::UntilNext(0)),
        1 => Just(Pause::UntilNext(1)),
        1 => Just(Pause::Back),
    ]
}

fn a_move() -> impl Strategy<Value = Move> {
    let who = agent;
    let queue = || name(&QUEUES);
    let flip = any::<bool>;
    prop_oneof![
        20 => (which(), any::<Index>(), draft(), weighted(0.2, queue())).prop_map(|(id, on, item, queue)| Move::Route(id, on, item, queue)),
        6 => (who(), state()).prop_map(|(who, state)| Move::SetPresence(who, state)),
        3 => (who(), channel(), flip()).prop_map(|(who, channel, on)| Move::SetChannel(who, channel, on)),
        14 => (which(), weighted(0.1, who())).prop_map(|(item, who)| Move::Accept(item, who)),
        8 => (which(), weighted(0.1, who()), name(&REASONS)).prop_map(|(item, who, reason)| Move::Reject(item, who, reason)),
        5 => (which(), update()).prop_map(|(item, facts)| Move::Update(item, facts)),
        4 => which().prop_map(Move::Complete),
        2 => which().prop_map(Move::Close),
        4 => which().prop_map(Move::Release),
        2 => (which(), of(Just("spam"))).prop_map(|(item, note)| Move::Cancel(item, note)),
        4 => (which(), queue()).prop_map(|(item, queue)| Move::ToQueue(item, queue)),
        8 => (which(), who(), flip(), flip()).prop_map(|(item, who, blind, force)| {
            let mode = if blind { TransferMode::Blind } else { TransferMode::Warm };
            Move::ToAgent(item, who, mode, force)
        }),
        4 => (which(), who()).prop_map(|(item, who)| Move::Allocate(item, who)),
        3 => (which(), who()).prop_map(|(item, who)| Move::Direct(item, who)),
        3 => (which(), any::<Index>(), draft(), who()).prop_map(|(id, on, item, who)| Move::DirectNew(id, on, item, who)),
        4 => (who(), of(channel()), of(world::capacity()), of(select(vec![0, 1, 5000, 10_000])))
            .prop_map(|(who, channel, units, until)| Move::SetCapacity(who, channel, units, until)),
        2 => (who(), weighted(0.8, world::agent()), subsequence(GROUPS.to_vec(), 0..=3))
            .prop_map(|(who, value, groups)| Move::SetAgent(who, value.map(Box::new), groups)),
        3 => change().prop_map(|change| Move::Reconfigure(Box::new(change))),
        4 => Just(Move::Tick),
    ]
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        9 => any::<Index>().prop_map(Which::Fitting),
        1 => any::<Index>().prop_map(Which::Any),
    ]
}

/// One of some names, or rarely one that nothing has.
fn name(names: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop_oneof![24 => select(names.to_vec()), 1 => Just("nothing")]
}

fn agent() -> impl Strategy<Value = &'static str> {
    name(&AGENTS)
}

fn channel() -> impl Strategy<Value = &'static str> {
    name(&CHANNELS)
}

fn state() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![
        6 => Just(Some("here")),
        4 => name(&STATES).prop_map(Some),
        1 => Just(None),
    ]
}

fn draft() -> impl Strategy<Value = Box<WorkItem>> {
    world::draft().prop_map(Box::new)
}

fn update() -> impl Strategy<Value = BTreeMap<&'static str, Option<Fact>>> {
    let set = world::fact().prop_map(|(field, fact)| BTreeMap::from([(field, Some(fact))]));
    let remove = select(vec!["vip", "kind", "state", "level"]);
    let remove = btree_map(remove, Just(None), 0..=2);
    prop_oneof![3 => set, 1 => remove]
}

fn change() -> impl Strategy<Value = Change> {
    let section = || select(Section::ALL.to_vec());
    prop_oneof![
        1 => Just(Change::Nothing),
        5 => (section(), any::<Index>()).prop_map(|(section, place)| Change::Remove(section, place)),
        5 => (section(), world::config()).prop_map(|(section, config)| Change::Take(section, config)),
        1 => world::config().prop_map(Change::All),
        1 => Just(Change::Wrong),
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

impl Which {
    fn item(self, model: &Model, fits: impl Fn(&Item) -> bool) -> String {
        let fitting: Vec<&Item> = model.items().iter().filter(|item| fits(item)).collect();
        match self {
            Self::Fitting(place) if !fitting.is_empty() => place.get(&fitting).id().into(),
            Self::Fitting(place) | Self::Any(place) => (*place.get(&ITEMS)).into(),
        }
    }

    /// The id of an item that comes in.
    fn new_id(self, model: &Model) -> &'static str {
        let is_free = |id: &&str| model.items().iter().all(|item| item.id() != *id);
        let free: Vec<&str> = ITEMS.into_iter().filter(is_free).collect();
        match self {
            Self::Fitting(place) if !free.is_empty() => free[place.index(free.len())],
            Self::Fitting(place) | Self::Any(place) => ITEMS[place.index(ITEMS.len())],
        }
    }
}

fn is_accepted(item: &Item) -> bool {
    matches!(item.state, State::Accepted { .. })
}

fn is_offered(item: &Item) -> bool {
    item.offer().is_some()
}

fn takes_something(queue: &Queue) -> bool {
    queue.active && queue.routing != Routing::Manual
}

/// An item as it comes in, mostly by a channel of which some queue takes something.
fn work(model: &Model, id: Which, channel: Index, draft: &WorkItem) -> WorkItem {
    let mut work = draft.clone();
    work.id = id.new_id(model).into();
    let open: Vec<&Queue> = model
        .config()
        .queues
        .values()
        .filter(|queue| takes_something(queue))
        .collect();
    work.channel = match channel.index(25) {
        0 => "nothing".into(),
        1 | 2 => "chat".into(),
        3 | 4 => "phone".into(),
        _ if open.is_empty() => "chat".into(),
        _ => open[channel.index(open.len())].channel.clone(),
    };
    work
}

impl Move {
    /// The input that it comes to as things are.
    pub(super) fn input(&self, model: &Model) -> Input {
        let pick = |which: &Which, fits: fn(&Item) -> bool| which.item(model, fits);
        let asked = |item: &str, agent: Option<&'static str>| {
            let offered = model.items().iter().find(|other| other.id() == item);
            let asked = offered.and_then(|item| Some(item.offer()?.agent.clone()));
            agent
                .map(String::from)
                .or(asked)
                .unwrap_or_else(|| "kim".into())
                .into()
        };
        match self {
            Self::Route(id, channel, draft, queue) => Input::Route {
                item: work(model, *id, *channel, draft),
                queue: queue.map(Into::into),
            },
            Self::SetPresence(agent, state) => Input::SetPresence {
                agent: (*agent).into(),
                state: state.map(Into::into),
            },
            Self::SetChannel(agent, channel, on) => Input::SetChannel {
                agent: (*agent).into(),
                channel: (*channel).into(),
                on: *on,
            },
            Self::Accept(which, agent) => {
                let item = pick(which, is_offered);
                Input::Accept {
                    agent: asked(&item, *agent),
                    item: item.into(),
                }
            }
            Self::Reject(which, agent, reason) => {
                let (item, reason) = (pick(which, is_offered), (*reason).into());
                Input::Reject {
                    agent: asked(&item, *agent),
                    item: item.into(),
                    reason,
                }
            }
            Self::Update(which, facts) => Input::Update {
                item: pick(which, |_| true).into(),
                facts: facts
                    .iter()
                    .map(|(field, fact)| ((*field).into(), fact.clone()))
                    .collect(),
            },
            Self::Complete(which) => Input::Complete {
                item: pick(which, is_accepted).into(),
            },
            Self::Close(which) => Input::Close {
                item: pick(which, |item| item.holder().is_some()).into(),
            },
            Self::Release(which) => Input::Release {
                item: pick(which, is_accepted).into(),
            },
            Self::Cancel(which, note) => Input::Cancel {
                item: pick(which, |_| true).into(),
                note: note.map(Into::into),
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
            _ => self.by_hand(model),
        }
    }

    /// The same of what is moved by hand.
    fn by_hand(&self, model: &Model) -> Input {
        let pick = |which: &Which, fits: fn(&Item) -> bool| which.item(model, fits);
        match self {
            Self::ToQueue(which, queue) => Input::Transfer(Transfer::to_queue(
                pick(which, |item| item.waits() || is_accepted(item)),
                *queue,
            )),
            Self::ToAgent(which, agent, mode, force) => {
                let transfer = Transfer::to_agent(pick(which, is_accepted), *agent, *mode);
                Input::Transfer(if *force { transfer.force() } else { transfer })
            }
            Self::Allocate(which, agent) => Input::Allocate {
                item: pick(which, Item::waits).into(),
                agent: (*agent).into(),
                by: "mia".into(),
            },
            Self::Direct(which, agent) => {
                let item = pick(which, |item| item.waits() || is_accepted(item));
                Input::AssignDirectly(AssignDirectly::item(item, *agent))
            }
            Self::DirectNew(id, channel, draft, agent) => {
                let item = work(model, *id, *channel, draft);
                Input::AssignDirectly(AssignDirectly::new_item(item, *agent))
            }
            other => panic!("{other:?} is not moved by hand"),
        }
    }
}

impl Change {
    fn apply(&self, config: &Config) -> Config {
        let mut changed = config.clone();
        match self {
            Self::Nothing => {}
            Self::Remove(section, place) => {
                let ids = section.ids(config);
                if !ids.is_empty() {
                    section.remove(&mut changed, &ids[place.index(ids.len())]);
                }
            }
            Self::Take(section, other) => section.take(&mut changed, other),
            Self::All(other) => changed = other.clone(),
            Self::Wrong => {
                return changed.queue("wrong", Queue::new("nothing"));
            }
        }
        repaired(changed)
    }
}
