//! What a host's screens show of a router.

use crate::router::handles::ItemHandle;
use alloc::vec::Vec;

use crate::base::table::QueueHandle;
use crate::decide::explain::{Explanation, explain_with_last_agent};
use crate::id::{AgentId, QueueId, WorkItemId};
use crate::model::WorkItem;
use crate::plan::Plan;
use crate::roster::{AgentStatus, Roster};
use crate::router::Router;
use crate::router::error::ItemState;
use crate::router::store::item::Item;

use crate::time::Timestamp;

impl Router {
    /// Returns the moment of the last input.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the plan under which the router works at present.
    pub fn plan(&self) -> &Plan {
        self.roster.plan()
    }

    /// Returns what is true of the agents.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns an item, none if the router has none of that id.
    pub fn item(&self, item: &str) -> Option<ItemStatus<'_>> {
        let (item, _) = self.items.find(&WorkItemId::from(item))?;
        Some(self.item_status(item))
    }

    /// Returns all items, in the order in which they came in.
    pub fn items(&self) -> impl Iterator<Item = ItemStatus<'_>> {
        let items = self.items.by_arrival().into_iter();
        items.map(|item| self.item_status(item))
    }

    /// Returns an agent with what it has in hand, none if there is none of that id.
    pub fn agent(&self, agent: &str) -> Option<AgentInRouter<'_>> {
        let handle = self.plan().agent(agent)?;
        let status = self.roster.agent(handle)?;
        let mut held: Vec<ItemStatus<'_>> = self
            .held
            .of(handle)
            .map(|item| self.item_status(item))
            .collect();
        held.sort_unstable_by_key(|item| item.work.arrival);
        Some(AgentInRouter { status, held })
    }

    /// Returns a queue with what waits there, none if there is none of that id.
    pub fn queue(&self, queue: &str) -> Option<QueueStatus<'_>> {
        let queue = self.plan().queue(queue)?;
        let items = self.waiting.in_order(self.compiled(), &self.items, queue);
        let waiting = items.into_iter().map(|item| self.item_status(item));
        Some(QueueStatus {
            router: self,
            queue,
            waiting: waiting.collect(),
        })
    }

    /// Explains to whom an item would go now, or why to nobody: none if the router has none of that id, or it is in no queue.
    ///
    /// What somebody has or is offered already is explained as if it were to be assigned once more, while it still counts as
    /// load there.
    ///
    /// It is linear in the members of the queue's groups.
    pub fn explain(&self, item: &str) -> Option<Explanation> {
        let (_, work) = self.items.find(&WorkItemId::from(item))?;
        work.queue()?;
        let last_agent = self.last_agent_of(work);
        let roster = &self.roster;
        Some(explain_with_last_agent(
            roster,
            &work.routed,
            last_agent,
            self.now,
        ))
    }

    fn item_status(&self, item: ItemHandle) -> ItemStatus<'_> {
        ItemStatus {
            router: self,
            handle: item,
            work: self.items.item(item),
        }
    }
}

/// A work item in a router.
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
/// let at = Timestamp::from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// for id in ["chat-1", "chat-2"] {
///     router.handle(at(1_000), Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// router.handle(at(4_000), Input::Tick)?;
///
/// let item = router.item("chat-1").expect("it is here");
/// assert_eq!(item.state(), ItemState::PendingAccept);
/// assert_eq!(item.offered_to(), Some(&"asha".into()));
/// assert_eq!(item.wait_millis(), Some(3_000));
/// assert_eq!(router.items().count(), 2);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ItemStatus<'a> {
    router: &'a Router,
    handle: ItemHandle,
    work: &'a Item,
}

impl<'a> ItemStatus<'a> {
    /// Returns the item, with its facts as they are now.
    pub fn work_item(&self) -> &'a WorkItem {
        self.work.routed.item()
    }

    /// Returns where it is in its life.
    pub fn state(&self) -> ItemState {
        self.work.item_state()
    }

    /// Returns the units of capacity that it takes.
    pub fn size(&self) -> u32 {
        self.work.size()
    }

    /// Returns its queue, none for an item that was assigned directly and that no queue takes.
    pub fn queue(&self) -> Option<&'a QueueId> {
        let queue = self.work.queue()?;
        Some(self.router.compiled().queues.name(queue))
    }

    /// Returns who has accepted it, or wraps it up.
    pub fn holder(&self) -> Option<&'a AgentId> {
        let agent = self.work.holder()?;
        Some(self.router.compiled().agents.name(agent))
    }

    /// Returns to whom it is offered.
    pub fn offered_to(&self) -> Option<&'a AgentId> {
        let offer = self.work.offer()?;
        Some(self.router.compiled().agents.name(offer.agent))
    }

    /// Returns the moment from which on the open offer can no longer be accepted, if there is one.
    pub fn offer_expires(&self) -> Option<Timestamp> {
        self.work.offer()?.expires
    }

    /// Returns when it came in, in milliseconds before now.
    pub fn age_millis(&self) -> u64 {
        let now = self.router.now;
        now.millis_since(self.work.routed.aging_since())
    }

    /// Returns for how many milliseconds it has waited in its queue, an open offer included; none if it does not wait.
    pub fn wait_millis(&self) -> Option<u64> {
        let waits = self.work.waits() && self.work.queue().is_some();
        waits.then(|| self.work.routed.waited_millis(self.router.now))
    }

    /// Returns how many items of its queue stand before it, none if it is not queued.
    pub fn position(&self) -> Option<usize> {
        let queue = self.work.queue().filter(|_| self.work.is_queued())?;
        let router = self.router;
        let items = router
            .waiting
            .in_order(router.compiled(), &router.items, queue);
        items.iter().position(|item| *item == self.handle)
    }
}

/// An agent in a router.
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
/// let at = Timestamp::from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// for id in ["chat-1", "chat-2"] {
///     router.handle(at(1_000), Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// router.handle(at(4_000), Input::Tick)?;
///
/// let asha = router.agent("asha").expect("she is configured");
/// assert_eq!(asha.status().load("chat"), Some(1));
/// assert_eq!(asha.held()[0].work_item().id, "chat-1");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AgentInRouter<'a> {
    status: AgentStatus<'a>,
    held: Vec<ItemStatus<'a>>,
}

impl<'a> AgentInRouter<'a> {
    /// Returns what is true of the agent: presence, switches, load, spare.
    pub fn status(&self) -> AgentStatus<'a> {
        self.status
    }

    /// Returns what the agent has accepted, wraps up or is offered, in the order in which it came in.
    pub fn held(&self) -> &[ItemStatus<'a>] {
        &self.held
    }
}

/// A queue in a router.
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
/// let at = Timestamp::from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// for id in ["chat-1", "chat-2"] {
///     router.handle(at(1_000), Input::Route { item: WorkItem::new(id, "chat"), queue: None })?;
/// }
/// router.handle(at(4_000), Input::Tick)?;
///
/// let support = router.queue("support").expect("it is configured");
/// assert_eq!(support.waiting().len(), 1);
/// assert_eq!(support.longest_wait_millis(), Some(3_000));
///
/// // Why does it wait?
/// let explanation = router.explain("chat-2").expect("it is in a queue");
/// assert!(explanation.to_string().contains("nobody who is present has room"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct QueueStatus<'a> {
    router: &'a Router,
    queue: QueueHandle,
    waiting: Vec<ItemStatus<'a>>,
}

impl<'a> QueueStatus<'a> {
    /// Returns the queue's id.
    pub fn id(&self) -> &'a QueueId {
        self.router.compiled().queues.name(self.queue)
    }

    /// Returns the queued items, in the order in which they are assigned.
    pub fn waiting(&self) -> &[ItemStatus<'a>] {
        &self.waiting
    }

    /// Returns for how many milliseconds the one has waited that has waited longest, none if nothing is queued.
    pub fn longest_wait_millis(&self) -> Option<u64> {
        self.waiting
            .iter()
            .filter_map(ItemStatus::wait_millis)
            .max()
    }
}
