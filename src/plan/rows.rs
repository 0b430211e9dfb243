//! The rows of a plan's tables: one type for each kind of entity, see [`Tables`](crate::plan::Tables).
//!
//! A row repeats the settings that decisions read. All other settings are read from the configuration, at the row's
//! `position`. A field that only repeats or summarizes others is marked `PERF`: it saves a decision from reading their rows.

use alloc::boxed::Box;
use alloc::sync::Arc;

use crate::base::table::{
    ChannelHandle, GroupHandle, PoolHandle, RuleHandle, SkillHandle, Span, StageGroupHandle,
    StageHandle,
};
use crate::id::CustomName;
use crate::model::{Affinity, Capacity, Condition, SkillMode, SkillRule, WorkItem};
use crate::plan::routing_index::RoutingIndex;
use crate::rule::{Eligibility, Ranking, RoutingCondition, Sizing};

/// A compiled channel.
#[derive(Debug)]
pub(crate) struct ChannelPlan {
    /// The position in the configuration.
    pub(crate) position: u32,
    pub(crate) active: bool,
    /// The condition that items of the channel meet.
    pub(crate) condition: Condition,
    /// The size of an item, in units, if neither the item nor a size rule sets one. At least 1.
    pub(crate) default_size: u32,
    /// The capacity of an agent for whom none is configured.
    pub(crate) default_capacity: Capacity,
    /// The duration of a wrap-up, in seconds. 0 if there is none.
    pub(crate) wrap_up_secs: u32,
    /// Whether an accepted item always counts as load, without a condition.
    pub(crate) always_counts: bool,
    /// The largest `within_days` of a `last_agent` in the channel's queues, active or not. `None` if no queue has one.
    pub(crate) last_agent_days: Option<u32>,
    /// The size rules, tried in order.
    pub(crate) sizes: Box<[SizeRulePlan]>,
    /// The rules that add skills to the items that they match.
    pub(crate) skills: Box<[SkillRule]>,
    /// The channel's active queues that take items by themselves.
    pub(crate) routing: RoutingIndex,
    /// The number of spare units that have a capacity level of their own: the largest capacity on the channel, at most 31.
    pub(crate) levels: u8,
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
    /// The stages that a decision tries, in this order.
    pub(crate) stages: Span<StageHandle>,
    /// The pools, in the order in which they open.
    pub(crate) pools: Span<PoolHandle>,
    /// The affinities, the most significant first.
    pub(crate) affinity: Box<[Affinity]>,
    /// The items that the queue takes by itself.
    pub(crate) routing: RoutingPlan,
    /// PERF: whether a rule of its pools has custom gates.
    pub(crate) has_custom_gates: bool,
    /// PERF: whether all rules of its pools require mandatory skills.
    pub(crate) always_requires_skills: bool,
    /// PERF: whether all rules of its pools require mandatory skills at the level that an item asks for.
    pub(crate) always_requires_levels: bool,
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
            // Only by name or by transfer.
            RoutingPlan::Manual => false,
            RoutingPlan::When(condition) => condition.holds(&item.facts),
            RoutingPlan::Custom(routing) => routing.holds(item),
        }
    }
}

/// The listing of a pool: the members of its groups one after the other, in the order of the configuration.
///
/// `in_order` and `round_robin` compare agents by their position in it. An agent of several groups has its first position. The
/// members are not stored again, since hundreds of pools may name one large group.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The groups with the position of their first member, sorted by group.
    pub(crate) starts: Box<[(GroupHandle, u64)]>,
    /// The number of positions.
    pub(crate) len: u64,
}

impl Listing {
    /// Returns the position of an agent, given its memberships. `None` if no group of the pool has the agent.
    ///
    /// The cost is linear in the groups of the agent, and logarithmic in those of the pool.
    pub(crate) fn position_of(&self, memberships: &[Membership]) -> Option<u64> {
        let positions = memberships.iter().filter_map(|own| {
            let group = self
                .starts
                .binary_search_by_key(&own.group, |(group, _)| *group);
            let (_, start) = self.starts.get(group.ok()?)?;
            Some(start + u64::from(own.position))
        });
        positions.min()
    }
}

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
    pub(crate) listing: Listing,
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
    /// PERF: whether the stage's rule is a [`FastRule`]. If it is, a large group has a recency index.
    pub(crate) has_fast_rule: bool,
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
    /// The rule as one of the two that take the fast path. `None` if the keys have to be evaluated per agent.
    pub(crate) fast_rule: Option<FastRule>,
    /// Whether the first key is `most_capacity`, so that the capacity levels of the index are tried from the top.
    pub(crate) leads_with_capacity: bool,
    pub(crate) skills: SkillMode,
    /// Whether AI agents may be chosen. If so, they come before people.
    pub(crate) include_ai: bool,
    /// The time-out of an offer, in seconds. `None` if an offer never expires.
    pub(crate) timeout_secs: Option<u32>,
    /// Whether an assigned item is accepted at once.
    pub(crate) auto_accept: bool,
    /// The custom gates with their names, in the order in which they are checked.
    pub(crate) custom_gates: Box<[(CustomName, Arc<dyn Eligibility>)]>,
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

/// A rule that takes the fast path: its best agent follows from the rows and sequence numbers of the roster's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FastRule {
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
    /// The groups to which the state applies, sorted. `None` if it applies to all.
    pub(crate) groups: Option<Box<[GroupHandle]>>,
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
    /// PERF: the agent's skills as [`SkillHandle::filter_bit`]s, which a search compares with the requirements of items.
    pub(crate) skill_filter: u64,
    /// PERF: the highest level of its skills, 0 without skills.
    pub(crate) highest_level: u32,
}

impl SkillHandle {
    /// Returns the bit of the skill in a skill filter. In a plan of more than 64 skills, several skills share a bit.
    #[inline]
    pub(crate) fn filter_bit(self) -> u64 {
        1 << (self.index() % 64)
    }

    /// Returns the bit of the skill in a bitset of skills by handle; `None` for a handle above 63.
    #[inline]
    pub(crate) fn dense_bit(self) -> Option<u64> {
        let number = u32::try_from(self.index()).ok()?;
        // `None` for a shift by 64 or more.
        1_u64.checked_shl(number)
    }
}
