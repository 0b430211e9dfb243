//! The input that assigns an item to an agent without an offer: an item of the router, or a new one.
//!
//! ```json
//! {"assign_directly": {"item": "conv-1", "agent": "ben"}}
//! {"assign_directly": {"new_item": {"id": "conv-2", "channel": "whatsapp"}, "agent": "ben"}}
//! ```

use alloc::boxed::Box;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

use crate::base::strict::{has_both, has_neither};
use crate::id::{AgentId, WorkItemId};
use crate::model::WorkItem;

/// The assignment of an item to an agent without an offer. The agent holds the item at once.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AssignDirectly {
    /// The item: one of the router, or a new one.
    #[serde(flatten)]
    pub work: DirectWork,
    /// The agent.
    pub agent: AgentId,
}

/// The item of a direct assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum DirectWork {
    /// An item of the router.
    #[serde(rename = "item")]
    Item(WorkItemId),
    /// A new item. Routing gives it a queue, if one takes it, but it does not wait there.
    #[serde(rename = "new_item")]
    New(Box<WorkItem>),
}

impl AssignDirectly {
    /// Creates a direct assignment of an item of the router.
    pub fn item(item: impl Into<WorkItemId>, agent: impl Into<AgentId>) -> Self {
        Self {
            work: DirectWork::Item(item.into()),
            agent: agent.into(),
        }
    }

    /// Creates a direct assignment of a new item.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("phone", ServiceChannel::new().active(true))
    /// #     .agent("ben", Agent::new());
    /// let mut router = Router::new(&Plan::new(config)?);
    ///
    /// // The telephone system has already connected the call to Ben, so it does not wait in a queue.
    /// let call = AssignDirectly::new_item(WorkItem::new("call-1", "phone"), "ben");
    /// router.handle(Timestamp::saturating_from_millis(1_000), Input::AssignDirectly(call))?;
    /// let item = router.item("call-1").expect("the item is live");
    /// assert_eq!((item.holder(), item.queue()), (Some(&"ben".into()), None));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn new_item(item: WorkItem, agent: impl Into<AgentId>) -> Self {
        Self {
            work: DirectWork::New(Box::new(item)),
            agent: agent.into(),
        }
    }
}

/// The fields of an [`AssignDirectly`] in JSON, of which only some go together.
#[derive(Deserialize)]
#[serde(
    rename = "AssignDirectly",
    deny_unknown_fields,
    expecting = "an object"
)]
struct AssignDirectlyFields {
    item: Option<WorkItemId>,
    new_item: Option<Box<WorkItem>>,
    agent: AgentId,
}

impl<'de> Deserialize<'de> for AssignDirectly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = AssignDirectlyFields::deserialize(deserializer)?;
        let work = match (fields.item, fields.new_item) {
            (Some(item), None) => DirectWork::Item(item),
            (None, Some(item)) => DirectWork::New(item),
            (Some(_), Some(_)) => {
                return Err(has_both("a direct assignment", ["item", "new_item"]));
            }
            (None, None) => return Err(has_neither("a direct assignment", ["item", "new_item"])),
        };
        let agent = fields.agent;
        Ok(Self { work, agent })
    }
}
