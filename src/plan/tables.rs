//! What a plan works out once: everything under its handle.

use alloc::boxed::Box;
use alloc::sync::Arc;

use indexmap::IndexSet;

use crate::base::hash::Seeded;
use crate::base::id_table::Ids;
use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Lists, PoolHandle, PresenceStateHandle, QueueHandle,
    RuleHandle, SkillHandle, Span, StageGroupHandle, StageHandle, Table,
};
use crate::id::{
    AgentId, ChannelId, CustomName, GroupId, PresenceStateId, QueueId, RuleId, SkillId,
};
use crate::model::{
    Affinity, Agent, AssignmentRule, Capacity, Condition, Config, PresenceState, Queue,
    ServiceChannel, SkillMode, SkillRule, WorkItem,
};
use crate::plan::routing_index::RoutingIndex;
use crate::rule::{Custom, Eligibility, Ranking, RoutingCondition, Sizing};

/// A group of more members than this has an index in the order of their stamps.
pub(crate) const LARGE_GROUP: usize = 512;

/// A plan's contents.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) config: Config,
    pub(crate) fingerprint: u64,
    pub(crate) channels: Ids<ChannelHandle, ChannelId>,
    pub(crate) queues: Ids<QueueHandle, QueueId>,
    pub(crate) groups: Ids<GroupHandle, GroupId>,
    pub(crate) agents: Ids<AgentHandle, AgentId>,
    pub(crate) presence_states: Ids<PresenceStateHandle, PresenceStateId>,
    pub(crate) skills: Ids<SkillHandle, SkillId>,
    pub(crate) rules: Ids<RuleHandle, RuleId>,
    pub(crate) channel_plans: Table<ChannelHandle, ChannelPlan>,
    pub(crate) queue_plans: Table<QueueHandle, QueuePlan>,
    pub(crate) pools: Table<PoolHandle, Pool>,
    pub(crate) stages: Table<StageHandle, Stage>,
    pub(crate) entries: Table<StageGroupHandle, StageGroup>,
    pub(crate) rule_plans: Table<RuleHandle, RulePlan>,
    pub(crate) presence_plans: Table<PresenceStateHandle, PresencePlan>,
    pub(crate) members: Lists<GroupHandle, AgentHandle>,
    pub(crate) memberships: Lists<AgentHandle, Membership>,
    pub(crate) agent_skills: Lists<AgentHandle, HeldSkill>,
    pub(crate) agent_plans: Table<AgentHandle, AgentPlan>,
    pub(crate) agent_capacities: Lists<AgentHandle, (ChannelHandle, Capacity)>,
    /// The queues that have a pool which names a group, each once.
    pub(crate) served: Lists<GroupHandle, QueueHandle>,
    /// Whether a queue asks gates of the service's own.
    pub(crate) has_gates: bool,
    /// Whether an agent is not a person.
    pub(crate) has_ai: bool,
    /// The places in the configuration of what is looked up there.
    pub(crate) places: ConfigPlaces,
    /// The rules of the service's own, for the next configuration.
    pub(crate) custom: Custom,
    pub(crate) hasher: Seeded,
}

/// Places in the configuration.
#[derive(Debug)]
pub(crate) struct ConfigPlaces {
    pub(crate) channels: Table<ChannelHandle, u32>,
    pub(crate) queues: Table<QueueHandle, u32>,
    pub(crate) rules: Table<RuleHandle, u32>,
}

/// A channel: what routing and the router's steps ask of it.
#[derive(Debug)]
pub(crate) struct ChannelPlan {
    pub(crate) active: bool,
    pub(crate) condition: Condition,
    pub(crate) default_size: u32,
    pub(crate) default_capacity: Capacity,
    /// For how many seconds what is completed is wrapped up; 0 if it is not.
    pub(crate) wrap_up_secs: u32,
    /// Whether what agents have always counts as load.
    pub(crate) always_counts: bool,
    pub(crate) sizes: Box<[SizeRulePlan]>,
    pub(crate) skills: Box<[SkillRule]>,
    pub(crate) routing: RoutingIndex,
    /// Up to how many spare units agents are told apart exactly: the largest capacity here, at most 31.
    pub(crate) levels: u8,
}

impl ChannelPlan {
    /// The first active queue whose routing takes an item.
    pub(crate) fn queue_for(&self, plan: &Tables, item: &WorkItem) -> Option<QueueHandle> {
        self.routing
            .first(&item.facts, |queue| plan.queue_plans.at(queue).takes(item))
    }
}

/// A size rule, its custom one looked up.
#[derive(Debug)]
pub(crate) enum SizeRulePlan {
    When(Condition, u32),
    Custom(Arc<dyn Sizing>),
}

/// How a queue takes items by itself.
#[derive(Debug)]
pub(crate) enum RoutingPlan {
    Manual,
    When(Condition),
    Custom(Arc<dyn RoutingCondition>),
}

/// A queue: its pools and stages.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is asked about by itself"
)]
pub(crate) struct QueuePlan {
    pub(crate) channel: ChannelHandle,
    pub(crate) active: bool,
    pub(crate) stages: Span<StageHandle>,
    pub(crate) pools: Span<PoolHandle>,
    pub(crate) affinity: Box<[Affinity]>,
    pub(crate) routing: RoutingPlan,
    /// Whether a rule of its pools asks gates of the service's own.
    pub(crate) has_gates: bool,
    /// Whether every rule of its pools requires the mandatory skills.
    pub(crate) requires_skills: bool,
    /// The lowest tier of a group of its pools.
    pub(crate) lowest_tier: u32,
    pub(crate) max_length: Option<u32>,
    /// Whether anything becomes due of an item only because it waits there.
    pub(crate) is_timed: bool,
}

impl QueuePlan {
    /// Whether the queue takes an item by itself.
    pub(crate) fn takes(&self, item: &WorkItem) -> bool {
        match &self.routing {
            RoutingPlan::Manual => false,
            RoutingPlan::When(condition) => condition.holds(&item.facts),
            RoutingPlan::Custom(routing) => routing.holds(item),
        }
    }
}

/// The agents of a pool in listed order: its groups' members, each agent once, at its first place.
pub(crate) type Listing = IndexSet<AgentHandle, Seeded>;

/// A pool of a queue. Those of one queue stand in the order in which they count.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Its place in the configuration's list.
    pub(crate) place: u32,
    pub(crate) opens_after_millis: u64,
    pub(crate) rule: RuleHandle,
    /// Its groups, in their order, with their tiers.
    pub(crate) groups: Box<[(GroupHandle, u32)]>,
    /// Only where the rule asks for places.
    pub(crate) order: Option<Arc<Listing>>,
}

/// A pool, as far as its groups stand in one tier. Those of one queue stand in order of (tier, pool).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    pub(crate) opens_after_millis: u64,
    pub(crate) pool: PoolHandle,
    pub(crate) rule: RuleHandle,
    pub(crate) entries: Span<StageGroupHandle>,
}

/// A group in a stage.
#[derive(Debug)]
pub(crate) struct StageGroup {
    pub(crate) group: GroupHandle,
    pub(crate) channel: ChannelHandle,
    /// Whether the stage's rule is one that the order of stamps answers at once.
    pub(crate) quick: bool,
    /// Whether the stage's rule may demand skills.
    pub(crate) requires_skills: bool,
}

/// An assignment rule: what decisions and the router's steps ask of it.
#[derive(Debug)]
pub(crate) struct RulePlan {
    /// What agents are compared by, each once.
    pub(crate) keys: Box<[RankingKey]>,
    /// The keys in one word, where they are among the commonest.
    pub(crate) quick: Option<IndexedRule>,
    /// Whether the first key is spare units.
    pub(crate) leads_with_capacity: bool,
    pub(crate) skills: SkillMode,
    pub(crate) include_ai: bool,
    /// After how many seconds an offer lapses, if ever.
    pub(crate) timeout_secs: Option<u32>,
    /// Whether work is an agent's at once.
    pub(crate) auto_accept: bool,
    pub(crate) gates: Box<[(CustomName, Arc<dyn Eligibility>)]>,
}

/// A key: how it is called, and what it asks.
#[derive(Debug)]
pub(crate) struct RankingKey {
    pub(crate) is_custom: bool,
    pub(crate) name: Box<str>,
    pub(crate) ranking: Arc<dyn Ranking>,
}

/// Rules that the index answers without comparing agents one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IndexedRule {
    /// Most spare units, then the longest since the last assignment.
    MostCapacity,
    /// The longest since the last assignment.
    LastAssigned,
}

/// A presence state, as gate 2 asks it.
#[derive(Debug)]
pub(crate) struct PresencePlan {
    /// Its place in the configuration.
    pub(crate) place: u32,
    pub(crate) active: bool,
    pub(crate) takes_work: bool,
    /// By channel.
    pub(crate) channels: Box<[bool]>,
    /// By group; none where it is for all.
    pub(crate) groups: Option<Box<[bool]>>,
}

/// An agent's place in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) group: GroupHandle,
    pub(crate) place: u32,
}

/// A skill that an agent has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HeldSkill {
    pub(crate) skill: SkillHandle,
    pub(crate) level: u32,
}

/// An agent, as far as decisions ask the configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentPlan {
    /// Its place in the configuration.
    pub(crate) place: u32,
    pub(crate) is_ai: bool,
    pub(crate) universal_capacity: Option<Capacity>,
}

impl Tables {
    /// The agent as it is configured.
    pub(crate) fn agent(&self, agent: AgentHandle) -> &Agent {
        self.config.agents.nth(self.agent_plans.at(agent).place)
    }

    /// The channel as it is configured.
    pub(crate) fn channel(&self, channel: ChannelHandle) -> &ServiceChannel {
        self.config.channels.nth(*self.places.channels.at(channel))
    }

    /// The queue as it is configured.
    pub(crate) fn queue(&self, queue: QueueHandle) -> &Queue {
        self.config.queues.nth(*self.places.queues.at(queue))
    }

    /// The rule as it is configured.
    pub(crate) fn rule(&self, rule: RuleHandle) -> &AssignmentRule {
        self.config.rules.nth(*self.places.rules.at(rule))
    }

    /// The rule of a queue's earliest pool, none without pools.
    pub(crate) fn earliest_rule(&self, queue: QueueHandle) -> Option<RuleHandle> {
        let pools = self.pools.span(self.queue_plans.at(queue).pools);
        pools.first().map(|pool| pool.rule)
    }

    /// The tier of a group of a pool.
    pub(crate) fn tier_of(&self, pool: PoolHandle, group: GroupHandle) -> u32 {
        let groups = &self.pools.at(pool).groups;
        let own = groups.iter().find(|(of, _)| *of == group);
        own.map_or(u32::MAX, |(_, tier)| *tier)
    }

    /// The queues of an agent's groups; one that several of them serve comes several times.
    pub(crate) fn queues_served_by(&self, agent: AgentHandle) -> impl Iterator<Item = QueueHandle> {
        let groups = self.memberships.get(agent).iter();
        groups.flat_map(|own| self.served.get(own.group)).copied()
    }

    pub(crate) fn is_ai(&self, agent: AgentHandle) -> bool {
        self.has_ai && self.agent_plans.at(agent).is_ai
    }

    /// Whether who has chosen a presence state takes work, on some channel.
    pub(crate) fn is_for_work(&self, state: Option<PresenceStateHandle>) -> bool {
        state.is_some_and(|state| {
            let state = self.presence_plans.at(state);
            state.active && state.takes_work
        })
    }

    /// The presence state as it is configured.
    pub(crate) fn presence_state(
        &self,
        state: PresenceStateHandle,
    ) -> (&PresenceStateId, &PresenceState) {
        (
            self.presence_states.name(state),
            self.config
                .presence_states
                .nth(self.presence_plans.at(state).place),
        )
    }

    /// The capacity that the configuration gives an agent on a channel.
    pub(crate) fn capacity(&self, agent: AgentHandle, channel: ChannelHandle) -> Capacity {
        let own = self
            .agent_capacities
            .get(agent)
            .iter()
            .find(|(on, _)| *on == channel);
        own.map_or_else(
            || self.channel_plans.at(channel).default_capacity,
            |(_, capacity)| *capacity,
        )
    }

    /// Whether a presence state is for one of an agent's groups, or for all.
    pub(crate) fn state_is_for(&self, state: PresenceStateHandle, agent: AgentHandle) -> bool {
        match &self.presence_plans.at(state).groups {
            None => true,
            Some(groups) => self
                .memberships
                .get(agent)
                .iter()
                .any(|membership| groups.get(membership.group.index()) == Some(&true)),
        }
    }
}
