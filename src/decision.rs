//! What has been decided: who, or why nobody now.

use crate::agent_version::Version;
use core::fmt;

use thiserror::Error;

use crate::base::table::{AgentHandle, ChannelHandle, GroupHandle, PoolHandle, QueueHandle};
use crate::id::{AgentId, GroupId, RuleId};
use crate::plan::Plan;

use crate::time::Timestamp;

/// The answer to *who should have this item now?*
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a third answer should be seen by everyone who asks"
)]
pub enum Decision {
    /// This agent.
    Assign(Assignment),
    /// Nobody can take it now.
    Wait(Wait),
}

impl Decision {
    /// Returns the assignment, none if the item waits.
    pub fn assignment(self) -> Option<Assignment> {
        match self {
            Self::Assign(assignment) => Some(assignment),
            Self::Wait(_) => None,
        }
    }
}

/// That an agent should have an item. It changes nothing until it is
/// [committed](crate::Roster::commit), and is refused there if anything about the agent has changed meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub(crate) fingerprint: u64,
    pub(crate) version: Version,
    pub(crate) agent: AgentHandle,
    pub(crate) queue: QueueHandle,
    pub(crate) channel: ChannelHandle,
    pub(crate) group: GroupHandle,
    pub(crate) pool_handle: PoolHandle,
    pub(crate) size: u32,
}

impl Assignment {
    /// Returns the agent's id, none if the plan is not the one it was decided under.
    pub fn agent<'a>(&self, plan: &'a Plan) -> Option<&'a AgentId> {
        self.of(plan)
            .map(|plan| plan.compiled().agents.name(self.agent))
    }

    /// Returns the agent's handle.
    pub fn agent_handle(&self) -> AgentHandle {
        self.agent
    }

    /// Returns the queue in which the item waited.
    pub fn queue_handle(&self) -> QueueHandle {
        self.queue
    }

    /// Returns the channel by which the item came.
    pub fn channel_handle(&self) -> ChannelHandle {
        self.channel
    }

    /// Returns the id of the group through which the agent was found, none if the plan is not the one it was decided under.
    pub fn group<'a>(&self, plan: &'a Plan) -> Option<&'a GroupId> {
        self.of(plan)
            .map(|plan| plan.compiled().groups.name(self.group))
    }

    /// Returns the handle of the group through which the agent was found.
    pub fn group_handle(&self) -> GroupHandle {
        self.group
    }

    /// Returns the place of the pool in its queue's list, from 0, none if the plan is not the one it was decided under.
    pub fn pool(&self, plan: &Plan) -> Option<usize> {
        self.of(plan)
            .map(|plan| plan.compiled().pools.at(self.pool_handle).place as usize)
    }

    /// Returns the id of the rule under which the agent was chosen, none if the plan is not the one it was decided under.
    pub fn rule<'a>(&self, plan: &'a Plan) -> Option<&'a RuleId> {
        self.of(plan).map(|plan| {
            plan.compiled()
                .rules
                .name(plan.compiled().pools.at(self.pool_handle).rule)
        })
    }

    /// Returns the units of capacity that the item takes.
    pub fn size(&self) -> u32 {
        self.size
    }

    fn of<'a>(&self, plan: &'a Plan) -> Option<&'a Plan> {
        (plan.fingerprint() == self.fingerprint).then_some(plan)
    }
}

/// That nobody can take an item now, as far as it is known without looking at agents one by one.
///
/// [`explain`](crate::explain()) looks at each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub(crate) reason: WaitReason,
    pub(crate) pools_open: u32,
    pub(crate) pools_not_yet_open: u32,
    pub(crate) until: Option<Timestamp>,
}

impl Wait {
    /// Returns what is missing.
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

    /// Returns the moment at which the answer can change by time alone, none if only something that happens can change it.
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

/// What is missing for an item to be assigned: the first of these that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// Its queue has no eligibility pool.
    NoPool,
    /// No pool is open yet.
    NoPoolOpen,
    /// Nobody of an open pool is present on the channel.
    NobodyPresent,
    /// Of those who are present, nobody has room for it.
    NobodyWithRoom,
    /// Of those who have room, everyone has declined it, lacks a skill, or is kept off it by the rule.
    NobodySuitable,
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPool => "the queue has no eligibility pool",
            Self::NoPoolOpen => "no pool is open yet",
            Self::NobodyPresent => "nobody of the open pools is present",
            Self::NobodyWithRoom => "nobody who is present has room for it",
            Self::NobodySuitable => {
                "everyone who has room has declined it, lacks a skill or is kept off it by the rule"
            }
        })
    }
}

/// The item was routed under another plan than the roster's, and has to be routed again; or the roster was made by
/// [`Roster::of`](crate::Roster::of) for another queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the item was routed under another plan than the roster's, or the roster is about another queue"
)]
pub struct OtherPlan;
