//! What an explanation says.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::decision::Decision;
use crate::id::{AgentId, CustomName, GroupId, QueueId, WorkItemId};
use crate::rule::{Exclusion, Score};
use crate::time::Timestamp;

/// Why an item goes to an agent, or to nobody.
///
/// Its `Display` is a table. `tier` is how the agent's group ranks this queue, from 1; `pool` the place of the pool in the
/// queue's `eligibility`, from 0; *last assignment no. 3* the third assignment of the roster, so that the lower number is the
/// longer ago. An agent with a dash cannot take the item: the gate that stopped it stands under *why*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub(crate) item: WorkItemId,
    pub(crate) queue: QueueId,
    pub(crate) now: Timestamp,
    pub(crate) decision: Decision,
    /// Who the decision is for.
    pub(crate) agent: Option<AgentId>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) candidates: Vec<Considered>,
}

impl Explanation {
    /// Returns the item's id.
    pub fn item(&self) -> &WorkItemId {
        &self.item
    }

    /// Returns the queue in which the item waits.
    pub fn queue(&self) -> &QueueId {
        &self.queue
    }

    /// Returns the moment for which it was asked.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns what [`assign`](crate::assign()) answers.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Returns the moment at which the answer can change by time alone, where nobody was found.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Returns every member of any pool of the queue: who may take the item, the best first, then the others by id.
    pub fn candidates(&self) -> &[Considered] {
        &self.candidates
    }

    /// Returns who may take the item, the best first.
    pub fn eligible(&self) -> impl Iterator<Item = &Considered> {
        self.candidates
            .iter()
            .filter(|considered| considered.gate().is_none())
    }

    /// Returns how many agents a gate has stopped, for each gate that has, in the order of the gates.
    pub fn stopped(&self) -> Vec<(Gate, usize)> {
        let mut stopped: Vec<(Gate, usize)> = Vec::new();
        for gate in self.candidates.iter().filter_map(Considered::gate) {
            match stopped.iter_mut().find(|(known, _)| known == gate) {
                Some((_, count)) => *count += 1,
                None => stopped.push((gate.clone(), 1)),
            }
        }
        stopped.sort();
        stopped
    }
}

/// An agent, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    pub(crate) agent: AgentId,
    pub(crate) tier: Option<u32>,
    pub(crate) pool: Option<usize>,
    pub(crate) group: Option<GroupId>,
    pub(crate) outcome: Outcome,
}

impl Considered {
    /// Returns the agent.
    pub fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// Returns the tier in which the queue stands for the group that counts for the agent, from 1: the lower comes first,
    /// before all that a rule says.
    pub fn tier(&self) -> Option<u32> {
        self.tier
    }

    /// Returns the place, in the queue's list, of the pool that counts for the agent: through which it may take the item, or
    /// in which it came furthest.
    pub fn pool(&self) -> Option<usize> {
        self.pool
    }

    /// Returns the group that counts for the agent.
    pub fn group(&self) -> Option<&GroupId> {
        self.group.as_ref()
    }

    /// Returns what became of it.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns the gate that stopped it, none if it may take the item.
    pub fn gate(&self) -> Option<&Gate> {
        match &self.outcome {
            Outcome::Eligible { .. } => None,
            Outcome::Excluded { gate, .. } => Some(gate),
        }
    }

    /// Returns the keys that ranked it, none if it may not take the item.
    pub fn keys(&self) -> &[RankKey] {
        match &self.outcome {
            Outcome::Eligible { keys } => keys,
            Outcome::Excluded { .. } => &[],
        }
    }
}

/// What became of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an agent may take an item, or something stops it"
)]
pub enum Outcome {
    /// It may take the item.
    Eligible {
        /// By what it was ranked among those of its pool, in the order in which that was compared.
        keys: Vec<RankKey>,
    },
    /// A gate stopped it.
    Excluded {
        /// The gate.
        gate: Gate,
        /// Why, and until when if time alone will change it.
        exclusion: Exclusion,
    },
}

/// One key by which an agent was ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankKey {
    pub(crate) is_custom: bool,
    pub(crate) name: Box<str>,
    pub(crate) score: Score,
}

impl RankKey {
    /// Returns what it is called: the entry of `assign_by`, `skills`, or the affinity.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the agent's score: the lower comes first.
    pub fn score(&self) -> Score {
        self.score
    }
}

/// What an agent must pass to take an item, in the order in which it is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Gate {
    /// It is in a group of an open pool.
    Pool,
    /// It has a presence state that takes work on the channel, and the channel is switched on.
    Presence,
    /// It has not declined the item.
    Declined,
    /// It holds the mandatory skills.
    Skills,
    /// It is a person, or the rule includes AI agents.
    Ai,
    /// The item fits, on the channel and over all channels.
    Capacity,
    /// A rule of the service's own.
    Custom(CustomName),
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pool => "pool",
            Self::Presence => "presence",
            Self::Declined => "declined",
            Self::Skills => "skills",
            Self::Ai => "ai",
            Self::Capacity => "capacity",
            Self::Custom(name) => name.as_str(),
        })
    }
}
