//! The plan: a checked configuration, compiled into tables.
//!
//! ```text
//! Config, custom rules ─► builder ─► validate ─► compile ─► tables = Plan      once per configuration
//!                                       └─► PlanError: all problems
//! Plan ─► lint: settings that are legal, but useless or risky                  on request
//!      └► reachability: what a channel needs for its items to reach a person
//! ```
//!
//! Everything is checked when the plan is made, so that a decision neither fails nor looks up a text. `coverage` answers
//! what lints and reachability both ask: which agents can work on a channel at all.

pub(crate) mod builder;
pub(crate) mod compile;
pub(crate) mod coverage;
pub(crate) mod error;
pub(crate) mod group_names;
pub(crate) mod lint;
pub(crate) mod reachability;
pub(crate) mod reachability_condition;
pub(crate) mod routing_index;
pub(crate) mod rows;
pub(crate) mod tables;
pub(crate) mod validate;

use alloc::sync::Arc;
use alloc::vec::Vec;

pub use builder::PlanBuilder;
pub use error::{EntityKind, PlanError, Problem, ProblemKind, Suggestion};
pub use lint::{Lint, LintCode, Severity};
pub use reachability::{ConditionState, QueueReachability, Reachability, ReachabilityCondition};
pub(crate) use rows::{
    ChannelPlan, FastRule, HeldSkill, Listing, Pool, QueuePlan, RulePlan, SizeRulePlan, Stage,
};
pub(crate) use tables::{SMALL_GROUP_MAX, Tables};

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle,
};
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId};
use crate::model::Config;

/// A checked configuration, compiled for decisions.
///
/// A plan is immutable, and a clone shares its contents. Each entity of a plan has a handle, a dense number: a caller that
/// looks up an id once can pass the handle from then on. See [`Lookup`](crate::Lookup).
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Condition::Always));
/// let plan = Plan::new(config)?;
/// let queue = plan.queue("support").expect("the queue is configured");
/// assert_eq!(plan.queue_id(queue).map(QueueId::as_str), Some("support"));
/// # Ok::<(), PlanError>(())
/// ```
///
/// A configuration with problems is refused:
///
/// ```
/// use handover::*;
///
/// let config = Config::new().queue("chat", Queue::new("chatt")).channel("chat", ServiceChannel::new());
/// let error = Plan::new(config).unwrap_err();
/// assert_eq!(error.problems().len(), 1);
/// assert_eq!(error.problems()[0].path(), "queues.chat.channel");
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// Shared by all clones of the plan, and by the rosters and routers that use it.
    tables: Arc<Tables>,
}

impl Plan {
    /// Makes a plan of a configuration.
    ///
    /// The cost is linear in the size of the configuration, apart from sorting.
    ///
    /// # Errors
    ///
    /// Returns a [`PlanError`] with *all* problems of the configuration, each with its path and the expected value.
    ///
    /// # Untrusted ids
    ///
    /// The hash tables of a plan and its routers have a seed that is derived from addresses in memory. On most platforms they are
    /// random, and a stranger cannot choose ids that collide. Where they are not, such as in WebAssembly, a host sets a random
    /// seed with [`PlanBuilder::hash_seed`]. The library reads no other source of randomness.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::Plan;
    ///
    /// // Neither channel is configured.
    /// let json = r#"{"queues": {"support": {"channel": "chat"}, "sales": {"channel": "phone"}}}"#;
    /// let error = Plan::new(serde_json::from_str(json)?).unwrap_err();
    /// let paths: Vec<&str> = error.problems().iter().map(|problem| problem.path()).collect();
    /// assert_eq!(paths, ["queues.support.channel", "queues.sales.channel"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn new(config: Config) -> Result<Self, PlanError> {
        Self::builder(config).build()
    }

    /// Returns a builder for a plan with custom rules.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::rule::sizing;
    /// use handover::*;
    ///
    /// let config = Config::new().channel("case", ServiceChannel::new().size(SizeRule::custom("pages")));
    /// let pages = sizing::from_fn(|item: &WorkItem| item.facts.get("pages").map(|_| 2));
    /// assert!(Plan::builder(config).sizing("pages", pages).build().is_ok());
    /// ```
    pub fn builder(config: Config) -> PlanBuilder {
        PlanBuilder::new(config)
    }

    /// Returns the configuration of the plan.
    pub fn config(&self) -> &Config {
        &self.tables.config
    }

    /// Returns a 64-bit hash of the configuration.
    ///
    /// Plans of equal configurations have equal fingerprints. Plans of different configurations have different fingerprints
    /// with overwhelming probability. Neither custom rules nor hash seeds count, nor does the order of the keys of a map.
    ///
    /// An item that was routed under one plan can be assigned only with a roster whose plan has the same fingerprint.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Agent, Config, Plan};
    ///
    /// let plan = Plan::new(Config::new().agent("asha", Agent::new()))?;
    /// let same = Plan::new(plan.config().clone())?;
    /// let other = Plan::new(Config::new().agent("ben", Agent::new()))?;
    /// assert_eq!(plan.fingerprint(), same.fingerprint());
    /// assert_ne!(plan.fingerprint(), other.fingerprint());
    /// # Ok::<(), handover::PlanError>(())
    /// ```
    pub fn fingerprint(&self) -> u64 {
        self.tables.fingerprint
    }

    /// Returns the lints: settings that are legal, but useless or risky. Severe lints come first.
    ///
    /// See [`Lint`] for an example. Checks the whole configuration at each call.
    pub fn lints(&self) -> Vec<Lint> {
        lint::lints(self.config())
    }

    /// Checks for each queue of a channel whether its items can get to a human agent.
    ///
    /// See [`Reachability`] for an example. Returns `None` if there is no such channel.
    ///
    /// The cost is linear in the channels, the queues, the presence states and the members of the groups that the channel's
    /// queues name.
    pub fn reachability(&self, channel: &str) -> Option<Reachability> {
        reachability::reachability(self.config(), channel)
    }

    /// Returns the compiled contents of the plan.
    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }
}

/// Defines the lookups of handles and ids.
macro_rules! handles {
    ($($handle:ident, $id:ident => $table:ident, $find:ident, $name:ident, $what:literal;)*) => {
        impl Plan {$(
            #[doc = concat!("Returns the handle of ", $what, ", or `None` if the id is unknown.")]
            pub fn $find(&self, id: &str) -> Option<$handle> {
                self.tables.$table.find(id)
            }

            #[doc = concat!("Returns the id of ", $what, ".\n\nReturns `None` if the handle is one of another plan and out of range here.")]
            pub fn $name(&self, handle: $handle) -> Option<&$id> {
                self.tables.$table.get(handle)
            }
        )*}
    };
}

handles! {
    ChannelHandle, ChannelId => channels, channel, channel_id, "a channel";
    QueueHandle, QueueId => queues, queue, queue_id, "a queue";
    GroupHandle, GroupId => groups, group, group_id, "an agent group";
    AgentHandle, AgentId => agents, agent, agent_id, "an agent";
    PresenceStateHandle, PresenceStateId => presence_states, presence_state, presence_state_id, "a presence state";
}
