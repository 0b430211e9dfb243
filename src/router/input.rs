//! What may happen: the inputs of a router.

pub(crate) mod assign_directly;
pub(crate) mod forms;
pub(crate) mod transfer;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::id::{
    AgentId, ChannelId, GroupId, ManagerId, PresenceStateId, QueueId, RejectReasonId, WorkItemId,
};
use crate::model::{Agent, Capacity, Config, Fact, WorkItem, outermost};
use crate::time::Timestamp;
use assign_directly::AssignDirectly;
use transfer::Transfer;

/// Something that happens, or that somebody asks for.
///
/// As JSON it is an object of one key, or the word `"tick"`: the module [`json`](crate::json) lists all of them. What an item
/// must be for an input, as [`ItemState`](crate::ItemState) says it, stands with each; in any other state the input is refused.
///
/// # Examples
///
/// ```
/// use handover::Input;
///
/// let input: Input = serde_json::from_str(r#"{"accept": {"item": "conv-1", "agent": "asha"}}"#)?;
/// assert_eq!(input, Input::Accept { item: "conv-1".into(), agent: "asha".into() });
/// assert_eq!(serde_json::to_string(&Input::Tick)?, r#""tick""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, remote = "Self")]
#[non_exhaustive]
pub enum Input {
    /// A work item comes in.
    Route {
        /// The item.
        item: WorkItem,
        /// The queue for it. Absent: the first that takes it.
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        queue: Option<QueueId>,
    },
    /// An agent chooses a presence state.
    SetPresence {
        /// The agent.
        agent: AgentId,
        /// The state; none takes it away.
        #[serde(deserialize_with = "nullable")]
        state: Option<PresenceStateId>,
    },
    /// An agent switches a channel on or off.
    SetChannel {
        /// The agent.
        agent: AgentId,
        /// The channel.
        channel: ChannelId,
        /// On, or off.
        on: bool,
    },
    /// An agent accepts an offer: of an item pending accept, or of a warm transfer.
    Accept {
        /// The item.
        item: WorkItemId,
        /// The agent to whom it is offered.
        agent: AgentId,
    },
    /// An agent rejects an offer: of an item pending accept, or of a warm transfer. It has declined the item.
    Reject {
        /// The item.
        item: WorkItemId,
        /// The agent to whom it is offered.
        agent: AgentId,
        /// Why.
        reason: RejectReasonId,
    },
    /// Facts about an item, in whatever state, have changed.
    Update {
        /// The item.
        item: WorkItemId,
        /// The facts that have changed; none removes a fact.
        #[serde(deserialize_with = "once_each")]
        facts: BTreeMap<String, Option<Fact>>,
    },
    /// An accepted item is done: its wrap-up begins, or it is closed where there is none.
    Complete {
        /// The item.
        item: WorkItemId,
    },
    /// An accepted item, or one that is wrapped up, is closed.
    Close {
        /// The item.
        item: WorkItemId,
    },
    /// An accepted item goes back to its queue, where its wait begins anew; who had it has declined it.
    Release {
        /// The item.
        item: WorkItemId,
    },
    /// An item is given up, in whatever state.
    Cancel {
        /// The item.
        item: WorkItemId,
        /// What the output says besides.
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        note: Option<String>,
    },
    /// An item goes to a queue (one that is queued, pending accept or accepted; its wait begins anew) or to another agent (one
    /// that is accepted: for others there is [`Allocate`](Self::Allocate)).
    Transfer(Transfer),
    /// A manager has an item offered to an agent, whatever its capacity: one that is queued or pending accept.
    Allocate {
        /// The item.
        item: WorkItemId,
        /// The agent.
        agent: AgentId,
        /// The manager.
        by: ManagerId,
    },
    /// An agent has an item from now on, without being asked, whatever the channel's condition says: any item but one that is
    /// wrapped up.
    AssignDirectly(AssignDirectly),
    /// What an agent may hold is set.
    SetCapacity {
        /// The agent.
        agent: AgentId,
        /// The channel. Absent: over all channels.
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        channel: Option<ChannelId>,
        /// The units; none takes back what was set, for good and for a time.
        #[serde(deserialize_with = "nullable")]
        capacity: Option<Capacity>,
        /// Until when, in milliseconds since the Unix epoch. Absent: for good.
        #[serde(
            default,
            rename = "until_ms",
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        until: Option<Timestamp>,
    },
    /// One agent is configured anew. It costs as much as [`Reconfigure`](Self::Reconfigure): it is linear in the whole
    /// configuration and in all items.
    SetAgent {
        /// The agent.
        agent: AgentId,
        /// The agent as it is from now on; none: it is gone.
        #[serde(deserialize_with = "agent_or_null")]
        value: Option<Box<Agent>>,
        /// The groups that it is a member of from now on. Absent: of none.
        #[serde(default)]
        groups: Vec<GroupId>,
    },
    /// Everything is configured anew.
    Reconfigure {
        /// The whole configuration.
        config: Box<Config>,
    },
    /// Nothing but that time passes.
    Tick,
}

/// Reads a field that may be left out, but is never null.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Says that of two fields both are there, or neither, where just one is to be.
pub(crate) fn not_one_of<E: Error>(what: &str, [one, other]: [&str; 2], are_there: bool) -> E {
    let (both, and) = if are_there {
        ("both", "and")
    } else {
        ("neither", "nor")
    };
    E::custom(format_args!(
        "{what} has {both} `{one}` {and} `{other}`, expected one of them"
    ))
}

/// Reads a field that may be null, but is never left out.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Reads an agent that may be null, but is never left out.
fn agent_or_null<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<Agent>>, D::Error> {
    nullable(deserializer).map_err(outermost)
}

/// Reads facts, each of which may be null, and none of which may come twice.
fn once_each<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Option<Fact>>, D::Error> {
    struct Facts;

    impl<'de> Visitor<'de> for Facts {
        type Value = BTreeMap<String, Option<Fact>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("facts: an object of values, null for those to be removed")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut facts = BTreeMap::new();
            while let Some(field) = map.next_key::<String>()? {
                let fact = map.next_value()?;
                if facts.contains_key(&field) {
                    return Err(A::Error::custom(format_args!("`{field}` is given twice")));
                }
                facts.insert(field, fact);
            }
            Ok(facts)
        }
    }

    deserializer.deserialize_map(Facts)
}
