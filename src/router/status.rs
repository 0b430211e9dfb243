//! Getters of the router: items, agents and queues as a host's screens show them.
//!
//! A status borrows the router and reads its fields when they are asked for. Only the lists of items are collected.

use alloc::vec::Vec;

use crate::decide::explain::explain_decision;
use crate::decide::explanation::Explanation;
use crate::id::{AgentId, QueueId, WorkItemId};
use crate::model::WorkItem;
use crate::plan::Plan;
use crate::roster::{AgentStatus, Roster};
use crate::router::Router;
use crate::router::error::ItemState;
use crate::router::handles::ItemHandle;
use crate::router::store::item::Item;
use crate::time::Timestamp;

/// Getters. Each is O(1) unless its documentation states another cost.
impl Router {
    /// Returns the moment of the last step.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the number of inputs so far: the calls of [`handle`](Self::handle) and [`step`](Self::step), refused ones included.
    ///
    /// A snapshot contains it. If a host writes each input to a journal before it calls the router, it is the number of rows of the
    /// journal that the snapshot includes: after a crash, restore the snapshot and replay the journal from the next row. It is
    /// not part of the [`digest`](Self::digest). The module [`keeping`](crate::keeping#recovery) has a complete example.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let mut router = Router::new(&Plan::new(Config::new())?);
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// router.handle(now, Input::Tick)?;
    /// assert!(router.handle(now, Input::Complete { item: "conv-1".into(), by: None }).is_err());
    /// assert_eq!(router.inputs(), 2);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Returns the current plan: that of the last reconfiguration, if there was one.
    pub fn plan(&self) -> &Plan {
        self.roster.plan()
    }

    /// Returns the roster: presence, load and capacity of all agents.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns a live item, or `None` if there is none with this id.
    pub fn item(&self, id: &str) -> Option<ItemStatus<'_>> {
        let (handle, _) = self.items.find(&WorkItemId::from(id))?;
        Some(self.item_status(handle))
    }

    /// Returns all live items, in the order in which they came in. O(n log n) in the number of items.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()));
    /// let mut router = Router::new(&Plan::new(config)?);
    /// for (millis, id) in [(1_000, "chat-2"), (2_000, "chat-1")] {
    ///     let item = WorkItem::new(id, "chat");
    ///     router.handle(Timestamp::saturating_from_millis(millis), Input::Route { item, queue: None })?;
    /// }
    /// let ids = router.items().map(|item| item.work_item().id.as_str());
    /// assert!(ids.eq(["chat-2", "chat-1"]));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn items(&self) -> impl Iterator<Item = ItemStatus<'_>> {
        // The slab has the items in the order of its slots, which has no meaning.
        let items = self.items.by_arrival().into_iter();
        items.map(|handle| self.item_status(handle))
    }

    /// Returns an agent with its items, or `None` if the plan has no agent with this id.
    ///
    /// O(n log n) in the number of the agent's items.
    pub fn agent(&self, id: &str) -> Option<AgentView<'_>> {
        let handle = self.plan().agent(id)?;
        let status = self.roster.agent(handle)?;
        let items = self.agent_items.of(handle);
        // The list of an agent has no order.
        let mut held: Vec<_> = items.map(|handle| self.item_status(handle)).collect();
        held.sort_unstable_by_key(|status| status.item.arrival);
        Some(AgentView { status, held })
    }

    /// Returns a queue with its waiting items, or `None` if the plan has no queue with this id.
    ///
    /// O(n log n) in the number of items that wait in the queue.
    pub fn queue(&self, id: &str) -> Option<QueueStatus<'_>> {
        let queue = self.plan().queue(id)?;
        let items = self.waiting.in_order(&self.items, queue);
        let waiting = items.into_iter().map(|handle| self.item_status(handle));
        Some(QueueStatus {
            id: self.tables().queues.id(queue),
            waiting: waiting.collect(),
        })
    }

    /// Explains which agent an item would be assigned to now, or why none. Returns `None` if there is no live item with this id, or if
    /// the item has no queue.
    ///
    /// An item that an agent holds or is offered is explained as if it were assigned once more. It still counts as load of that
    /// agent.
    ///
    /// Linear in the number of members of the queue's groups.
    pub fn explain(&self, id: &str) -> Option<Explanation> {
        let (_, item) = self.items.find(&WorkItemId::from(id))?;
        // Without a queue there are no pools, and nothing to explain.
        item.queue()?;
        // The router finds the agents by the requester. A routed item does not contain them.
        let agents = self.requester_agents(item);
        let (roster, routed) = (&self.roster, &item.routed);
        Some(explain_decision(roster, routed, &agents, self.now))
    }

    /// Returns the status of a live item.
    fn item_status(&self, handle: ItemHandle) -> ItemStatus<'_> {
        ItemStatus {
            router: self,
            item: self.items.item(handle),
        }
    }
}

/// A live work item of a router. Returned by [`Router::item`] and [`Router::items`], and part of the statuses below.
///
/// # Examples
///
/// ```
/// # use handover::*;
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .rule("any", AssignmentRule::new())
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
/// #     .group("all", AgentGroup::new(["asha"]))
/// #     .agent("asha", Agent::new());
/// let mut router = Router::new(&Plan::new(config)?);
/// let at = Timestamp::saturating_from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// for id in ["chat-1", "chat-2", "chat-3"] {
///     router.handle(at(1_000), Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// router.handle(at(4_000), Input::Tick)?;
///
/// let item = router.item("chat-1").expect("the item is live");
/// assert_eq!((item.state(), item.offered_to()), (ItemState::PendingAccept, Some(&"asha".into())));
/// assert_eq!(item.wait_millis(), Some(3_000));
/// let item = router.item("chat-3").expect("the item is live");
/// assert_eq!((item.queue(), item.position()), (Some(&"support".into()), Some(1)));
///
/// router.handle(at(4_000), Input::Accept { item: "chat-1".into(), agent: "asha".into() })?;
/// let item = router.item("chat-1").expect("the item is live");
/// assert_eq!((item.state(), item.holder()), (ItemState::Accepted, Some(&"asha".into())));
/// // The wait ends when an agent holds the item. The age continues.
/// assert_eq!((item.wait_millis(), item.age_millis()), (None, 3_000));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ItemStatus<'a> {
    router: &'a Router,
    item: &'a Item,
}

impl<'a> ItemStatus<'a> {
    /// Returns the work item with its current facts.
    pub fn work_item(&self) -> &'a WorkItem {
        self.item.work_item()
    }

    /// Returns the state of the item.
    pub fn state(&self) -> ItemState {
        self.item.state()
    }

    /// Returns the size of the item, in units of capacity.
    pub fn size(&self) -> u32 {
        self.item.size()
    }

    /// Returns the item's queue, or `None` for an item that was assigned directly and that no queue takes.
    pub fn queue(&self) -> Option<&'a QueueId> {
        let queue = self.item.queue()?;
        Some(self.router.tables().queues.id(queue))
    }

    /// Returns the agent who has accepted the item or wraps it up.
    pub fn holder(&self) -> Option<&'a AgentId> {
        let agent = self.item.holder()?;
        Some(self.router.tables().agents.id(agent))
    }

    /// Returns the agent to whom the item is offered, if an offer is open.
    pub fn offered_to(&self) -> Option<&'a AgentId> {
        let offer = self.item.offer()?;
        Some(self.router.tables().agents.id(offer.agent))
    }

    /// Returns the moment at which the open offer times out, if there is one.
    pub fn offer_expires(&self) -> Option<Timestamp> {
        self.item.offer()?.expires
    }

    /// Returns the age of the item in milliseconds: the time since it came in.
    pub fn age_millis(&self) -> u64 {
        let now = self.router.now;
        now.millis_since(self.item.routed.aging_since())
    }

    /// Returns the wait in the item's queue in milliseconds, the time of an open offer included. Returns `None` if an agent holds the
    /// item.
    pub fn wait_millis(&self) -> Option<u64> {
        // An item without a queue has no wait, even while it is offered.
        let waits = self.item.holder().is_none() && self.item.queue().is_some();
        waits.then(|| self.item.routed.waited_millis(self.router.now))
    }

    /// Returns the number of items that are before this one in its queue, or `None` if the item is not queued.
    ///
    /// O(c log n) for c classes and n items that wait in the queue.
    pub fn position(&self) -> Option<usize> {
        let Router { waiting, items, .. } = self.router;
        let is_queued = self.item.is_queued();
        is_queued.then(|| waiting.position(items, self.item))
    }
}

/// An agent of a router with its items. Returned by [`Router::agent`].
///
/// # Examples
///
/// ```
/// # use handover::*;
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .rule("any", AssignmentRule::new())
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
/// #     .group("all", AgentGroup::new(["asha"]))
/// #     .agent("asha", Agent::new());
/// let mut router = Router::new(&Plan::new(config)?);
/// let at = Timestamp::saturating_from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// for id in ["chat-1", "chat-2"] {
///     router.handle(at(1_000), Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// router.handle(at(4_000), Input::Tick)?;
///
/// let asha = router.agent("asha").expect("asha is configured");
/// assert_eq!(asha.status().load("chat"), Some(1));
/// assert_eq!(asha.held()[0].work_item().id, "chat-1");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AgentView<'a> {
    status: AgentStatus<'a>,
    held: Vec<ItemStatus<'a>>,
}

impl<'a> AgentView<'a> {
    /// Returns the presence, switches, load and capacity of the agent.
    pub fn status(&self) -> AgentStatus<'a> {
        self.status
    }

    /// Returns the items that the agent has accepted, wraps up or is offered, in the order in which they came in.
    pub fn held(&self) -> &[ItemStatus<'a>] {
        &self.held
    }
}

/// A queue of a router with its waiting items. Returned by [`Router::queue`].
///
/// # Examples
///
/// ```
/// # use handover::*;
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .rule("any", AssignmentRule::new())
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
/// #     .group("all", AgentGroup::new(["asha"]))
/// #     .agent("asha", Agent::new());
/// let mut router = Router::new(&Plan::new(config)?);
/// let at = Timestamp::saturating_from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// for id in ["chat-1", "chat-2"] {
///     router.handle(at(1_000), Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// router.handle(at(4_000), Input::Tick)?;
///
/// let support = router.queue("support").expect("the queue is configured");
/// assert_eq!(support.waiting().len(), 1);
/// assert_eq!(support.longest_wait_millis(), Some(3_000));
///
/// // Why does the second item wait?
/// let explanation = router.explain("chat-2").expect("the item has a queue");
/// assert!(explanation.to_string().contains("nobody who is present has room"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct QueueStatus<'a> {
    id: &'a QueueId,
    waiting: Vec<ItemStatus<'a>>,
}

impl<'a> QueueStatus<'a> {
    /// Returns the id of the queue.
    pub fn id(&self) -> &'a QueueId {
        self.id
    }

    /// Returns the queued items, in the order in which they are assigned.
    pub fn waiting(&self) -> &[ItemStatus<'a>] {
        &self.waiting
    }

    /// Returns the longest current wait in milliseconds, or `None` if no item is queued. Linear in the number of waiting items.
    pub fn longest_wait_millis(&self) -> Option<u64> {
        // Not the wait of the first item: the order is by priority and age, and a wait can start again.
        self.waiting
            .iter()
            .filter_map(ItemStatus::wait_millis)
            .max()
    }
}
