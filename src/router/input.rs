//! What may happen: the inputs of a router.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use crate::id::{
    AgentId, ChannelId, GroupId, ManagerId, PresenceStateId, QueueId, RejectReasonId, WorkItemId,
};
use crate::model::{Agent, Capacity, Config, Fact, NamingFields, WorkItem, outermost};
use crate::time::Timestamp;

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

/// An item goes to another queue or another agent.
///
/// # Examples
///
/// ```
/// use handover::{Transfer, TransferMode};
///
/// let transfer: Transfer =
///     serde_json::from_str(r#"{"item": "conv-1", "to_agent": "ben", "mode": "warm"}"#)?;
/// assert_eq!(transfer, Transfer::to_agent("conv-1", "ben", TransferMode::Warm));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transfer {
    /// The item.
    pub item: WorkItemId,
    /// Where it goes.
    pub to: TransferTarget,
}

/// Where an item goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferTarget {
    /// To a queue.
    Queue(QueueId),
    /// To an agent, who is asked.
    Agent {
        /// The agent.
        agent: AgentId,
        /// What becomes of the giver.
        mode: TransferMode,
        /// Whether the agent's capacity is not asked.
        force: bool,
    },
}

/// What becomes of whoever transfers an item to another agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TransferMode {
    /// The giver keeps the item until the other has accepted it.
    Warm,
    /// The giver is rid of the item at once.
    Blind,
}

impl Transfer {
    /// Transfers an item to a queue.
    pub fn to_queue(item: impl Into<WorkItemId>, queue: impl Into<QueueId>) -> Self {
        let to = TransferTarget::Queue(queue.into());
        let item = item.into();
        Self { item, to }
    }

    /// Transfers an item to an agent who has room for it.
    pub fn to_agent(
        item: impl Into<WorkItemId>,
        agent: impl Into<AgentId>,
        mode: TransferMode,
    ) -> Self {
        let to = TransferTarget::Agent {
            agent: agent.into(),
            mode,
            force: false,
        };
        let item = item.into();
        Self { item, to }
    }

    /// The same, whether the agent has room or not.
    #[must_use]
    pub fn force(mut self) -> Self {
        if let TransferTarget::Agent { force, .. } = &mut self.to {
            *force = true;
        }
        self
    }
}

impl Serialize for Transfer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.to {
            TransferTarget::Queue(queue) => {
                let mut object = serializer.serialize_struct("Transfer", 2)?;
                object.serialize_field("item", &self.item)?;
                object.serialize_field("to_queue", queue)?;
                object.end()
            }
            TransferTarget::Agent { agent, mode, force } => {
                let mut object =
                    serializer.serialize_struct("Transfer", 3 + usize::from(*force))?;
                object.serialize_field("item", &self.item)?;
                object.serialize_field("to_agent", agent)?;
                object.serialize_field("mode", mode)?;
                if *force {
                    object.serialize_field("force", force)?;
                }
                object.end()
            }
        }
    }
}

/// The fields of a transfer as they are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Transfer")]
struct TransferFields {
    item: WorkItemId,
    #[serde(default, deserialize_with = "given")]
    to_queue: Option<QueueId>,
    #[serde(default, deserialize_with = "given")]
    to_agent: Option<AgentId>,
    #[serde(default, deserialize_with = "given")]
    mode: Option<TransferMode>,
    #[serde(default, deserialize_with = "given")]
    force: Option<bool>,
}

impl<'de> Deserialize<'de> for Transfer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = TransferFields::deserialize(NamingFields(deserializer))?;
        let to = match (fields.to_queue, fields.to_agent) {
            (Some(queue), None) if fields.mode.is_none() && fields.force.is_none() => {
                TransferTarget::Queue(queue)
            }
            (Some(_), None) => {
                return Err(D::Error::custom(
                    "`mode` and `force` are of a transfer `to_agent`, not `to_queue`",
                ));
            }
            (None, Some(agent)) => TransferTarget::Agent {
                agent,
                mode: fields.mode.ok_or_else(|| D::Error::missing_field("mode"))?,
                force: fields.force.unwrap_or(false),
            },
            (Some(_), Some(_)) => {
                return Err(D::Error::custom(
                    "a transfer has both `to_queue` and `to_agent`, expected one of them",
                ));
            }
            (None, None) => {
                return Err(D::Error::custom(
                    "a transfer has neither `to_queue` nor `to_agent`, expected one of them",
                ));
            }
        };
        Ok(Self {
            item: fields.item,
            to,
        })
    }
}

/// An agent has an item from now on, without being asked.
///
/// # Examples
///
/// ```
/// use handover::{AssignDirectly, Input};
///
/// let input: Input = serde_json::from_str(r#"{"assign_directly": {"item": "conv-1", "agent": "ben"}}"#)?;
/// assert_eq!(input, Input::AssignDirectly(AssignDirectly::item("conv-1", "ben")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssignDirectly {
    /// What is assigned.
    pub work: DirectWork,
    /// The agent.
    pub agent: AgentId,
}

/// What is assigned directly.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectWork {
    /// An item that the router has.
    Item(WorkItemId),
    /// An item that comes in with its agent.
    New(Box<WorkItem>),
}

impl AssignDirectly {
    /// Assigns an item that the router has.
    pub fn item(item: impl Into<WorkItemId>, agent: impl Into<AgentId>) -> Self {
        Self {
            work: DirectWork::Item(item.into()),
            agent: agent.into(),
        }
    }

    /// Assigns an item that comes in with its agent.
    pub fn new_item(item: WorkItem, agent: impl Into<AgentId>) -> Self {
        Self {
            work: DirectWork::New(Box::new(item)),
            agent: agent.into(),
        }
    }
}

impl Serialize for AssignDirectly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("AssignDirectly", 2)?;
        match &self.work {
            DirectWork::Item(item) => object.serialize_field("item", item)?,
            DirectWork::New(item) => object.serialize_field("new_item", item)?,
        }
        object.serialize_field("agent", &self.agent)?;
        object.end()
    }
}

/// The fields of a direct assignment as they are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "AssignDirectly")]
struct AssignDirectlyFields {
    #[serde(default, deserialize_with = "given")]
    item: Option<WorkItemId>,
    #[serde(default, deserialize_with = "given")]
    new_item: Option<Box<WorkItem>>,
    agent: AgentId,
}

impl<'de> Deserialize<'de> for AssignDirectly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = AssignDirectlyFields::deserialize(NamingFields(deserializer))?;
        let work = match (fields.item, fields.new_item) {
            (Some(item), None) => DirectWork::Item(item),
            (None, Some(item)) => DirectWork::New(item),
            (Some(_), Some(_)) => {
                return Err(D::Error::custom(
                    "a direct assignment has both `item` and `new_item`, expected one of them",
                ));
            }
            (None, None) => {
                return Err(D::Error::custom(
                    "a direct assignment has neither `item` nor `new_item`, expected one of them",
                ));
            }
        };
        Ok(Self {
            work,
            agent: fields.agent,
        })
    }
}

/// Reads a field that may be left out, but is never null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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
