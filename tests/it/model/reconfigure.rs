//! A new configuration, and what becomes of what the old one held.

use handover::{
    Agent, AgentId, CancelReason, Config, GroupId, OfferEnd, Output, PresenceWhy, ReleaseWhy,
    RequeueWhy,
};

use super::deadlines::Kind;
use super::item::{Item, Offer, State};
use super::{Model, Refused, refuse_unless};
use crate::oracle::conversion;

impl Model {
    /// The same as a whole configuration in which this one agent differs.
    pub(super) fn set_agent(
        &mut self,
        agent: &AgentId,
        value: Option<&Agent>,
        groups: &[GroupId],
    ) -> Result<(), Refused> {
        let mut config = self.config.clone();
        if let Some(value) = value {
            config.agents.insert(agent, value.clone());
        } else {
            self.known_agent(agent.as_str())?;
            refuse_unless(groups.is_empty(), || {
                format!("{agent} is gone and in groups")
            })?;
            config.agents.remove(agent);
        }
        for group in groups {
            let is_known = config.groups.contains_key(group);
            refuse_unless(is_known, || format!("there is no group {group}"))?;
        }
        let ids: Vec<GroupId> = config.groups.keys().cloned().collect();
        for id in ids {
            let members = &mut config.groups.get_mut(&id).unwrap().members;
            if !groups.contains(&id) {
                members.retain(|member| member != agent);
            } else if !members.contains(agent) {
                members.push(agent.clone());
            }
        }
        self.reconfigure(&config)
    }

    pub(super) fn reconfigure(&mut self, config: &Config) -> Result<(), Refused> {
        conversion::try_plan(config).map_err(|error| error.to_string())?;
        let old = std::mem::replace(&mut self.config, config.clone());
        self.configured_at = self.now;
        let first = self.outputs.len();
        for id in self.ids_where(|model, item| !model.config.channels.contains_key(item.channel()))
        {
            self.end_as_canceled(&id, CancelReason::ChannelGone, None);
        }
        self.carry_presences_over(&old);
        for id in self.ids_where(|_, _| true) {
            self.carry_over(&id);
        }
        self.forget_what_is_gone();
        while let Some(due) = self.first_due(|due| due.kind == Kind::MaxWait) {
            self.end_wait(&due.item);
        }
        self.count(first);
        Ok(())
    }

    fn ids_where(&self, holds: impl Fn(&Self, &Item) -> bool) -> Vec<String> {
        let items = self.items.iter().filter(|item| holds(self, item));
        items.map(|item| item.id().into()).collect()
    }

    /// Should it come back under its old id, it is new. Declines and the memory of last agents name ids, and stay.
    fn forget_what_is_gone(&mut self) {
        let config = &self.config;
        self.desk
            .seats
            .retain(|agent, _| config.agents.contains_key(agent.as_str()));
        for seat in self.desk.seats.values_mut() {
            seat.lines
                .retain(|channel, _| config.channels.contains_key(channel.as_str()));
        }
        self.settings.retain(|setting| {
            let channel = setting.channel.as_deref();
            config.agents.contains_key(setting.agent.as_str())
                && channel.is_none_or(|channel| config.channels.contains_key(channel))
        });
        self.desk.cursors.retain(|(queue, pool), agent| {
            let pools = config
                .queues
                .get(queue.as_str())
                .map_or(0, |queue| queue.eligibility.len());
            *pool < pools && config.agents.contains_key(agent.as_str())
        });
    }

    /// A presence state that is gone leaves its agents with none. One that takes work now did perhaps not before.
    fn carry_presences_over(&mut self, old: &Config) {
        let mut agents: Vec<String> = self
            .config
            .agents
            .keys()
            .map(|id| id.as_str().into())
            .collect();
        agents.sort();
        for agent in agents {
            let Some(name) = self.presence(&agent).map(String::from) else {
                continue;
            };
            let takes_work = |config: &Config| {
                let state = config.presence_states.get(name.as_str());
                state.map(|state| state.active && state.takes_work)
            };
            match takes_work(&self.config) {
                None => self.set_presence(&agent, None, PresenceWhy::Reconfigured),
                Some(true) if takes_work(old) != Some(true) => {
                    self.desk.seat_mut(&agent).idle_since = self.now;
                }
                Some(_) => {}
            }
        }
    }

    /// What becomes of one item: first its offer, then its holder, then its queue.
    fn carry_over(&mut self, id: &str) {
        let item = self.item(id);
        let is_held = item.holder().is_some();
        let has_queue = |queue: &String| self.is_queue_of(queue, item.channel());
        let queue_is_gone = item.queue.as_ref().is_some_and(|queue| !has_queue(queue));
        let holder_is_gone = item
            .holder()
            .is_some_and(|agent| !self.config.agents.contains_key(agent));
        let cannot_stand = |offer: &Offer| queue_is_gone || self.cannot_stand(item, offer);
        let is_withdrawn = item.offer().is_some_and(cannot_stand);
        if queue_is_gone {
            self.item_mut(id).queue = None;
        }
        let still_overdue = self
            .wait_ends_at(self.item(id))
            .is_some_and(|at| at <= self.now);
        self.item_mut(id).is_overdue &= still_overdue;
        if is_withdrawn && !queue_is_gone {
            self.offer_fails(id, OfferEnd::Withdrawn, None);
        } else if is_withdrawn {
            self.end_offer(id, OfferEnd::Withdrawn, None);
        }
        if holder_is_gone {
            self.take_from_who_is_gone(id);
        } else if queue_is_gone && !is_held {
            self.item_mut(id).clear_declines();
            self.route_anew(id, RequeueWhy::QueueGone);
        }
    }

    fn cannot_stand(&self, item: &Item, offer: &Offer) -> bool {
        let rule_is_gone = offer.rule.is_some() && self.rule_of(offer).is_none();
        let agent_is_gone = !self.config.agents.contains_key(offer.agent.as_str());
        agent_is_gone || rule_is_gone || self.presence_is_lost(item, offer)
    }

    fn take_from_who_is_gone(&mut self, id: &str) {
        if matches!(self.item(id).state, State::WrappingUp { .. }) {
            return self.end_as_closed(id);
        }
        self.take_from_holder(id, ReleaseWhy::AgentGone);
        self.leave_accepted(id, RequeueWhy::AgentGone);
    }

    /// What has come of it, read off the outputs.
    fn count(&mut self, first: usize) {
        let count = |is_one: fn(&Output) -> bool| {
            let outputs = self.outputs[first..].iter().filter(|output| is_one(output));
            u64::try_from(outputs.count()).unwrap()
        };
        let moved = count(|output| {
            let gone = [RequeueWhy::AgentGone, RequeueWhy::QueueGone];
            matches!(output, Output::Requeued { why, .. } if gone.contains(why))
        });
        let canceled = count(|output| matches!(output, Output::Canceled { .. }));
        let withdrawn = count(|output| {
            matches!(
                output,
                Output::OfferEnded {
                    why: OfferEnd::Withdrawn,
                    ..
                }
            )
        });
        let kept = u64::try_from(self.items.len()).unwrap() - moved;
        self.outputs.push(Output::Reconfigured {
            kept,
            moved,
            canceled,
            withdrawn,
        });
    }
}
