//! Work items: what a host hands over. A router adds the queue, the size, the waits and the declines.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::base::map::MapVisitor;
use crate::id::{AgentId, ChannelId, RequesterId, WorkItemId};
use crate::model::fact::{FACTS_MAX, Fact, Facts};
use crate::model::skill::{SKILLS_MAX, SkillRequest};

strict_type! {
/// A work item: one piece of work for one agent, on one channel, with facts about the document behind it.
///
/// # Examples
///
/// ```
/// use handover::{SkillRequest, WorkItem};
///
/// let item = WorkItem::new("conv-1", "whatsapp")
///     .fact("language", "es")
///     .skill(SkillRequest::new("spanish").mandatory(true))
///     .requester("+4917012345");
/// assert_eq!(item.priority, 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct WorkItem {
    /// The id, unique among the live items of a router.
    pub id: WorkItemId,
    /// The channel of the item.
    pub channel: ChannelId,
    /// Facts about the document behind the item, at most [`FACTS_MAX`].
    #[serde(default, deserialize_with = "facts")]
    pub facts: Facts,
    /// The skills that the item asks for; its channel may add more.
    ///
    /// A skill asked for twice counts once: at the higher level, mandatory if either request is.
    #[serde(default, deserialize_with = "skills")]
    pub skills: Vec<SkillRequest>,
    /// The priority, highest first. Default: 0.
    #[serde(default)]
    pub priority: i64,
    /// The requester. Absent: unknown, and [`Affinity::LastAgent`](crate::Affinity::LastAgent) does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<RequesterId>,
    /// The agents preferred by [`Affinity::Preferred`](crate::Affinity::Preferred), in this order. Unknown ids are ignored.
    #[serde(default)]
    pub preferred_agents: Vec<AgentId>,
    /// The size in units of capacity, from 1. Absent: the size that the channel defines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
}

#[serde(remote = "WorkItem", deny_unknown_fields)]
#[serde(expecting = "a work item: an object with `id` and `channel`")]
WorkItemForm, Refused
}

impl WorkItem {
    /// Creates an item of a channel without facts or skills, at priority 0.
    pub fn new(id: impl Into<WorkItemId>, channel: impl Into<ChannelId>) -> Self {
        Self {
            id: id.into(),
            channel: channel.into(),
            facts: Facts::new(),
            skills: Vec::new(),
            priority: 0,
            requester: None,
            preferred_agents: Vec::new(),
            size: None,
        }
    }

    setters! {
        requester: RequesterId => Some;
    }

    number_setters! {
        priority: i64;
        size: u32 => Some;
    }

    /// Sets a fact.
    #[must_use]
    pub fn fact(mut self, field: impl Into<String>, value: impl Into<Fact>) -> Self {
        self.facts.insert(field.into(), value.into());
        self
    }

    /// Adds a skill request.
    #[must_use]
    pub fn skill(mut self, skill: SkillRequest) -> Self {
        self.skills.push(skill);
        self
    }

    /// Sets the preferred agents, the most preferred first.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
    ///     .queue(
    ///         "support",
    ///         Queue::new("chat")
    ///             .active(true)
    ///             .routing(Routing::always())
    ///             .affinity([Affinity::Preferred])
    ///             .pool(EligibilityPool::new(["all"], "any")),
    ///     )
    ///     .rule("any", AssignmentRule::new().assign_by([AssignBy::MostCapacity]))
    ///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    ///     .group("all", AgentGroup::new(["asha", "ben"]))
    ///     .agent("asha", Agent::new())
    ///     .agent("ben", Agent::new());
    /// let plan = Plan::new(config)?;
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// let mut roster = Roster::new(&plan);
    /// roster.set_presence("asha", "available", now)?;
    /// roster.set_presence("ben", "available", now)?;
    /// roster.give("ben", "chat", 1)?;
    ///
    /// // Asha has more spare capacity. Ben is preferred, and has enough.
    /// let item = WorkItem::new("chat-1", "chat").preferred_agents(["ben"]);
    /// let assignment = assign(&roster, &route(&plan, item, now)?, now)?.assignment().expect("both are present");
    /// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("ben")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn preferred_agents<A: Into<AgentId>>(
        mut self,
        agents: impl IntoIterator<Item = A>,
    ) -> Self {
        self.preferred_agents = agents.into_iter().map(Into::into).collect();
        self
    }
}

/// Reads at most [`FACTS_MAX`] facts.
///
/// Strangers choose the names of facts and can make them collide in the map, where an insertion then takes linear time. So
/// the limit applies while reading.
fn facts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Facts, D::Error> {
    deserializer.deserialize_map(MapVisitor::at_most(FACTS_MAX))
}

/// Reads requests for at most [`SKILLS_MAX`] different skills.
fn skills<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SkillRequest>, D::Error> {
    let skills = Vec::<SkillRequest>::deserialize(deserializer)?;
    // A skill asked for twice counts once, as the requests are merged later.
    let different: BTreeSet<_> = skills.iter().map(|request| &request.skill).collect();
    match different.len() {
        0..=SKILLS_MAX => Ok(skills),
        found => Err(D::Error::custom(format_args!(
            "{found} skills, expected at most {SKILLS_MAX}"
        ))),
    }
}
