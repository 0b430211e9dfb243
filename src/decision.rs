//! The result of a decision: an agent, or why an item has to wait.
//!
//! These values hold handles, not ids, so that a decision allocates nothing. A plan turns the handles into ids.

use core::fmt;

use thiserror::Error;

use crate::agent_version::Version;
use crate::base::table::{AgentHandle, ChannelHandle, GroupHandle, PoolHandle, QueueHandle};
use crate::id::{AgentId, GroupId, RuleId};
use crate::plan::{Plan, Tables};
use crate::time::Timestamp;

/// The result of [`assign`](crate::assign()): an agent for a work item, or why the item has to wait.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new())
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha"]))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
/// let now = Timestamp::saturating_from_millis(1_000);
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
///
/// let Decision::Wait(wait) = assign(&roster, &item, now)? else { panic!("no agent is present") };
/// assert_eq!(wait.to_string(), "nobody of the open pools is present");
///
/// roster.set_presence("asha", "available", now)?;
/// let Decision::Assign(assignment) = assign(&roster, &item, now)? else { panic!("an agent is present") };
/// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("asha")));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a third result should be handled by every caller"
)]
pub enum Decision {
    /// An agent can take the item.
    Assign(Assignment),
    /// No agent can take the item now.
    Wait(Wait),
}

impl Decision {
    /// Returns the assignment; `None` if the item has to wait.
    pub fn assignment(self) -> Option<Assignment> {
        match self {
            Self::Assign(assignment) => Some(assignment),
            Self::Wait(_) => None,
        }
    }
}

/// The assignment of a work item to an agent.
///
/// An assignment changes nothing until it is [committed](crate::Roster::commit). The commit fails if the agent has changed
/// since the decision.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new())
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha"]))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
/// let now = Timestamp::saturating_from_millis(1_000);
/// roster.set_presence("asha", "available", now)?;
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let assignment = assign(&roster, &item, now)?.assignment().expect("an agent is present");
/// assert_eq!(assignment.agent(&plan), Some(&AgentId::from("asha")));
/// assert_eq!(assignment.group(&plan), Some(&GroupId::from("all")));
/// assert_eq!(assignment.pool(&plan), Some(0));
/// assert_eq!(assignment.rule(&plan), Some(&RuleId::from("any")));
///
/// // Another plan has other handles.
/// let other = Plan::new(Config::new())?;
/// assert_eq!(assignment.agent(&other), None);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The fingerprint of the plan under which it was decided, to which the handles belong.
    pub(crate) fingerprint: u64,
    /// The version of the agent at the time of the decision, which a commit compares.
    pub(crate) version: Version,
    pub(crate) agent: AgentHandle,
    pub(crate) queue: QueueHandle,
    pub(crate) channel: ChannelHandle,
    pub(crate) group: GroupHandle,
    pub(crate) pool: PoolHandle,
    pub(crate) size: u32,
}

impl Assignment {
    /// Returns the agent's id; `None` if the assignment was decided under another plan.
    pub fn agent<'a>(&self, plan: &'a Plan) -> Option<&'a AgentId> {
        Some(self.tables(plan)?.agents.id(self.agent))
    }

    /// Returns the agent's handle.
    pub fn agent_handle(&self) -> AgentHandle {
        self.agent
    }

    /// Returns the handle of the queue in which the item waited.
    pub fn queue_handle(&self) -> QueueHandle {
        self.queue
    }

    /// Returns the handle of the item's channel.
    pub fn channel_handle(&self) -> ChannelHandle {
        self.channel
    }

    /// Returns the id of the group through which the agent was found; `None` if the assignment was decided under another plan.
    pub fn group<'a>(&self, plan: &'a Plan) -> Option<&'a GroupId> {
        Some(self.tables(plan)?.groups.id(self.group))
    }

    /// Returns the handle of the group through which the agent was found.
    pub fn group_handle(&self) -> GroupHandle {
        self.group
    }

    /// Returns the position of the pool in its queue's `eligibility`, from 0; `None` if the assignment was decided under
    /// another plan.
    pub fn pool(&self, plan: &Plan) -> Option<usize> {
        Some(self.tables(plan)?.pools.at(self.pool).position as usize)
    }

    /// Returns the id of the rule that chose the agent; `None` if the assignment was decided under another plan.
    pub fn rule<'a>(&self, plan: &'a Plan) -> Option<&'a RuleId> {
        let tables = self.tables(plan)?;
        let rule = tables.pools.at(self.pool).rule;
        Some(tables.rules.id(rule))
    }

    /// Returns the units of capacity that the item uses.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Returns the tables of a plan if the handles of the assignment belong to them.
    fn tables<'a>(&self, plan: &'a Plan) -> Option<&'a Tables> {
        // Equal handles of another plan would name other agents.
        (plan.fingerprint() == self.fingerprint).then(|| plan.tables())
    }
}

/// The reason why no agent can take an item now, and when that can change.
///
/// Computed from the index, without a check of each agent. [`explain`](crate::explain()) checks each of them.
///
/// # Examples
///
/// The second pool of a queue opens after a wait of 30 seconds:
///
/// ```
/// use handover::*;
///
/// let queue = Queue::new("chat").active(true).routing(Routing::always());
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue(
///         "support",
///         queue
///             .pool(EligibilityPool::new(["first"], "any"))
///             .pool(EligibilityPool::new(["second"], "any").eligible_at_secs(30)),
///     )
///     .rule("any", AssignmentRule::new())
///     .group("first", AgentGroup::new(["asha"]))
///     .group("second", AgentGroup::new(["ben"]))
///     .agent("asha", Agent::new())
///     .agent("ben", Agent::new());
/// let plan = Plan::new(config)?;
/// let now = Timestamp::saturating_from_millis(1_000);
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let Decision::Wait(wait) = assign(&Roster::new(&plan), &item, now)? else { panic!("no agent is present") };
/// assert_eq!(wait.reason(), WaitReason::NobodyPresent);
/// assert_eq!((wait.pools_open(), wait.pools_not_yet_open()), (1, 1));
/// assert_eq!(wait.until(), Some(Timestamp::saturating_from_millis(31_000)));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub(crate) reason: WaitReason,
    pub(crate) pools_open: u32,
    pub(crate) pools_not_yet_open: u32,
    /// After the moment of the decision.
    pub(crate) until: Option<Timestamp>,
}

impl Wait {
    /// Returns the reason.
    pub fn reason(&self) -> WaitReason {
        self.reason
    }

    /// Returns how many of the queue's pools are open to the item.
    pub fn pools_open(&self) -> u32 {
        self.pools_open
    }

    /// Returns how many of the queue's pools open later.
    pub fn pools_not_yet_open(&self) -> u32 {
        self.pools_not_yet_open
    }

    /// Returns the earliest moment at which time alone can change the result; `None` if only an event can change it.
    ///
    /// At that moment a pool opens, a decline lapses, or the exclusion of a custom gate ends.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        match self.until {
            Some(until) => write!(f, "; ask again at {until}"),
            None => Ok(()),
        }
    }
}

/// The reason why an item has to wait: the first of these that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// The item's queue has no eligibility pool.
    NoPool,
    /// No pool is open yet.
    NoPoolOpen,
    /// No agent of an open pool is present on the channel.
    NobodyPresent,
    /// No present agent has enough spare capacity.
    NobodyWithRoom,
    /// Each present agent with enough spare capacity has declined the item, lacks a skill, or is excluded by the rule.
    NobodySuitable,
}

display_name!(WaitReason, |reason| match reason {
    WaitReason::NoPool => "the queue has no eligibility pool",
    WaitReason::NoPoolOpen => "no pool is open yet",
    WaitReason::NobodyPresent => "nobody of the open pools is present",
    WaitReason::NobodyWithRoom => "nobody who is present has room for it",
    WaitReason::NobodySuitable => {
        "everyone who has room has declined it, lacks a skill or is kept off it by the rule"
    }
});

/// The error of an item that a roster cannot decide about.
///
/// Either the item was routed under another plan than the roster's: route it again. Or the roster was created by
/// [`Roster::of`](crate::Roster::of) for another queue.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()));
/// let plan = Plan::new(config.clone())?;
/// let now = Timestamp::saturating_from_millis(1_000);
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
///
/// // The configuration changes after the item was routed.
/// let next = Plan::new(config.agent("asha", Agent::new()))?;
/// assert_eq!(assign(&Roster::new(&next), &item, now), Err(PlanMismatch));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the item was routed under another plan than the roster's, or the roster covers another queue"
)]
pub struct PlanMismatch;
