//! Presence states: what agents choose to say whether they take work.

use alloc::string::String;

use serde::Serialize;

use crate::id::{ChannelId, GroupId};
use crate::model::Scope;

/// A state that agents choose, such as `available`: whether it takes work, on which channels, for which groups.
///
/// # Examples
///
/// ```
/// use handover::PresenceState;
///
/// let available = PresenceState::new().takes_work(true).channels(["whatsapp"]);
/// assert!(available.groups.includes(&"agent-whatsapp".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct PresenceState {
    /// What people call it. By default its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it can be chosen. By default yes.
    pub active: bool,
    /// Whether who is in it takes work. By default not.
    pub takes_work: bool,
    /// In which order states are shown, the lower first; decides nothing. By default 0.
    pub order: i64,
    /// On which channels it takes work. By default on none.
    pub channels: Scope<ChannelId>,
    /// For which groups it is. By default for all.
    pub groups: Scope<GroupId>,
}

impl PresenceState {
    /// Makes a state that takes no work, for all groups.
    pub fn new() -> Self {
        Self {
            name: None,
            active: true,
            takes_work: false,
            order: 0,
            channels: Scope::Only([].into()),
            groups: Scope::All,
        }
    }

    setters! {
        name: String => Some;
        active: bool;
        takes_work: bool;
        channels: Scope<ChannelId>;
        groups: Scope<GroupId>;
    }

    number_setters! {
        order: i64;
    }
}

impl Default for PresenceState {
    fn default() -> Self {
        Self::new()
    }
}

read_object!(PresenceState, "a presence state: an object", {
    name: optional,
    active: default(true),
    takes_work: default(false),
    order: default(0),
    channels: default(Scope::Only([].into())),
    groups: default(Scope::All),
});
