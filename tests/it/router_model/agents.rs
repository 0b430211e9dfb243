//! Presence, channel switches, capacities and loads of the agents.

use std::collections::BTreeSet;

use handover::{
    AssignmentRule, Capacity, Condition, OfferEnd, OnPresenceLost, Output, PresenceChangeReason,
};

use super::item::{ModelItem, ModelOffer, ModelState};
use super::{Model, Refusal, refuse_unless};
use crate::oracle::{RosterModel, applies_to};

/// A capacity that an input has set for an agent.
#[derive(Clone, Debug)]
pub(crate) struct CapacitySetting {
    pub(crate) agent: String,
    /// `None` means the universal capacity.
    pub(crate) channel: Option<String>,
    pub(crate) capacity: Capacity,
    /// `None` means that the setting is permanent.
    pub(crate) until: Option<u64>,
}

impl Model {
    /// Sets the presence state that an agent chooses. Refuses a state that is inactive or does not apply to the agent.
    pub(crate) fn choose_presence(
        &mut self,
        agent: &str,
        state: Option<&str>,
    ) -> Result<(), Refusal> {
        self.check_agent(agent)?;
        if let Some(name) = state {
            let Some(value) = self.config.presence_states.get(name) else {
                return Err("unknown_state");
            };
            refuse_unless(value.active, "state_inactive")?;
            let applies = applies_to(&self.config, &value.groups, agent);
            refuse_unless(applies, "state_not_for_agent")?;
        }
        self.set_presence(agent, state, PresenceChangeReason::Asked);
        self.withdraw_offers_without_presence(agent);
        Ok(())
    }

    pub(crate) fn set_presence(
        &mut self,
        agent: &str,
        state: Option<&str>,
        why: PresenceChangeReason,
    ) {
        if self.presence(agent) == state {
            return;
        }
        let (config, now) = (&self.config, self.now);
        self.roster.set_presence(config, agent, state, now);
        let state = state.map(Into::into);
        self.outputs.push(Output::PresenceSet {
            agent: agent.into(),
            state,
            why,
        });
    }

    pub(crate) fn presence(&self, agent: &str) -> Option<&str> {
        self.roster.agents.get(agent)?.presence.as_deref()
    }

    pub(crate) fn takes_work(&self, agent: &str) -> bool {
        let state = self.presence(agent);
        let state = state.and_then(|name| self.config.presence_states.get(name));
        state.is_some_and(|state| state.takes_work)
    }

    /// Sets the `timeout_presence` of agents whose offer has timed out, if their present state takes work.
    pub(crate) fn set_timeout_presences(&mut self, timed_out: Vec<(String, String)>) {
        for (agent, state) in timed_out {
            if self.takes_work(&agent) {
                self.set_presence(&agent, Some(&state), PresenceChangeReason::TimedOut);
                self.withdraw_offers_without_presence(&agent);
            }
        }
    }

    pub(crate) fn set_channel(
        &mut self,
        agent: &str,
        channel: &str,
        on: bool,
    ) -> Result<(), Refusal> {
        self.check_agent(agent)?;
        self.check_channel(channel)?;
        self.roster.channel_mut(agent, channel).is_off = !on;
        self.withdraw_offers_without_presence(agent);
        Ok(())
    }

    /// Refuses an input if a channel does not exist.
    pub(super) fn check_channel(&self, id: &str) -> Result<(), Refusal> {
        let is_known = self.config.channels.contains_key(id);
        refuse_unless(is_known, "unknown_channel")
    }

    /// Withdraws the offers of an agent who is no longer present for them.
    fn withdraw_offers_without_presence(&mut self, agent: &str) {
        let is_lost = |item: &&ModelItem| {
            let offer = item.offer().filter(|offer| offer.agent == agent);
            offer.is_some_and(|offer| self.has_lost_presence(item, offer))
        };
        let ids: Vec<String> = self
            .items
            .iter()
            .filter(is_lost)
            .map(|item| item.id().into())
            .collect();
        for id in ids {
            self.end_unaccepted_offer(&id, OfferEnd::Withdrawn, None);
        }
    }

    pub(crate) fn has_lost_presence(&self, item: &ModelItem, offer: &ModelOffer) -> bool {
        !self.is_kept(offer) && !self.is_present(&offer.agent, item.channel())
    }

    /// Whether the rule keeps an offer although its agent is not present or has left its group.
    pub(crate) fn is_kept(&self, offer: &ModelOffer) -> bool {
        let keeps_offers = |rule: &AssignmentRule| rule.on_presence_lost == OnPresenceLost::Keep;
        self.rule_of(offer).is_some_and(keeps_offers)
    }

    pub(crate) fn is_present(&self, agent: &str, channel: &str) -> bool {
        self.roster.is_present(&self.config, agent, channel)
    }

    pub(crate) fn set_capacity(
        &mut self,
        agent: &str,
        channel: Option<&str>,
        capacity: Option<Capacity>,
        until: Option<u64>,
    ) -> Result<(), Refusal> {
        self.check_agent(agent)?;
        channel.map_or(Ok(()), |channel| self.check_channel(channel))?;
        let is_same = |setting: &CapacitySetting| {
            setting.agent == agent && setting.channel.as_deref() == channel
        };
        let Some(capacity) = capacity else {
            self.capacity_settings.retain(|setting| !is_same(setting));
            return Ok(());
        };
        let is_future = until.is_none_or(|until| until > self.now);
        refuse_unless(is_future, "until_not_ahead")?;
        self.capacity_settings
            .retain(|setting| !is_same(setting) || setting.until.is_some() != until.is_some());
        let (agent, channel) = (agent.into(), channel.map(Into::into));
        self.capacity_settings.push(CapacitySetting {
            agent,
            channel,
            capacity,
            until,
        });
        Ok(())
    }

    /// Returns the state of the agents with their capacities and with the loads of the live items.
    pub(crate) fn current_roster(&self) -> RosterModel {
        let mut roster = self.roster.clone();
        for is_temporary in [false, true] {
            for setting in self
                .capacity_settings
                .iter()
                .filter(|setting| setting.until.is_some() == is_temporary)
            {
                let capacity = match &setting.channel {
                    Some(channel) => &mut roster.channel_mut(&setting.agent, channel).capacity,
                    None => &mut roster.agent_mut(&setting.agent).universal_capacity,
                };
                *capacity = Some(setting.capacity);
            }
        }
        for item in &self.items {
            let size = u64::from(item.size);
            if let Some(agent) = item.holder() {
                let record = roster.channel_mut(agent, item.channel());
                record.items += 1;
                record.load += if self.counts_as_load(item) { size } else { 0 };
            }
            if let Some(offer) = item.offer() {
                let record = roster.channel_mut(&offer.agent, item.channel());
                record.items += 1;
                record.load += size;
                record.handled += 1;
            }
        }
        roster
    }

    /// Whether an item of a holder counts as load.
    ///
    /// An item in wrap-up counts. An accepted item counts if `utilization` holds, or if the item has none of the facts that
    /// `utilization` names.
    fn counts_as_load(&self, item: &ModelItem) -> bool {
        let utilization = &self
            .config
            .channels
            .get(item.channel())
            .unwrap()
            .utilization;
        let mut fields = BTreeSet::new();
        add_fields(utilization, &mut fields);
        matches!(item.state, ModelState::WrappingUp { .. })
            || utilization.holds(&item.work_item.facts)
            || !fields
                .iter()
                .any(|field| item.work_item.facts.contains_key(*field))
    }

    /// Sets the agents without items in hand to idle from now on.
    pub(crate) fn update_idle_since(&mut self, agents: Vec<String>) {
        for agent in agents {
            if !self
                .items
                .iter()
                .any(|item| item.agents_in_hand().contains(&agent))
            {
                self.roster.agent_mut(&agent).idle_since = self.now;
            }
        }
    }
}

/// Adds the fields that a condition names.
fn add_fields<'a>(condition: &'a Condition, fields: &mut BTreeSet<&'a str>) {
    match condition {
        Condition::Always => {}
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                add_fields(part, fields);
            }
        }
        Condition::Not(part) => add_fields(part, fields),
        Condition::Field { field, .. } => {
            fields.insert(field);
        }
        other => panic!("{other:?} is not in the model"),
    }
}
