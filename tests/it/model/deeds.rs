//! What is done with an item.

use std::collections::BTreeMap;

use handover::{AssignDirectly, Fact, Input, Transfer, TransferMode};
use proptest::collection::btree_map;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;

use super::inputs::{agent, name};
use super::world::{QUEUES, REASONS, fact};
use super::{Item, State};

#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// By whoever is asked, or by the agent named.
    Accept(Option<&'static str>),
    Reject(Option<&'static str>, &'static str),
    Update(BTreeMap<&'static str, Option<Fact>>),
    Complete,
    Close,
    Release,
    Cancel(Option<&'static str>),
    ToQueue(&'static str),
    ToAgent(&'static str, TransferMode, bool),
    Allocate(&'static str),
    Direct(&'static str),
}

pub(super) fn deed() -> impl Strategy<Value = Deed> {
    let other = || weighted(0.1, agent());
    prop_oneof![
        14 => other().prop_map(Deed::Accept),
        8 => (other(), name(&REASONS)).prop_map(|(agent, reason)| Deed::Reject(agent, reason)),
        5 => update().prop_map(Deed::Update),
        4 => Just(Deed::Complete),
        2 => Just(Deed::Close),
        4 => Just(Deed::Release),
        2 => of(Just("spam")).prop_map(Deed::Cancel),
        4 => name(&QUEUES).prop_map(Deed::ToQueue),
        8 => to_agent(),
        4 => agent().prop_map(Deed::Allocate),
        3 => agent().prop_map(Deed::Direct),
    ]
}

fn update() -> impl Strategy<Value = BTreeMap<&'static str, Option<Fact>>> {
    let set = fact().prop_map(|(field, fact)| BTreeMap::from([(field, Some(fact))]));
    let fields = select(vec!["vip", "kind", "state", "level"]);
    let remove = btree_map(fields, Just(None), 0..=2);
    prop_oneof![3 => set, 1 => remove]
}

fn to_agent() -> impl Strategy<Value = Deed> {
    let mode = select(vec![TransferMode::Blind, TransferMode::Warm]);
    (agent(), mode, any::<bool>())
        .prop_map(|(agent, mode, force)| Deed::ToAgent(agent, mode, force))
}

impl Deed {
    /// Whether it can be done with an item in this state, other things being right.
    pub(super) fn fits(&self, item: &Item) -> bool {
        let is_accepted = matches!(item.state, State::Accepted { .. });
        match self {
            Self::Accept(_) | Self::Reject(..) => item.offer().is_some(),
            Self::Update(_) | Self::Cancel(_) => true,
            Self::Complete | Self::Release | Self::ToAgent(..) => is_accepted,
            Self::Close => item.holder().is_some(),
            Self::ToQueue(_) | Self::Direct(_) => item.waits() || is_accepted,
            Self::Allocate(_) => item.waits(),
        }
    }

    /// The input that does it with the item of an id, which may be offered to somebody.
    pub(super) fn input(&self, id: &str, offered: Option<String>) -> Input {
        let item = id.into();
        let asked = |agent: Option<&str>| {
            agent
                .map(String::from)
                .or(offered)
                .unwrap_or_else(|| "kim".into())
                .into()
        };
        match self {
            Self::Accept(agent) => Input::Accept {
                item,
                agent: asked(*agent),
            },
            Self::Reject(agent, reason) => Input::Reject {
                item,
                agent: asked(*agent),
                reason: (*reason).into(),
            },
            Self::Update(facts) => Input::Update {
                item,
                facts: facts
                    .iter()
                    .map(|(field, fact)| ((*field).into(), fact.clone()))
                    .collect(),
            },
            Self::Complete => Input::Complete { item },
            Self::Close => Input::Close { item },
            Self::Release => Input::Release { item },
            Self::Cancel(note) => Input::Cancel {
                item,
                note: note.map(Into::into),
            },
            Self::ToQueue(queue) => Input::Transfer(Transfer::to_queue(item, *queue)),
            Self::ToAgent(agent, mode, force) => {
                let transfer = Transfer::to_agent(item, *agent, *mode);
                Input::Transfer(if *force { transfer.force() } else { transfer })
            }
            Self::Allocate(agent) => Input::Allocate {
                item,
                agent: (*agent).into(),
                by: "mia".into(),
            },
            Self::Direct(agent) => Input::AssignDirectly(AssignDirectly::item(item, *agent)),
        }
    }
}
