//! The record that an agent declined an item.
//!
//! An agent declines by rejecting an offer, by letting it expire, or by giving an accepted item back. Until the decline
//! lapses or is cleared, the item is not offered to the agent again. A manager may still allocate it.

use crate::base::table::AgentHandle;
use crate::time::Timestamp;

/// The record that an agent declined an item.
///
/// [`Routed::decline`](crate::Routed::decline) makes it, and [`Routed::declines`](crate::Routed::declines) returns it.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("chat", ServiceChannel::new().active(true))
///     .queue("support", Queue::new("chat").active(true).routing(Routing::always()))
///     .agent("asha", Agent::new());
/// let plan = Plan::new(config)?;
/// let moment = Timestamp::saturating_from_millis(120_000);
///
/// let mut item = route(&plan, WorkItem::new("chat-1", "chat"), Timestamp::EPOCH)?;
/// item.decline(&plan, "asha", Some(moment))?;
/// let decline = item.declines()[0];
/// assert_eq!(plan.agent("asha"), Some(decline.agent()));
/// assert!(decline.holds_at(Timestamp::EPOCH) && !decline.holds_at(moment));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decline {
    pub(crate) agent: AgentHandle,
    /// The moment at which the decline lapses. `None` if it holds until it is cleared.
    pub(crate) until: Option<Timestamp>,
}

impl Decline {
    /// Returns the agent.
    pub fn agent(&self) -> AgentHandle {
        self.agent
    }

    /// Returns the moment at which the decline lapses; `None` if it holds until it is cleared.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Returns whether the decline holds at a moment.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
