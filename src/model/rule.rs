//! Assignment rules: how an agent is chosen, and how work is offered.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::id::{CustomName, PresenceStateId};

/// How an agent is chosen from a pool, and how the work is offered.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct AssignmentRule {
    /// What people call it. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By what agents are compared, one after the other. By default [`AssignBy::LastAssigned`].
    pub assign_by: Vec<AssignBy>,
    /// How the work is offered. By default the agent is asked, may reject, and has all the time in the world.
    pub offer: Offer,
    /// What skills mean. By default nothing.
    pub skills: SkillMode,
    /// Names of registered [`Eligibility`](crate::Eligibility) rules that an agent must pass besides.
    pub gates: Vec<CustomName>,
    /// Whether AI agents may be chosen; they come before humans then. By default not.
    pub include_ai: bool,
    /// What happens to an open offer whose agent is no longer present. By default it is withdrawn.
    pub on_presence_lost: OnPresenceLost,
}

impl AssignmentRule {
    /// Makes a rule that takes the agent longest without an assignment, and asks.
    pub fn new() -> Self {
        Self {
            name: None,
            assign_by: [AssignBy::LastAssigned].into(),
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

    /// Adds a registered [`Eligibility`](crate::Eligibility) rule, to be asked after those that are there.
    #[must_use]
    pub fn gate(mut self, name: impl Into<CustomName>) -> Self {
        self.gates.push(name.into());
        self
    }
}

impl Default for AssignmentRule {
    fn default() -> Self {
        Self::new()
    }
}

read_object!(AssignmentRule, "an assignment rule: an object", {
    name: optional,
    assign_by: assign_by,
    offer: default(Offer::Ask(Ask::new())),
    skills: default(SkillMode::Ignore),
    gates: list,
    include_ai: default(false),
    on_presence_lost: default(OnPresenceLost::Withdraw),
});

/// By what two agents are compared.
///
/// Whatever the rule says, what is still equal is decided by [`AssignBy::LastAssigned`], then by the agent's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssignBy {
    /// Most spare units on this channel: the lesser of the channel's and the universal spare.
    MostCapacity,
    /// The longest since it was given something on this channel; never comes first.
    LastAssigned,
    /// Nothing in hand on any channel for the longest; all who have something come after, equal.
    LongestIdle,
    /// Fewest items in hand on this channel.
    FewestItems,
    /// Smallest share of its capacity on this channel in use.
    LowestUtilization,
    /// The next one in the listed order after who was last chosen through this pool.
    RoundRobin,
    /// The earliest in the listed order.
    InOrder,
    /// Fewest items accepted on this channel, an open offer counting as one.
    FewestHandled,
    /// Fewest skills beside those asked for.
    SpecialistsFirst,
    /// The lowest score of the [`Ranking`](crate::Ranking) registered under this name.
    Custom(CustomName),
}

impl AssignBy {
    /// Compares by the [`Ranking`](crate::Ranking) registered under this name.
    pub fn custom(name: impl Into<CustomName>) -> Self {
        Self::Custom(name.into())
    }
}

read_words!(AssignBy, "\"most_capacity\", \"last_assigned\", \"longest_idle\", \"fewest_items\", \"lowest_utilization\", \"round_robin\", \
    \"in_order\", \"fewest_handled\", \"specialists_first\" or {\"custom\": name}", {
    "most_capacity" => MostCapacity,
    "last_assigned" => LastAssigned,
    "longest_idle" => LongestIdle,
    "fewest_items" => FewestItems,
    "lowest_utilization" => LowestUtilization,
    "round_robin" => RoundRobin,
    "in_order" => InOrder,
    "fewest_handled" => FewestHandled,
    "specialists_first" => SpecialistsFirst,
}, keys {
    "custom" => Custom,
});

/// What skills mean to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkillMode {
    /// Nothing.
    Ignore,
    /// Who holds more of the skills asked for comes first.
    Prefer,
    /// Only who holds every mandatory skill; who holds more of those asked for comes first.
    Require,
    /// As `Prefer`; among equals, who holds more of them at the level asked for.
    PreferLevels,
    /// As `Require`, at the level asked for; among equals, who holds more of them at that level.
    RequireLevels,
}

read_words!(SkillMode, "\"ignore\", \"prefer\", \"require\", \"prefer_levels\" or \"require_levels\"", {
    "ignore" => Ignore,
    "prefer" => Prefer,
    "require" => Require,
    "prefer_levels" => PreferLevels,
    "require_levels" => RequireLevels,
});

impl SkillMode {
    /// Whether skills count at all.
    pub(crate) const fn counts(self) -> bool {
        !matches!(self, Self::Ignore)
    }

    /// Whether mandatory skills must be held.
    pub(crate) const fn requires(self) -> bool {
        matches!(self, Self::Require | Self::RequireLevels)
    }

    /// Whether levels count.
    pub(crate) const fn levels(self) -> bool {
        matches!(self, Self::PreferLevels | Self::RequireLevels)
    }
}

/// How work is offered to the agent who was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Offer {
    /// The work is the agent's at once.
    AutoAccept,
    /// The agent is asked.
    Ask(Ask),
}

read_words!(Offer, "\"auto_accept\" or {\"ask\": object}", {
    "auto_accept" => AutoAccept,
}, keys {
    "ask" => Ask,
});

impl From<Ask> for Offer {
    fn from(ask: Ask) -> Self {
        Self::Ask(ask)
    }
}

/// How an agent is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Ask {
    /// Whether the agent may reject. By default yes.
    pub rejectable: bool,
    /// After how many seconds, from 1, the offer lapses and the item goes to another. Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_secs: Option<u32>,
    /// The presence state that is set for an agent who lets an offer lapse. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_presence: Option<PresenceStateId>,
}

impl Ask {
    /// Asks without a time-out; the agent may reject.
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

impl Default for Ask {
    fn default() -> Self {
        Self::new()
    }
}

read_object!(Ask, "how to ask: an object with `rejectable`, `timeout_secs` and `timeout_presence` if need be", {
    rejectable: default(true),
    timeout_secs: optional,
    timeout_presence: optional,
});

/// What happens to an open offer whose agent is no longer present on its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnPresenceLost {
    /// It is withdrawn, and the item goes to another.
    Withdraw,
    /// It stays open.
    Keep,
}

read_words!(OnPresenceLost, "\"withdraw\" or \"keep\"", {
    "withdraw" => Withdraw,
    "keep" => Keep,
});
