//! Agent groups.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::id::{AgentId, QueueId};
use crate::model::Map;

/// Agents who work together, and the order in which the group prefers its queues.
///
/// # Examples
///
/// ```
/// use handover::AgentGroup;
///
/// let group = AgentGroup::new(["asha", "ben"]).queue_order("agent-whatsapp", 1);
/// assert_eq!(group.members.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct AgentGroup {
    /// What people call it. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The members, in the order that `in_order` and `round_robin` go by.
    pub members: Vec<AgentId>,
    /// The group's order of queues, the lower first; 100 for each that is not here.
    pub queue_order: Map<QueueId, i64>,
}

impl AgentGroup {
    /// The order of a queue that a group says nothing about.
    pub const DEFAULT_QUEUE_ORDER: i64 = 100;

    /// Makes a group of some agents.
    pub fn new<A: Into<AgentId>>(members: impl IntoIterator<Item = A>) -> Self {
        Self {
            name: None,
            members: members.into_iter().map(Into::into).collect(),
            queue_order: Map::new(),
        }
    }

    setters! {
        name: String => Some;
    }

    /// Sets the order of one queue, the lower first.
    #[must_use]
    pub fn queue_order(mut self, queue: impl Into<QueueId>, order: i64) -> Self {
        self.queue_order.insert(queue.into(), order);
        self
    }

    /// Returns the order of a queue: what the group says, else 100.
    pub fn order_of(&self, queue: &QueueId) -> i64 {
        self.queue_order
            .get(queue)
            .copied()
            .unwrap_or(Self::DEFAULT_QUEUE_ORDER)
    }
}

read_object!(AgentGroup, "an agent group: an object", {
    name: optional,
    members: list,
    queue_order: default(Map::new()),
});
