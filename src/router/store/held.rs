//! What a router needs to know of an agent with each item: side by side, where the plan and the roster keep it far apart.

use crate::router::handles::ItemHandle;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;

use crate::base::hint::cold_path;
use crate::base::table::{AgentHandle, GroupHandle, Handle, QueueHandle, Table};
use crate::id::AgentId;
use crate::plan::Tables;

use crate::router::waiting::class_key::skill_fingerprint_bit;

/// So many items lie on the desk itself.
const FEW: usize = 5;
/// So many groups are at hand.
const FEW_GROUPS: usize = 3;
/// No plan has so many groups.
const NO_GROUP: u32 = u32::MAX;

/// An agent: its name, its skills, its groups, and what it has in hand.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct HeldItems {
    few: [Option<ItemHandle>; FEW],
    #[expect(
        clippy::box_collection,
        reason = "a set itself is three times as large"
    )]
    more: Option<Box<BTreeSet<ItemHandle>>>,
    pub(crate) id: AgentId,
    /// As [`skill_fingerprint_bit`]s.
    pub(crate) skills: u64,
    /// Its groups, [`NO_GROUP`] behind them; none at all where they are too many. Measured: without them inputs take a twentieth
    /// longer at 100,000 agents.
    groups: [u32; FEW_GROUPS],
}

const _: () = assert!(size_of::<HeldItems>() == 64, "a desk takes one cache line");

impl HeldItems {
    /// The empty desks of all agents.
    pub(crate) fn of_all(plan: &Tables) -> Table<AgentHandle, Self> {
        let agents = plan.agents.iter();
        agents
            .map(|(agent, id)| Self {
                few: [None; FEW],
                more: None,
                id: id.clone(),
                skills: skill_fingerprint(plan, agent),
                groups: groups_at_hand(plan, agent),
            })
            .collect()
    }

    /// Whether it is what a plan says of its agent.
    pub(crate) fn is_of(&self, plan: &Tables, agent: AgentHandle) -> bool {
        self.id == *plan.agents.name(agent)
            && self.skills == skill_fingerprint(plan, agent)
            && self.groups == groups_at_hand(plan, agent)
    }

    /// Lays an item on it.
    #[inline]
    pub(crate) fn put(&mut self, item: ItemHandle) {
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(item),
            None => drop(self.more.get_or_insert_default().insert(item)),
        }
    }

    /// Takes an item from it.
    #[inline]
    pub(crate) fn take(&mut self, item: ItemHandle) {
        let more = self.more.as_deref_mut();
        if let Some(place) = self.few.iter_mut().find(|place| **place == Some(item)) {
            *place = more.and_then(BTreeSet::pop_last);
        } else if let Some(more) = more {
            more.remove(&item);
        }
    }

    /// Looks at the queues of its agent's groups; at one that several of them serve several times.
    #[inline]
    pub(crate) fn each_queue(
        &self,
        plan: &Tables,
        agent: AgentHandle,
        mut look: impl FnMut(QueueHandle),
    ) {
        let mut place = 0;
        while let Some(group) = self.group(plan, agent, place) {
            for queue in plan.queues_of_group.get(group) {
                look(*queue);
            }
            place += 1;
        }
    }

    /// One of its agent's groups.
    #[inline]
    fn group(&self, plan: &Tables, agent: AgentHandle, place: usize) -> Option<GroupHandle> {
        if self.groups == [NO_GROUP; FEW_GROUPS] {
            cold_path();
            let own = plan.memberships.get(agent).get(place);
            return own.map(|own| own.group);
        }
        let group = self.groups.get(place).filter(|group| **group != NO_GROUP);
        group.map(|group| GroupHandle::from_index(*group as usize))
    }

    /// The items that the agent has, or is offered.
    pub(crate) fn items(&self) -> impl Iterator<Item = ItemHandle> {
        let more = self.more.as_deref().into_iter().flatten();
        self.few.iter().flatten().chain(more).copied()
    }
}

fn skill_fingerprint(plan: &Tables, agent: AgentHandle) -> u64 {
    let held = plan.agent_skills.get(agent).iter();
    held.fold(0, |all, held| all | skill_fingerprint_bit(held.skill))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "no list of a plan is longer than 32 bits can count"
)]
fn groups_at_hand(plan: &Tables, agent: AgentHandle) -> [u32; FEW_GROUPS] {
    let mut groups = [NO_GROUP; FEW_GROUPS];
    let own = plan.memberships.get(agent);
    if own.len() <= FEW_GROUPS {
        for (place, own) in groups.iter_mut().zip(own) {
            *place = own.group.index() as u32;
        }
    }
    groups
}
