//! Presence states: the choices of an agent, such as `available` and `away`, and what work each of them allows.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::{ChannelId, GroupId};
use crate::model::scope::Scope;

/// A presence state that agents choose, such as `available`.
///
/// It defines whether its agents take work, on which channels, and for which groups. An agent without a presence state takes
/// no work.
///
/// # Examples
///
/// ```
/// use handover::PresenceState;
///
/// let available = PresenceState::new().takes_work(true).channels(["whatsapp"]);
/// assert!(available.groups.includes(&"agent-whatsapp".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[serde(expecting = "a presence state: an object")]
#[non_exhaustive]
pub struct PresenceState {
    /// The display name. Default: the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether agents can choose the state. Default: yes.
    pub active: bool,
    /// Whether agents in this state take work. Default: no.
    pub takes_work: bool,
    /// The position in a list of states, lowest first. Affects no decision. Default: 0.
    pub order: i64,
    /// The channels on which agents in this state take work. Default: none.
    pub channels: Scope<ChannelId>,
    /// The groups to whose members the state applies. Default: all.
    pub groups: Scope<GroupId>,
}

impl PresenceState {
    /// Creates an active state that takes no work, for all groups.
    pub fn new() -> Self {
        Self {
            name: None,
            active: true,
            takes_work: false,
            order: 0,
            // A state that takes work names its channels, so that a new channel disturbs nobody.
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
