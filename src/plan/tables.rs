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
//! The types of the rows are in `rows`.

use crate::base::hash::Seeded;
use crate::base::id_table::IdTable;
use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, Lists, PoolHandle, PresenceStateHandle, QueueHandle,
    RuleHandle, SkillHandle, StageGroupHandle, StageHandle, Table,
};
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId, RuleId, SkillId};
use crate::model::{
    Agent, AssignmentRule, Capacity, Config, OnPresenceLost, PresenceState, Queue, ServiceChannel,
    WorkItem,
};
use crate::plan::rows::{
    AgentPlan, ChannelPlan, HeldSkill, Membership, Pool, PresencePlan, QueuePlan, RulePlan, Stage,
    StageGroup,
};
use crate::rule::Custom;

/// The largest group without a recency index: its members are compared by `assigned_seq` instead.
pub(crate) const SMALL_GROUP_MAX: usize = 512;

/// The compiled contents of a plan, with the configuration.
#[derive(Debug)]
pub(crate) struct Tables {
    /// The configuration. Its ids share the texts of the id tables.
    pub(crate) config: Config,
    /// A hash of the configuration.
    pub(crate) fingerprint: u64,
    // The id tables: the handle of an id, and the id of a handle.
    pub(crate) channels: IdTable<ChannelHandle, ChannelId>,
    pub(crate) queues: IdTable<QueueHandle, QueueId>,
    pub(crate) groups: IdTable<GroupHandle, GroupId>,
    pub(crate) agents: IdTable<AgentHandle, AgentId>,
    pub(crate) presence_states: IdTable<PresenceStateHandle, PresenceStateId>,
    /// The skills that agents hold.
    pub(crate) skills: IdTable<SkillHandle, SkillId>,
    pub(crate) rules: IdTable<RuleHandle, RuleId>,
    // The rows, by handle.
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
    /// The capacities that are configured for an agent, instead of the channel's default, in the order of the channels'
    /// handles.
    pub(crate) agent_capacities: Lists<AgentHandle, (ChannelHandle, Capacity)>,
    /// The queues with a pool that names the group, each once, in the order of their handles.
    pub(crate) queues_of_group: Lists<GroupHandle, QueueHandle>,
    /// PERF: whether any queue has custom gates.
    pub(crate) has_custom_gates: bool,
    /// PERF: whether any queue has the affinity `last_agent`.
    pub(crate) has_last_agent: bool,
    /// PERF: whether any agent is an AI agent.
    pub(crate) has_ai: bool,
    /// The registered custom rules, which the plan of the next configuration uses too.
    pub(crate) custom: Custom,
    /// The seed of all hash tables whose keys may come from outside.
    pub(crate) hasher: Seeded,
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

    /// Returns the pool at a position of the queue's `eligibility`; `None` if there are fewer pools.
    ///
    /// Pools are stored in the order in which they open, which can differ from that of the configuration.
    pub(crate) fn pool_at(&self, queue: QueueHandle, position: u32) -> Option<PoolHandle> {
        let mut pools = self.queue_plans.at(queue).pools.handles();
        pools.find(|pool| self.pools.at(*pool).position == position)
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

    /// Returns the first active queue of a channel that takes an item, in routing order.
    pub(crate) fn queue_for(&self, channel: &ChannelPlan, item: &WorkItem) -> Option<QueueHandle> {
        let takes = |queue| self.queue_plans.at(queue).takes(item);
        channel.routing.first(&item.facts, takes)
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

    /// Returns the number of an agent's queues. A queue of two groups is counted twice.
    pub(crate) fn queue_count(&self, agent: AgentHandle) -> usize {
        let memberships = self.memberships.get(agent).iter();
        let counts = memberships.map(|own| self.queues_of_group.get(own.group).len());
        counts.sum()
    }

    /// Returns whether a queue is one of an agent's queues. Takes O(g log q) for g groups of q queues.
    pub(crate) fn serves(&self, agent: AgentHandle, queue: QueueHandle) -> bool {
        // INVARIANT: the queues of a group are sorted.
        let mut memberships = self.memberships.get(agent).iter();
        memberships.any(|own| {
            let queues = self.queues_of_group.get(own.group);
            queues.binary_search(&queue).is_ok()
        })
    }

    /// Returns whether an agent is a member of a group. The plan may lack the group.
    pub(crate) fn is_member(&self, agent: AgentHandle, group: &GroupId) -> bool {
        let group = self.groups.find(group.as_str());
        let mut memberships = self.memberships.get(agent).iter();
        group.is_some_and(|group| memberships.any(|own| own.group == group))
    }

    /// Returns whether the rule of an open offer keeps it when its agent is no longer present, or no longer in its group.
    ///
    /// An offer without a rule is not kept.
    pub(crate) fn keeps_offers(&self, rule: Option<RuleHandle>) -> bool {
        let rule = rule.map(|rule| self.rule(rule));
        rule.is_some_and(|rule| rule.on_presence_lost == OnPresenceLost::Keep)
    }

    /// Returns whether an agent is an AI agent.
    ///
    /// PERF: reads no row of the agent if the configuration has no AI agents.
    pub(crate) fn is_ai(&self, agent: AgentHandle) -> bool {
        // Most configurations have none.
        self.has_ai && self.agent_plans.at(agent).is_ai
    }

    /// Returns whether an agent in a presence state takes work, on any channel. An agent without a state takes none.
    pub(crate) fn takes_work(&self, state: Option<PresenceStateHandle>) -> bool {
        let state = state.map(|state| self.presence_plans.at(state));
        state.is_some_and(|state| state.active && state.takes_work)
    }

    /// Returns the configured capacity of an agent on a channel.
    ///
    /// The cost is logarithmic in the number of the agent's own capacities.
    pub(crate) fn capacity(&self, agent: AgentHandle, channel: ChannelHandle) -> Capacity {
        let own = self.agent_capacities.get(agent);
        let position = own.binary_search_by_key(&channel, |(other, _)| *other);
        match position.ok().and_then(|position| own.get(position)) {
            Some((_, capacity)) => *capacity,
            None => self.channel_plans.at(channel).default_capacity,
        }
    }

    /// Returns whether a presence state applies to one of an agent's groups, or to all groups.
    ///
    /// The cost is linear in the groups of the agent, and logarithmic in those of the state.
    pub(crate) fn state_applies_to(&self, state: PresenceStateHandle, agent: AgentHandle) -> bool {
        match &self.presence_plans.at(state).groups {
            None => true,
            Some(groups) => {
                let mut memberships = self.memberships.get(agent).iter();
                memberships.any(|own| groups.binary_search(&own.group).is_ok())
            }
        }
    }
}
