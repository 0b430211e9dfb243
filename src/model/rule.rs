//! Assignment rules: the keys that compare agents, the effect of skills, custom gates, and the offer.

pub(crate) mod assign_by;
pub(crate) mod offer;
pub(crate) mod skill_mode;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::CustomName;
pub use assign_by::AssignBy;
pub use offer::{Ask, Offer, OnPresenceLost};
pub use skill_mode::SkillMode;

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
