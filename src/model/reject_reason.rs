//! Reject reasons: the choices of an agent who rejects an offer.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::ChannelId;
use crate::model::scope::Scope;

/// A reason for rejecting an offer. It defines when the item may be offered to the same agent again.
///
/// Two ids are reserved. The router uses the reason `timed_out` for a decline by time-out, and `gave_away` for a decline by an
/// agent who gives an accepted item away: by a release, a transfer to the item's own queue or a blind transfer that names the
/// agent as `by`. Configure them to set their `reassignable_after_secs`; otherwise these declines do not lapse. Agents can
/// choose them as well, unless `selectable` is `false`.
///
/// Every decline ends when the item starts over (`when_exhausted` of its queue) or is transferred to another queue.
///
/// # Examples
///
/// Asha rejects a chat because she is busy. After 2 minutes, the router offers it to her again:
///
/// ```
/// # use handover::*;
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .rule("any", AssignmentRule::new())
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
/// #     .group("all", AgentGroup::new(["asha"]))
/// #     .agent("asha", Agent::new());
/// let config = config.reject_reason("busy", RejectReason::new().reassignable_after_secs(120));
/// let mut router = Router::new(&Plan::new(config)?);
/// let at = Timestamp::saturating_from_millis;
/// router.handle(at(0), Input::SetPresence { agent: "asha".into(), state: Some("available".into()) })?;
/// router.handle(at(0), Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None })?;
///
/// let reject = Input::Reject { item: "chat-1".into(), agent: "asha".into(), reason: "busy".into() };
/// router.handle(at(1_000), reject)?;
/// assert_eq!(router.item("chat-1").map(|item| item.state()), Some(ItemState::Queued));
///
/// assert_eq!(router.poll_timeout(), Some(at(121_000)));
/// router.handle(at(121_000), Input::Tick)?;
/// assert_eq!(router.item("chat-1").and_then(|item| item.offered_to()), Some(&"asha".into()));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(expecting = "a reject reason: an object")]
#[non_exhaustive]
pub struct RejectReason {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether agents can choose the reason. Default: yes. Set `false` for `timed_out` and `gave_away`.
    pub selectable: bool,
    /// The channels on which agents can choose the reason. Default: all.
    pub channels: Scope<ChannelId>,
    /// The number of seconds, from 1, until the item may be offered to the agent again. Absent: it is not offered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reassignable_after_secs: Option<u32>,
}

impl RejectReason {
    /// Creates a reason that agents can choose on all channels, after which the item is not offered to them again.
    pub fn new() -> Self {
        Self {
            name: None,
            selectable: true,
            channels: Scope::All,
            reassignable_after_secs: None,
        }
    }

    setters! {
        name: String => Some;
        selectable: bool;
        channels: Scope<ChannelId>;
    }

    number_setters! {
        reassignable_after_secs: u32 => Some;
    }
}
