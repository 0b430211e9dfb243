//! The offer settings of a rule: automatic acceptance, rejection, the time-out, and the effect of a lost presence.

use serde::{Deserialize, Serialize};

use crate::id::PresenceStateId;

/// How work is offered to the chosen agent.
///
/// AI agents are never asked: they accept every item at once.
///
/// # Examples
///
/// ```
/// use handover::{Ask, Offer};
///
/// assert_eq!(serde_json::from_str::<Offer>(r#""auto_accept""#)?, Offer::AutoAccept);
/// let ask = serde_json::from_str::<Offer>(r#"{"ask": {"rejectable": false}}"#)?;
/// assert_eq!(ask, Ask::new().rejectable(false).into());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[serde(expecting = "\"auto_accept\" or {\"ask\": object}")]
#[non_exhaustive]
pub enum Offer {
    /// The agent has the item at once.
    AutoAccept,
    /// The agent is asked.
    Ask(Ask),
}

impl Offer {
    /// Returns the terms of an offer that asks the agent. Returns `None` for automatic acceptance.
    pub(crate) fn ask(&self) -> Option<&Ask> {
        match self {
            Self::AutoAccept => None,
            Self::Ask(ask) => Some(ask),
        }
    }
}

impl From<Ask> for Offer {
    fn from(ask: Ask) -> Self {
        Self::Ask(ask)
    }
}

/// How an agent is asked.
///
/// An agent who rejects an offer or lets it expire has declined the item, and is not asked again until a
/// [`RejectReason`](crate::RejectReason) allows it.
///
/// # Examples
///
/// ```
/// use handover::{Ask, Offer};
///
/// let offer = Offer::from(Ask::new().timeout_secs(30));
/// assert_eq!(serde_json::to_string(&offer)?, r#"{"ask":{"rejectable":true,"timeout_secs":30}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(
    expecting = "an object, optionally with `rejectable`, `timeout_secs` and `timeout_presence`"
)]
#[non_exhaustive]
pub struct Ask {
    /// Whether the agent may reject. Default: yes.
    pub rejectable: bool,
    /// The number of seconds, from 1, after which the offer expires and the item is offered to another agent.
    /// Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_secs: Option<u32>,
    /// The presence state that is set for an agent whose offer expires. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_presence: Option<PresenceStateId>,
}

impl Ask {
    /// Asks without a timeout; the agent may reject.
    pub fn new() -> Self {
        Self {
            rejectable: true,
            timeout_secs: None,
            timeout_presence: None,
        }
    }

    setters! {
        rejectable: bool;
        timeout_presence: PresenceStateId => Some;
    }

    number_setters! {
        timeout_secs: u32 => Some;
    }
}

/// The effect on an open offer when its agent is no longer present on the channel. In JSON, `"withdraw"` or `"keep"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnPresenceLost {
    /// The offer is withdrawn, and the item is offered to another agent.
    Withdraw,
    /// The offer stays open.
    Keep,
}
