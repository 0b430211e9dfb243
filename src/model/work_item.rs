//! Work items.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer};

use crate::id::{AgentId, ChannelId, RequesterId, WorkItemId};
use crate::model::fact::FACTS_MAX;
use crate::model::read;
use crate::model::skill::SKILLS_MAX;
use crate::model::{Fact, Facts, SkillRequest};

/// One piece of work for one agent, on one channel, with facts about the document behind it.
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
    /// The id of the item, alone among those that are not yet gone.
    pub id: WorkItemId,
    /// The channel that it comes by.
    pub channel: ChannelId,
    /// What is known of the document behind it, at most [`FACTS_MAX`](crate::FACTS_MAX) facts.
    pub facts: Facts,
    /// The skills it asks for, beside those that its channel adds. A skill asked for twice counts once: at the higher
    /// level, mandatory if either is.
    pub skills: Vec<SkillRequest>,
    /// Its priority, the higher first. By default 0.
    pub priority: i64,
    /// Who asks. Absent: nobody in particular, and no agent is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<RequesterId>,
    /// Agents who should have it if they may, in this order. Names that are not agents are ignored.
    pub preferred_agents: Vec<AgentId>,
    /// Its size in units of capacity, from 1. Absent: as its channel says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
}

impl WorkItem {
    /// Makes an item of a channel that asks for nothing in particular.
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

    /// Asks for a skill.
    #[must_use]
    pub fn skill(mut self, skill: SkillRequest) -> Self {
        self.skills.push(skill);
        self
    }

    /// Names the agents who should have it if they may, in this order.
    #[must_use]
    pub fn preferred_agents<A: Into<AgentId>>(
        mut self,
        agents: impl IntoIterator<Item = A>,
    ) -> Self {
        self.preferred_agents = agents.into_iter().map(Into::into).collect();
        self
    }
}

read_object!(WorkItem, "a work item: an object with `id` and `channel`", outermost, {
    id: required,
    channel: required,
    facts: facts,
    skills: skills,
    priority: default(0),
    requester: optional,
    preferred_agents: list,
    size: optional,
});

/// At most 32 skills, each counted once: more are refused as they are read.
pub(crate) struct Skills(pub(crate) Vec<SkillRequest>);

impl<'de> Deserialize<'de> for Skills {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = read::List::<SkillRequest>::deserialize(deserializer)?.0;
        let skills: BTreeSet<_> = list.iter().map(|asked| &asked.skill).collect();
        let found = skills.len();
        if found > SKILLS_MAX {
            return Err(serde::de::Error::custom(format_args!(
                "{found} skills, expected at most {SKILLS_MAX}"
            )));
        }
        Ok(Self(list))
    }
}

/// At most 1,024 facts: more are refused as they are read, before looking them up becomes slow.
pub(crate) struct ItemFacts(pub(crate) Facts);

impl<'de> Deserialize<'de> for ItemFacts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = read::EntriesOf::<String, Fact> {
            most: FACTS_MAX,
            of: PhantomData,
        };
        deserializer.deserialize_map(entries).map(Self)
    }
}
