//! An input: an item goes to another queue or another agent.

use serde::de::{Deserializer, Error as _};
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use crate::id::{AgentId, QueueId, WorkItemId};
use crate::model::NamingFields;
use crate::router::input::{given, not_one_of};

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
            (queue, _) => {
                let fields = ["to_queue", "to_agent"];
                let are_there = queue.is_some();
                return Err(not_one_of("a transfer", fields, are_there));
            }
        };
        Ok(Self {
            item: fields.item,
            to,
        })
    }
}
