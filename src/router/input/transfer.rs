//! The input that transfers an item.
//!
//! ```json
//! {"transfer": {"item": "conv-1", "to_queue": "billing"}}
//! {"transfer": {"item": "conv-1", "to_agent": "ben", "mode": "blind", "force": true}}
//! ```

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use crate::base::strict::{has_both, has_neither};
use crate::id::{AgentId, QueueId, WorkItemId};

/// The transfer of an item to another queue or another agent.
///
/// | transfer | declines of the item |
/// |---|---|
/// | to another queue | all are cleared |
/// | to its own queue, or blind | if `by` names the giver, the giver has declined the item; the others stay |
/// | warm | all stay |
///
/// # Examples
///
/// ```
/// use handover::{Transfer, TransferMode};
///
/// let transfer: Transfer =
///     serde_json::from_str(r#"{"item": "conv-1", "to_agent": "ben", "mode": "warm"}"#)?;
/// assert_eq!(transfer, Transfer::to_agent("conv-1", "ben", TransferMode::Warm));
///
/// // The agent who transfers an item can be named. The transfer is then refused unless this agent holds the item.
/// let transfer: Transfer = serde_json::from_str(r#"{"item": "conv-1", "to_queue": "billing", "by": "asha"}"#)?;
/// assert_eq!(transfer, Transfer::to_queue("conv-1", "billing").by("asha"));
///
/// // Only a transfer to an agent has a mode.
/// let wrong = r#"{"item": "conv-1", "to_queue": "billing", "mode": "warm"}"#;
/// assert!(serde_json::from_str::<Transfer>(wrong).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Transfer {
    /// The item.
    pub item: WorkItemId,
    /// The target.
    #[serde(flatten)]
    pub to: TransferTarget,
    /// The agent who acts. The transfer is refused unless this agent holds the item. Absent: the host or a manager acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
}

/// The target of a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum TransferTarget {
    /// A queue.
    #[serde(rename = "to_queue")]
    Queue(QueueId),
    /// An agent, who gets an offer.
    #[serde(untagged)]
    Agent {
        /// The agent.
        #[serde(rename = "to_agent")]
        agent: AgentId,
        /// Whether the holder keeps the item until the other agent has accepted it.
        mode: TransferMode,
        /// Whether the capacity check is skipped.
        #[serde(skip_serializing_if = "core::ops::Not::not")]
        force: bool,
    },
}

/// The mode of a transfer to an agent.
///
/// In both modes the other agent gets an offer. An AI agent accepts automatically.
///
/// # Examples
///
/// ```
/// # use handover::*;
/// # let config = Config::new()
/// #     .channel("chat", ServiceChannel::new().active(true))
/// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
/// #     .rule("any", AssignmentRule::new())
/// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
/// #     .group("all", AgentGroup::new(["asha", "ben"]))
/// #     .agent("asha", Agent::new())
/// #     .agent("ben", Agent::new());
/// # let mut router = Router::new(&Plan::new(config)?);
/// # let now = Timestamp::saturating_from_millis(1_000);
/// # for agent in ["asha", "ben"] {
/// #     router.handle(now, Input::SetPresence { agent: agent.into(), state: Some("available".into()) })?;
/// # }
/// # router.handle(now, Input::AssignDirectly(AssignDirectly::new_item(WorkItem::new("chat-1", "chat"), "asha")))?;
/// // Asha holds `chat-1`, and keeps it until Ben has accepted it.
/// router.handle(now, Input::Transfer(Transfer::to_agent("chat-1", "ben", TransferMode::Warm)))?;
/// assert_eq!(router.item("chat-1").and_then(|item| item.holder()), Some(&"asha".into()));
///
/// router.handle(now, Input::Accept { item: "chat-1".into(), agent: "ben".into() })?;
/// assert_eq!(router.item("chat-1").and_then(|item| item.holder()), Some(&"ben".into()));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TransferMode {
    /// The holder keeps the item until the other agent has accepted it.
    Warm,
    /// The holder loses the item at once.
    Blind,
}

impl Transfer {
    /// Creates a transfer to a queue.
    pub fn to_queue(item: impl Into<WorkItemId>, queue: impl Into<QueueId>) -> Self {
        Self {
            item: item.into(),
            to: TransferTarget::Queue(queue.into()),
            by: None,
        }
    }

    /// Creates a transfer to an agent who has enough spare capacity.
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
        Self {
            item: item.into(),
            to,
            by: None,
        }
    }

    /// Sets the agent who acts. See [`by`](Self#structfield.by).
    #[must_use]
    pub fn by(mut self, agent: impl Into<AgentId>) -> Self {
        self.by = Some(agent.into());
        self
    }

    /// Skips the capacity check of a transfer to an agent. Has no effect on a transfer to a queue.
    #[must_use]
    pub fn force(mut self) -> Self {
        if let TransferTarget::Agent { force, .. } = &mut self.to {
            *force = true;
        }
        self
    }
}

/// The fields of a [`Transfer`] in JSON, of which only some go together.
///
/// A derived `Deserialize` with `flatten` would accept unknown fields, and name none of the fields in its errors.
#[derive(Deserialize)]
#[serde(rename = "Transfer", deny_unknown_fields, expecting = "an object")]
struct TransferFields {
    item: WorkItemId,
    to_queue: Option<QueueId>,
    to_agent: Option<AgentId>,
    mode: Option<TransferMode>,
    force: Option<bool>,
    by: Option<AgentId>,
}

impl<'de> Deserialize<'de> for Transfer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = TransferFields::deserialize(deserializer)?;
        let to = match (fields.to_queue, fields.to_agent, fields.mode, fields.force) {
            (Some(queue), None, None, None) => TransferTarget::Queue(queue),
            (Some(_), None, ..) => {
                let text = "`mode` and `force` belong to a transfer `to_agent`, not `to_queue`";
                return Err(D::Error::custom(text));
            }
            (None, Some(agent), mode, force) => TransferTarget::Agent {
                agent,
                mode: mode.ok_or_else(|| D::Error::missing_field("mode"))?,
                force: force.unwrap_or(false),
            },
            (Some(_), Some(_), ..) => return Err(has_both("a transfer", ["to_queue", "to_agent"])),
            (None, None, ..) => return Err(has_neither("a transfer", ["to_queue", "to_agent"])),
        };
        Ok(Self {
            item: fields.item,
            to,
            by: fields.by,
        })
    }
}
