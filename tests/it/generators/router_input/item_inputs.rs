//! Random inputs about a work item.

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

use super::{ITEMS, WeightedInput, agent, name};
use crate::generators::router_config::{QUEUES, REASONS, fact};
use crate::router_model::{Model, ModelItem, ModelState};

/// The item of an input.
#[derive(Clone, Debug)]
struct TargetItem {
    item: WorkItemId,
    /// The agent to whom the item is offered.
    offered: Option<AgentId>,
    holder: Option<AgentId>,
}

/// The `by` of an input.
#[derive(Clone, Copy, Debug)]
enum By {
    Nobody,
    /// The holder, or nobody if there is none.
    Holder,
    /// The agent to whom the item is offered, or nobody if there is none.
    Offered,
    Agent(&'static str),
}

impl TargetItem {
    /// Returns the agent who answers an offer: the named agent, else the agent to whom the item is offered.
    fn answering_agent(&self, named: Option<&str>) -> AgentId {
        let agent = named.map(Into::into).or_else(|| self.offered.clone());
        agent.unwrap_or_else(|| "kim".into())
    }

    fn agent(&self, by: By) -> Option<AgentId> {
        match by {
            By::Nobody => None,
            By::Holder => self.holder.clone(),
            By::Offered => self.offered.clone(),
            By::Agent(agent) => Some(agent.into()),
        }
    }
}

/// Returns all kinds of inputs about an item. Most items are in a state in which the input is valid.
pub(crate) fn item_inputs(model: &Model) -> Vec<WeightedInput> {
    let any_item = |_: &ModelItem| true;
    let named = || weighted(0.1, agent());
    let note = of(Just("spam"));
    let mode = select(vec![TransferMode::Blind, TransferMode::Warm]);
    let receiver = (agent(), mode, any::<bool>(), by());
    vec![
        weighted_input(model, 14, is_offered, named(), accept),
        weighted_input(model, 8, is_offered, (named(), name(&REASONS)), reject),
        weighted_input(model, 5, any_item, facts(), update),
        weighted_input(model, 4, is_accepted, by(), complete),
        weighted_input(model, 2, has_holder, by(), close),
        weighted_input(model, 4, is_accepted, by(), release),
        weighted_input(model, 2, any_item, note, cancel),
        weighted_input(model, 5, can_move, (name(&QUEUES), by()), to_queue),
        weighted_input(model, 8, is_accepted, receiver, to_agent),
        weighted_input(model, 4, ModelItem::is_waiting, agent(), allocate),
        weighted_input(model, 3, can_move, agent(), assign_directly),
        // Repeats of inputs that were taken.
        weighted_input(model, 1, has_holder, Just(()), accept_again),
        weighted_input(model, 1, is_wrapping_up, by(), complete),
    ]
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![
        4 => Just(By::Nobody),
        4 => Just(By::Holder),
        1 => Just(By::Offered),
        1 => agent().prop_map(By::Agent),
    ]
}

fn is_offered(item: &ModelItem) -> bool {
    item.offer().is_some()
}

fn is_accepted(item: &ModelItem) -> bool {
    matches!(item.state, ModelState::Accepted { .. })
}

fn has_holder(item: &ModelItem) -> bool {
    item.holder().is_some()
}

fn is_wrapping_up(item: &ModelItem) -> bool {
    matches!(item.state, ModelState::WrappingUp { .. })
}

fn can_move(item: &ModelItem) -> bool {
    item.is_waiting() || is_accepted(item)
}

/// Returns inputs of one kind. For most of them, `is_valid_for` returns `true` for the item. If there is no such item, the
/// weight is 1.
fn weighted_input<P: Clone + Debug + 'static>(
    model: &Model,
    weight: u32,
    is_valid_for: fn(&ModelItem) -> bool,
    parameters: impl Strategy<Value = P> + 'static,
    input: fn(TargetItem, P) -> Input,
) -> WeightedInput {
    let valid: Vec<TargetItem> = model
        .items()
        .iter()
        .filter(|item| is_valid_for(item))
        .map(|item| target(model, item.id()))
        .collect();
    let any = ITEMS.map(|id| target(model, id)).to_vec();
    let (weight, targets) = if valid.is_empty() {
        (1, select(any).boxed())
    } else {
        let targets = vec![(9, select(valid)), (1, select(any))];
        (weight, Union::new_weighted(targets).boxed())
    };
    let inputs =
        (targets, parameters).prop_map(move |(target, parameters)| input(target, parameters));
    (weight, inputs.boxed())
}

fn target(model: &Model, id: &str) -> TargetItem {
    let item = model.items().iter().find(|item| item.id() == id);
    let offered = item.and_then(ModelItem::offer);
    TargetItem {
        item: id.into(),
        offered: offered.map(|offer| offer.agent.as_str().into()),
        holder: item.and_then(ModelItem::holder).map(Into::into),
    }
}

fn facts() -> impl Strategy<Value = BTreeMap<String, Option<Fact>>> {
    let set = fact().prop_map(|(field, fact)| BTreeMap::from([(field.into(), Some(fact))]));
    let fields = select(vec!["vip", "kind", "state", "level"]).prop_map(String::from);
    let remove = btree_map(fields, Just(None), 0..=2);
    prop_oneof![60 => set, 20 => remove, 1 => Just(()).prop_map(too_many)]
}

/// Returns more facts than an item can have.
fn too_many((): ()) -> BTreeMap<String, Option<Fact>> {
    let fields = 0..=FACTS_MAX;
    fields
        .map(|field| (field.to_string(), Some(true.into())))
        .collect()
}

fn accept(target: TargetItem, named: Option<&str>) -> Input {
    Input::Accept {
        agent: target.answering_agent(named),
        item: target.item,
    }
}

fn reject(target: TargetItem, (named, reason): (Option<&str>, &str)) -> Input {
    Input::Reject {
        agent: target.answering_agent(named),
        item: target.item,
        reason: reason.into(),
    }
}

fn update(target: TargetItem, facts: BTreeMap<String, Option<Fact>>) -> Input {
    Input::Update {
        item: target.item,
        facts,
    }
}

fn accept_again(target: TargetItem, (): ()) -> Input {
    Input::Accept {
        agent: target.agent(By::Holder).unwrap_or_else(|| "kim".into()),
        item: target.item,
    }
}

fn complete(target: TargetItem, by: By) -> Input {
    Input::Complete {
        by: target.agent(by),
        item: target.item,
    }
}

fn close(target: TargetItem, by: By) -> Input {
    Input::Close {
        by: target.agent(by),
        item: target.item,
    }
}

fn release(target: TargetItem, by: By) -> Input {
    Input::Release {
        by: target.agent(by),
        item: target.item,
    }
}

fn cancel(target: TargetItem, note: Option<&str>) -> Input {
    Input::Cancel {
        item: target.item,
        note: note.map(Into::into),
    }
}

fn to_queue(target: TargetItem, (queue, by): (&str, By)) -> Input {
    let by = target.agent(by);
    let mut transfer = Transfer::to_queue(target.item, queue);
    transfer.by = by;
    Input::Transfer(transfer)
}

fn to_agent(target: TargetItem, (agent, mode, force, by): (&str, TransferMode, bool, By)) -> Input {
    let by = target.agent(by);
    let mut transfer = Transfer::to_agent(target.item, agent, mode);
    transfer.by = by;
    Input::Transfer(if force { transfer.force() } else { transfer })
}

fn allocate(target: TargetItem, agent: &str) -> Input {
    Input::Allocate {
        item: target.item,
        agent: agent.into(),
        by: "mia".into(),
    }
}

fn assign_directly(target: TargetItem, agent: &str) -> Input {
    Input::AssignDirectly(AssignDirectly::item(target.item, agent))
}
