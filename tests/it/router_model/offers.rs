//! Offers, acceptances and declines.

use handover::{
    AcceptedBy, AgentKind, Ask, AssignmentRule, Offer, OfferEnd, OfferedBy, Output, QueueId,
    RejectReasonId, ReleaseReason, RequeueReason, Timestamp,
};

use super::deadlines::millis;
use super::item::{ModelItem, ModelOffer, ModelState};
use super::{Model, Refusal, refuse_unless};

/// Returns the queue of an item as an id.
pub(super) fn queue_of(item: &ModelItem) -> Option<QueueId> {
    item.queue.as_ref().map(Into::into)
}

impl Model {
    /// Offers an item to an agent. With `auto_accept`, and for an AI agent, the item is accepted at once.
    pub(super) fn offer(
        &mut self,
        id: &str,
        agent: &str,
        group: Option<String>,
        rule: Option<String>,
        by: OfferedBy,
    ) {
        let item = self.item(id);
        let (queue, channel) = (queue_of(item), item.channel().to_owned());
        let giver = item.holder().map(String::from);
        let ask = rule
            .as_deref()
            .map_or_else(|| Some(Ask::new()), |rule| self.ask_of(rule));
        let is_ai = self.config.agents.get(agent).unwrap().kind == AgentKind::Ai;
        let Some(ask) = ask.filter(|_| !is_ai) else {
            if giver.is_some() {
                self.release_from_holder(id, ReleaseReason::Transferred);
            }
            self.roster.set_assigned(agent, &channel);
            return self.set_accepted(id, agent, group, rule, AcceptedBy::Auto);
        };
        let expires = ask.timeout_secs.map(|secs| self.now + millis(secs));
        self.roster.set_assigned(agent, &channel);
        self.outputs.push(Output::Offered {
            item: id.into(),
            agent: agent.into(),
            queue,
            group: group.as_ref().map(Into::into),
            rule: rule.as_ref().map(Into::into),
            expires: expires.map(Timestamp::saturating_from_millis),
            by,
        });
        let offer = ModelOffer {
            agent: agent.into(),
            group,
            rule,
            expires,
        };
        let state = match giver {
            Some(agent) => ModelState::Accepted {
                agent,
                warm: Some(offer),
            },
            None => ModelState::Pending(offer),
        };
        self.set_state(id, state);
    }

    /// Returns the settings with which a rule asks an agent, or `None` if the rule accepts automatically.
    fn ask_of(&self, rule: &str) -> Option<Ask> {
        match &self.config.rules.get(rule).unwrap().offer {
            Offer::Ask(ask) => Some(ask.clone()),
            Offer::AutoAccept => None,
            other => panic!("{other:?} is not in the model"),
        }
    }

    /// Returns the rule of an offer in the current configuration. `None` if the offer has no rule or the rule was removed.
    pub(super) fn rule_of(&self, offer: &ModelOffer) -> Option<&AssignmentRule> {
        self.config.rules.get(offer.rule.as_deref()?)
    }

    /// Makes an agent the holder of an item.
    pub(super) fn set_accepted(
        &mut self,
        id: &str,
        agent: &str,
        group: Option<String>,
        rule: Option<String>,
        by: AcceptedBy,
    ) {
        let item = self.item(id);
        let (queue, channel) = (queue_of(item), item.channel().to_owned());
        self.remember(id, agent);
        self.roster.channel_mut(agent, &channel).handled += 1;
        self.set_state(
            id,
            ModelState::Accepted {
                agent: agent.into(),
                warm: None,
            },
        );
        self.outputs.push(Output::Accepted {
            item: id.into(),
            agent: agent.into(),
            queue,
            group: group.map(Into::into),
            rule: rule.map(Into::into),
            by,
        });
    }

    pub(super) fn accept(&mut self, id: &str, agent: &str) -> Result<(), Refusal> {
        let item = self.find(id)?;
        self.check_agent(agent)?;
        refuse_unless(item.holder() != Some(agent), "already_accepted")?;
        let offer = self.open_offer(id, agent)?.clone();
        if let Some(giver) = self.item(id).holder().map(String::from) {
            self.set_state(
                id,
                ModelState::Accepted {
                    agent: giver,
                    warm: None,
                },
            );
            self.release_from_holder(id, ReleaseReason::Transferred);
        }
        self.set_accepted(id, agent, offer.group, offer.rule, AcceptedBy::Agent);
        Ok(())
    }

    pub(super) fn reject(
        &mut self,
        id: &str,
        agent: &str,
        reason: &RejectReasonId,
    ) -> Result<(), Refusal> {
        self.find(id)?;
        self.check_agent(agent)?;
        let config = self.config.reject_reasons.get(reason);
        let config = config.ok_or("unknown_reason")?;
        let offer = self.open_offer(id, agent)?;
        let is_rejectable = offer
            .rule
            .as_deref()
            .and_then(|rule| self.ask_of(rule))
            .is_none_or(|ask| ask.rejectable);
        refuse_unless(is_rejectable, "not_rejectable")?;
        refuse_unless(config.selectable, "reason_not_selectable")?;
        let channel = &self.item(id).work_item.channel;
        let is_on_channel = config.channels.includes(channel);
        refuse_unless(is_on_channel, "reason_of_another_channel")?;
        self.decline(id, agent, reason.as_str());
        self.end_unaccepted_offer(id, OfferEnd::Rejected, Some(reason.clone()));
        Ok(())
    }

    /// Returns the open offer of an item to an agent, or refuses the input.
    fn open_offer(&self, id: &str, agent: &str) -> Result<&ModelOffer, Refusal> {
        let offer = self.find(id)?.offer().filter(|offer| offer.agent == agent);
        offer.ok_or("not_offered")
    }

    /// Ends an offer by time-out. Returns the agent and the `timeout_presence` of the rule.
    pub(super) fn time_out(&mut self, id: &str) -> Option<(String, String)> {
        let offer = self.item(id).offer().unwrap().clone();
        let ask = offer.rule.as_deref().and_then(|rule| self.ask_of(rule));
        let presence = ask.and_then(|ask| ask.timeout_presence);
        self.decline(id, &offer.agent, "timed_out");
        self.end_unaccepted_offer(id, OfferEnd::TimedOut, None);
        presence.map(|state| (offer.agent, state.as_str().into()))
    }

    /// Records that an agent declined an item, for the duration of the reason.
    pub(super) fn decline(&mut self, id: &str, agent: &str, reason: &str) {
        let reason = self.config.reject_reasons.get(reason);
        let secs = reason.and_then(|reason| reason.reassignable_after_secs);
        let until = secs.map(|secs| self.now + millis(secs));
        self.item_mut(id).decline(agent, until);
    }

    /// Ends an offer by rejection, time-out or withdrawal. The item stays with its holder or returns to its queue.
    pub(super) fn end_unaccepted_offer(
        &mut self,
        id: &str,
        why: OfferEnd,
        reason: Option<RejectReasonId>,
    ) {
        let is_warm = self.item(id).holder().is_some();
        self.end_offer(id, why, reason);
        if !is_warm {
            let requeued = match why {
                OfferEnd::Rejected => RequeueReason::Rejected,
                OfferEnd::TimedOut => RequeueReason::TimedOut,
                OfferEnd::Withdrawn => RequeueReason::Withdrawn,
                other => panic!("unexpected end of an offer: {other:?}"),
            };
            self.requeue(id, requeued);
        }
    }

    /// Ends an open offer because the item is moved or ended.
    pub(super) fn supersede_offer(&mut self, id: &str) {
        if self.item(id).offer().is_some() {
            self.end_offer(id, OfferEnd::Superseded, None);
        }
    }

    /// Ends the open offer of an item.
    pub(super) fn end_offer(&mut self, id: &str, why: OfferEnd, reason: Option<RejectReasonId>) {
        let item = self.item(id);
        let agent = item.offer().unwrap().agent.as_str().into();
        let state = match item.holder() {
            Some(holder) => ModelState::Accepted {
                agent: holder.into(),
                warm: None,
            },
            None => ModelState::Queued,
        };
        self.outputs.push(Output::OfferEnded {
            item: id.into(),
            agent,
            why,
            reason,
        });
        self.set_state(id, state);
    }

    /// Releases an item from its holder.
    pub(super) fn release_from_holder(&mut self, id: &str, why: ReleaseReason) {
        self.supersede_offer(id);
        let agent = self.item(id).holder().unwrap().into();
        self.outputs.push(Output::Released {
            item: id.into(),
            agent,
            why,
        });
        self.set_state(id, ModelState::Queued);
    }
}
