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
//! For example, queue `billing` has the pools 0 (groups `first`, `backup`) and 1 (group `night`, from 60 s on). Group
//! `backup` prefers another queue, so that its tier here is 2:
//!
//! ```text
//! queue_plans   billing: pools 0..2, stages 0..3
//! pools         0: first tier 1, backup tier 2, opens at 0 ms │ 1: night tier 1, opens at 60,000 ms
//! stages        0: pool 0, groups 0..1 │ 1: pool 1, groups 1..2 │ 2: pool 0, groups 2..3
//! stage_groups  0: first               │ 1: night               │ 2: backup
//! ```
//!
//! A row repeats the settings that decisions read. All other settings are read from the configuration, at the row's
//! `position`. A field that only repeats or summarizes others is marked `PERF`: it saves a decision from reading their rows.

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
    /// The configuration. Its ids share the texts of the id tables.
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
    /// The pools of all queues. Those of one queue are adjacent, in the order in which they open.
    pub(crate) pools: Table<PoolHandle, Pool>,
    /// The stages of all queues. Those of one queue are adjacent, ordered by tier, then by pool.
    pub(crate) stages: Table<StageHandle, Stage>,
    /// The groups of all stages. Those of one queue are adjacent, stage after stage.
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
    /// The registered custom rules, which the plan of the next configuration uses too.
    pub(crate) custom: Custom,
    /// The seed of all hash tables whose keys may come from outside.
    pub(crate) hasher: Seeded,
}

/// A compiled channel.
#[derive(Debug)]
pub(crate) struct ChannelPlan {
    /// The position in the configuration.
    pub(crate) position: u32,
    pub(crate) active: bool,
    pub(crate) condition: Condition,
    /// The size of an item, in units, if neither the item nor a size rule sets one. At least 1.
    pub(crate) default_size: u32,
    /// The capacity of an agent for whom none is configured.
    pub(crate) default_capacity: Capacity,
    /// The duration of a wrap-up, in seconds. 0 if there is none.
    pub(crate) wrap_up_secs: u32,
    /// Whether an accepted item always counts as load, without a condition.
    pub(crate) always_counts: bool,
    pub(crate) sizes: Box<[SizeRulePlan]>,
    /// The rules that add skills to the items that they match.
    pub(crate) skills: Box<[SkillRule]>,
    /// The channel's active queues that take items by themselves.
    pub(crate) routing: RoutingIndex,
    /// The number of spare units that have a capacity level of their own: the largest capacity on the channel, at most 31.
    pub(crate) levels: u8,
}

impl ChannelPlan {
    /// Returns the first active queue that takes an item, in routing order.
    pub(crate) fn queue_for(&self, plan: &Tables, item: &WorkItem) -> Option<QueueHandle> {
        let takes = |queue| plan.queue_plans.at(queue).takes(item);
        self.routing.first(&item.facts, takes)
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
    /// The position in the configuration.
    pub(crate) position: u32,
    pub(crate) channel: ChannelHandle,
    pub(crate) active: bool,
    pub(crate) stages: Span<StageHandle>,
    pub(crate) pools: Span<PoolHandle>,
    /// The affinities, the most significant first.
    pub(crate) affinity: Box<[Affinity]>,
    pub(crate) routing: RoutingPlan,
    /// PERF: whether a rule of its pools has custom gates.
    pub(crate) has_gates: bool,
    /// PERF: whether all rules of its pools require mandatory skills.
    pub(crate) requires_skills: bool,
    /// PERF: the lowest tier of a group in its pools.
    pub(crate) lowest_tier: u32,
    /// The maximum number of waiting items. `None` if there is no limit.
    pub(crate) max_length: Option<u32>,
    /// PERF: whether items in the queue have deadlines: a target, a maximum, triggers, or pools that open later.
    pub(crate) is_timed: bool,
}

impl QueuePlan {
    /// Returns whether the queue takes an item by itself.
    pub(crate) fn takes(&self, item: &WorkItem) -> bool {
        match &self.routing {
            RoutingPlan::Manual => false,
            RoutingPlan::When(condition) => condition.holds(&item.facts),
            RoutingPlan::Custom(routing) => routing.holds(item),
        }
    }
}

/// The members of a pool's groups in the order of the configuration, each at its first position.
///
/// `in_order` and `round_robin` compare agents by their position in it. Finding the position of an agent takes O(1).
pub(crate) type Listing = IndexSet<AgentHandle, Seeded>;

/// A compiled pool.
#[derive(Debug)]
pub(crate) struct Pool {
    /// The position in the queue's `eligibility`.
    pub(crate) position: u32,
    /// The wait in the queue after which the pool is open, in milliseconds. The moment itself counts as open.
    pub(crate) opens_after_millis: u64,
    pub(crate) rule: RuleHandle,
    /// The groups in the order of the configuration, each with its tier.
    pub(crate) groups: Box<[(GroupHandle, u32)]>,
    /// `None` unless the rule compares positions in the listing.
    pub(crate) listing: Option<Arc<Listing>>,
}

/// The groups of one pool that share one tier.
///
/// Eligible agents of an earlier stage come before those of a later one, so that the first stage with one decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    /// PERF: that of the pool.
    pub(crate) opens_after_millis: u64,
    pub(crate) pool: PoolHandle,
    /// PERF: that of the pool.
    pub(crate) rule: RuleHandle,
    pub(crate) groups: Span<StageGroupHandle>,
}

/// A group in a stage. The roster keeps a group index for each pair of group and channel.
#[derive(Debug)]
pub(crate) struct StageGroup {
    pub(crate) group: GroupHandle,
    /// PERF: that of the queue.
    pub(crate) channel: ChannelHandle,
    /// PERF: whether a recency index answers the stage's rule.
    pub(crate) is_indexed: bool,
    /// PERF: whether the stage's rule requires mandatory skills.
    pub(crate) requires_skills: bool,
}

/// A compiled assignment rule.
#[derive(Debug)]
pub(crate) struct RulePlan {
    /// The position in the configuration.
    pub(crate) position: u32,
    /// The keys by which agents are compared, without repetitions.
    pub(crate) keys: Box<[RankingKey]>,
    /// The kind of rule that the roster's index answers. `None` if agents have to be compared one by one.
    pub(crate) indexed: Option<IndexedRule>,
    /// Whether the first key is `most_capacity`, so that the capacity levels of the index are tried from the top.
    pub(crate) leads_with_capacity: bool,
    pub(crate) skills: SkillMode,
    pub(crate) include_ai: bool,
    /// The time-out of an offer, in seconds. `None` if an offer never expires.
    pub(crate) timeout_secs: Option<u32>,
    /// Whether an assigned item is accepted at once.
    pub(crate) auto_accept: bool,
    /// The custom gates with their names, in the order in which they are checked.
    pub(crate) gates: Box<[(CustomName, Arc<dyn Eligibility>)]>,
}

/// A compiled `assign_by` key.
#[derive(Debug)]
pub(crate) struct RankingKey {
    /// Whether the key is a custom ranking.
    pub(crate) is_custom: bool,
    /// The name in the configuration, by which explanations and outputs refer to the key.
    pub(crate) name: Box<str>,
    pub(crate) ranking: Arc<dyn Ranking>,
}

/// The kind of rule that the roster's index answers without comparing agents one by one.
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
    /// Whether agents can choose the state.
    pub(crate) active: bool,
    /// Whether agents in the state take work. Counts only together with `active`.
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
    /// At least 1.
    pub(crate) level: u32,
}

/// A compiled agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentPlan {
    /// The position in the configuration.
    pub(crate) position: u32,
    pub(crate) is_ai: bool,
    /// The capacity over all channels. `None` if only the channels limit the agent.
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
    // PERF: a position makes the lookup of a configured value one index instead of one hash.

    /// Returns the configuration of an agent.
    pub(crate) fn agent(&self, agent: AgentHandle) -> &Agent {
        let position = self.agent_plans.at(agent).position;
        self.config.agents.at_position(position)
    }

    /// Returns the configuration of a channel.
    pub(crate) fn channel(&self, channel: ChannelHandle) -> &ServiceChannel {
        let position = self.channel_plans.at(channel).position;
        self.config.channels.at_position(position)
    }

    /// Returns the configuration of a queue.
    pub(crate) fn queue(&self, queue: QueueHandle) -> &Queue {
        let position = self.queue_plans.at(queue).position;
        self.config.queues.at_position(position)
    }

    /// Returns the configuration of a rule.
    pub(crate) fn rule(&self, rule: RuleHandle) -> &AssignmentRule {
        let position = self.rule_plans.at(rule).position;
        self.config.rules.at_position(position)
    }

    /// Returns the id and the configuration of a presence state.
    pub(crate) fn presence_state(
        &self,
        state: PresenceStateHandle,
    ) -> (&PresenceStateId, &PresenceState) {
        let position = self.presence_plans.at(state).position;
        let config = self.config.presence_states.at_position(position);
        (self.presence_states.id(state), config)
    }

    /// Returns the rule of the pool that opens first. `None` for a queue without pools.
    pub(crate) fn earliest_rule(&self, queue: QueueHandle) -> Option<RuleHandle> {
        let pools = self.pools.span(self.queue_plans.at(queue).pools);
        pools.first().map(|pool| pool.rule)
    }

    /// Returns the tier of a group in a pool: the greatest if the pool lacks the group.
    ///
    /// The cost is linear in the number of the pool's groups.
    pub(crate) fn tier_of(&self, pool: PoolHandle, group: GroupHandle) -> u32 {
        let groups = &self.pools.at(pool).groups;
        let tier = groups.iter().find(|(other, _)| *other == group);
        tier.map_or(u32::MAX, |(_, tier)| *tier)
    }

    /// Returns the queues of an agent's groups, from which it can be assigned items. A queue of two groups comes twice.
    pub(crate) fn queues_of_agent(&self, agent: AgentHandle) -> impl Iterator<Item = QueueHandle> {
        let memberships = self.memberships.get(agent).iter();
        let queues = memberships.flat_map(|own| self.queues_of_group.get(own.group));
        queues.copied()
    }

    /// Returns whether an agent is an AI agent.
    ///
    /// PERF: reads no row of the agent if the configuration has no AI agents.
    pub(crate) fn is_ai(&self, agent: AgentHandle) -> bool {
        self.has_ai && self.agent_plans.at(agent).is_ai
    }

    /// Returns whether an agent in a presence state takes work, on any channel. An agent without a state takes none.
    pub(crate) fn takes_work(&self, state: Option<PresenceStateHandle>) -> bool {
        let state = state.map(|state| self.presence_plans.at(state));
        state.is_some_and(|state| state.active && state.takes_work)
    }

    /// Returns the configured capacity of an agent on a channel.
    ///
    /// The cost is linear in the number of the agent's own capacities.
    pub(crate) fn capacity(&self, agent: AgentHandle, channel: ChannelHandle) -> Capacity {
        // A linear search, as few agents have more than one or two of their own.
        let mut own = self.agent_capacities.get(agent).iter();
        match own.find(|(other, _)| *other == channel) {
            Some((_, capacity)) => *capacity,
            None => self.channel_plans.at(channel).default_capacity,
        }
    }

    /// Returns whether a presence state applies to one of an agent's groups, or to all groups.
    pub(crate) fn state_applies_to(&self, state: PresenceStateHandle, agent: AgentHandle) -> bool {
        match &self.presence_plans.at(state).groups {
            None => true,
            Some(groups) => {
                let mut memberships = self.memberships.get(agent).iter();
                memberships.any(|own| groups.get(own.group.index()) == Some(&true))
            }
        }
    }
}
