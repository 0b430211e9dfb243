//! The error of a wrong configuration: of [`Plan::new`](crate::Plan::new), and of a router's
//! [`reconfigure`](crate::Input::Reconfigure).
//!
//! A [`PlanError`] lists all problems: faults for which no plan can be made, each with its path.
//!
//! An error text has the path of the value, the fault, and the expected value:
//! ``queues.billing.channel: channel `chatt` does not exist, did you mean `chat`?``.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::id::IdError;
use crate::model::NESTING_MAX;
use crate::rule::CustomKind;

/// The error of [`Plan::new`](crate::Plan::new): all problems of a configuration.
///
/// `Display` writes a numbered list.
///
/// # Examples
///
/// ```
/// use handover::{Config, EligibilityPool, Plan, Queue, ServiceChannel};
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new().default_size(0_u32))
///     .queue("agent-whatsapp", Queue::new("whatsap"));
/// let error = Plan::new(config).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the configuration has 2 problems:\n\
///      1. channels.whatsapp.default_size: a size of 0, expected at least 1\n\
///      2. queues.agent-whatsapp.channel: channel `whatsap` does not exist, did you mean `whatsapp`?"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct PlanError {
    // INVARIANT: not empty, since an error is made only if there is a problem.
    /// At least one.
    pub(crate) problems: Vec<Problem>,
}

impl PlanError {
    /// Returns the problems in the order of the configuration's sections. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All problems, so that a configuration can be corrected in one go.
        let plural = if self.problems.len() == 1 { "" } else { "s" };
        let count = self.problems.len();
        write!(f, "the configuration has {count} problem{plural}:")?;
        let mut problems = (1..).zip(&self.problems);
        problems.try_for_each(|(number, problem)| write!(f, "\n{number}. {problem}"))
    }
}

/// A fault in a configuration, with its path.
///
/// # Examples
///
/// ```
/// use handover::{Config, Plan, ProblemKind, ServiceChannel};
///
/// let config = Config::new().channel("phone", ServiceChannel::new().default_size(0_u32));
/// let error = Plan::new(config).unwrap_err();
/// assert_eq!(error.problems()[0].path(), "channels.phone.default_size");
/// assert_eq!(error.problems()[0].kind(), &ProblemKind::ZeroSize);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the value in the configuration.
    pub(crate) path: String,
    pub(crate) kind: ProblemKind,
}

impl Problem {
    /// Returns the path of the value in the configuration, such as `queues.agent-whatsapp.eligibility[0].rule`.
    ///
    /// A key that cannot be an id is quoted and escaped, and cut off after 32 characters.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the kind of problem.
    pub const fn kind(&self) -> &ProblemKind {
        &self.kind
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

/// A kind of problem. `Display` writes what is wrong and what was expected, without the path.
///
/// A program that shows problems in its own words, or that offers to fix them, matches on the kind.
///
/// # Examples
///
/// ```
/// use handover::{AgentGroup, Config, EntityKind, Plan, ProblemKind};
///
/// let config = Config::new().group("support", AgentGroup::new(["asha"]));
/// let error = Plan::new(config).unwrap_err();
///
/// // A user interface can offer to create the agent.
/// let ProblemKind::Unknown { thing: EntityKind::Agent, name, .. } = error.problems()[0].kind() else {
///     panic!("the agent is not configured");
/// };
/// assert_eq!(name, "asha");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A reference to an entry that is not in the configuration.
    #[error("{thing} `{name}` does not exist, {instead}")]
    Unknown {
        /// The kind of entry.
        thing: EntityKind,
        /// The name.
        name: String,
        /// A suggestion.
        instead: Suggestion,
    },
    /// A reference to a custom rule that is not registered with the [`PlanBuilder`](crate::PlanBuilder).
    #[error("{rule} `{name}` is not registered, {instead}")]
    NotRegistered {
        /// The kind of custom rule.
        rule: CustomKind,
        /// The name.
        name: String,
        /// A suggestion.
        instead: Suggestion,
    },
    /// A name that comes twice in a list.
    #[error("{thing} `{name}` is listed twice, first at [{first}], expected once")]
    Duplicate {
        /// The kind of entry.
        thing: EntityKind,
        /// The name.
        name: String,
        /// The index at which the name comes first.
        first: usize,
    },
    /// A skill that a channel asks for twice under the same condition.
    #[error(
        "skill `{skill}` is asked for twice under the same condition, first at [{first}], expected once"
    )]
    DuplicateSkill {
        /// The skill.
        skill: String,
        /// The index at which the channel asks for it first.
        first: usize,
    },
    /// A text that cannot be an id. Only a configuration that was built in Rust can have one.
    #[error(transparent)]
    InvalidId(#[from] IdError),
    /// A size of 0.
    #[error("a size of 0, expected at least 1")]
    ZeroSize,
    /// A duration of 0 seconds or days where at least 1 is required.
    #[error("a duration of 0, expected at least 1")]
    ZeroDuration,
    /// A skill level of 0.
    #[error("a skill level of 0, expected at least 1")]
    ZeroLevel,
    /// A pool without groups.
    #[error("a pool without groups, expected at least one")]
    PoolWithoutGroups,
    /// A condition that is nested too deeply. Only a configuration that was built in Rust can have one.
    #[error("conditions are nested more than {NESTING_MAX} levels deep")]
    ConditionTooDeep,
    /// A list or a map with more entries than it may have.
    #[error("{found} entries, expected at most {max}")]
    TooManyEntries {
        /// The number of entries.
        found: usize,
        /// The maximum number, such as [`POOLS_MAX`](crate::POOLS_MAX).
        max: usize,
    },
}

/// A kind of entry that a name in a configuration refers to.
///
/// `Display` writes the words of an administrator, such as `presence state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// A service channel.
    Channel,
    /// A queue.
    Queue,
    /// An assignment rule.
    Rule,
    /// A presence state.
    PresenceState,
    /// An agent group.
    Group,
    /// An agent.
    Agent,
    /// A trigger of a queue.
    Trigger,
    /// A kind of affinity.
    Affinity,
}

display_name!(EntityKind, |kind| match kind {
    EntityKind::Channel => "channel",
    EntityKind::Queue => "queue",
    EntityKind::Rule => "rule",
    EntityKind::PresenceState => "presence state",
    EntityKind::Group => "group",
    EntityKind::Agent => "agent",
    EntityKind::Trigger => "trigger",
    EntityKind::Affinity => "affinity",
});

/// A suggestion for a name that does not exist.
///
/// The suggestion is meant for people: it may change with any version of the crate.
///
/// # Examples
///
/// ```
/// use handover::{Config, Suggestion, Plan, ProblemKind, Queue, ServiceChannel};
///
/// let config = Config::new().channel("chat", ServiceChannel::new()).queue("support", Queue::new("chatt"));
/// let error = Plan::new(config).unwrap_err();
/// let ProblemKind::Unknown { instead, .. } = error.problems()[0].kind() else {
///     panic!("the channel exists");
/// };
/// assert_eq!(instead, &Suggestion::Nearest("chat".into()));
/// assert_eq!(instead.to_string(), "did you mean `chat`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suggestion {
    /// The existing name with the most similar spelling.
    Nearest(String),
    /// A few of the existing names, since none is similar.
    OneOf {
        /// The first names in the order of the configuration, at least one.
        names: Vec<String>,
        /// The number of further names.
        more: usize,
    },
    /// No suggestion, since there are no names.
    Nothing,
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nearest(name) => write!(f, "did you mean `{name}`?"),
            // The sentence goes on after the name that does not exist.
            Self::Nothing => f.write_str("there is none"),
            // expected `a` · expected one of `a`, `b` · expected one of `a`, `b`, `c`, `d` or 12 more
            Self::OneOf { names, more } => {
                let one_of = if names.len() > 1 { " one of" } else { "" };
                write!(f, "expected{one_of} `{}`", names.join("`, `"))?;
                match more {
                    0 => Ok(()),
                    more => write!(f, " or {more} more"),
                }
            }
        }
    }
}
