//! Agents.

use alloc::string::String;

use serde::Serialize;

use crate::id::{ChannelId, SkillId};
use crate::model::{Capacity, Map};

/// Who takes work: a person, or an AI agent.
///
/// # Examples
///
/// ```
/// use handover::Agent;
///
/// let asha = Agent::new().skill("spanish", 2).capacity("whatsapp", 3).universal_capacity(6);
/// assert_eq!(asha.skills.get("spanish"), Some(&2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Agent {
    /// What people call the agent. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A person or an AI agent. By default a person.
    pub kind: AgentKind,
    /// The skills, each with its level, from 1.
    pub skills: Map<SkillId, u32>,
    /// Capacities, in units, that differ from their channel's default.
    pub capacity: Map<ChannelId, Capacity>,
    /// How many units the agent may hold over all channels. Absent: no such limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub universal_capacity: Option<Capacity>,
}

impl Agent {
    /// Makes a person without skills, with each channel's default capacity.
    pub fn new() -> Self {
        Self {
            name: None,
            kind: AgentKind::Human,
            skills: Map::new(),
            capacity: Map::new(),
            universal_capacity: None,
        }
    }

    setters! {
        name: String => Some;
        kind: AgentKind;
        universal_capacity: Capacity => Some;
    }

    /// Adds a skill at a level, from 1.
    #[must_use]
    pub fn skill(mut self, skill: impl Into<SkillId>, level: u32) -> Self {
        self.skills.insert(skill.into(), level);
        self
    }

    /// Sets the capacity on one channel, in units.
    #[must_use]
    pub fn capacity(
        mut self,
        channel: impl Into<ChannelId>,
        capacity: impl Into<Capacity>,
    ) -> Self {
        self.capacity.insert(channel.into(), capacity.into());
        self
    }
}

impl Default for Agent {
    fn default() -> Self {
        Self::new()
    }
}

read_object!(Agent, "an agent: an object", {
    name: optional,
    kind: default(AgentKind::Human),
    skills: default(Map::new()),
    capacity: default(Map::new()),
    universal_capacity: optional,
});

/// A person or an AI agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AgentKind {
    /// A person.
    Human,
    /// An AI agent: chosen only by rules that include them, and then before people.
    Ai,
}

read_words!(AgentKind, "\"human\" or \"ai\"", {
    "human" => Human,
    "ai" => Ai,
});
