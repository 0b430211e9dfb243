//! The state of every item, derived from the outputs alone.

use std::collections::BTreeMap;

use handover::{
    AcceptedBy, AgentId, GroupId, ItemState, OfferedBy, Output, RuleId, Timestamp, WorkItemId,
};
use proptest::prelude::*;

use super::replay::LawResult;

/// The live items.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemLog {
    pub(super) items: BTreeMap<WorkItemId, LoggedItem>,
}

/// The state of an item. Between two outputs it may be in no state, after a step it is in exactly one.
#[derive(Clone, Debug, Default)]
pub(super) struct LoggedItem {
    pub(super) is_queued: bool,
    pub(super) offer: Option<LoggedOffer>,
    pub(super) holder: Option<AgentId>,
    pub(super) is_wrapping_up: bool,
}

/// An open offer.
#[derive(Clone, Debug)]
pub(super) struct LoggedOffer {
    pub(super) agent: AgentId,
    pub(super) group: Option<GroupId>,
    pub(super) rule: Option<RuleId>,
    pub(super) expires: Option<Timestamp>,
    pub(super) by: OfferedBy,
}

impl LoggedItem {
    /// Returns the state, and fails if it is not exactly one.
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

    fn has_no_agent(&self) -> bool {
        self.offer.is_none() && self.holder.is_none()
    }
}

impl ItemLog {
    /// Adds an output, and fails if it cannot follow the outputs before it.
    pub(super) fn add(&mut self, output: &Output) -> LawResult {
        let before = self.clone();
        let is_valid = self.try_add(output);
        prop_assert!(is_valid, "{output:?} after {before:?}");
        Ok(())
    }

    /// Adds an output, and returns whether it can follow the outputs before it.
    fn try_add(&mut self, output: &Output) -> bool {
        match output {
            Output::Queued { item, .. } => {
                let logged = LoggedItem {
                    is_queued: true,
                    ..LoggedItem::default()
                };
                self.items.insert(item.clone(), logged).is_none()
            }
            Output::Accepted {
                item, agent, by, ..
            } => self.accept(item, agent, *by),
            Output::Closed { item, agent } => {
                let removed = self.items.remove(item);
                removed.is_some_and(|item| item.offer.is_none() && item.is_held_by(agent))
            }
            Output::Canceled { item, agent, .. } => {
                let removed = self.items.remove(item);
                removed.is_some_and(|item| item.offer.is_none() && item.holder == *agent)
            }
            Output::TimeSkipped { from, until } => {
                let offers = self.items.values_mut().flat_map(|item| &mut item.offer);
                for expires in offers.flat_map(|offer| &mut offer.expires) {
                    *expires = expires.plus_millis(until.millis_since(*from));
                }
                true
            }
            _ => self.change(output),
        }
    }

    /// Accepts an item, which was offered to this agent or is assigned without an offer.
    fn accept(&mut self, item: &WorkItemId, agent: &AgentId, by: AcceptedBy) -> bool {
        let is_new = by == AcceptedBy::Direct && !self.items.contains_key(item);
        let item = self.items.entry(item.clone()).or_default();
        let offer = item.offer.take();
        let was_offered = offer.as_ref().is_some_and(|offer| offer.agent == *agent);
        let is_valid = if by == AcceptedBy::Agent {
            was_offered && !item.is_queued
        } else {
            offer.is_none()
        };
        item.is_queued = false;
        let was_held = item.holder.replace(agent.clone()).is_some();
        (is_new || is_valid) && !was_held
    }

    /// Changes the item of an output, and returns whether the output can follow.
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
            // An unroutable item is never kept.
            Output::Unroutable { item, .. } => return !self.items.contains_key(item),
            _ => return true,
        };
        match self.items.get_mut(item) {
            Some(item) => item.change(output),
            None => false,
        }
    }
}

impl LoggedItem {
    /// Applies an output about the item, and returns whether the output can follow.
    fn change(&mut self, output: &Output) -> bool {
        match output {
            Output::Offered {
                agent,
                group,
                rule,
                expires,
                by,
                ..
            } => {
                self.is_queued = false;
                let offer = LoggedOffer {
                    agent: agent.clone(),
                    group: group.clone(),
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
                self.has_no_agent()
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
