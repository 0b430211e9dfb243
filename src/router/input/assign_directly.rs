//! An input: an agent has an item from now on, without being asked.

use alloc::boxed::Box;

use serde::de::Deserializer;
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use crate::id::{AgentId, WorkItemId};
use crate::model::{NamingFields, WorkItem};
use crate::router::input::{given, not_one_of};

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
            (item, _) => {
                let fields = ["item", "new_item"];
                let are_there = item.is_some();
                return Err(not_one_of("a direct assignment", fields, are_there));
            }
        };
        Ok(Self {
            work,
            agent: fields.agent,
        })
    }
}
