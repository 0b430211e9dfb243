//! The item and the agent that an input names.

use crate::id::{AgentId, WorkItemId};
use crate::router::input::Input;
use crate::router::input::assign_directly::DirectWork;
use crate::router::input::transfer::TransferTarget;

impl Input {
    /// Returns the item that the input names, if it names one.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Input, WorkItem};
    ///
    /// let route = Input::Route { item: WorkItem::new("conv-1", "whatsapp"), queue: None };
    /// assert_eq!(route.item(), Some(&"conv-1".into()));
    /// assert_eq!(Input::Tick.item(), None);
    /// ```
    pub fn item(&self) -> Option<&WorkItemId> {
        match self {
            Self::Route { item, .. } => Some(&item.id),
            Self::Accept { item, .. }
            | Self::Reject { item, .. }
            | Self::Update { item, .. }
            | Self::Complete { item, .. }
            | Self::Close { item, .. }
            | Self::Release { item, .. }
            | Self::Cancel { item, .. }
            | Self::Allocate { item, .. } => Some(item),
            Self::Transfer(transfer) => Some(&transfer.item),
            Self::AssignDirectly(direct) => Some(match &direct.work {
                DirectWork::Item(item) => item,
                DirectWork::New(item) => &item.id,
            }),
            Self::SetPresence { .. }
            | Self::SetChannel { .. }
            | Self::SetCapacity { .. }
            | Self::SetAgent { .. }
            | Self::Reconfigure { .. }
            | Self::Forget { .. }
            | Self::SkipTime { .. }
            | Self::Tick => None,
        }
    }

    /// Returns the agent that the input names, if it names one: the receiver of a transfer to an agent, otherwise the agent who acts.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Input, Transfer, TransferMode};
    ///
    /// let transfer = Input::Transfer(Transfer::to_agent("conv-1", "ben", TransferMode::Warm));
    /// assert_eq!(transfer.agent(), Some(&"ben".into()));
    /// let complete = Input::Complete { item: "conv-1".into(), by: Some("asha".into()) };
    /// assert_eq!(complete.agent(), Some(&"asha".into()));
    /// assert_eq!(Input::Tick.agent(), None);
    /// ```
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::SetPresence { agent, .. }
            | Self::SetChannel { agent, .. }
            | Self::Accept { agent, .. }
            | Self::Reject { agent, .. }
            | Self::Allocate { agent, .. }
            | Self::SetCapacity { agent, .. }
            | Self::SetAgent { agent, .. } => Some(agent),
            Self::Complete { by, .. } | Self::Close { by, .. } | Self::Release { by, .. } => {
                by.as_ref()
            }
            Self::Transfer(transfer) => match &transfer.to {
                TransferTarget::Agent { agent, .. } => Some(agent),
                TransferTarget::Queue(_) => transfer.by.as_ref(),
            },
            Self::AssignDirectly(direct) => Some(&direct.agent),
            Self::Route { .. }
            | Self::Update { .. }
            | Self::Cancel { .. }
            | Self::Reconfigure { .. }
            | Self::Forget { .. }
            | Self::SkipTime { .. }
            | Self::Tick => None,
        }
    }
}
