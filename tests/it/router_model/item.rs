//! A live work item.

use handover::{SkillRequest, WorkItem};

/// A live work item of the model.
#[derive(Clone, Debug)]
pub(crate) struct ModelItem {
    /// The item as it was routed, with its current facts.
    pub(crate) work_item: WorkItem,
    /// The number of the item in the order of arrival.
    pub(crate) arrival: u64,
    pub(crate) size: u32,
    pub(crate) skills: Vec<SkillRequest>,
    /// The queue of the item. `None` if the item was assigned directly and no queue takes it, or if its queue was removed.
    pub(crate) queue: Option<String>,
    /// The start of the first wait. It is never reset.
    pub(crate) aging_since: u64,
    /// The start of the current wait.
    pub(crate) waiting_since: u64,
    /// Whether `max_wait_secs` has passed during an open offer.
    pub(crate) wait_expired: bool,
    /// Whether `target_missed` was output in this wait.
    pub(crate) target_missed: bool,
    /// The triggers that were output in this wait.
    pub(crate) triggered: Vec<String>,
    /// The agents who declined the item, each with the end of the decline. `None` means no end.
    pub(crate) declines: Vec<(String, Option<u64>)>,
    /// Whether `exhausted` was output since the declines were last cleared.
    pub(crate) is_exhausted: bool,
    /// The time at which the declines of an exhausted item are cleared.
    pub(crate) starts_over_at: Option<u64>,
    pub(crate) state: ModelState,
}

/// The phase of an item.
#[derive(Clone, Debug)]
pub(crate) enum ModelState {
    Queued,
    Pending(ModelOffer),
    Accepted {
        agent: String,
        warm: Option<ModelOffer>,
    },
    WrappingUp {
        agent: String,
        until: u64,
    },
}

/// An open offer.
#[derive(Clone, Debug)]
pub(crate) struct ModelOffer {
    pub(crate) agent: String,
    pub(crate) group: Option<String>,
    pub(crate) rule: Option<String>,
    pub(crate) expires: Option<u64>,
}

impl ModelItem {
    pub(crate) fn id(&self) -> &str {
        self.work_item.id.as_str()
    }

    pub(crate) fn channel(&self) -> &str {
        self.work_item.channel.as_str()
    }

    /// Returns the open offer, including the offer of a warm transfer.
    pub(crate) fn offer(&self) -> Option<&ModelOffer> {
        match &self.state {
            ModelState::Pending(offer) => Some(offer),
            ModelState::Accepted { warm, .. } => warm.as_ref(),
            ModelState::Queued | ModelState::WrappingUp { .. } => None,
        }
    }

    /// Returns the agent who has accepted the item or wraps it up.
    pub(crate) fn holder(&self) -> Option<&str> {
        match &self.state {
            ModelState::Accepted { agent, .. } | ModelState::WrappingUp { agent, .. } => {
                Some(agent)
            }
            ModelState::Queued | ModelState::Pending(_) => None,
        }
    }

    /// Returns the holder and the agent to whom the item is offered.
    pub(crate) fn agents_in_hand(&self) -> Vec<String> {
        let offered = self.offer().map(|offer| offer.agent.clone());
        self.holder()
            .map(String::from)
            .into_iter()
            .chain(offered)
            .collect()
    }

    /// Whether the item is queued or offered. The wait runs in both states.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, ModelState::Queued | ModelState::Pending(_))
    }

    pub(crate) fn is_queued(&self) -> bool {
        matches!(self.state, ModelState::Queued)
    }

    pub(crate) fn is_queued_in(&self, queue: &str) -> bool {
        self.is_queued() && self.queue.as_deref() == Some(queue)
    }

    /// Starts a new wait, in which the target and the triggers can be output again.
    pub(crate) fn begin_wait(&mut self, now: u64) {
        self.waiting_since = now;
        self.wait_expired = false;
        self.target_missed = false;
        self.triggered.clear();
    }

    /// Records a decline. It replaces an earlier decline of the agent.
    pub(crate) fn decline(&mut self, agent: &str, until: Option<u64>) {
        self.declines.retain(|(other, _)| other != agent);
        self.declines.push((agent.into(), until));
    }

    pub(crate) fn clear_declines(&mut self) {
        self.declines.clear();
        self.is_exhausted = false;
        self.starts_over_at = None;
    }
}
