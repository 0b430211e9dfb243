//! What is done with items.

use std::collections::BTreeMap;
use std::fmt::Debug;

use handover::{
    AgentId, AssignDirectly, FACTS_MAX, Fact, Input, Transfer, TransferMode, WorkItemId,
};
use proptest::collection::btree_map;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::{Draw, ITEMS, agent, name};
use crate::generators::router_config::{QUEUES, REASONS, fact};
use crate::model::{Item, Model, State};

/// An item that something is done with.
#[derive(Clone, Debug)]
struct Target {
    item: WorkItemId,
    /// To whom it is offered.
    offered: Option<AgentId>,
}

impl Target {
    /// Who answers the offer: whoever is asked, or the agent named.
    fn answers(&self, named: Option<&str>) -> AgentId {
        let named = named.map(Into::into).or_else(|| self.offered.clone());
        named.unwrap_or_else(|| "kim".into())
    }
}

/// What can be done with items, each mostly with one with which it can be done, other things being right.
pub(crate) fn deeds(model: &Model) -> Vec<Draw> {
    let any_item = |_: &Item| true;
    let named = || weighted(0.1, agent());
    let note = of(Just("spam"));
    let mode = select(vec![TransferMode::Blind, TransferMode::Warm]);
    let receiver = (agent(), mode, any::<bool>());
    vec![
        draw(model, 14, is_offered, named(), accept),
        draw(model, 8, is_offered, (named(), name(&REASONS)), reject),
        draw(model, 5, any_item, facts(), update),
        draw(model, 4, is_accepted, Just(()), complete),
        draw(model, 2, has_holder, Just(()), close),
        draw(model, 4, is_accepted, Just(()), release),
        draw(model, 2, any_item, note, cancel),
        draw(model, 4, may_move, name(&QUEUES), to_queue),
        draw(model, 8, is_accepted, receiver, to_agent),
        draw(model, 4, Item::waits, agent(), allocate),
        draw(model, 3, may_move, agent(), assign_directly),
    ]
}

fn is_offered(item: &Item) -> bool {
    item.offer().is_some()
}

fn is_accepted(item: &Item) -> bool {
    matches!(item.state, State::Accepted { .. })
}

fn has_holder(item: &Item) -> bool {
    item.holder().is_some()
}

fn may_move(item: &Item) -> bool {
    item.waits() || is_accepted(item)
}

/// Something that is done with items that fit; rarely where there is none, or with another.
fn draw<W: Clone + Debug + 'static>(
    model: &Model,
    weight: u32,
    fits: fn(&Item) -> bool,
    with: impl Strategy<Value = W> + 'static,
    input: fn(Target, W) -> Input,
) -> Draw {
    let fitting: Vec<Target> = model
        .items()
        .iter()
        .filter(|item| fits(item))
        .map(|item| target(model, item.id()))
        .collect();
    let any = ITEMS.map(|id| target(model, id)).to_vec();
    let (weight, targets) = if fitting.is_empty() {
        (1, select(any).boxed())
    } else {
        let targets = vec![(9, select(fitting)), (1, select(any))];
        (weight, Union::new_weighted(targets).boxed())
    };
    let inputs = (targets, with).prop_map(move |(target, with)| input(target, with));
    (weight, inputs.boxed())
}

fn target(model: &Model, id: &str) -> Target {
    let item = model.items().iter().find(|item| item.id() == id);
    let offered = item.and_then(Item::offer);
    Target {
        item: id.into(),
        offered: offered.map(|offer| offer.agent.as_str().into()),
    }
}

fn facts() -> impl Strategy<Value = BTreeMap<String, Option<Fact>>> {
    let set = fact().prop_map(|(field, fact)| BTreeMap::from([(field.into(), Some(fact))]));
    let fields = select(vec!["vip", "kind", "state", "level"]).prop_map(String::from);
    let remove = btree_map(fields, Just(None), 0..=2);
    prop_oneof![60 => set, 20 => remove, 1 => Just(()).prop_map(too_many)]
}

fn too_many((): ()) -> BTreeMap<String, Option<Fact>> {
    let fields = 0..=FACTS_MAX;
    fields
        .map(|field| (field.to_string(), Some(true.into())))
        .collect()
}

fn accept(target: Target, named: Option<&str>) -> Input {
    Input::Accept {
        agent: target.answers(named),
        item: target.item,
    }
}

fn reject(target: Target, (named, reason): (Option<&str>, &str)) -> Input {
    Input::Reject {
        agent: target.answers(named),
        item: target.item,
        reason: reason.into(),
    }
}

fn update(target: Target, facts: BTreeMap<String, Option<Fact>>) -> Input {
    Input::Update {
        item: target.item,
        facts,
    }
}

fn complete(target: Target, (): ()) -> Input {
    Input::Complete { item: target.item }
}

fn close(target: Target, (): ()) -> Input {
    Input::Close { item: target.item }
}

fn release(target: Target, (): ()) -> Input {
    Input::Release { item: target.item }
}

fn cancel(target: Target, note: Option<&str>) -> Input {
    Input::Cancel {
        item: target.item,
        note: note.map(Into::into),
    }
}

fn to_queue(target: Target, queue: &str) -> Input {
    Input::Transfer(Transfer::to_queue(target.item, queue))
}

fn to_agent(target: Target, (agent, mode, force): (&str, TransferMode, bool)) -> Input {
    let transfer = Transfer::to_agent(target.item, agent, mode);
    Input::Transfer(if force { transfer.force() } else { transfer })
}

fn allocate(target: Target, agent: &str) -> Input {
    Input::Allocate {
        item: target.item,
        agent: agent.into(),
        by: "mia".into(),
    }
}

fn assign_directly(target: Target, agent: &str) -> Input {
    Input::AssignDirectly(AssignDirectly::item(target.item, agent))
}
