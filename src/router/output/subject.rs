//! The item, the agent and the queue that an output names.

use crate::id::{AgentId, QueueId, WorkItemId};
use crate::router::output::Output;

impl Output {
    /// Returns the item of the output, if it has one.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::Output;
    ///
    /// let queued = Output::Queued { item: "conv-1".into(), queue: "agent-whatsapp".into() };
    /// assert_eq!((queued.item(), queued.agent()), (Some(&"conv-1".into()), None));
    /// assert_eq!(queued.queue(), Some(&"agent-whatsapp".into()));
    /// ```
    pub fn item(&self) -> Option<&WorkItemId> {
        match self {
            Self::Queued { item, .. }
            | Self::Unroutable { item, .. }
            | Self::Offered { item, .. }
            | Self::OfferEnded { item, .. }
            | Self::Accepted { item, .. }
            | Self::Released { item, .. }
            | Self::Requeued { item, .. }
            | Self::TriggerDue { item, .. }
            | Self::TargetMissed { item, .. }
            | Self::Exhausted { item, .. }
            | Self::WrappingUp { item, .. }
            | Self::Closed { item, .. }
            | Self::Canceled { item, .. } => Some(item),
            Self::PresenceSet { .. }
            | Self::TimeSkipped { .. }
            | Self::Reconfigured { .. }
            | Self::Forgotten { .. } => None,
        }
    }

    /// Returns the agent of the output, if it has one.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { agent, .. }
            | Self::OfferEnded { agent, .. }
            | Self::Accepted { agent, .. }
            | Self::Released { agent, .. }
            | Self::PresenceSet { agent, .. }
            | Self::WrappingUp { agent, .. }
            | Self::Closed { agent, .. } => Some(agent),
            Self::Canceled { agent, .. } => agent.as_ref(),
            Self::Queued { .. }
            | Self::Unroutable { .. }
            | Self::Requeued { .. }
            | Self::TriggerDue { .. }
            | Self::TargetMissed { .. }
            | Self::Exhausted { .. }
            | Self::TimeSkipped { .. }
            | Self::Reconfigured { .. }
            | Self::Forgotten { .. } => None,
        }
    }

    /// Returns the queue of the output, if it has one.
    pub fn queue(&self) -> Option<&QueueId> {
        match self {
            Self::Queued { queue, .. }
            | Self::Requeued { queue, .. }
            | Self::TriggerDue { queue, .. }
            | Self::TargetMissed { queue, .. }
            | Self::Exhausted { queue, .. } => Some(queue),
            Self::Offered { queue, .. } | Self::Accepted { queue, .. } => queue.as_ref(),
            Self::Unroutable { .. }
            | Self::OfferEnded { .. }
            | Self::Released { .. }
            | Self::PresenceSet { .. }
            | Self::WrappingUp { .. }
            | Self::Closed { .. }
            | Self::Canceled { .. }
            | Self::TimeSkipped { .. }
            | Self::Reconfigured { .. }
            | Self::Forgotten { .. } => None,
        }
    }
}
