//! Assignment rules: the keys that compare agents, the effect of skills, custom gates, and the offer.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{CustomName, PresenceStateId};

/// An assignment rule: how an agent is chosen from a pool, and how the work is offered.
///
/// # Examples
///
/// ```
/// use handover::{Ask, AssignBy, AssignmentRule, SkillMode};
///
/// let rule = AssignmentRule::new()
///     .assign_by([AssignBy::MostCapacity, AssignBy::FewestHandled])
///     .skills(SkillMode::RequireLevels)
///     .offer(Ask::new().timeout_secs(30).timeout_presence("away"));
/// assert!(!rule.include_ai);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(expecting = "an assignment rule: an object")]
#[non_exhaustive]
pub struct AssignmentRule {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The keys that compare agents, the most significant first. Default: [`AssignBy::LastAssigned`].
    pub assign_by: Vec<AssignBy>,
    /// How the work is offered. Default: the agent is asked, may reject, and has no time limit.
    pub offer: Offer,
    /// The effect of skills. Default: none.
    pub skills: SkillMode,
    /// The names of registered [`Eligibility`](crate::Eligibility) rules that an agent must pass, in order.
    pub gates: Vec<CustomName>,
    /// Whether AI agents may be chosen. If so, they come before people. Default: no.
    pub include_ai: bool,
    /// The effect on an open offer when its agent becomes absent. Default: it is withdrawn.
    pub on_presence_lost: OnPresenceLost,
}

impl AssignmentRule {
    /// Creates a rule that asks the agent who has gone longest without an assignment.
    pub fn new() -> Self {
        Self {
            name: None,
            // Spreads the work evenly, and the roster's index answers it.
            assign_by: [AssignBy::LastAssigned].into(),
            // By default, an offer asks the agent. Automatic acceptance is configured.
            offer: Offer::Ask(Ask::new()),
            skills: SkillMode::Ignore,
            gates: Vec::new(),
            include_ai: false,
            on_presence_lost: OnPresenceLost::Withdraw,
        }
    }

    setters! {
        name: String => Some;
        assign_by: Vec<AssignBy>;
        offer: Offer;
        skills: SkillMode;
        include_ai: bool;
        on_presence_lost: OnPresenceLost;
    }

    /// Adds a registered [`Eligibility`](crate::Eligibility) rule, to be checked after the present ones.
    #[must_use]
    pub fn gate(mut self, name: impl Into<CustomName>) -> Self {
        self.gates.push(name.into());
        self
    }
}

/// A key that compares two agents.
///
/// The keys of a rule are compared in order. Agents who are equal in all of them are compared by
/// [`AssignBy::LastAssigned`], then by id, so that no decision is left to chance.
///
/// # Examples
///
/// ```
/// use handover::AssignBy;
///
/// let keys: Vec<AssignBy> = serde_json::from_str(r#"["most_capacity", {"custom": "distance"}]"#)?;
/// assert_eq!(keys, [AssignBy::MostCapacity, AssignBy::custom("distance")]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssignBy {
    /// Most spare units on this channel: the lesser of the channel's and the universal spare capacity.
    MostCapacity,
    /// Longest time since the last assignment on this channel; agents without one come first.
    LastAssigned,
    /// Longest time without an item on any channel. Agents who have an item come last and are equal.
    LongestIdle,
    /// Fewest items held on this channel.
    FewestItems,
    /// Smallest share of the capacity on this channel in use.
    LowestUtilization,
    /// The next agent in the listed order after the one last chosen through this pool.
    RoundRobin,
    /// The first agent in the listed order.
    InOrder,
    /// Fewest items accepted on this channel, an open offer counting as one.
    FewestHandled,
    /// Fewest skills that the item does not ask for.
    SpecialistsFirst,
    /// Lowest score of the [`Ranking`](crate::Ranking) registered under this name.
    Custom(CustomName),
}

impl AssignBy {
    /// Returns the key that compares by the [`Ranking`](crate::Ranking) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }

    /// Returns whether the key reads the listing of a pool. A pool has a listing only if a key of its rule reads it.
    pub(crate) const fn reads_listing(&self) -> bool {
        // Without a wildcard, so that a new key does not compile before it is listed here.
        match self {
            // A custom ranking may call `InOrder` or `RoundRobin`.
            Self::InOrder | Self::RoundRobin | Self::Custom(_) => true,
            Self::MostCapacity
            | Self::LastAssigned
            | Self::LongestIdle
            | Self::FewestItems
            | Self::LowestUtilization
            | Self::FewestHandled
            | Self::SpecialistsFirst => false,
        }
    }
}

/// The effect of skills in a rule.
///
/// | mode | excludes agents | orders agents by |
/// |---|---|---|
/// | `Ignore` | | |
/// | `Prefer` | | number of skills |
/// | `Require` | without a mandatory skill | number of skills |
/// | `PreferLevels` | | number of skills, then number of skills at the level asked for |
/// | `RequireLevels` | without a mandatory skill at the level asked for | number of skills, then number at the level asked for |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkillMode {
    /// Skills have no effect.
    Ignore,
    /// Agents with more of the skills come first.
    Prefer,
    /// Mandatory skills are required; agents with more of the skills come first.
    Require,
    /// As `Prefer`; among equals, agents with more of the skills at the level asked for come first.
    PreferLevels,
    /// As `PreferLevels`; mandatory skills are required at the level asked for.
    RequireLevels,
}

impl SkillMode {
    /// Returns whether skills have an effect.
    pub(crate) const fn has_effect(self) -> bool {
        !matches!(self, Self::Ignore)
    }

    /// Returns whether mandatory skills are required.
    pub(crate) const fn requires_mandatory(self) -> bool {
        matches!(self, Self::Require | Self::RequireLevels)
    }

    /// Returns whether levels have an effect.
    pub(crate) const fn uses_levels(self) -> bool {
        matches!(self, Self::PreferLevels | Self::RequireLevels)
    }
}

/// How work is offered to the chosen agent.
///
/// AI agents are never asked: they accept every item at once.
///
/// # Examples
///
/// ```
/// use handover::{Ask, Offer};
///
/// assert_eq!(serde_json::from_str::<Offer>(r#""auto_accept""#)?, Offer::AutoAccept);
/// let ask = serde_json::from_str::<Offer>(r#"{"ask": {"rejectable": false}}"#)?;
/// assert_eq!(ask, Ask::new().rejectable(false).into());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[serde(expecting = "\"auto_accept\" or {\"ask\": object}")]
#[non_exhaustive]
pub enum Offer {
    /// The agent has the item at once.
    AutoAccept,
    /// The agent is asked.
    Ask(Ask),
}

impl Offer {
    /// Returns the terms of an offer that asks the agent. Returns `None` for automatic acceptance.
    pub(crate) fn ask(&self) -> Option<&Ask> {
        match self {
            Self::AutoAccept => None,
            Self::Ask(ask) => Some(ask),
        }
    }
}

impl From<Ask> for Offer {
    fn from(ask: Ask) -> Self {
        Self::Ask(ask)
    }
}

/// How an agent is asked.
///
/// An agent who rejects an offer or lets it expire has declined the item, and is not asked again until a
/// [`RejectReason`](crate::RejectReason) allows it.
///
/// # Examples
///
/// ```
/// use handover::{Ask, Offer};
///
/// let offer = Offer::from(Ask::new().timeout_secs(30));
/// assert_eq!(serde_json::to_string(&offer)?, r#"{"ask":{"rejectable":true,"timeout_secs":30}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(
    expecting = "an object, optionally with `rejectable`, `timeout_secs` and `timeout_presence`"
)]
#[non_exhaustive]
pub struct Ask {
    /// Whether the agent may reject. Default: yes.
    pub rejectable: bool,
    /// The number of seconds, from 1, after which the offer expires and the item is offered to another agent.
    /// Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_secs: Option<u32>,
    /// The presence state that is set for an agent whose offer expires. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_presence: Option<PresenceStateId>,
}

impl Ask {
    /// Asks without a timeout; the agent may reject.
    pub fn new() -> Self {
        Self {
            rejectable: true,
            timeout_secs: None,
            timeout_presence: None,
        }
    }

    setters! {
        rejectable: bool;
        timeout_presence: PresenceStateId => Some;
    }

    number_setters! {
        timeout_secs: u32 => Some;
    }
}

/// The effect on an open offer when its agent is no longer present on the channel. In JSON, `"withdraw"` or `"keep"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnPresenceLost {
    /// The offer is withdrawn, and the item is offered to another agent.
    Withdraw,
    /// The offer stays open.
    Keep,
}
