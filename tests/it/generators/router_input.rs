//! Random inputs, most of which are valid for a router in the state of a model.

mod item_inputs;

use std::sync::LazyLock;

use handover::{Agent, AssignDirectly, Capacity, Input, Routing, Timestamp, WorkItem};
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::{SBoxedStrategy, Union};

use self::item_inputs::item_inputs;
use crate::generators::router_config::change::{ConfigChange, change};
use crate::generators::router_config::{self, AGENTS, CHANNELS, GROUPS, QUEUES, STATES};
use crate::router_model::Model;

/// The milliseconds of a day.
pub(crate) const DAY: u64 = 24 * 60 * 60 * 1000;

pub(crate) const ITEMS: [&str; 5] = ["c1", "c2", "c3", "c4", "c5"];

// PERF: strategies that do not depend on the state are built once. Building one takes longer than a step.
static ITEM: LazyLock<SBoxedStrategy<WorkItem>> = LazyLock::new(|| router_config::draft().sboxed());
static AGENT: LazyLock<SBoxedStrategy<Agent>> = LazyLock::new(|| router_config::agent().sboxed());
static CHANGE: LazyLock<SBoxedStrategy<ConfigChange>> = LazyLock::new(|| change().sboxed());

/// The inputs of one kind, with their weight.
pub(crate) type WeightedInput = (u32, BoxedStrategy<Input>);

/// Returns the next input. The weights favor inputs with an effect in the current state.
pub(crate) fn input(model: &Model) -> impl Strategy<Value = Input> + use<> {
    let is_absent = |agent: &&&str| !model.takes_work(agent);
    let weight_of_absent = AGENTS.iter().filter(is_absent).fold(0, |sum, _| sum + 6);
    let has_free_id = model.items().len() < ITEMS.len();
    let mut inputs: Vec<WeightedInput> = vec![
        (4, Just(Input::Tick).boxed()),
        (4 + weight_of_absent, set_presence().boxed()),
        (3, set_channel().boxed()),
        (6, set_capacity(model.now()).boxed()),
        (2, set_agent().boxed()),
        (2, forget().boxed()),
        (4, reconfigure(model).boxed()),
        (2, skip_time(model.now()).boxed()),
        (if has_free_id { 20 } else { 2 }, route(model).boxed()),
        (
            if has_free_id { 3 } else { 1 },
            assign_new_item(model).boxed(),
        ),
    ];
    inputs.extend(item_inputs(model));
    Union::new_weighted(inputs)
}

fn skip_time(now: u64) -> impl Strategy<Value = Input> {
    let millis = prop_oneof![
        8 => select(vec![1, 5000, 30_000, 3_600_000]),
        1 => select(vec![0, 366 * DAY + 1]),
    ];
    millis.prop_map(move |millis| Input::SkipTime {
        until: Timestamp::saturating_from_millis(now + millis),
    })
}

fn set_presence() -> impl Strategy<Value = Input> {
    let state = prop_oneof![
        6 => Just(Some("here")),
        4 => name(&STATES).prop_map(Some),
        1 => Just(None),
    ];
    (agent(), state).prop_map(|(agent, state)| Input::SetPresence {
        agent: agent.into(),
        state: state.map(Into::into),
    })
}

fn set_channel() -> impl Strategy<Value = Input> {
    (agent(), name(&CHANNELS), any::<bool>()).prop_map(|(agent, channel, on)| Input::SetChannel {
        agent: agent.into(),
        channel: channel.into(),
        on,
    })
}

fn set_capacity(now: u64) -> impl Strategy<Value = Input> {
    let until = weighted(0.6, select(vec![0, 1, 5000, 10_000]));
    let capacity = weighted(0.8, select(vec![Capacity::Units(0), Capacity::Units(4)]));
    (agent(), of(name(&CHANNELS)), capacity, until).prop_map(
        move |(agent, channel, capacity, until)| Input::SetCapacity {
            agent: agent.into(),
            channel: channel.map(Into::into),
            capacity,
            until: until.map(|millis| Timestamp::saturating_from_millis(now + millis)),
        },
    )
}

fn set_agent() -> impl Strategy<Value = Input> {
    let value = weighted(0.8, AGENT.clone().prop_map(Box::new));
    let groups = subsequence(GROUPS.to_vec(), 0..=3);
    let twice = weighted(0.1, select(GROUPS.to_vec()));
    (agent(), value, groups, twice).prop_map(|(agent, value, groups, twice)| Input::SetAgent {
        agent: agent.into(),
        value,
        groups: groups.into_iter().chain(twice).map(Into::into).collect(),
    })
}

fn reconfigure(model: &Model) -> impl Strategy<Value = Input> + use<> {
    let config = model.config().clone();
    CHANGE.clone().prop_map(move |change| Input::Reconfigure {
        config: Box::new(change.apply(&config)),
    })
}

fn forget() -> impl Strategy<Value = Input> {
    let requester = select(vec!["+1", "+2", "+3"]);
    requester.prop_map(|requester| Input::Forget {
        requester: requester.into(),
    })
}

fn route(model: &Model) -> impl Strategy<Value = Input> + use<> {
    (new_item(model), weighted(0.2, name(&QUEUES))).prop_map(|(item, queue)| Input::Route {
        item,
        queue: queue.map(Into::into),
    })
}

fn assign_new_item(model: &Model) -> impl Strategy<Value = Input> + use<> {
    (new_item(model), agent())
        .prop_map(|(item, agent)| Input::AssignDirectly(AssignDirectly::new_item(item, agent)))
}

/// Returns items, most of them with a new id, and on a channel with an active queue.
fn new_item(model: &Model) -> impl Strategy<Value = WorkItem> + use<> {
    let is_free = |id: &&str| model.items().iter().all(|item| item.id() != *id);
    let free_ids = ITEMS.into_iter().filter(is_free).collect();
    let id = prop_oneof![
        11 => select(or_else(free_ids, &ITEMS)),
        1 => select(ITEMS.to_vec()),
    ];
    let queues = model.config().queues.values();
    let automatic = queues.filter(|queue| queue.active && queue.routing != Routing::Manual);
    let channels: Vec<String> = automatic
        .map(|queue| queue.channel.as_str().into())
        .collect();
    let channel = prop_oneof![
        37 => select(or_else(channels, &["chat".into()])),
        3 => select(vec!["chat".into(), "phone".into(), "nothing".into()]),
    ];
    (id, channel, ITEM.clone()).prop_map(|(id, channel, mut item)| {
        item.id = id.into();
        item.channel = channel.into();
        item
    })
}

/// Returns `values`, or `defaults` if there are none.
fn or_else<T: Clone>(values: Vec<T>, defaults: &[T]) -> Vec<T> {
    if values.is_empty() {
        defaults.to_vec()
    } else {
        values
    }
}

/// Returns one of the names, and rarely an unknown name.
pub(crate) fn name(names: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop_oneof![24 => select(names.to_vec()), 1 => Just("nothing")]
}

pub(crate) fn agent() -> impl Strategy<Value = &'static str> {
    name(&AGENTS)
}
