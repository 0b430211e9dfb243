//! A work item that has found its queue: the item's state between questions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use thiserror::Error;

use crate::base::table::{AgentHandle, ChannelHandle, QueueHandle};
use crate::id::AgentId;
use crate::lookup::Names;
use crate::model::{Fact, SkillRequest, WorkItem};
use crate::plan::{Plan, Tables};
use crate::routing::route::ResolvedItem;
use crate::time::Timestamp;

use crate::routing::skills::INLINE_SKILLS;
pub(crate) use crate::routing::skills::{RequestedSkill, SkillSet};

/// For how long who last had the requester's work is the last agent: 30 days.
const LAST_AGENT_MILLIS: u64 = 30 * 24 * 60 * 60 * 1000;

/// A work item in its queue, with what its strings resolved to and what has happened to it so far.
///
/// It is made by [`route`](crate::route()) or [`route_to`](crate::route_to), under one plan, and asked about with
/// [`assign`](crate::assign()) and [`explain`](crate::explain()). A service that keeps waits, declines and last agents in rows
/// of its own sets them here before it asks.
// In this order, since rows of the router keep what every decision reads in their first cache line.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Routed {
    pub(crate) ask: Request,
    rare: Option<Box<Rare>>,
    pub(crate) fingerprint: u64,
    item: WorkItem,
    aging_since: Timestamp,
    /// The skills at hand: none where there are more than fit.
    asked: [RequestedSkill; INLINE_SKILLS],
}

/// What most items have nothing of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// All skills asked for, where they are not just those that the item names itself.
    pub(crate) skills: Option<Box<[SkillRequest]>>,
    /// The same, resolved, where they are too many to have at hand.
    pub(crate) asked: Vec<RequestedSkill>,
    /// By agent.
    declines: Vec<Decline>,
    preferred: Vec<AgentHandle>,
    last_agent: Option<(AgentHandle, Timestamp)>,
}

static NOTHING: Rare = Rare {
    skills: None,
    asked: Vec::new(),
    declines: Vec::new(),
    preferred: Vec::new(),
    last_agent: None,
};

/// What every decision reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) waiting_since: Timestamp,
    pub(crate) queue: QueueHandle,
    pub(crate) channel: ChannelHandle,
    pub(crate) size: u32,
    /// Whether a skill is asked for, and whether one of them is only a wish.
    pub(crate) has_skills: bool,
    pub(crate) has_wishes: bool,
    pub(crate) has_declines: bool,
    /// How many skills are at hand.
    inline_skills: u8,
}

/// That an agent has declined the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decline {
    agent: AgentHandle,
    until: Option<Timestamp>,
}

impl Decline {
    /// Returns who.
    pub fn agent(&self) -> AgentHandle {
        self.agent
    }

    /// Returns the moment from which on the decline no longer holds; none if it holds until it is cleared.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Says whether it holds at a moment.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Why a [`Routed`] refuses what it is told of an agent. It has changed nothing then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoutedError {
    /// The plan has no such agent.
    #[error("there is no agent `{agent}`")]
    UnknownAgent {
        /// The agent as it was named.
        agent: String,
    },
    /// The plan is not the one under which the item was routed: its agents have other handles.
    #[error("the item was routed under another plan")]
    OtherPlan,
}

impl Routed {
    /// An item that has come in now.
    pub(crate) fn new(plan: &Plan, item: WorkItem, place: ResolvedItem, now: Timestamp) -> Self {
        let mut routed = Self::with_own_texts(plan, item, place, now);
        routed.share_texts(plan.compiled());
        routed
    }

    /// The same; its texts have still to be shared.
    #[inline]
    pub(crate) fn with_own_texts(
        plan: &Plan,
        item: WorkItem,
        place: ResolvedItem,
        now: Timestamp,
    ) -> Self {
        let ResolvedItem {
            channel,
            queue,
            size,
            asked,
        } = place;
        let ask = Request {
            waiting_since: now,
            queue,
            channel,
            size,
            has_skills: asked.has_skills,
            has_wishes: asked.has_wishes,
            has_declines: false,
            inline_skills: asked.inline_len,
        };
        let preferred = find_all(plan, &item.preferred_agents);
        let mut rare = asked.rare;
        if !preferred.is_empty() {
            rare.get_or_insert_default().preferred = preferred;
        }
        Self {
            ask,
            rare,
            fingerprint: plan.fingerprint(),
            item,
            aging_since: now,
            asked: asked.inline,
        }
    }

    /// Lets the ids of its channel and of its skills share the texts of the plan; those that came with the item are dropped.
    #[inline]
    pub(crate) fn share_texts(&mut self, plan: &Tables) {
        let channel = plan.channels.name(self.ask.channel);
        self.item.channel.clone_from(channel);
        let inline = self.asked.get(..self.ask.inline_skills.into());
        let known = inline.unwrap_or_default();
        // Otherwise those at hand are not just the item's own.
        let are_own = self.rare().skills.is_none();
        match (&mut *self.item.skills, known) {
            ([], _) => {}
            ([only], [asked]) if are_own => {
                if let Some(skill) = asked.skill() {
                    only.skill.clone_from(plan.skills.name(skill));
                }
            }
            (all, _) => share_skills(plan, known, all),
        }
        if let Some(rare) = &mut self.rare {
            let merged = rare.skills.as_deref_mut().unwrap_or_default();
            share_skills(plan, known, merged);
        }
    }

    #[inline]
    fn rare(&self) -> &Rare {
        self.rare.as_deref().unwrap_or(&NOTHING)
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Returns the work item as it was handed in. The ids of its channel and its skills share the texts of the plan.
    pub fn item(&self) -> &WorkItem {
        &self.item
    }

    /// Gives the work item back.
    pub fn into_item(self) -> WorkItem {
        self.item
    }

    /// Returns the queue in which it waits.
    pub fn queue(&self) -> QueueHandle {
        self.ask.queue
    }

    /// Returns the channel that it comes by.
    pub fn channel(&self) -> ChannelHandle {
        self.ask.channel
    }

    /// Returns its size in units of capacity, fixed when it was routed.
    pub fn size(&self) -> u32 {
        self.ask.size
    }

    /// Returns the skills it asks for, its own and its channel's, each once.
    pub fn skills(&self) -> &[SkillRequest] {
        let merged = self.rare().skills.as_deref();
        merged.unwrap_or(&self.item.skills)
    }

    /// Returns since when it waits in this queue: pools open by it.
    pub fn waiting_since(&self) -> Timestamp {
        self.ask.waiting_since
    }

    /// Sets since when it waits in this queue.
    pub fn set_waiting_since(&mut self, moment: Timestamp) {
        self.ask.waiting_since = moment;
    }

    /// Returns when it was first routed: its age counts from then.
    pub fn aging_since(&self) -> Timestamp {
        self.aging_since
    }

    /// Sets when it was first routed.
    pub fn set_aging_since(&mut self, moment: Timestamp) {
        self.aging_since = moment;
    }

    /// Sets who last accepted work from the item's requester on its channel, and when.
    ///
    /// # Errors
    ///
    /// [`RoutedError`] if the plan is another than the item's, or has no such agent; nothing is changed then.
    pub fn set_last_agent(
        &mut self,
        plan: &Plan,
        agent: impl Names<AgentHandle>,
        at: Timestamp,
    ) -> Result<(), RoutedError> {
        let agent = self.find(plan, &agent)?;
        self.rare_mut().last_agent = Some((agent, at));
        Ok(())
    }

    /// Records that an agent has declined the item: until a moment, or until it is cleared. A second decline of one agent
    /// replaces the first.
    ///
    /// # Errors
    ///
    /// [`RoutedError`] if the plan is another than the item's, or has no such agent; nothing is changed then.
    pub fn decline(
        &mut self,
        plan: &Plan,
        agent: impl Names<AgentHandle>,
        until: Option<Timestamp>,
    ) -> Result<(), RoutedError> {
        let agent = self.find(plan, &agent)?;
        self.record_decline(agent, until);
        Ok(())
    }

    /// Forgets who has declined it.
    pub fn clear_declines(&mut self) {
        if let Some(rare) = &mut self.rare {
            rare.declines.clear();
        }
        self.ask.has_declines = false;
    }

    /// Returns who has declined it, by handle, those declines included that hold no longer.
    pub fn declines(&self) -> &[Decline] {
        &self.rare().declines
    }

    /// Records a decline of an agent of its plan.
    pub(crate) fn record_decline(&mut self, agent: AgentHandle, until: Option<Timestamp>) {
        let decline = Decline { agent, until };
        let declines = &mut self.rare_mut().declines;
        match declines.binary_search_by_key(&agent, |decline| decline.agent) {
            Ok(place) => {
                if let Some(earlier) = declines.get_mut(place) {
                    *earlier = decline;
                }
            }
            Err(place) => declines.insert(place, decline),
        }
        self.ask.has_declines = true;
    }

    /// Forgets the declines that do not hold any more at a moment.
    pub(crate) fn lapse(&mut self, moment: Timestamp) {
        if let Some(rare) = &mut self.rare {
            rare.declines.retain(|decline| decline.holds_at(moment));
            self.ask.has_declines = !rare.declines.is_empty();
        }
    }

    /// Resolves its strings under another plan. What is said of its declines and its last agent is no longer right then.
    pub(crate) fn migrate(&mut self, plan: &Plan, channel: ChannelHandle, queue: QueueHandle) {
        let asked = SkillSet::of(plan.compiled(), self.skills());
        self.asked = asked.inline;
        self.ask.inline_skills = asked.inline_len;
        let preferred = find_all(plan, &self.item.preferred_agents);
        if self.rare.is_some() || asked.rare.is_some() || !preferred.is_empty() {
            let rare = self.rare_mut();
            rare.asked = asked.rare.map(|own| own.asked).unwrap_or_default();
            rare.preferred = preferred;
            rare.last_agent = None;
        }
        self.fingerprint = plan.fingerprint();
        self.ask.channel = channel;
        self.ask.queue = queue;
        self.share_texts(plan.compiled());
    }

    /// Puts it in another queue of its channel.
    pub(crate) fn set_queue(&mut self, queue: QueueHandle) {
        self.ask.queue = queue;
    }

    /// Sets or removes facts.
    pub(crate) fn merge_facts(&mut self, facts: impl IntoIterator<Item = (String, Option<Fact>)>) {
        for (field, fact) in facts {
            match fact {
                Some(fact) => drop(self.item.facts.insert(field, fact)),
                None => drop(self.item.facts.remove(field.as_str())),
            }
        }
    }

    /// The decline of one agent, whether it still holds or not.
    pub(crate) fn decline_of(&self, agent: AgentHandle) -> Option<&Decline> {
        let declines = self.declines();
        let place = declines
            .binary_search_by_key(&agent, |decline| decline.agent)
            .ok()?;
        declines.get(place)
    }

    /// Whether an agent has declined it, and that holds at a moment.
    pub(crate) fn is_declined_by(&self, agent: AgentHandle, now: Timestamp) -> bool {
        self.ask.has_declines
            && self
                .decline_of(agent)
                .is_some_and(|decline| decline.holds_at(now))
    }

    /// Who last had work of its requester, and when, if that was set.
    pub(crate) fn last_agent(&self) -> Option<(AgentHandle, Timestamp)> {
        self.rare().last_agent
    }

    /// The agents that the item prefers, in its order.
    pub(crate) fn preferred(&self) -> &[AgentHandle] {
        &self.rare().preferred
    }

    pub(crate) fn asked(&self) -> &[RequestedSkill] {
        if self.ask.inline_skills > 0 {
            let inline = self.asked.get(..self.ask.inline_skills.into());
            inline.unwrap_or_default()
        } else {
            &self.rare().asked
        }
    }

    /// How long it has waited in its queue, in milliseconds.
    pub(crate) fn waited_millis(&self, now: Timestamp) -> u64 {
        now.millis_since(self.ask.waiting_since)
    }

    fn find(
        &self,
        plan: &Plan,
        agent: &impl Names<AgentHandle>,
    ) -> Result<AgentHandle, RoutedError> {
        if plan.fingerprint() != self.fingerprint {
            return Err(RoutedError::OtherPlan);
        }
        agent.find(plan).ok_or_else(|| RoutedError::UnknownAgent {
            agent: agent.shown(),
        })
    }
}

/// The last agent of a requester, if that is not longer than 30 days ago.
pub(crate) fn if_recent(
    last: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
) -> Option<AgentHandle> {
    last.filter(|(_, at)| now.millis_since(*at) <= LAST_AGENT_MILLIS)
        .map(|(agent, _)| agent)
}

/// Lets skills share the texts of a plan. Some of them are known, as they were looked up once already: to compare a few texts
/// is less than to look them up again.
fn share_skills(plan: &Tables, known: &[RequestedSkill], requests: &mut [SkillRequest]) {
    for request in requests {
        let names = known.iter();
        let mut names = names.filter_map(|asked| Some(plan.skills.name(asked.skill()?)));
        match names.find(|name| **name == request.skill) {
            Some(name) => request.skill.clone_from(name),
            None => drop(plan.skills.share(&mut request.skill)),
        }
    }
}

/// The agents of a plan among those that are named.
#[inline]
fn find_all(plan: &Plan, agents: &[AgentId]) -> Vec<AgentHandle> {
    if agents.is_empty() {
        return Vec::new();
    }
    let agents = agents.iter();
    agents
        .filter_map(|agent| plan.agent(agent.as_str()))
        .collect()
}
