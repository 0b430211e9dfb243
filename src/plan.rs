//! The plan: a configuration that has been checked, ready to decide with.

pub(crate) mod builder;
pub(crate) mod compile;
pub(crate) mod coverage;
pub(crate) mod lint;
pub(crate) mod reachability;
pub(crate) mod routing_index;
pub(crate) mod tables;
pub(crate) mod validate;
pub(crate) mod words;

use alloc::sync::Arc;
use alloc::vec::Vec;

pub use builder::PlanBuilder;
pub use lint::{Lint, LintCode, Severity};
pub use reachability::{ConditionState, QueueReachability, Reachability, ReachabilityCondition};
pub(crate) use tables::{
    AgentPlan, ChannelPlan, ConfigPlaces, HeldSkill, IndexedRule, LARGE_GROUP, Listing, Membership,
    Pool, PresencePlan, QueuePlan, RankingKey, RoutingPlan, RulePlan, SizeRulePlan, Stage,
    StageGroup, Tables,
};
pub use validate::problem::{Instead, PlanError, Problem, ProblemKind, ThingKind};

use crate::base::table::{
    AgentHandle, ChannelHandle, GroupHandle, PresenceStateHandle, QueueHandle,
};
use crate::id::{AgentId, ChannelId, GroupId, PresenceStateId, QueueId};
use crate::model::Config;

/// A configuration that has been checked, with all that is worked out from it once.
///
/// It never changes; cloning one copies a pointer. Inside, everything has a dense number, its handle: an id is looked up
/// once, at the door.
///
/// # Examples
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
    compiled: Arc<Tables>,
}

impl Plan {
    /// Checks a configuration and makes a plan of it.
    ///
    /// # Errors
    ///
    /// [`PlanError`] holds *every* problem of the configuration, each with its path and what would be right.
    pub fn new(config: Config) -> Result<Self, PlanError> {
        Self::builder(config).build()
    }

    /// Begins a plan whose configuration refers to rules of the service's own.
    pub fn builder(config: Config) -> PlanBuilder {
        PlanBuilder::new(config)
    }

    /// Returns the configuration that the plan was made of.
    pub fn config(&self) -> &Config {
        &self.compiled.config
    }

    /// Returns a number that two plans of the same configuration share, and two different ones do not.
    ///
    /// Only what was routed under a plan of the same fingerprint can be decided with a roster of this one.
    pub fn fingerprint(&self) -> u64 {
        self.compiled.fingerprint
    }

    /// Returns what is legal in the configuration and cannot work, or may not do what was meant.
    pub fn lints(&self) -> Vec<Lint> {
        lint::lints(self.config())
    }

    /// Says for each queue of a channel what stands between its items and a person; none for a channel that is not there.
    pub fn reachability(&self, channel: &str) -> Option<Reachability> {
        reachability::reachability(self.config(), channel)
    }

    /// Makes a plan of another configuration, with the same rules of the service's own.
    pub(crate) fn of_config(&self, config: Config) -> Result<Self, PlanError> {
        PlanBuilder::after(self, config).build()
    }

    pub(crate) fn compiled(&self) -> &Tables {
        &self.compiled
    }
}

macro_rules! handles {
    ($($handle:ident, $id:ident => $table:ident, $find:ident, $name:ident, $what:literal;)*) => {
        impl Plan {$(
            #[doc = concat!("Returns the handle of ", $what, ", none if there is none of that id.")]
            pub fn $find(&self, id: &str) -> Option<$handle> {
                self.compiled.$table.find(id)
            }

            #[doc = concat!("Returns the id of ", $what, ", none if the handle is of another plan and too large.")]
            pub fn $name(&self, handle: $handle) -> Option<&$id> {
                self.compiled.$table.id(handle)
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
