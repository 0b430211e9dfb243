//! Offers, and how they end.

use handover::{
    AcceptedBy, AgentKind, Ask, AssignmentRule, Offer as HowToOffer, OfferEnd, OfferedBy, Output,
    QueueId, RejectReason, RejectReasonId, ReleaseWhy, RequeueWhy, Timestamp,
};

use super::deadlines::millis;
use super::item::{Item, Offer, State};
use super::{Model, Refused, refuse_unless};

/// So many requesters are remembered on each channel.
const REQUESTERS: usize = 100_000;

/// Who accepted work of whom, on which channel and when.
#[derive(Clone, Debug)]
pub(crate) struct Acceptance {
    pub(crate) channel: String,
    pub(crate) requester: String,
    pub(crate) agent: String,
    pub(crate) at: u64,
}

pub(super) fn queue_of(item: &Item) -> Option<QueueId> {
    item.queue.as_ref().map(Into::into)
}

impl Model {
    /// Offers an item to an agent. What a rule accepts by itself, and an AI agent, has the item at once.
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
            .map_or_else(|| Some(Ask::new()), |rule| self.asks(rule));
        let is_ai = self.config.agents.get(agent).unwrap().kind == AgentKind::Ai;
        let Some(ask) = ask.filter(|_| !is_ai) else {
            if giver.is_some() {
                self.take_from_holder(id, ReleaseWhy::Transferred);
            }
            self.desk.give_next(agent, &channel);
            return self.hand_over(id, agent, group, rule, AcceptedBy::Auto);
        };
        let expires = ask.timeout_secs.map(|secs| self.now + millis(secs));
        self.desk.give_next(agent, &channel);
        self.outputs.push(Output::Offered {
            item: id.into(),
            agent: agent.into(),
            queue,
            group: group.as_ref().map(Into::into),
            rule: rule.as_ref().map(Into::into),
            expires: expires.map(Timestamp::from_millis),
            by,
        });
        let offer = Offer {
            agent: agent.into(),
            group,
            rule,
            expires,
        };
        let state = match giver {
            Some(agent) => State::Accepted {
                agent,
                warm: Some(offer),
            },
            None => State::Pending(offer),
        };
        self.put(id, state);
    }

    /// How a rule asks, none if it does not ask.
    fn asks(&self, rule: &str) -> Option<Ask> {
        match &self.config.rules.get(rule).unwrap().offer {
            HowToOffer::Ask(ask) => Some(ask.clone()),
            HowToOffer::AutoAccept => None,
            other => panic!("{other:?} is new"),
        }
    }

    /// The rule of an offer as it is now.
    pub(super) fn rule_of(&self, offer: &Offer) -> Option<&AssignmentRule> {
        self.config.rules.get(offer.rule.as_deref()?)
    }

    /// An agent has an item from now on.
    pub(super) fn hand_over(
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
        self.desk.line_mut(agent, &channel).handled += 1;
        self.put(
            id,
            State::Accepted {
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

    fn remember(&mut self, id: &str, agent: &str) {
        let item = self.item(id);
        let Some(requester) = &item.work.requester else {
            return;
        };
        let new = Acceptance {
            channel: item.channel().into(),
            requester: requester.as_str().into(),
            agent: agent.into(),
            at: self.now,
        };
        let is_here = |other: &Acceptance| other.channel == new.channel;
        self.memory
            .retain(|other| !is_here(other) || other.requester != new.requester);
        if self.memory.iter().filter(|other| is_here(other)).count() == REQUESTERS {
            let oldest = self.memory.iter().position(is_here).unwrap();
            self.memory.remove(oldest);
        }
        self.memory.push(new);
    }

    pub(super) fn last_agent(&self, item: &Item) -> Option<(String, u64)> {
        let requester = item.work.requester.as_ref()?.as_str();
        let is_last =
            |last: &&Acceptance| last.channel == item.channel() && last.requester == requester;
        let last = self.memory.iter().find(is_last)?;
        Some((last.agent.clone(), last.at))
    }

    pub(super) fn accept(&mut self, id: &str, agent: &str) -> Result<(), Refused> {
        let offer = self.open_offer(id, agent)?.clone();
        if let Some(giver) = self.item(id).holder().map(String::from) {
            self.put(
                id,
                State::Accepted {
                    agent: giver,
                    warm: None,
                },
            );
            self.take_from_holder(id, ReleaseWhy::Transferred);
        }
        self.hand_over(id, agent, offer.group, offer.rule, AcceptedBy::Agent);
        Ok(())
    }

    pub(super) fn reject(
        &mut self,
        id: &str,
        agent: &str,
        reason: &RejectReasonId,
    ) -> Result<(), Refused> {
        let offer = self.open_offer(id, agent)?;
        let rejectable = offer
            .rule
            .as_deref()
            .and_then(|rule| self.asks(rule))
            .is_none_or(|ask| ask.rejectable);
        refuse_unless(rejectable, || format!("{id} cannot be rejected"))?;
        let channel = &self.item(id).work.channel;
        let value = self.config.reject_reasons.get(reason);
        let may_say = |value: &RejectReason| value.selectable && value.channels.includes(channel);
        refuse_unless(value.is_some_and(may_say), || {
            format!("{reason} is no reason here")
        })?;
        self.decline(id, agent, reason.as_str());
        self.offer_fails(id, OfferEnd::Rejected, Some(reason.clone()));
        Ok(())
    }

    fn open_offer(&self, id: &str, agent: &str) -> Result<&Offer, Refused> {
        let offer = self.find(id)?.offer().filter(|offer| offer.agent == agent);
        offer.ok_or_else(|| format!("{id} is not offered to {agent}"))
    }

    /// An offer was not answered in time. Says which presence the rule wants for whom.
    pub(super) fn time_out(&mut self, id: &str) -> Option<(String, String)> {
        let offer = self.item(id).offer().unwrap().clone();
        let ask = offer.rule.as_deref().and_then(|rule| self.asks(rule));
        let presence = ask.and_then(|ask| ask.timeout_presence);
        self.decline(id, &offer.agent, "timed_out");
        self.offer_fails(id, OfferEnd::TimedOut, None);
        presence.map(|state| (offer.agent, state.as_str().into()))
    }

    /// An agent has declined an item, for as long as the reason says.
    pub(super) fn decline(&mut self, id: &str, agent: &str, reason: &str) {
        let reason = self.config.reject_reasons.get(reason);
        let secs = reason.and_then(|reason| reason.reassignable_after_secs);
        let until = secs.map(|secs| self.now + millis(secs));
        self.item_mut(id).decline(agent, until);
    }

    /// An offer ends without acceptance, by itself: the item is where it was before, and nobody has moved it.
    pub(super) fn offer_fails(&mut self, id: &str, why: OfferEnd, reason: Option<RejectReasonId>) {
        let is_warm = self.item(id).holder().is_some();
        self.end_offer(id, why, reason);
        if !is_warm {
            let requeued = match why {
                OfferEnd::Rejected => RequeueWhy::Rejected,
                OfferEnd::TimedOut => RequeueWhy::TimedOut,
                OfferEnd::Withdrawn => RequeueWhy::Withdrawn,
                other => panic!("an offer does not end as {other:?} by itself"),
            };
            self.go_back(id, requeued);
        }
    }

    /// Whatever is done with an item ends an open offer of it.
    pub(super) fn supersede(&mut self, id: &str) {
        if self.item(id).offer().is_some() {
            self.end_offer(id, OfferEnd::Superseded, None);
        }
    }

    pub(super) fn end_offer(&mut self, id: &str, why: OfferEnd, reason: Option<RejectReasonId>) {
        let item = self.item(id);
        let agent = item.offer().unwrap().agent.as_str().into();
        let state = match item.holder() {
            Some(holder) => State::Accepted {
                agent: holder.into(),
                warm: None,
            },
            None => State::Queued,
        };
        self.outputs.push(Output::OfferEnded {
            item: id.into(),
            agent,
            why,
            reason,
        });
        self.put(id, state);
    }

    /// An agent no longer has an item, which has not ended.
    pub(super) fn take_from_holder(&mut self, id: &str, why: ReleaseWhy) {
        self.supersede(id);
        let agent = self.item(id).holder().unwrap().into();
        self.outputs.push(Output::Released {
            item: id.into(),
            agent,
            why,
        });
        self.put(id, State::Queued);
    }
}
