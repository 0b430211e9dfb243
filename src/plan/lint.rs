//! Lints: settings that are legal, but useless or risky.
//!
//! `severe` adds the severe lints and finds out which channels, queues and pools can be used; `warnings` checks only those.
//! The texts are in `code`. To add a lint, add its row there and call its constructor where its severity belongs.
//!
//! A lint is not reported where another lint already gives the reason:
//!
//! 1. Inactive settings are not checked. An active queue on an inactive channel is reported as `inactive_channel` only.
//!    Inactive queues, inactive channels, and rules that no usable pool refers to are not reported at all.
//! 2. Of two severe lints, only the cause is reported. `channel_without_presence` replaces `pool_without_presence`. A pool
//!    without members is not checked for presence or capacity. A pool that never opens is not checked at all.
//!    Independent severe lints are all reported, so that they can be fixed together.
//! 3. Warnings are about usable channels, queues, pools and rules. `skill_unknown` replaces `skill_nobody_has`. A size
//!    that exceeds every capacity is not reported as `large_items_may_starve`.

pub(crate) mod code;
pub(crate) mod severe;
pub(crate) mod shadowing;
pub(crate) mod skills;
pub(crate) mod usable;
pub(crate) mod warnings;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::model::Config;
pub use code::LintCode;

/// A setting that is legal, but useless or risky: its place in the configuration, the problem, and what to do.
///
/// [`Plan::lints`](crate::Plan::lints) returns the lints of a plan. `Display` writes a lint on one line.
///
/// # Examples
///
/// ```
/// use handover::{Config, LintCode, Plan, Queue, ServiceChannel, Severity};
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new())
///     .queue("agent-whatsapp", Queue::new("whatsapp").active(true));
/// let lints = Plan::new(config)?.lints();
///
/// assert_eq!(lints.len(), 1);
/// assert_eq!(lints[0].code(), LintCode::InactiveChannel);
/// assert_eq!(lints[0].severity(), Severity::Severe);
/// assert_eq!(lints[0].path(), "queues.agent-whatsapp.channel");
/// assert_eq!(lints[0].problem(), "Queue `agent-whatsapp` is active, but its channel `whatsapp` is not.");
/// assert_eq!(lints[0].advice(), "Activate channel `whatsapp`, or deactivate the queue.");
/// # Ok::<(), handover::PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lint {
    code: LintCode,
    path: String,
    problem: String,
    advice: String,
}

impl Lint {
    /// Returns the kind of lint.
    pub fn code(&self) -> LintCode {
        self.code
    }

    /// Returns the severity of the lint.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Returns the path of the setting in the configuration, such as `queues.agent-whatsapp.eligibility[0]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns a sentence that describes the problem.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns a sentence that describes a fix.
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            path,
            problem,
            advice,
        } = self;
        write!(f, "{}[{code}] {path}: {problem} {advice}", code.severity())
    }
}

/// The severity of a lint.
///
/// # Examples
///
/// ```
/// use handover::{LintCode, Severity};
///
/// assert_eq!(LintCode::QueueShadowed.severity(), Severity::Severe);
/// assert!(Severity::Severe < Severity::Warning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller that fails a build by severity must handle a new one"
)]
pub enum Severity {
    /// No item of the queue, pool or channel can ever be assigned.
    Severe,
    /// Items are assigned, but not always, or not in the way that was likely intended.
    Warning,
}

impl Severity {
    /// Returns the name of the severity: `severe` or `warning`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Severe => "severe",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Returns all lints of a configuration without problems, by code, then in the order of the configuration.
pub(crate) fn lints(config: &Config) -> Vec<Lint> {
    let mut lints = Vec::new();
    let usable = severe::lint(config, &mut lints);
    warnings::lint(config, &usable, &mut lints);
    lints.sort_by_key(Lint::code);
    lints
}
