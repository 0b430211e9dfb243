//! The agents that can work on a channel, as configured: group members, presence states and capacities.
//!
//! Four severe lints and conditions 5 to 8 of reachability ask the same questions. [`Coverage`] answers them: for each pool
//! (lints), and for the human members of all pools of a queue (reachability). Each of the two renders its own sentences.
//!
//! | question | lint | condition |
//! |---|---|---|
//! | has the pool a member whom its rule includes? | `pool_without_members` | 5 human member |
//! | does a presence state take work on the channel? | `channel_without_presence` | 6 presence state |
//! | does such a state apply to a member? | `pool_without_presence` | 7 presence of a member |
//! | has a member the capacity for an item? | `pool_without_room` | 8 room for an item |
//!
//! The answers are about the configuration alone: an agent who is away today counts. The agents of a set are summarized by
//! their largest capacity, which shows whether any of them has enough. So the cost of all lints is linear in the size of the
//! configuration, however many pools name a group.

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId};
use crate::model::{
    Agent, AgentKind, AssignmentRule, Capacity, Config, Queue, Scope, ServiceChannel,
};
use crate::plan::reachability_condition::ReachabilityCondition;

/// The answer to one question, such as whether a member has the capacity for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer<T> {
    /// The condition holds.
    Holds,
    /// The condition does not hold. The value describes what is missing.
    Missing(T),
    /// The question has no answer until another condition holds. For example, nobody can be present in an empty pool.
    WaitsFor(ReachabilityCondition),
}

impl<T> Answer<T> {
    /// Makes an answer of a condition. Describes what is missing only if it does not hold.
    pub(crate) fn new(holds: bool, missing: impl FnOnce() -> T) -> Self {
        if holds {
            Self::Holds
        } else {
            Self::Missing(missing())
        }
    }

    /// Returns whether the condition holds.
    pub(crate) const fn holds(&self) -> bool {
        matches!(self, Self::Holds)
    }

    /// Converts the description of what is missing.
    pub(crate) fn map<U>(self, render: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Holds => Answer::Holds,
            Self::Missing(missing) => Answer::Missing(render(missing)),
            Self::WaitsFor(condition) => Answer::WaitsFor(condition),
        }
    }
}

/// The summary of a set of members: their largest capacities on one channel. It can be united with that of another set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberSummary {
    /// The largest capacity. `None` if the set is empty.
    pub(crate) largest: Option<Capacity>,
    /// The largest capacity of an agent to whom a presence state for the channel applies. `None` if there is no such agent.
    pub(crate) largest_present: Option<Capacity>,
}

impl MemberSummary {
    /// Returns whether there is no member.
    pub(crate) fn is_empty(self) -> bool {
        self.largest.is_none()
    }

    /// Returns the summary of both sets together.
    fn union(self, other: Self) -> Self {
        // `None` is less than every capacity, and unlimited is more than every number. An agent in both sets counts once.
        Self {
            // The two capacities can be those of different agents.
            largest: self.largest.max(other.largest),
            largest_present: self.largest_present.max(other.largest_present),
        }
    }
}

/// The summaries of the members of one or more groups, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MembersByKind {
    pub(crate) humans: MemberSummary,
    /// The AI agents, who count only under rules that include them.
    pub(crate) ai: MemberSummary,
}

impl MembersByKind {
    /// Returns the summary of the members that a rule includes.
    pub(crate) fn included_by(self, rule: &AssignmentRule) -> MemberSummary {
        if rule.include_ai {
            self.humans.union(self.ai)
        } else {
            self.humans
        }
    }
}

/// The agents that can work on one channel, and the presence states in which they do.
///
/// A *presence state for the channel* is active, takes work and lists the channel.
pub(crate) struct Coverage<'a> {
    /// A configuration without problems, so that everything it refers to exists.
    pub(crate) config: &'a Config,
    /// The id of the channel.
    pub(crate) id: &'a ChannelId,
    pub(crate) channel: &'a ServiceChannel,
    /// The first presence state for the channel.
    state: Option<&'a PresenceStateId>,
    /// The groups to which a presence state for the channel applies. `None` if one applies to all groups.
    present_groups: Option<IndexSet<&'a GroupId, Seeded>>,
    /// The members of `present_groups`.
    ///
    /// PERF: collected when they are first needed, which is never if the states apply to the groups of the pools themselves.
    present_agents: Option<IndexSet<&'a AgentId, Seeded>>,
    /// PERF: the summaries of each group, so that its members are visited once, however many pools name it.
    members_by_group: IndexMap<&'a GroupId, MembersByKind, Seeded>,
}

impl<'a> Coverage<'a> {
    /// Makes the coverage of one channel. The cost is linear in the number of presence states and the groups they list.
    pub(crate) fn new(config: &'a Config, id: &'a ChannelId, channel: &'a ServiceChannel) -> Self {
        let mut state = None;
        let mut present_groups = Some(IndexSet::default());
        for (state_id, presence) in &config.presence_states {
            if presence.active && presence.takes_work && presence.channels.includes(id) {
                state = state.or(Some(state_id));
                // Once a state applies to all groups, the lists of other states do not matter: the set is `None` from
                // then on.
                match (&presence.groups, &mut present_groups) {
                    (Scope::Only(ids), Some(groups)) => groups.extend(ids),
                    _ => present_groups = None,
                }
            }
        }
        Self {
            config,
            id,
            channel,
            state,
            present_groups,
            present_agents: None,
            members_by_group: IndexMap::default(),
        }
    }

    /// Returns the first active presence state that takes work on the channel.
    ///
    /// # Errors
    ///
    /// If there is none, returns a state that takes work on other channels only, if there is one.
    pub(crate) fn state(&self) -> Result<&'a PresenceStateId, Option<&'a PresenceStateId>> {
        self.state.ok_or_else(|| {
            // The easiest fix is to add the channel to a state that agents choose already.
            let mut states = self.config.presence_states.iter();
            let other = states.find(|(_, state)| state.active && state.takes_work);
            other.map(|(id, _)| id)
        })
    }

    /// Checks whether a presence state for the channel applies to one of the members. If not, returns a state to extend.
    pub(crate) fn presence(&self, members: MemberSummary) -> Answer<&'a PresenceStateId> {
        match self.state {
            // Members are checked first: the members that are added to an empty pool may already have a presence state.
            _ if members.is_empty() => Answer::WaitsFor(ReachabilityCondition::HumanMember),
            None => Answer::WaitsFor(ReachabilityCondition::PresenceState),
            Some(state) => Answer::new(members.largest_present.is_some(), || state),
        }
    }

    /// Checks whether the largest capacity holds an item of the channel's default size. If not, returns that capacity.
    pub(crate) fn capacity(&self, largest: Option<Capacity>) -> Answer<Capacity> {
        let Some(largest) = largest else {
            return Answer::WaitsFor(ReachabilityCondition::HumanMember);
        };
        Answer::new(largest.holds(self.channel.default_size.into()), || largest)
    }

    /// Returns the summaries of the members of all groups together.
    pub(crate) fn members_by_kind(
        &mut self,
        groups: impl IntoIterator<Item = &'a GroupId>,
    ) -> MembersByKind {
        let mut all = MembersByKind::default();
        for group in groups {
            let MembersByKind { humans, ai } = self.group_members(group);
            all.humans = all.humans.union(humans);
            all.ai = all.ai.union(ai);
        }
        all
    }

    /// Returns the summaries of the members of one group. The cost is linear in the members at the first call, and O(1) from
    /// then on.
    fn group_members(&mut self, group: &'a GroupId) -> MembersByKind {
        // PERF: hundreds of queues may name one group of thousands of members.
        if let Some(members) = self.members_by_group.get(group) {
            return *members;
        }
        let mut all = MembersByKind::default();
        for (id, agent) in members(self.config, group) {
            let largest = Some(self.capacity_of(agent));
            // The summary of one agent.
            let member = MemberSummary {
                largest,
                largest_present: largest.filter(|_| self.can_be_present(group, id)),
            };
            let of_kind = match agent.kind {
                AgentKind::Human => &mut all.humans,
                AgentKind::Ai => &mut all.ai,
            };
            *of_kind = of_kind.union(member);
        }
        self.members_by_group.insert(group, all);
        all
    }

    /// Returns whether a presence state for the channel applies to a member of a group, through this group or another one.
    fn can_be_present(&mut self, group: &GroupId, agent: &AgentId) -> bool {
        let Some(groups) = &self.present_groups else {
            return true;
        };
        let collect = || {
            let members = groups.iter().flat_map(|group| members(self.config, group));
            members.map(|(id, _)| id).collect()
        };
        // A state applies to an agent as a whole: a group that is not in any pool of the channel counts too.
        let present = &mut self.present_agents;
        groups.contains(group) || present.get_or_insert_with(collect).contains(agent)
    }

    /// Returns the lesser of an agent's capacity on the channel and its universal capacity.
    fn capacity_of(&self, agent: &Agent) -> Capacity {
        // Both limits hold at once, and an item must be within each of them.
        let own = agent.capacity.get(self.id).copied();
        let universal = agent.universal_capacity.unwrap_or(Capacity::Unlimited);
        own.unwrap_or(self.channel.default_capacity).min(universal)
    }
}

/// Returns the members of a group, in the order of the group.
pub(crate) fn members<'a>(
    config: &'a Config,
    group: &GroupId,
) -> impl Iterator<Item = (&'a AgentId, &'a Agent)> {
    // INVARIANT: the configuration has no problems, so the group and its members exist.
    let ids = &config.groups.at(group).members;
    ids.iter().map(|id| (id, config.agents.at(id)))
}

/// Returns the groups of a queue's pools. A group in two pools comes twice.
pub(crate) fn groups_of(queue: &Queue) -> impl Iterator<Item = &GroupId> {
    queue.eligibility.iter().flat_map(|pool| &pool.groups)
}
