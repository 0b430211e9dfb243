//! The agents of a requester, whom the affinity *last agent* prefers.

use alloc::vec::Vec;

use crate::base::table::AgentHandle;
use crate::time::{DAY_MILLIS, Timestamp};

/// The agents of an item's requester on the item's channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequesterAgents {
    /// The agents who hold, or are offered, another live item of the requester.
    pub(crate) current: Vec<AgentHandle>,
    /// The agent who last accepted an item of the requester, and when.
    pub(crate) last: Option<(AgentHandle, Timestamp)>,
}

impl RequesterAgents {
    /// No agents.
    pub(crate) const NONE: Self = Self {
        current: Vec::new(),
        last: None,
    };

    /// Returns the last agent, unless the acceptance is too old.
    pub(crate) fn last_within(&self, days: u32, now: Timestamp) -> Option<AgentHandle> {
        let (agent, accepted_at) = self.last?;
        is_within(days, accepted_at, now).then_some(agent)
    }
}

/// Returns `true` if at most a number of days, of 24 hours each, have passed since an acceptance.
pub(crate) fn is_within(days: u32, accepted_at: Timestamp, now: Timestamp) -> bool {
    now.millis_since(accepted_at) <= u64::from(days) * DAY_MILLIS
}
