//! Lints: what is legal in a configuration and useless all the same.
//!
//! A lint is silent where another already says why, by three rules:
//!
//! 1. What is switched off is not looked at. An active queue on an inactive channel is `inactive_channel` and nothing else;
//!    an inactive queue, a channel that is inactive and a rule that no pool in use goes by are nothing at all.
//! 2. Of two severe lints, the one that follows from the other is silent: `channel_without_presence` speaks for
//!    `pool_without_presence`; a pool without members has neither presence nor room; of a pool that never opens nothing
//!    else is said. Those that are independent are all there, so that they can be mended at once.
//! 3. Warnings are about what can be assigned: channels, queues, pools and their rules which
//!    no severe lint concerns. Among them, `skill_unknown` speaks for `skill_nobody_has`, and a size that nobody has room
//!    for is not also one that may starve.

pub(crate) mod channels;
pub(crate) mod groups;
pub(crate) mod live;
pub(crate) mod offers;
pub(crate) mod pools;
pub(crate) mod queues;
pub(crate) mod waits;
pub(crate) mod work;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::model::Config;

/// Something in a configuration that is legal and useless: what it is, where, and what to do about it.
///
/// [`Plan::lints`](crate::Plan::lints) returns those of a plan.
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
    /// Returns which lint it is.
    pub fn code(&self) -> LintCode {
        self.code
    }

    /// Returns how bad it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Returns the place in the configuration, such as `queues.agent-whatsapp.eligibility[0]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the sentence that says what is wrong.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns the sentence that says what to do.
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

/// How bad a lint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever fails a build by severity should see a new one"
)]
pub enum Severity {
    /// Nothing of that queue, pool or channel can ever be assigned.
    Severe,
    /// Work is assigned, but not always, or not in the way that was likely meant.
    Warning,
}

impl Severity {
    /// Returns its name: `severe` or `warning`.
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

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)*) => {
        /// Which lint it is. In order the severe ones come first.
        ///
        /// "In use" is a queue that is active, on an active channel, and a pool of such a queue, that no severe lint concerns.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum LintCode {
            $($(#[$doc])* $name,)*
        }

        impl LintCode {
            /// All of them, the severe ones first.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Returns its name, such as `inactive_channel`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Returns how bad it is.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    /// An active queue on a channel that is not active.
    InactiveChannel = "inactive_channel", Severe;
    /// An active queue that has no pool.
    QueueWithoutEligibility = "queue_without_eligibility", Severe;
    /// A pool with nobody in its groups, or only AI agents whom its rule does not include.
    PoolWithoutMembers = "pool_without_members", Severe;
    /// An active channel that no active presence state which takes work lists.
    ChannelWithoutPresence = "channel_without_presence", Severe;
    /// A pool of whose members none is in a group that such a state applies to.
    PoolWithoutPresence = "pool_without_presence", Severe;
    /// A pool of whose members none has the capacity for one item of the channel's default size.
    PoolWithoutRoom = "pool_without_room", Severe;
    /// A pool that opens when the item has been canceled.
    PoolNeverOpens = "pool_never_opens", Severe;
    /// A queue whose items an earlier queue takes, all of them.
    QueueShadowed = "queue_shadowed", Severe;
    /// A size for which no member of any pool in use has the capacity.
    SizeNobodyHasRoomFor = "size_nobody_has_room_for", Warning;
    /// A mandatory skill that nobody has of those in the pools in use which require skills.
    SkillNobodyHas = "skill_nobody_has", Warning;
    /// A skill that no agent has.
    SkillUnknown = "skill_unknown", Warning;
    /// An offer that may pend for ever.
    OfferWithoutTimeout = "offer_without_timeout", Warning;
    /// A time-out after which the agent is asked for the next item all the same.
    TimeoutKeepsPresence = "timeout_keeps_presence", Warning;
    /// A target or trigger at a moment when the item has been canceled.
    NeverDue = "never_due", Warning;
    /// A queue whose items, once everyone has declined them, wait for ever.
    MayWaitForEver = "may_wait_for_ever", Warning;
    /// A queue in which large items may wait for ever while small ones take what becomes free.
    LargeItemsMayStarve = "large_items_may_starve", Warning;
    /// A group that orders a queue none of whose pools names it.
    OrderWithoutPool = "order_without_pool", Warning;
}

impl fmt::Display for LintCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Returns all lints of a configuration that has no problems, by code, then in the order of the configuration.
pub(crate) fn lints(config: &Config) -> Vec<Lint> {
    let mut found = Findings(Vec::new());
    let live = live::channels(config, &mut found);
    for channel in &live {
        work::sizes(channel, &mut found);
        waits::lint(channel, &mut found);
    }
    work::skills(config, &live, &mut found);
    offers::lint(config, &live, &mut found);
    groups::lint(config, &live, &mut found);
    let Findings(mut lints) = found;
    lints.sort_by_key(Lint::code);
    lints
}

/// What has been found so far.
pub(crate) struct Findings(Vec<Lint>);

impl Findings {
    fn add(
        &mut self,
        code: LintCode,
        path: impl fmt::Display,
        problem: impl fmt::Display,
        advice: impl fmt::Display,
    ) {
        self.0.push(Lint {
            code,
            path: path.to_string(),
            problem: problem.to_string(),
            advice: advice.to_string(),
        });
    }
}
