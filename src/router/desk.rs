//! What a router needs to know of an agent with each item: side by side, where the plan and the roster keep it far apart.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::id::AgentId;
use crate::plan::Compiled;
use crate::router::items::ItemHandle;
use crate::router::kind::skill_bit;
use crate::table::{AgentHandle, Run, Table};

const FEW: usize = 6;

/// An agent: its name, its skills, its groups, and what it has in hand.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Desk {
    few: [Option<ItemHandle>; FEW],
    #[expect(
        clippy::box_collection,
        reason = "a vector itself is three times as large"
    )]
    more: Option<Box<Vec<ItemHandle>>>,
    pub(super) id: AgentId,
    /// As [`skill_bit`]s.
    pub(super) skills: u64,
    /// Where the plan has its groups.
    pub(super) memberships: Run<AgentHandle>,
}

const _: () = assert!(size_of::<Desk>() == 64, "a desk takes one cache line");

impl Desk {
    /// The empty desks of all agents.
    pub(super) fn of_all(plan: &Compiled) -> Table<AgentHandle, Self> {
        let agents = plan.agents.iter();
        agents
            .map(|(agent, id)| {
                let held = plan.agent_skills.get(agent).iter();
                Self {
                    few: [None; FEW],
                    more: None,
                    id: id.clone(),
                    skills: held.fold(0, |all, held| all | skill_bit(held.skill)),
                    memberships: plan.memberships.run(agent),
                }
            })
            .collect()
    }

    /// Lays an item on it.
    pub(super) fn put(&mut self, item: ItemHandle) {
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(item),
            None => self.more.get_or_insert_default().push(item),
        }
    }

    /// Takes an item from it.
    pub(super) fn take(&mut self, item: ItemHandle) {
        let more = self.more.as_deref_mut();
        if let Some(place) = self.few.iter_mut().find(|place| **place == Some(item)) {
            *place = more.and_then(Vec::pop);
        } else if let Some(more) = more
            && let Some(place) = more.iter().position(|held| *held == item)
        {
            more.swap_remove(place);
        }
    }

    /// The items that the agent has, or is offered.
    pub(super) fn items(&self) -> impl Iterator<Item = ItemHandle> {
        let more = self.more.as_deref().into_iter().flatten();
        self.few.iter().flatten().chain(more).copied()
    }
}
