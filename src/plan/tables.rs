//! The tables of a plan: its compiled contents, indexed by handle.
//!
//! `compile` makes them once. Decisions read them and never look up a text:
//!
//! ```text
//! queue ──► pools ──► rule ──► keys, gates
//!       ──► stages ──► pool, rule
//!                  ──► groups ──► members ──► agent, its skills and capacities
//! ```
//!
//! A field that only repeats or summarizes others is marked `PERF`: it saves a decision from reading their rows.

use alloc::boxed::Box;
use alloc::sync::Arc;

use indexmap::IndexSet;

use crate::base::hash::Seeded;
use crate::base::id_table::IdTable;
use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Handle, Lists, PoolHandle, PresenceStateHandle,
    QueueHandle, RuleHandle, SkillHandle, Span, StageGroupHandle, StageHandle, Table,
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

/// The largest group without a recency index: its members are compared by `assigned_seq` instead.
pub(crate) const LARGE_GROUP: usize = 512;

/// The compiled contents of a plan, with the configuration.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) config: Config,
    /// A hash of the configuration.
    pub(crate) fingerprint: u64,
    pub(crate) channels: IdTable<ChannelHandle, ChannelId>,
    pub(crate) queues: IdTable<QueueHandle, QueueId>,
    pub(crate) groups: IdTable<GroupHandle, GroupId>,
    pub(crate) agents: IdTable<AgentHandle, AgentId>,
    pub(crate) presence_states: IdTable<PresenceStateHandle, PresenceStateId>,
    /// The skills that agents hold.
    pub(crate) skills: IdTable<SkillHandle, SkillId>,
    pub(crate) rules: IdTable<RuleHandle, RuleId>,
    pub(crate) channel_plans: Table<ChannelHandle, ChannelPlan>,
    pub(crate) queue_plans: Table<QueueHandle, QueuePlan>,
    pub(crate) pools: Table<PoolHandle, Pool>,
    pub(crate) stages: Table<StageHandle, Stage>,
    pub(crate) stage_groups: Table<StageGroupHandle, StageGroup>,
    pub(crate) rule_plans: Table<RuleHandle, RulePlan>,
    pub(crate) presence_plans: Table<PresenceStateHandle, PresencePlan>,
    /// The members of each group, in the order of the group.
    pub(crate) members: Lists<GroupHandle, AgentHandle>,
    /// The groups of each agent, in the order of their handles.
    pub(crate) memberships: Lists<AgentHandle, Membership>,
    /// The skills of each agent, in the order of their handles.
    pub(crate) agent_skills: Lists<AgentHandle, HeldSkill>,
    pub(crate) agent_plans: Table<AgentHandle, AgentPlan>,
    /// The capacities that are configured for an agent, instead of the channel's default.
    pub(crate) agent_capacities: Lists<AgentHandle, (ChannelHandle, Capacity)>,
    /// The queues with a pool that names the group, each once.
    pub(crate) queues_of_group: Lists<GroupHandle, QueueHandle>,
    /// PERF: whether any queue has custom gates.
    pub(crate) has_gates: bool,
    /// PERF: whether any agent is an AI agent.
    pub(crate) has_ai: bool,
    /// Where the entries of a handle are in the configuration.
    pub(crate) positions: ConfigPositions,
    /// The registered custom rules, which the plan of the next configuration uses too.
    pub(crate) custom: Custom,
    /// The seed of all hash tables whose keys may come from outside.
    pub(crate) hasher: Seeded,
}

/// The position of each entry in its section of the configuration.
///
/// PERF: makes a lookup of an entry one index instead of one hash.
#[derive(Debug)]
pub(crate) struct ConfigPositions {
    pub(crate) channels: Table<ChannelHandle, u32>,
    pub(crate) queues: Table<QueueHandle, u32>,
    pub(crate) rules: Table<RuleHandle, u32>,
}

/// A compiled channel.
#[derive(Debug)]
pub(crate) struct ChannelPlan {
    pub(crate) active: bool,
    pub(crate) condition: Condition,
    pub(crate) default_size: u32,
    pub(crate) default_capacity: Capacity,
    /// The duration of a wrap-up, in seconds. 0 if there is none.
    pub(crate) wrap_up_secs: u32,
    /// Whether an accepted item always counts as load, without a condition.
    pub(crate) always_counts: bool,
    pub(crate) sizes: Box<[SizeRulePlan]>,
    pub(crate) skills: Box<[SkillRule]>,
    pub(crate) routing: RoutingIndex,
    /// The number of spare units that have a capacity level of their own: the largest capacity on the channel, at most 31.
    pub(crate) levels: u8,
}

impl ChannelPlan {
    /// Returns the first active queue that takes an item.
    pub(crate) fn queue_for(&self, plan: &Tables, item: &WorkItem) -> Option<QueueHandle> {
        self.routing
            .first(&item.facts, |queue| plan.queue_plans.at(queue).takes(item))
    }
}

/// A compiled size rule.
#[derive(Debug)]
pub(crate) enum SizeRulePlan {
    When(Condition, u32),
    Custom(Arc<dyn Sizing>),
}

/// A compiled routing: the items that a queue takes by itself.
#[derive(Debug)]
pub(crate) enum RoutingPlan {
    Manual,
    When(Condition),
    Custom(Arc<dyn RoutingCondition>),
}

/// A compiled queue.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is read by itself")]
pub(crate) struct QueuePlan {
    pub(crate) channel: ChannelHandle,
    pub(crate) active: bool,
    pub(crate) stages: Span<StageHandle>,
    pub(crate) pools: Span<PoolHandle>,
    pub(crate) affinity: Box<[Affinity]>,
    pub(crate) routing: RoutingPlan,
    /// PERF: whether a rule of its pools has custom gates.
    pub(crate) has_gates: bool,
    /// PERF: whether all rules of its pools require mandatory skills.
    pub(crate) requires_skills: bool,
    /// PERF: the lowest tier of a group in its pools.
    pub(crate) lowest_tier: u32,
    pub(crate) max_length: Option<u32>,
    /// PERF: whether items in the queue have deadlines: a target, a maximum, triggers, or pools that open later.
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

/// The members of a pool's groups in the order of the configuration, each at its first position.
pub(crate) type Listing = IndexSet<AgentHandle, Seeded>;

/// A compiled pool. The pools of one queue are adjacent, in the order in which they open.
#[derive(Debug)]
pub(crate) struct Pool {
    /// The position in the queue's `eligibility`.
    pub(crate) position: u32,
    pub(crate) opens_after_millis: u64,
    pub(crate) rule: RuleHandle,
    /// The groups in the order of the configuration, each with its tier.
    pub(crate) groups: Box<[(GroupHandle, u32)]>,
    /// Present if the rule compares positions in the listing.
    pub(crate) listing: Option<Arc<Listing>>,
}

/// The groups of one pool that share one tier. The stages of one queue are adjacent, ordered by tier, then by pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    pub(crate) opens_after_millis: u64,
    pub(crate) pool: PoolHandle,
    pub(crate) rule: RuleHandle,
    pub(crate) groups: Span<StageGroupHandle>,
}

/// A group in a stage.
#[derive(Debug)]
pub(crate) struct StageGroup {
    pub(crate) group: GroupHandle,
    pub(crate) channel: ChannelHandle,
    /// Whether a recency index answers the stage's rule.
    pub(crate) is_indexed: bool,
    /// Whether the stage's rule requires mandatory skills.
    pub(crate) requires_skills: bool,
}

/// A compiled assignment rule.
#[derive(Debug)]
pub(crate) struct RulePlan {
    /// The keys by which agents are compared, without repetitions.
    pub(crate) keys: Box<[RankingKey]>,
    /// Set if the roster's index answers the rule.
    pub(crate) indexed: Option<IndexedRule>,
    /// Whether the first key is `most_capacity`.
    pub(crate) leads_with_capacity: bool,
    pub(crate) skills: SkillMode,
    pub(crate) include_ai: bool,
    /// The time-out of an offer, in seconds.
    pub(crate) timeout_secs: Option<u32>,
    /// Whether an assigned item is accepted at once.
    pub(crate) auto_accept: bool,
    pub(crate) gates: Box<[(CustomName, Arc<dyn Eligibility>)]>,
}

/// A compiled `assign_by` key, with its name in the configuration.
#[derive(Debug)]
pub(crate) struct RankingKey {
    pub(crate) is_custom: bool,
    pub(crate) name: Box<str>,
    pub(crate) ranking: Arc<dyn Ranking>,
}

/// A rule that the roster's index answers without comparing agents one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IndexedRule {
    /// Most spare units first, then the longest since the last assignment.
    MostCapacity,
    /// The longest since the last assignment first.
    LastAssigned,
}

/// A compiled presence state.
#[derive(Debug)]
pub(crate) struct PresencePlan {
    /// The position in the configuration.
    pub(crate) position: u32,
    pub(crate) active: bool,
    pub(crate) takes_work: bool,
    /// Whether the state lists each channel.
    pub(crate) channels: Box<[bool]>,
    /// Whether the state applies to each group. `None` if it applies to all.
    pub(crate) groups: Option<Box<[bool]>>,
}

/// The membership of an agent in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) group: GroupHandle,
    /// The agent's position among the members of the group.
    pub(crate) position: u32,
}

/// A skill that an agent holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HeldSkill {
    pub(crate) skill: SkillHandle,
    pub(crate) level: u32,
}

/// A compiled agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentPlan {
    /// The position in the configuration.
    pub(crate) position: u32,
    pub(crate) is_ai: bool,
    pub(crate) universal_capacity: Option<Capacity>,
    /// PERF: the agent's skills as [`SkillHandle::fingerprint_bit`]s, which a search compares with the requirements of items.
    pub(crate) skill_fingerprint: u64,
}

impl SkillHandle {
    /// Returns the bit of the skill in a skill fingerprint. In a plan of more than 64 skills, several skills share a bit.
    #[inline]
    pub(crate) fn fingerprint_bit(self) -> u64 {
        1 << (self.index() % 64)
    }
}

impl Tables {
    /// Returns the configuration of an agent.
    pub(crate) fn agent(&self, agent: AgentHandle) -> &Agent {
        self.config
            .agents
            .at_position(self.agent_plans.at(agent).position)
    }

    /// Returns the configuration of a channel.
    pub(crate) fn channel(&self, channel: ChannelHandle) -> &ServiceChannel {
        self.config
            .channels
            .at_position(*self.positions.channels.at(channel))
    }

    /// Returns the configuration of a queue.
    pub(crate) fn queue(&self, queue: QueueHandle) -> &Queue {
        self.config
            .queues
            .at_position(*self.positions.queues.at(queue))
    }

    /// Returns the configuration of a rule.
    pub(crate) fn rule(&self, rule: RuleHandle) -> &AssignmentRule {
        self.config
            .rules
            .at_position(*self.positions.rules.at(rule))
    }

    /// Returns the rule of the pool that opens first. `None` for a queue without pools.
    pub(crate) fn earliest_rule(&self, queue: QueueHandle) -> Option<RuleHandle> {
        let pools = self.pools.span(self.queue_plans.at(queue).pools);
        pools.first().map(|pool| pool.rule)
    }

    /// Returns the tier of a group in a pool. The cost is linear in the number of the pool's groups.
    pub(crate) fn tier_of(&self, pool: PoolHandle, group: GroupHandle) -> u32 {
        let groups = &self.pools.at(pool).groups;
        let own = groups.iter().find(|(of, _)| *of == group);
        own.map_or(u32::MAX, |(_, tier)| *tier)
    }

    /// Returns the queues of an agent's groups. A queue of two groups comes twice.
    pub(crate) fn queues_of_agent(&self, agent: AgentHandle) -> impl Iterator<Item = QueueHandle> {
        let groups = self.memberships.get(agent).iter();
        groups
            .flat_map(|own| self.queues_of_group.get(own.group))
            .copied()
    }

    /// Whether an agent is an AI agent.
    ///
    /// PERF: reads no row of the agent if the configuration has no AI agents.
    pub(crate) fn is_ai(&self, agent: AgentHandle) -> bool {
        self.has_ai && self.agent_plans.at(agent).is_ai
    }

    /// Whether an agent in a presence state takes work, on any channel. An agent without one does not.
    pub(crate) fn takes_work(&self, state: Option<PresenceStateHandle>) -> bool {
        state.is_some_and(|state| {
            let state = self.presence_plans.at(state);
            state.active && state.takes_work
        })
    }

    /// Returns the id and the configuration of a presence state.
    pub(crate) fn presence_state(
        &self,
        state: PresenceStateHandle,
    ) -> (&PresenceStateId, &PresenceState) {
        (
            self.presence_states.id(state),
            self.config
                .presence_states
                .at_position(self.presence_plans.at(state).position),
        )
    }

    /// Returns the configured capacity of an agent on a channel.
    ///
    /// The cost is linear in the number of the agent's own capacities.
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

    /// Whether a presence state applies to one of an agent's groups, or to all groups.
    pub(crate) fn state_applies_to(&self, state: PresenceStateHandle, agent: AgentHandle) -> bool {
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
