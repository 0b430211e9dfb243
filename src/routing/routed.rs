//! A routed work item: the handles of its ids, and its waits and declines so far.
//!
//! A router keeps one for each of a million waiting items, so that the fields are laid out by how often they are read:
//! [`Request`] by every decision, [`ItemExtras`] in a box that most items do not have.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::lookup::Lookup;
use crate::model::{Fact, SkillRequest, WorkItem};
use crate::plan::Plan;
use crate::routing::decline::Decline;
use crate::routing::error::RoutedError;
use crate::routing::extras::{ItemExtras, NO_EXTRAS, resolve_agents};
use crate::routing::last_agent::RequesterAgents;
use crate::routing::requested_skills::{
    RequestedList, RequestedSkill, RequestedSkills, resolve_all,
};
use crate::routing::resolve::ResolvedItem;
use crate::time::{Timestamp, plus_millis};

/// A work item in its queue, ready for a decision.
///
/// [`route`](crate::route()) and [`route_to`](crate::route_to) make it under one plan; [`assign`](crate::assign()) and
/// [`explain`](crate::explain()) read it. A service that stores waits, declines and the agents of requesters in its own database
/// sets them here before it decides.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let (routed_at, now) = (Timestamp::saturating_from_millis(1_000), Timestamp::saturating_from_millis(61_000));
/// let mut item = route(&plan, WorkItem::new("chat-1", "chat").size(2), routed_at)?;
/// item.decline(&plan, "asha", None)?;
/// assert_eq!((item.size(), item.waiting_since()), (2, routed_at));
/// assert!(item.declines()[0].holds_at(now));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Routed {
    pub(crate) request: Request,
    /// The fingerprint of the plan to which the handles belong.
    pub(crate) fingerprint: u64,
    /// The requested skills of the item and of its channel, by handle.
    requested: RequestedList,
    /// `None` for most items.
    extras: Option<Box<ItemExtras>>,
    item: WorkItem,
    /// The moment at which the item was first routed.
    aging_since: Timestamp,
}

/// The fields that every decision reads. They take 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    /// The moment at which the wait in the present queue began.
    pub(crate) waiting_since: Timestamp,
    pub(crate) queue: QueueHandle,
    pub(crate) channel: ChannelHandle,
    /// Units of capacity.
    pub(crate) size: u32,
    /// PERF: whether any skill is requested.
    pub(crate) has_skills: bool,
    /// PERF: whether a requested skill is optional. If none is, agents who pass a rule that requires skills are equal in
    /// the number that they hold.
    pub(crate) has_optional_skills: bool,
    /// PERF: whether there are declines, lapsed or not.
    pub(crate) has_declines: bool,
}

impl Routed {
    /// Makes the routed item of a resolved one that arrives now. Both of its waits start.
    #[inline]
    pub(crate) fn new(plan: &Plan, item: WorkItem, resolved: ResolvedItem, now: Timestamp) -> Self {
        let RequestedSkills { list, merged } = resolved.skills;
        // PERF: an allocation only for the items that need one.
        let has_extras = merged.is_some() || !item.preferred_agents.is_empty();
        let extras = has_extras.then(|| ItemExtras::new(plan, &item.preferred_agents, merged));
        Self {
            request: Request {
                waiting_since: now,
                queue: resolved.queue,
                channel: resolved.channel,
                size: resolved.size,
                has_skills: !list.is_empty(),
                has_optional_skills: list.iter().any(|requested| !requested.is_mandatory),
                has_declines: false,
            },
            fingerprint: plan.fingerprint(),
            requested: list,
            extras,
            item,
            aging_since: now,
        }
    }

    /// Returns the extras, empty ones if the item has none.
    fn extras(&self) -> &ItemExtras {
        self.extras.as_deref().unwrap_or(&NO_EXTRAS)
    }

    /// Returns the extras for a change. Allocates them if the item has none.
    fn extras_mut(&mut self) -> &mut ItemExtras {
        self.extras.get_or_insert_default()
    }

    /// Returns the work item that was routed.
    pub fn item(&self) -> &WorkItem {
        &self.item
    }

    /// Converts into the work item that was routed.
    pub fn into_item(self) -> WorkItem {
        self.item
    }

    /// Returns the queue in which the item waits.
    pub fn queue(&self) -> QueueHandle {
        self.request.queue
    }

    /// Returns the item's channel.
    pub fn channel(&self) -> ChannelHandle {
        self.request.channel
    }

    /// Returns the item's size in units of capacity, which routing fixed.
    pub fn size(&self) -> u32 {
        self.request.size
    }

    /// Returns the requested skills of the item and of its channel, each once.
    pub fn skills(&self) -> &[SkillRequest] {
        // Without a merged list, the item's own is complete, and names no skill twice.
        let merged = self.extras().skills.as_deref();
        merged.unwrap_or(&self.item.skills)
    }

    /// Returns the moment at which the wait in the present queue began. Pools open relative to it.
    pub fn waiting_since(&self) -> Timestamp {
        self.request.waiting_since
    }

    /// Sets the moment at which the wait in the present queue began.
    pub fn set_waiting_since(&mut self, moment: Timestamp) {
        self.request.waiting_since = moment;
    }

    /// Returns the moment at which the item was first routed. Its age counts from it.
    pub fn aging_since(&self) -> Timestamp {
        self.aging_since
    }

    /// Sets the moment at which the item was first routed.
    pub fn set_aging_since(&mut self, moment: Timestamp) {
        self.aging_since = moment;
    }

    /// Sets the agent who last accepted work of the item's requester on its channel, and when.
    ///
    /// A router never remembers an AI agent. A service that does the same leaves out acceptances by AI agents.
    ///
    /// # Errors
    ///
    /// [`RoutedError`] if the plan is not the item's, or lacks the agent.
    pub fn set_last_agent(
        &mut self,
        plan: &Plan,
        agent: impl Lookup<AgentHandle>,
        at: Timestamp,
    ) -> Result<(), RoutedError> {
        // Whether it is recent is checked by each decision: time passes until then.
        let agent = self.find_agent(plan, &agent)?;
        self.extras_mut().requester_agents.last = Some((agent, at));
        Ok(())
    }

    /// Sets the current agents: those who hold, or are offered, other live items of the item's requester on its channel.
    ///
    /// [`Affinity::LastAgent`](crate::Affinity::LastAgent) ranks them before the last agent. Replaces those that were set before.
    ///
    /// # Errors
    ///
    /// [`RoutedError`] if the plan is not the item's, or lacks one of the agents.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let queue = Queue::new("chat").active(true).routing(Routing::always()).affinity([Affinity::last_agent()]);
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
    ///     .queue("support", queue.pool(EligibilityPool::new(["all"], "any")))
    ///     .rule("any", AssignmentRule::new())
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .group("all", AgentGroup::new(["asha", "ben"]))
    ///     .agent("asha", Agent::new())
    ///     .agent("ben", Agent::new());
    /// let plan = Plan::new(config)?;
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// let mut roster = Roster::new(&plan);
    /// roster.set_presence("asha", "available", now)?;
    /// roster.set_presence("ben", "available", now)?;
    /// // Asha accepted the last conversation of the customer, and Ben has another one open.
    /// let mut item = route(&plan, WorkItem::new("chat-3", "chat").requester("+4917012345"), now)?;
    /// item.set_last_agent(&plan, "asha", now)?;
    /// item.set_current_agents(&plan, ["ben"])?;
    /// let Decision::Assign(assignment) = assign(&roster, &item, now)? else { panic!("both are available") };
    /// assert_eq!(assignment.agent(&plan), Some(&"ben".into()));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn set_current_agents<A: Lookup<AgentHandle>>(
        &mut self,
        plan: &Plan,
        agents: impl IntoIterator<Item = A>,
    ) -> Result<(), RoutedError> {
        let agents = agents.into_iter();
        let agents = agents.map(|agent| self.find_agent(plan, &agent));
        let agents = agents.collect::<Result<Vec<_>, _>>()?;
        self.extras_mut().requester_agents.current = agents;
        Ok(())
    }

    /// Records that an agent declined the item, until a moment or until it is cleared.
    ///
    /// A second decline of the same agent replaces the first. Takes O(n) time for n declines.
    ///
    /// # Errors
    ///
    /// [`RoutedError`] if the plan is not the item's, or lacks the agent.
    pub fn decline(
        &mut self,
        plan: &Plan,
        agent: impl Lookup<AgentHandle>,
        until: Option<Timestamp>,
    ) -> Result<(), RoutedError> {
        let agent = self.find_agent(plan, &agent)?;
        self.record_decline(agent, until);
        Ok(())
    }

    /// Removes all declines.
    pub fn clear_declines(&mut self) {
        // The box stays: an item that was declined once may be declined again.
        if let Some(extras) = &mut self.extras {
            extras.declines.clear();
        }
        self.request.has_declines = false;
    }

    /// Returns the declines in the order of the agents' handles, including those that have lapsed.
    pub fn declines(&self) -> &[Decline] {
        &self.extras().declines
    }

    /// Records a decline of an agent of the item's plan.
    pub(crate) fn record_decline(&mut self, agent: AgentHandle, until: Option<Timestamp>) {
        let decline = Decline { agent, until };
        // INVARIANT: the declines are in the order of handles, by which `decline_of` searches.
        let declines = &mut self.extras_mut().declines;
        let position = declines.partition_point(|decline| decline.agent < agent);
        match declines.get_mut(position) {
            // The later decline counts, even if it lapses before the earlier one would have.
            Some(earlier) if earlier.agent == agent => *earlier = decline,
            _ => declines.insert(position, decline),
        }
        self.request.has_declines = true;
    }

    /// Removes the declines that have lapsed. Without it, they are ignored but stay in memory.
    pub(crate) fn remove_lapsed_declines(&mut self, now: Timestamp) {
        if let Some(extras) = &mut self.extras {
            extras.declines.retain(|decline| decline.holds_at(now));
            self.request.has_declines = !extras.declines.is_empty();
        }
    }

    /// Resolves the item's ids again, under another plan. Clears the agents of the requester.
    ///
    /// The declines keep handles of the old plan: the caller replaces them.
    pub(crate) fn migrate(&mut self, plan: &Plan, channel: ChannelHandle, queue: QueueHandle) {
        let tables = plan.tables();
        let preferred = resolve_agents(plan, &self.item.preferred_agents);
        if self.extras.is_some() || !preferred.is_empty() {
            // They have handles of the old plan. A router keeps them elsewhere and passes them to each decision.
            let extras = self.extras_mut();
            extras.preferred = preferred;
            extras.requester_agents = RequesterAgents::NONE;
        }
        tables.channels.intern(&mut self.item.channel);
        // Interns the ids of the item's own list as well, even if the merged list replaces the result.
        self.requested = resolve_all(tables, &mut self.item.skills);
        let extras = self.extras.as_mut();
        if let Some(merged) = extras.and_then(|extras| extras.skills.as_mut()) {
            self.requested = resolve_all(tables, merged);
        }
        self.fingerprint = plan.fingerprint();
        self.request.channel = channel;
        self.request.queue = queue;
    }

    /// Moves the item to another queue of its channel. Its wait and its declines stay.
    pub(crate) fn set_queue(&mut self, queue: QueueHandle) {
        self.request.queue = queue;
    }

    /// Sets facts, and removes those that are `None`. The queue, the size and the skills stay: routing has fixed them.
    pub(crate) fn merge_facts(&mut self, facts: impl IntoIterator<Item = (String, Option<Fact>)>) {
        for (field, fact) in facts {
            match fact {
                Some(fact) => drop(self.item.facts.insert(field, fact)),
                None => drop(self.item.facts.remove(field.as_str())),
            }
        }
    }

    /// Removes the requester. The item continues without one.
    pub(crate) fn clear_requester(&mut self) {
        self.item.requester = None;
    }

    /// Moves the beginnings of both waits and the ends of declines by skipped time. The last agent's acceptance stays.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        self.request.waiting_since = self.waiting_since().plus_millis(millis);
        self.aging_since = self.aging_since.plus_millis(millis);
        for decline in self
            .extras
            .iter_mut()
            .flat_map(|extras| &mut extras.declines)
        {
            decline.until = plus_millis(decline.until, millis);
        }
    }

    /// Returns an agent's decline, whether it still holds or not. Takes O(log n) for n declines.
    pub(crate) fn decline_of(&self, agent: AgentHandle) -> Option<&Decline> {
        let declines = self.declines();
        let index = declines.binary_search_by_key(&agent, |decline| decline.agent);
        declines.get(index.ok()?)
    }

    /// Returns whether an agent has declined the item and the decline holds.
    pub(crate) fn is_declined_by(&self, agent: AgentHandle, now: Timestamp) -> bool {
        let holds = |decline: &Decline| decline.holds_at(now);
        self.request.has_declines && self.decline_of(agent).is_some_and(holds)
    }

    /// Returns the agents of the requester that were set.
    pub(crate) fn requester_agents(&self) -> &RequesterAgents {
        &self.extras().requester_agents
    }

    /// Returns the preferred agents that the plan has, in the item's order.
    pub(crate) fn preferred(&self) -> &[AgentHandle] {
        &self.extras().preferred
    }

    /// Returns the requested skills of the item and of its channel, by handle.
    pub(crate) fn requested_skills(&self) -> &[RequestedSkill] {
        &self.requested
    }

    /// Returns the moment at which a pool opens to the item; `None` if that is after the last timestamp, and so never.
    pub(crate) fn pool_opens_at(&self, opens_after_millis: u64) -> Option<Timestamp> {
        self.waiting_since().checked_plus_millis(opens_after_millis)
    }

    /// Returns the wait in the present queue, in milliseconds. 0 if it begins later than `now`.
    pub(crate) fn waited_millis(&self, now: Timestamp) -> u64 {
        now.millis_since(self.request.waiting_since)
    }

    /// Finds an agent in the plan under which the item was routed.
    fn find_agent(
        &self,
        plan: &Plan,
        agent: &impl Lookup<AgentHandle>,
    ) -> Result<AgentHandle, RoutedError> {
        // Under another plan, the handle would be that of another agent.
        if plan.fingerprint() != self.fingerprint {
            return Err(RoutedError::PlanMismatch);
        }
        let unknown = || RoutedError::UnknownAgent {
            agent: agent.shown(),
        };
        agent.find(plan).ok_or_else(unknown)
    }
}
