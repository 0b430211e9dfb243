//! Updates, completion and the end of an item.

use std::collections::BTreeMap;

use handover::{AgentId, CancelReason, FACTS_MAX, Fact, OfferEnd, Output};

use super::deadlines::millis;
use super::item::ModelState;
use super::{Model, Refusal, refuse_unless};

impl Model {
    /// Sets facts of an item. `None` removes a fact. Cancels a waiting item if the condition of its channel no longer holds.
    pub(super) fn update(
        &mut self,
        id: &str,
        facts: &BTreeMap<String, Option<Fact>>,
    ) -> Result<(), Refusal> {
        let mut merged = self.find(id)?.work_item.facts.clone();
        for (field, fact) in facts {
            match fact {
                Some(fact) => drop(merged.insert(field.clone(), fact.clone())),
                None => drop(merged.remove(field)),
            }
        }
        refuse_unless(merged.len() <= FACTS_MAX, "too_many_facts")?;
        self.item_mut(id).work_item.facts = merged;
        let item = self.item(id);
        let condition = &self.config.channels.get(item.channel()).unwrap().condition;
        if item.is_waiting() && !condition.holds(&item.work_item.facts) {
            self.end_as_canceled(id, CancelReason::Disqualified, None);
        }
        Ok(())
    }

    pub(super) fn complete(&mut self, id: &str, by: Option<&AgentId>) -> Result<(), Refusal> {
        let item = self.find(id)?;
        self.check_by(id, by)?;
        let is_wrapping_up = matches!(item.state, ModelState::WrappingUp { .. });
        refuse_unless(!is_wrapping_up, "already_completed")?;
        let agent = self.accepted_by(id)?;
        self.supersede_offer(id);
        let channel = self.item(id).channel();
        let secs = self.config.channels.get(channel).unwrap().wrap_up_secs;
        if secs == 0 {
            self.end_as_closed(id);
        } else {
            let until = self.now + millis(secs);
            let holder = agent.as_str().into();
            self.set_state(id, ModelState::WrappingUp { agent, until });
            self.outputs.push(Output::WrappingUp {
                item: id.into(),
                agent: holder,
            });
        }
        Ok(())
    }

    pub(super) fn close(&mut self, id: &str, by: Option<&AgentId>) -> Result<(), Refusal> {
        let has_holder = self.find(id)?.holder().is_some();
        self.check_by(id, by)?;
        refuse_unless(has_holder, "wrong_state")?;
        self.supersede_offer(id);
        self.end_as_closed(id);
        Ok(())
    }

    pub(super) fn cancel_on_request(
        &mut self,
        id: &str,
        note: Option<&String>,
    ) -> Result<(), Refusal> {
        self.find(id)?;
        self.end_as_canceled(id, CancelReason::Requested, note.cloned());
        Ok(())
    }

    pub(super) fn end_as_closed(&mut self, id: &str) {
        let agent = self.item(id).holder().unwrap().into();
        self.outputs.push(Output::Closed {
            item: id.into(),
            agent,
        });
        self.remove(id);
    }

    /// Cancels an item. The offer of a warm transfer ends as superseded, any other offer as canceled.
    pub(super) fn end_as_canceled(&mut self, id: &str, reason: CancelReason, note: Option<String>) {
        let item = self.item(id);
        let agent = item.holder().map(Into::into);
        if item.offer().is_some() {
            let is_warm = agent.is_some();
            let why = if is_warm {
                OfferEnd::Superseded
            } else {
                OfferEnd::Canceled
            };
            self.end_offer(id, why, None);
        }
        self.outputs.push(Output::Canceled {
            item: id.into(),
            agent,
            reason,
            note,
        });
        self.remove(id);
    }
}
