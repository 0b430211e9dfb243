//! Who could take work of one channel, by what is configured: members of groups, presence states and capacities.
//!
//! Each group is walked once a channel, however many pools name it.

use alloc::vec::Vec;

use indexmap::{IndexMap, IndexSet};

use crate::base::hash::Seeded;
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId};
use crate::model::{
    Agent, AgentKind, AssignmentRule, Capacity, Config, PresenceState, Scope, ServiceChannel,
};

/// What is known of some agents together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupCapacity {
    /// The most units that one of them may hold on the channel. None where there is nobody.
    room: Option<Capacity>,
    /// The same of those for whom there is a presence state that takes work on the channel.
    room_present: Option<Capacity>,
}

impl GroupCapacity {
    pub(crate) fn is_empty(self) -> bool {
        self.room.is_none()
    }

    /// Whether one of them can be present.
    pub(crate) fn can_be_present(self) -> bool {
        self.room_present.is_some()
    }

    /// The most units that one of them may hold, nothing where there is nobody.
    pub(crate) fn room(self) -> Capacity {
        self.room.unwrap_or(Capacity::Units(0))
    }

    /// The same of those who can be present; of all where none can.
    pub(crate) fn room_of_present(self) -> Capacity {
        self.room_present.unwrap_or_else(|| self.room())
    }

    pub(crate) fn and(self, others: Self) -> Self {
        Self {
            room: self.room.max(others.room),
            room_present: self.room_present.max(others.room_present),
        }
    }
}

/// The members of a group or of a pool, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) humans: GroupCapacity,
    pub(crate) ai: GroupCapacity,
}

impl Members {
    /// Those whom a rule takes.
    pub(crate) fn under(self, rule: &AssignmentRule) -> GroupCapacity {
        if rule.include_ai {
            self.humans.and(self.ai)
        } else {
            self.humans
        }
    }

    fn and(self, others: Self) -> Self {
        Self {
            humans: self.humans.and(others.humans),
            ai: self.ai.and(others.ai),
        }
    }
}

/// The agents of a configuration, as one channel sees them.
pub(crate) struct Coverage<'a> {
    config: &'a Config,
    id: &'a ChannelId,
    channel: &'a ServiceChannel,
    states: Vec<(&'a PresenceStateId, &'a PresenceState)>,
    served: Served<'a>,
    crews: IndexMap<&'a GroupId, Members, Seeded>,
}

impl<'a> Coverage<'a> {
    pub(crate) fn new(config: &'a Config, id: &'a ChannelId, channel: &'a ServiceChannel) -> Self {
        let states = config
            .presence_states
            .iter()
            .filter(|(_, state)| state.active && state.takes_work && state.channels.includes(id))
            .collect::<Vec<_>>();
        Self {
            served: Served::by(states.iter().map(|(_, state)| &state.groups)),
            config,
            id,
            channel,
            states,
            crews: IndexMap::default(),
        }
    }

    /// The active presence states that take work on the channel.
    pub(crate) fn states(&self) -> &[(&'a PresenceStateId, &'a PresenceState)] {
        &self.states
    }

    /// What is known of the members of some groups.
    pub(crate) fn crew(&mut self, groups: impl IntoIterator<Item = &'a GroupId>) -> Members {
        groups.into_iter().fold(Members::default(), |sum, group| {
            sum.and(self.crew_of_group(group))
        })
    }

    fn crew_of_group(&mut self, id: &'a GroupId) -> Members {
        if let Some(crew) = self.crews.get(id) {
            return *crew;
        }
        let all_present = self.served.includes(id);
        let mut crew = Members::default();
        for (agent_id, agent) in members(self.config, id) {
            let room = Some(self.spare_of(agent));
            let present = all_present || self.served.holds(self.config, agent_id);
            let member = GroupCapacity {
                room,
                room_present: room.filter(|_| present),
            };
            let kind = match agent.kind {
                AgentKind::Human => &mut crew.humans,
                AgentKind::Ai => &mut crew.ai,
            };
            *kind = kind.and(member);
        }
        self.crews.insert(id, crew);
        crew
    }

    /// How much an agent may hold on the channel: the lesser of the two capacities.
    fn spare_of(&self, agent: &Agent) -> Capacity {
        let own = agent.capacity.get(self.id).copied();
        own.unwrap_or(self.channel.default_capacity)
            .min(agent.universal_capacity.unwrap_or(Capacity::Unlimited))
    }
}

/// The members of a group that are agents of the configuration.
pub(crate) fn members<'a>(
    config: &'a Config,
    group: &GroupId,
) -> impl Iterator<Item = (&'a AgentId, &'a Agent)> {
    let ids = config.groups.get(group).map(|group| &group.members);
    ids.into_iter()
        .flatten()
        .filter_map(|id| Some((id, config.agents.get(id)?)))
}

/// To which groups some presence states apply.
enum Served<'a> {
    All,
    Only {
        groups: IndexSet<&'a GroupId, Seeded>,
        /// Who is in one of them; made when it is first asked.
        agents: Option<IndexSet<&'a AgentId, Seeded>>,
    },
}

impl<'a> Served<'a> {
    fn by(scopes: impl Iterator<Item = &'a Scope<GroupId>>) -> Self {
        let mut groups = IndexSet::default();
        for scope in scopes {
            match scope {
                Scope::All => return Self::All,
                Scope::Only(ids) => groups.extend(ids),
            }
        }
        Self::Only {
            groups,
            agents: None,
        }
    }

    fn includes(&self, group: &GroupId) -> bool {
        match self {
            Self::All => true,
            Self::Only { groups, .. } => groups.contains(group),
        }
    }

    /// Whether an agent is in one of the groups.
    fn holds(&mut self, config: &'a Config, agent: &AgentId) -> bool {
        match self {
            Self::All => true,
            Self::Only { groups, agents } => agents
                .get_or_insert_with(|| {
                    let members = groups.iter().map(|group| members(config, group));
                    members.flatten().map(|(id, _)| id).collect()
                })
                .contains(agent),
        }
    }
}
