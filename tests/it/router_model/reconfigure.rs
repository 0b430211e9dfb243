//! Reconfiguration: a new configuration, and the migration of live items.

use std::collections::BTreeSet;

use handover::{
    Agent, AgentId, CancelReason, Config, GroupId, OfferEnd, Output, PresenceChangeReason,
    ReleaseReason, RequeueReason,
};

use super::deadlines::DeadlineKind;
use super::item::{ModelItem, ModelOffer, ModelState};
use super::{Model, Refusal, refuse_unless};
use crate::support::plans::try_plan;

impl Model {
    /// Replaces, adds or removes an agent, by a reconfiguration with a changed agent.
    pub(super) fn set_agent(
        &mut self,
        agent: &AgentId,
        value: Option<&Agent>,
        groups: &[GroupId],
    ) -> Result<(), Refusal> {
        let mut config = self.config.clone();
        if value.is_none() {
            self.check_agent(agent.as_str())?;
        }
        for group in groups {
            let is_known = config.groups.contains_key(group);
            refuse_unless(is_known, "unknown_group")?;
        }
        let distinct: BTreeSet<&GroupId> = groups.iter().collect();
        let are_valid = distinct.len() == groups.len() && (groups.is_empty() || value.is_some());
        refuse_unless(are_valid, "invalid_groups")?;
        if let Some(value) = value {
            config.agents.insert(agent, value.clone());
        } else {
            config.agents.remove(agent);
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

    /// Replaces the configuration, and migrates presence states and items.
    pub(super) fn reconfigure(&mut self, config: &Config) -> Result<(), Refusal> {
        try_plan(config).map_err(|_| "invalid_config")?;
        let old = std::mem::replace(&mut self.config, config.clone());
        self.configured_at = self.now;
        let first_output = self.outputs.len();
        for id in self.ids_where(|model, item| !model.config.channels.contains_key(item.channel()))
        {
            self.end_as_canceled(&id, CancelReason::ChannelGone, None);
        }
        self.drop_unused_memories();
        self.migrate_presences(&old);
        for id in self.ids_where(|_, _| true) {
            self.migrate_item(&id);
        }
        self.remove_missing();
        while let Some(due) = self.first_due(|due| due.kind == DeadlineKind::MaxWait) {
            self.end_wait(&due.item);
        }
        self.report_counts(first_output);
        Ok(())
    }

    /// Returns the ids of the items for which a condition holds.
    fn ids_where(&self, holds: impl Fn(&Self, &ModelItem) -> bool) -> Vec<String> {
        let items = self.items.iter().filter(|item| holds(self, item));
        items.map(|item| item.id().into()).collect()
    }

    /// Removes the state of agents, channels and queues that no longer exist. Declines and last acceptances are kept.
    fn remove_missing(&mut self) {
        let config = &self.config;
        self.roster
            .agents
            .retain(|agent, _| config.agents.contains_key(agent.as_str()));
        for agent in self.roster.agents.values_mut() {
            agent
                .channels
                .retain(|channel, _| config.channels.contains_key(channel.as_str()));
        }
        self.capacity_settings.retain(|setting| {
            let channel = setting.channel.as_deref();
            config.agents.contains_key(setting.agent.as_str())
                && channel.is_none_or(|channel| config.channels.contains_key(channel))
        });
        self.roster.cursors.retain(|(queue, pool), agent| {
            let pools = config
                .queues
                .get(queue.as_str())
                .map_or(0, |queue| queue.eligibility.len());
            *pool < pools && config.agents.contains_key(agent.as_str())
        });
    }

    /// Clears presence states that no longer exist. An agent whose state begins to take work is idle from now on.
    fn migrate_presences(&mut self, old: &Config) {
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
                None => self.set_presence(&agent, None, PresenceChangeReason::Reconfigured),
                Some(true) if takes_work(old) != Some(true) => {
                    self.roster.agent_mut(&agent).idle_since = self.now;
                }
                Some(_) => {}
            }
        }
    }

    /// Migrates one item: its offer, then its holder, then its queue.
    fn migrate_item(&mut self, id: &str) {
        let item = self.item(id);
        let is_held = item.holder().is_some();
        let has_queue = |queue: &String| self.is_queue_of(queue, item.channel());
        let is_queue_gone = item.queue.as_ref().is_some_and(|queue| !has_queue(queue));
        let is_holder_gone = item
            .holder()
            .is_some_and(|agent| !self.config.agents.contains_key(agent));
        let must_withdraw = |offer: &ModelOffer| is_queue_gone || self.must_withdraw(item, offer);
        let is_withdrawn = item.offer().is_some_and(must_withdraw);
        if is_queue_gone {
            self.item_mut(id).queue = None;
        }
        let is_still_expired = self
            .wait_ends_at(self.item(id))
            .is_some_and(|at| at <= self.now);
        self.item_mut(id).wait_expired &= is_still_expired;
        if is_withdrawn && !is_queue_gone {
            self.end_unaccepted_offer(id, OfferEnd::Withdrawn, None);
        } else if is_withdrawn {
            self.end_offer(id, OfferEnd::Withdrawn, None);
        }
        if is_holder_gone {
            self.release_from_removed_agent(id);
        } else if is_queue_gone && !is_held {
            self.item_mut(id).clear_declines();
            self.reroute(id, RequeueReason::QueueGone);
        }
    }

    /// Whether the new configuration withdraws an offer.
    fn must_withdraw(&self, item: &ModelItem, offer: &ModelOffer) -> bool {
        let is_rule_gone = offer.rule.is_some() && self.rule_of(offer).is_none();
        let is_agent_gone = !self.config.agents.contains_key(offer.agent.as_str());
        is_agent_gone
            || is_rule_gone
            || self.has_lost_presence(item, offer)
            || self.has_left_group(offer) && !self.is_kept(offer)
    }

    /// Whether the agent of an offer has left the group of the offer.
    pub(crate) fn has_left_group(&self, offer: &ModelOffer) -> bool {
        offer.group.as_deref().is_some_and(|group| {
            let group = self.config.groups.get(group);
            group.is_none_or(|group| !group.members.contains(&offer.agent.as_str().into()))
        })
    }

    fn release_from_removed_agent(&mut self, id: &str) {
        if matches!(self.item(id).state, ModelState::WrappingUp { .. }) {
            return self.end_as_closed(id);
        }
        self.release_from_holder(id, ReleaseReason::AgentGone);
        self.requeue_accepted(id, RequeueReason::AgentGone);
    }

    /// Outputs the counts of a reconfiguration, which are computed from its outputs.
    fn report_counts(&mut self, first_output: usize) {
        let count = |is_counted: fn(&Output) -> bool| {
            let outputs = self.outputs[first_output..]
                .iter()
                .filter(|output| is_counted(output));
            u64::try_from(outputs.count()).unwrap()
        };
        let moved = count(|output| {
            let reasons = [RequeueReason::AgentGone, RequeueReason::QueueGone];
            matches!(output, Output::Requeued { why, .. } if reasons.contains(why))
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
