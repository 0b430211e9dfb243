//! An item that is not gone.

use handover::{SkillRequest, WorkItem};

#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// As it came, with the facts as they are now.
    pub(crate) work: WorkItem,
    /// Which one it was of all that came.
    pub(crate) arrival: u64,
    pub(crate) size: u32,
    pub(crate) skills: Vec<SkillRequest>,
    /// None of an item that was assigned directly and that no queue took, or whose queue is gone.
    pub(crate) queue: Option<String>,
    /// The beginning of its age.
    pub(crate) since: u64,
    /// The beginning of its wait.
    pub(crate) waiting_since: u64,
    /// Whether the end of its wait fell due while an offer was open.
    pub(crate) is_overdue: bool,
    /// What was announced in this wait.
    pub(crate) target_missed: bool,
    pub(crate) triggered: Vec<String>,
    /// Who has declined it, and until when.
    pub(crate) declines: Vec<(String, Option<u64>)>,
    /// Whether that was announced since the declines were last cleared.
    pub(crate) is_exhausted: bool,
    pub(crate) starts_over_at: Option<u64>,
    pub(crate) state: State,
}

#[derive(Clone, Debug)]
pub(crate) enum State {
    Queued,
    Pending(Offer),
    Accepted { agent: String, warm: Option<Offer> },
    WrappingUp { agent: String, until: u64 },
}

/// An open offer.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) agent: String,
    pub(crate) group: Option<String>,
    pub(crate) rule: Option<String>,
    pub(crate) expires: Option<u64>,
}

impl Item {
    pub(crate) fn id(&self) -> &str {
        self.work.id.as_str()
    }

    pub(crate) fn channel(&self) -> &str {
        self.work.channel.as_str()
    }

    /// The open offer of it, a warm one included.
    pub(crate) fn offer(&self) -> Option<&Offer> {
        match &self.state {
            State::Pending(offer) => Some(offer),
            State::Accepted { warm, .. } => warm.as_ref(),
            State::Queued | State::WrappingUp { .. } => None,
        }
    }

    /// Who has accepted it, or wraps it up.
    pub(crate) fn holder(&self) -> Option<&str> {
        match &self.state {
            State::Accepted { agent, .. } | State::WrappingUp { agent, .. } => Some(agent),
            State::Queued | State::Pending(_) => None,
        }
    }

    /// Who has it in hand.
    pub(crate) fn hands(&self) -> Vec<String> {
        let offered = self.offer().map(|offer| offer.agent.clone());
        self.holder()
            .map(String::from)
            .into_iter()
            .chain(offered)
            .collect()
    }

    /// Whether nobody has accepted it yet. Its wait runs, also while it is offered.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.state, State::Queued | State::Pending(_))
    }

    pub(crate) fn is_queued(&self) -> bool {
        matches!(self.state, State::Queued)
    }

    pub(crate) fn is_queued_in(&self, queue: &str) -> bool {
        self.is_queued() && self.queue.as_deref() == Some(queue)
    }

    /// The wait begins anew, and with it all that is announced once in a wait.
    pub(crate) fn begin_wait(&mut self, now: u64) {
        self.waiting_since = now;
        self.is_overdue = false;
        self.target_missed = false;
        self.triggered.clear();
    }

    /// A second decline of an agent replaces the first.
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
