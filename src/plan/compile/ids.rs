//! The id tables of a plan, and the input that every part of the compilation reads.
//!
//! Handles are numbered in the order of the ids. So a comparison of handles is one of ids, for example where agents that are
//! equal in all keys are ordered by id, and configurations that differ only in the order of their entries have equal handles.

use core::borrow::Borrow;

use crate::base::hash::Seeded;
use crate::base::id_table::IdTable;
use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Handle, PresenceStateHandle, QueueHandle, RuleHandle,
    SkillHandle,
};
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RuleId, SkillId};
use crate::model::Config;
use crate::rule::Custom;

/// The id tables of all kinds of entities. They move into the [`Tables`](crate::plan::Tables) when all rows are compiled.
pub(crate) struct AllIds {
    pub(crate) channels: IdTable<ChannelHandle, ChannelId>,
    pub(crate) queues: IdTable<QueueHandle, QueueId>,
    pub(crate) groups: IdTable<GroupHandle, GroupId>,
    pub(crate) agents: IdTable<AgentHandle, AgentId>,
    pub(crate) rules: IdTable<RuleHandle, RuleId>,
    pub(crate) presence_states: IdTable<PresenceStateHandle, PresenceStateId>,
    /// The skills that agents hold.
    pub(crate) skills: IdTable<SkillHandle, SkillId>,
}

impl AllIds {
    /// Makes the id tables of a configuration. Handles are in the order of the ids.
    pub(crate) fn new(config: &Config, hasher: Seeded) -> Self {
        // There is no section of skills: those that an agent holds exist.
        let agents = config.agents.values();
        // A table for each kind, so that handles are dense within a kind and can be array indexes.
        Self {
            channels: IdTable::new(config.channels.keys(), hasher),
            queues: IdTable::new(config.queues.keys(), hasher),
            groups: IdTable::new(config.groups.keys(), hasher),
            agents: IdTable::new(config.agents.keys(), hasher),
            rules: IdTable::new(config.rules.keys(), hasher),
            presence_states: IdTable::new(config.presence_states.keys(), hasher),
            skills: IdTable::new(agents.flat_map(|agent| agent.skills.keys()), hasher),
        }
    }
}

/// The input of the compilation. Copied to every part of it.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// A configuration without problems, so that everything it refers to exists.
    pub(crate) config: &'a Config,
    /// The registered custom rules.
    pub(crate) custom: &'a Custom,
    /// The id tables of the configuration.
    pub(crate) ids: &'a AllIds,
}

/// Returns the handle of an id that the configuration refers to.
#[expect(clippy::expect_used, reason = "`validate` has checked the reference")]
pub(crate) fn handle<H, I>(ids: &IdTable<H, I>, id: &I) -> H
where
    H: Handle,
    I: Clone + Ord + Borrow<str> + for<'a> From<&'a str>,
{
    // INVARIANT: `validate` reports every reference to an id that does not exist.
    ids.find(id.borrow()).expect("the id exists")
}
