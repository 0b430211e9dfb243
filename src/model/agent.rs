//! Agents as configured. A [`Roster`](crate::Roster) has the state that changes from minute to minute.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::base::map::Map;
use crate::id::{ChannelId, SkillId};
use crate::model::capacity::Capacity;

/// An agent: a person or an AI agent who takes work.
///
/// The groups of an agent are listed by the groups, see [`AgentGroup::members`](crate::AgentGroup::members).
///
/// # Examples
///
/// ```
/// use handover::Agent;
///
/// let asha = Agent::new().skill("spanish", 2).capacity("whatsapp", 3).universal_capacity(6);
/// assert_eq!(asha.skills.get("spanish"), Some(&2));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an agent: an object")]
#[non_exhaustive]
pub struct Agent {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the agent is a person or an AI agent. Default: a person.
    pub kind: AgentKind,
    /// The agent's skills with their levels, from 1. At most [`AGENT_SKILLS_MAX`](crate::AGENT_SKILLS_MAX).
    pub skills: Map<SkillId, u32>,
    /// The agent's capacity per channel, in units. Default: the channel's
    /// [`default_capacity`](crate::ServiceChannel::default_capacity).
    pub capacity: Map<ChannelId, Capacity>,
    /// The agent's capacity over all channels together, in units. Absent: no limit beyond those of the channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub universal_capacity: Option<Capacity>,
}

impl Agent {
    /// Creates a person without skills, with the default capacity of each channel.
    pub fn new() -> Self {
        Self::default()
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

/// The kind of an agent. In JSON, `"human"` or `"ai"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AgentKind {
    /// A person.
    #[default]
    Human,
    /// An AI agent. Only rules with [`include_ai`](crate::AssignmentRule::include_ai) choose AI agents, and they choose
    /// them before people.
    Ai,
}
