//! Agent groups: the members, and the order of queues from which tiers follow.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::base::map::Map;
use crate::id::{AgentId, QueueId};

/// An agent group: agents who work together, and the order in which the group prefers its queues.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("vip", Queue::new("chat").active(true).pool(EligibilityPool::new(["all"], "any")))
///     .queue("support", Queue::new("chat").active(true).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new())
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha"]).queue_order("vip", 1).queue_order("support", 2))
///     .agent("asha", Agent::new());
/// let mut router = Router::new(&Plan::new(config)?);
/// let at = Timestamp::saturating_from_millis;
/// for (millis, id, queue) in [(0, "chat-1", "support"), (1_000, "chat-2", "vip")] {
///     let item = WorkItem::new(id, "chat");
///     router.handle(at(millis), Input::Route { item, queue: Some(queue.into()) })?;
/// }
/// router.handle(at(2_000), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
///
/// // Asha gets the VIP chat first, although the other chat has waited longer.
/// assert_eq!(router.item("chat-2").and_then(|item| item.offered_to()), Some(&"asha".into()));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an agent group: an object")]
#[non_exhaustive]
pub struct AgentGroup {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The members, in the order that [`AssignBy::InOrder`](crate::AssignBy::InOrder) and
    /// [`AssignBy::RoundRobin`](crate::AssignBy::RoundRobin) follow.
    pub members: Vec<AgentId>,
    /// The group's order of queues, lowest first. Default of each queue: 100.
    pub queue_order: Map<QueueId, i64>,
}

impl AgentGroup {
    /// The order of a queue that is not in [`queue_order`](Self#structfield.queue_order).
    pub const DEFAULT_QUEUE_ORDER: i64 = 100;

    /// Creates a group with the given members.
    pub fn new<A: Into<AgentId>>(members: impl IntoIterator<Item = A>) -> Self {
        Self {
            members: members.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    setters! {
        name: String => Some;
    }

    /// Sets the order of one queue, lowest first.
    #[must_use]
    pub fn queue_order(mut self, queue: impl Into<QueueId>, order: i64) -> Self {
        self.queue_order.insert(queue.into(), order);
        self
    }

    /// Returns the order of a queue, [`DEFAULT_QUEUE_ORDER`](Self::DEFAULT_QUEUE_ORDER) if the group sets none.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::AgentGroup;
    ///
    /// let group = AgentGroup::new(["asha", "ben"]).queue_order("whatsapp", 10);
    /// assert_eq!(group.order_of(&"whatsapp".into()), 10);
    /// assert_eq!(group.order_of(&"cases".into()), AgentGroup::DEFAULT_QUEUE_ORDER);
    /// ```
    pub fn order_of(&self, queue: &QueueId) -> i64 {
        let order = self.queue_order.get(queue);
        order.copied().unwrap_or(Self::DEFAULT_QUEUE_ORDER)
    }
}
