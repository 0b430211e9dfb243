//! The last agent of a requester: how long an acceptance counts for the affinity *last agent*.

use crate::base::table::AgentHandle;
use crate::time::{DAY_MILLIS, Timestamp};

/// The time for which an agent counts as a requester's last agent: 30 days, in milliseconds.
///
/// A router keeps a last agent for longer, until `REQUESTERS_MAX` other requesters have been recorded on the channel.
pub(crate) const LAST_AGENT_MILLIS: u64 = 30 * DAY_MILLIS;

/// Returns the requester's last agent, unless the acceptance was more than 30 days ago.
pub(crate) fn if_recent(
    last: Option<(AgentHandle, Timestamp)>,
    now: Timestamp,
) -> Option<AgentHandle> {
    let (agent, accepted_at) = last?;
    (now.millis_since(accepted_at) <= LAST_AGENT_MILLIS).then_some(agent)
}
