//! What a decision is about.

use crate::base::table::{AgentHandle, PoolHandle};
use crate::id::{ChannelId, QueueId};
use crate::model::WorkItem;
use crate::plan::Plan;
use crate::routing::routed::Routed;

/// What is being decided: which item, in which queue, through which pool.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    plan: &'a Plan,
    routed: &'a Routed,
    pool: PoolHandle,
    cursor: Option<AgentHandle>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        routed: &'a Routed,
        pool: PoolHandle,
        cursor: Option<AgentHandle>,
    ) -> Self {
        Self {
            plan,
            routed,
            pool,
            cursor,
        }
    }

    /// Returns the work item.
    pub fn item(&self) -> &'a WorkItem {
        self.routed.item()
    }

    /// Returns the work item with what routing made of it: size, skills, wait.
    pub fn routed(&self) -> &'a Routed {
        self.routed
    }

    /// Returns the item's size in units of capacity.
    pub fn size(&self) -> u32 {
        self.routed.size()
    }

    /// Returns the channel that the item comes by.
    pub fn channel(&self) -> &'a ChannelId {
        &self.routed.item().channel
    }

    /// Returns the queue in which it waits.
    pub fn queue(&self) -> &'a QueueId {
        self.plan.compiled().queues.name(self.routed.queue())
    }

    /// Returns the plan under which it is decided.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// How many places the pool lists, each agent once.
    pub(crate) fn listed(&self) -> u64 {
        self.order().map_or(0, |order| order.len() as u64)
    }

    /// The place of an agent in the order in which the pool lists its groups and their members.
    pub(crate) fn place_of(&self, agent: AgentHandle) -> Option<u64> {
        self.order()
            .and_then(|order| order.get_index_of(&agent))
            .map(|place| place as u64)
    }

    /// The place of who was last chosen through the pool.
    pub(crate) fn cursor_place(&self) -> Option<u64> {
        self.cursor.and_then(|agent| self.place_of(agent))
    }

    fn order(&self) -> Option<&'a crate::plan::Listing> {
        self.plan
            .compiled()
            .pools
            .get(self.pool)
            .and_then(|pool| pool.order.as_deref())
    }
}
