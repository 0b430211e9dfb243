//! What the outputs alone say of the items.

use std::collections::BTreeMap;

use handover::{AcceptedBy, AgentId, ItemState, OfferedBy, Output, RuleId, Timestamp, WorkItemId};
use proptest::prelude::*;

use super::replay::Verdict;

/// Where each item is that is not gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) entries: BTreeMap<WorkItemId, Entry>,
}

/// Where an item is. Between two outputs it may be nowhere, after a step it is in one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) is_queued: bool,
    pub(super) offer: Option<OpenOffer>,
    pub(super) holder: Option<AgentId>,
    pub(super) is_wrapping_up: bool,
}

#[derive(Clone, Debug)]
pub(super) struct OpenOffer {
    pub(super) agent: AgentId,
    pub(super) rule: Option<RuleId>,
    pub(super) expires: Option<Timestamp>,
    pub(super) by: OfferedBy,
}

impl Entry {
    /// The one state that it is in.
    pub(super) fn state(&self) -> Result<ItemState, TestCaseError> {
        let (offered, held) = (self.offer.is_some(), self.holder.is_some());
        match (self.is_queued, offered, held, self.is_wrapping_up) {
            (true, false, false, false) => Ok(ItemState::Queued),
            (false, true, false, false) => Ok(ItemState::PendingAccept),
            (false, _, true, false) => Ok(ItemState::Accepted),
            (false, false, true, true) => Ok(ItemState::WrappingUp),
            _ => Err(TestCaseError::fail(format!("no state: {self:?}"))),
        }
    }

    fn is_offered_to(&self, agent: &AgentId) -> bool {
        self.offer
            .as_ref()
            .is_some_and(|offer| offer.agent == *agent)
    }

    fn is_held_by(&self, agent: &AgentId) -> bool {
        self.holder.as_ref() == Some(agent)
    }

    fn is_free(&self) -> bool {
        self.offer.is_none() && self.holder.is_none()
    }
}

impl Ledger {
    /// Enters an output, and fails where it cannot follow on those before it.
    pub(super) fn read(&mut self, output: &Output) -> Verdict {
        let known = self.clone();
        let fits = self.enter(output);
        prop_assert!(fits, "{output:?} after {known:?}");
        Ok(())
    }

    fn enter(&mut self, output: &Output) -> bool {
        match output {
            Output::Queued { item, .. } => {
                let entry = Entry {
                    is_queued: true,
                    ..Entry::default()
                };
                self.entries.insert(item.clone(), entry).is_none()
            }
            Output::Accepted {
                item, agent, by, ..
            } => self.accept(item, agent, *by),
            Output::Closed { item, agent } => {
                let gone = self.entries.remove(item);
                gone.is_some_and(|entry| entry.offer.is_none() && entry.is_held_by(agent))
            }
            Output::Canceled { item, agent, .. } => {
                let gone = self.entries.remove(item);
                gone.is_some_and(|entry| entry.offer.is_none() && entry.holder == *agent)
            }
            _ => self.change(output),
        }
    }

    /// What is accepted was offered to this agent, or goes to it without being offered.
    fn accept(&mut self, item: &WorkItemId, agent: &AgentId, by: AcceptedBy) -> bool {
        let is_new = by == AcceptedBy::Direct && !self.entries.contains_key(item);
        let entry = self.entries.entry(item.clone()).or_default();
        let offer = entry.offer.take();
        let was_asked = offer.as_ref().is_some_and(|offer| offer.agent == *agent);
        let fits = if by == AcceptedBy::Agent {
            was_asked && !entry.is_queued
        } else {
            offer.is_none()
        };
        entry.is_queued = false;
        let was_held = entry.holder.replace(agent.clone()).is_some();
        (is_new || fits) && !was_held
    }

    fn change(&mut self, output: &Output) -> bool {
        let item = match output {
            Output::Offered { item, .. }
            | Output::OfferEnded { item, .. }
            | Output::Released { item, .. }
            | Output::Requeued { item, .. }
            | Output::TriggerDue { item, .. }
            | Output::TargetMissed { item, .. }
            | Output::Exhausted { item, .. }
            | Output::WrappingUp { item, .. } => item,
            // They come and go without being kept.
            Output::Unroutable { item, .. } => return !self.entries.contains_key(item),
            _ => return true,
        };
        match self.entries.get_mut(item) {
            Some(entry) => entry.change(output),
            // Whatever is taken on without a queue is told of when somebody has it.
            None => false,
        }
    }
}

impl Entry {
    fn change(&mut self, output: &Output) -> bool {
        match output {
            Output::Offered {
                agent,
                rule,
                expires,
                by,
                ..
            } => {
                self.is_queued = false;
                let offer = OpenOffer {
                    agent: agent.clone(),
                    rule: rule.clone(),
                    expires: *expires,
                    by: by.clone(),
                };
                self.offer.replace(offer).is_none() && !self.is_held_by(agent)
            }
            Output::OfferEnded { agent, .. } => {
                let was_offered = self.is_offered_to(agent);
                self.offer = None;
                was_offered
            }
            Output::Released { agent, .. } => {
                let was_held = self.is_held_by(agent);
                self.holder = None;
                was_held
            }
            Output::Requeued { .. } => {
                self.is_queued = true;
                self.is_free()
            }
            Output::WrappingUp { agent, .. } => {
                self.is_wrapping_up = true;
                self.offer.is_none() && self.is_held_by(agent)
            }
            Output::Exhausted { .. } => self.is_queued,
            _ => self.is_queued || self.offer.is_some(),
        }
    }
}
