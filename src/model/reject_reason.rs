//! Reject reasons: the choices of an agent who rejects an offer.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::ChannelId;
use crate::model::scope::Scope;

/// A reason for rejecting an offer. It defines when the item may be offered to the same agent again.
///
/// # Examples
///
/// ```
/// use handover::RejectReason;
///
/// let busy = RejectReason::new().reassignable_after_secs(120);
/// assert!(busy.selectable);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(expecting = "a reject reason: an object")]
#[non_exhaustive]
pub struct RejectReason {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether agents can choose the reason. `false` for reasons that only the system uses. Default: yes.
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
