//! The value that `explain` returns: a report on each member of the queue's pools.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::decision::Decision;
use crate::id::{AgentId, CustomName, GroupId, QueueId, WorkItemId};
use crate::rule::{Exclusion, Score};
use crate::time::Timestamp;

/// An explanation of a decision: every member of the queue's pools, with its keys or the gate that excluded it.
///
/// Its `Display` is a table with these columns:
///
/// | column | meaning |
/// |---|---|
/// | `#` | the rank of the agent, from 1; a dash if it is not eligible |
/// | `tier` | the level of the queue in the order of the agent's group, from 1 |
/// | `pool` | the position of the pool in the queue's `eligibility`, from 0 |
/// | `group` | the group through which the agent can get the item, or got furthest |
/// | `why` | the keys in the order of comparison, or the gate; *last assignment no. 3* is the third assignment of the roster |
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true).default_capacity(2))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new().assign_by([AssignBy::MostCapacity]))
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha", "ben"]))
///     .agent("asha", Agent::new())
///     .agent("ben", Agent::new());
/// let plan = Plan::new(config)?;
/// let mut roster = Roster::new(&plan);
/// let now = Timestamp::saturating_from_millis(1_000);
/// roster.set_presence("ben", "available", now)?;
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let explanation = explain(&roster, &item, now)?;
/// assert_eq!(explanation.eligible().count(), 1);
/// assert_eq!(explanation.stopped(), [(Gate::Presence, 1)]);
/// assert!(explanation.to_string().contains("1  ben    1     0     all    2 spare, never assigned"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub(crate) item: WorkItemId,
    pub(crate) queue: QueueId,
    pub(crate) now: Timestamp,
    pub(crate) decision: Decision,
    /// The chosen agent; `None` if the item has to wait.
    pub(crate) agent: Option<AgentId>,
    /// The moment at which time alone can change the decision; `None` if an agent was chosen, or only events can change it.
    pub(crate) until: Option<Timestamp>,
    /// The eligible agents, best first, then the others by id.
    pub(crate) candidates: Vec<CandidateReport>,
}

impl Explanation {
    /// Returns the id of the item.
    pub fn item(&self) -> &WorkItemId {
        &self.item
    }

    /// Returns the queue in which the item waits.
    pub fn queue(&self) -> &QueueId {
        &self.queue
    }

    /// Returns the moment of the decision.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the decision of [`assign`](crate::assign()).
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Returns the earliest moment at which time alone can change the decision.
    ///
    /// `None` if an agent was found, or if only an event can change the decision.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Returns all members of the queue's pools: the eligible ones, best first, then the others by id.
    pub fn candidates(&self) -> &[CandidateReport] {
        &self.candidates
    }

    /// Returns the eligible agents, best first.
    pub fn eligible(&self) -> impl Iterator<Item = &CandidateReport> {
        let candidates = self.candidates.iter();
        candidates.filter(|report| report.gate().is_none())
    }

    /// Returns the number of agents that each gate excluded, in the order of the gates. Gates that excluded none are left out.
    pub fn stopped(&self) -> Vec<(Gate, usize)> {
        // Sorted by gate.
        let mut stopped: BTreeMap<Gate, usize> = BTreeMap::new();
        for gate in self.candidates.iter().filter_map(CandidateReport::gate) {
            *stopped.entry(gate.clone()).or_default() += 1;
        }
        stopped.into_iter().collect()
    }
}

/// The report on one agent in an [`Explanation`].
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
///     .rule("any", AssignmentRule::new().assign_by([AssignBy::FewestItems]))
///     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
///     .group("all", AgentGroup::new(["asha", "ben"]))
///     .agent("asha", Agent::new())
///     .agent("ben", Agent::new());
/// let plan = Plan::new(config)?;
/// let now = Timestamp::saturating_from_millis(1_000);
/// let mut roster = Roster::new(&plan);
/// for agent in ["asha", "ben"] {
///     roster.set_presence(agent, "available", now)?;
/// }
/// roster.give("ben", "chat", 1)?;
///
/// let item = route(&plan, WorkItem::new("chat-1", "chat"), now)?;
/// let explanation = explain(&roster, &item, now)?;
/// let [asha, ben] = explanation.candidates() else { panic!("the group has two members") };
/// assert_eq!((asha.agent().as_str(), asha.tier(), asha.pool()), ("asha", 1, 0));
/// // Asha holds no item, so her score is 0.
/// assert_eq!((asha.keys()[0].name(), asha.keys()[0].score()), ("fewest_items", rule::Score(0)));
///
/// // Ben has no spare capacity.
/// let Outcome::Excluded { gate: Gate::Capacity, exclusion } = ben.outcome() else { panic!("ben is busy") };
/// assert_eq!(exclusion.reason(), "holds 1 of 1 units, the item takes 1");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateReport {
    pub(crate) agent: AgentId,
    /// From 1.
    pub(crate) tier: u32,
    /// The position in the queue's `eligibility`, from 0.
    pub(crate) pool: usize,
    pub(crate) group: GroupId,
    pub(crate) outcome: Outcome,
}

impl CandidateReport {
    /// Returns the agent.
    pub fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// Returns the tier of the queue for the agent's [group](Self::group), from 1. A lower tier wins before all keys of a rule.
    pub fn tier(&self) -> u32 {
        self.tier
    }

    /// Returns the pool through which the agent can get the item, or got furthest: its position in the queue's `eligibility`,
    /// from 0.
    pub fn pool(&self) -> usize {
        self.pool
    }

    /// Returns the group through which the agent can get the item, or got furthest.
    pub fn group(&self) -> &GroupId {
        &self.group
    }

    /// Returns whether the agent is eligible, and why.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns the gate that excluded the agent; `None` if it is eligible.
    pub fn gate(&self) -> Option<&Gate> {
        match &self.outcome {
            Outcome::Eligible { .. } => None,
            Outcome::Excluded { gate, .. } => Some(gate),
        }
    }

    /// Returns the keys that ranked the agent; empty if it is not eligible.
    pub fn keys(&self) -> &[RankKey] {
        match &self.outcome {
            Outcome::Eligible { keys } => keys,
            Outcome::Excluded { .. } => &[],
        }
    }
}

/// The result of evaluating one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an agent is eligible or excluded")]
pub enum Outcome {
    /// The agent can take the item.
    Eligible {
        /// The keys that ranked it, in the order of comparison.
        keys: Vec<RankKey>,
    },
    /// A gate excluded the agent.
    Excluded {
        /// The gate.
        gate: Gate,
        /// The reason, and the moment at which time alone ends it, if there is one.
        exclusion: Exclusion,
    },
}

/// One key that ranked an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankKey {
    /// Whether the key is a custom ranking, whose name may be that of a built-in key.
    pub(crate) is_custom: bool,
    pub(crate) name: Box<str>,
    pub(crate) score: Score,
}

impl RankKey {
    /// Creates the key of a built-in ranking, an affinity, or the requested skills.
    pub(crate) fn built_in(name: &str, score: Score) -> Self {
        Self {
            is_custom: false,
            name: name.into(),
            score,
        }
    }

    /// Returns the name of the key: an entry of `assign_by`, `skills`, `skills_at_level`, `ai`, or an affinity.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the agent's score. Lower is better.
    pub fn score(&self) -> Score {
        self.score
    }
}

/// A condition that an agent must meet to take an item.
///
/// The gates are checked in this order, which is also the order of the values.
///
/// # Examples
///
/// ```
/// use handover::Gate;
///
/// // An agent who is absent and busy is excluded by `presence`, which is checked first.
/// assert!(Gate::Presence < Gate::Capacity);
/// assert_eq!(Gate::Custom("rested".into()).to_string(), "rested");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Gate {
    /// The agent is a member of a group of an open pool.
    Pool,
    /// The agent's presence state takes work on the channel, and its switch for the channel is on.
    Presence,
    /// The agent has not declined the item, or the decline has lapsed.
    Declined,
    /// The agent holds the mandatory skills.
    Skills,
    /// The agent is a person, or the rule includes AI agents.
    Ai,
    /// The agent has enough spare capacity, on the channel and over all channels.
    Capacity,
    /// The agent passes a custom gate.
    Custom(CustomName),
}

display_name!(Gate, |gate| match gate {
    Gate::Pool => "pool",
    Gate::Presence => "presence",
    Gate::Declined => "declined",
    Gate::Skills => "skills",
    Gate::Ai => "ai",
    Gate::Capacity => "capacity",
    Gate::Custom(name) => name.as_str(),
});
