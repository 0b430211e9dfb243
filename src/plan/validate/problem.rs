//! Problems: what makes a plan impossible, each with its place in the configuration.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::id::IdError;
use crate::model::NESTING_MAX;
use crate::rule::CustomKind;

/// All that is wrong with a configuration: no plan can be made of it.
///
/// It prints as a list that an administrator can work through.
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
    // INVARIANT: not empty; who makes one has found something.
    problems: Vec<Problem>,
}

impl PlanError {
    pub(crate) const fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Returns the problems, at least one, in the order of the configuration's sections.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.problems.len() == 1 { "" } else { "s" };
        let count = self.problems.len();
        write!(f, "the configuration has {count} problem{plural}:")?;
        (1..)
            .zip(&self.problems)
            .try_for_each(|(number, problem)| write!(f, "\n{number}. {problem}"))
    }
}

/// One thing that is wrong with a configuration, and where.
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
    path: String,
    kind: ProblemKind,
}

impl Problem {
    pub(crate) const fn new(path: String, kind: ProblemKind) -> Self {
        Self { path, kind }
    }

    /// Returns the place in the configuration, such as `queues.agent-whatsapp.eligibility[0].rule`.
    ///
    /// A key that cannot be an id stands in it in quotes, escaped, and cut off where it is long.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what is wrong there.
    pub const fn kind(&self) -> &ProblemKind {
        &self.kind
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

/// What is wrong at one place of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The name of something that is not in the configuration.
    #[error("{thing} `{name}` does not exist, {instead}")]
    Unknown {
        /// What is named.
        thing: ThingKind,
        /// The name.
        name: String,
        /// What could have been meant.
        instead: Instead,
    },
    /// The name of a custom rule that nobody registered.
    #[error("{rule} `{name}` is not registered, {instead}")]
    NotRegistered {
        /// What kind of rule is named.
        rule: CustomKind,
        /// The name.
        name: String,
        /// What could have been meant.
        instead: Instead,
    },
    /// A name that is in its list already.
    #[error("{thing} `{name}` stands in the list twice, at [{first}] already, expected once")]
    Duplicate {
        /// What is named.
        thing: ThingKind,
        /// The name.
        name: String,
        /// The place at which it stands first.
        first: usize,
    },
    /// A skill that the channel asks for already, under the same condition.
    #[error(
        "skill `{skill}` is asked for twice under the same condition, at [{first}] already, expected once"
    )]
    DuplicateSkill {
        /// The skill.
        skill: String,
        /// The place at which it is asked for first.
        first: usize,
    },
    /// An id that cannot be one; only a configuration built in Rust can have it.
    #[error(transparent)]
    InvalidId(#[from] IdError),
    /// Items without a size.
    #[error("a size of 0, expected at least 1")]
    ZeroSize,
    /// A duration of 0 where it may not be.
    #[error("a duration of 0 seconds, expected at least 1")]
    ZeroDuration,
    /// A skill at level 0.
    #[error("a skill level of 0, expected at least 1")]
    ZeroLevel,
    /// A pool that nobody can be in.
    #[error("a pool without groups, expected at least one")]
    PoolWithoutGroups,
    /// Conditions nested too deeply; only a configuration built in Rust can have them.
    #[error("conditions stand in one another more than {NESTING_MAX} deep")]
    ConditionTooDeep,
}

/// What a name in a configuration names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThingKind {
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

impl fmt::Display for ThingKind {
    /// Writes what people call it, as in `presence state`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Channel => "channel",
            Self::Queue => "queue",
            Self::Rule => "rule",
            Self::PresenceState => "presence state",
            Self::Group => "group",
            Self::Agent => "agent",
            Self::Trigger => "trigger",
            Self::Affinity => "affinity",
        })
    }
}

/// What could have been meant by a name that names nothing.
///
/// It is advice for people: what is proposed may change with any version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instead {
    /// A name that is spelled almost alike.
    Nearest(String),
    /// Some of the names that there are.
    OneOf {
        /// The first few of them, at least one.
        names: Vec<String>,
        /// How many there are besides.
        more: usize,
    },
    /// Nothing: there is none.
    Nothing,
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nearest(name) => write!(f, "did you mean `{name}`?"),
            Self::Nothing => f.write_str("there is none"),
            Self::OneOf { names, more } => {
                let one_of = if names.len() > 1 { " one of" } else { "" };
                write!(f, "expected{one_of}")?;
                let mut comma = "";
                for name in names {
                    write!(f, "{comma} `{name}`")?;
                    comma = ",";
                }
                match more {
                    0 => Ok(()),
                    more => write!(f, " or {more} more"),
                }
            }
        }
    }
}
