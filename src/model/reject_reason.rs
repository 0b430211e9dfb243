//! Reasons for which offers are rejected.

use alloc::string::String;

use serde::Serialize;

use crate::id::ChannelId;
use crate::model::Scope;

/// Why an offer was turned down, and for how long its item is not offered to that agent again.
///
/// # Examples
///
/// ```
/// use handover::RejectReason;
///
/// let busy = RejectReason::new().reassignable_after_secs(120);
/// assert!(busy.selectable);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct RejectReason {
    /// What people call it. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether an agent can choose it. By default yes; one for the system's own use is not.
    pub selectable: bool,
    /// On which channels. By default on all.
    pub channels: Scope<ChannelId>,
    /// After how many seconds, from 1, the item may be offered to that agent again. Absent: not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reassignable_after_secs: Option<u32>,
}

impl RejectReason {
    /// Makes a reason that agents can choose on all channels, and after which the item is not offered to them again.
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

impl Default for RejectReason {
    fn default() -> Self {
        Self::new()
    }
}

read_object!(RejectReason, "a reject reason: an object", {
    name: optional,
    selectable: default(true),
    channels: default(Scope::All),
    reassignable_after_secs: optional,
});
