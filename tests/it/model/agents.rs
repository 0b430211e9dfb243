//! What agents choose, what is set for them, and what they hold.

use std::collections::BTreeSet;

use handover::{
    AssignmentRule, Capacity, Condition, OfferEnd, OnPresenceLost, Output, PresenceWhy,
};

use super::item::{Item, Offer, State};
use super::{Model, Refused, refuse_unless};
use crate::oracle::roster_model::{Desk, applies};

/// A capacity that somebody has set.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) agent: String,
    /// None: over all channels.
    pub(crate) channel: Option<String>,
    pub(crate) capacity: Capacity,
    /// None: for good.
    pub(crate) until: Option<u64>,
}

impl Model {
    /// A state that is inactive or not for the agent cannot be chosen.
    pub(crate) fn choose_presence(
        &mut self,
        agent: &str,
        state: Option<&str>,
    ) -> Result<(), Refused> {
        self.known_agent(agent)?;
        if let Some(name) = state {
            let Some(value) = self.config.presence_states.get(name) else {
                return Err(format!("there is no presence state {name}"));
            };
            let may_choose = value.active && applies(&self.config, &value.groups, agent);
            refuse_unless(may_choose, || format!("{agent} cannot choose {name}"))?;
        }
        self.set_presence(agent, state, PresenceWhy::Asked);
        self.withdraw_where_presence_is_lost(agent);
        Ok(())
    }

    pub(crate) fn set_presence(&mut self, agent: &str, state: Option<&str>, why: PresenceWhy) {
        if self.presence(agent) == state {
            return;
        }
        let (config, now) = (&self.config, self.now);
        self.desk.set_presence(config, agent, state, now);
        let state = state.map(Into::into);
        self.outputs.push(Output::PresenceSet {
            agent: agent.into(),
            state,
            why,
        });
    }

    pub(crate) fn presence(&self, agent: &str) -> Option<&str> {
        self.desk.seats.get(agent)?.presence.as_deref()
    }

    /// Whether the presence state of an agent takes work.
    pub(crate) fn takes_work(&self, agent: &str) -> bool {
        let state = self.presence(agent);
        let state = state.and_then(|name| self.config.presence_states.get(name));
        state.is_some_and(|state| state.takes_work)
    }

    /// Who let an offer lapse gets the presence that the rule says, if the present one takes work.
    pub(crate) fn send_away(&mut self, sleepers: Vec<(String, String)>) {
        for (agent, state) in sleepers {
            if self.takes_work(&agent) {
                self.set_presence(&agent, Some(&state), PresenceWhy::TimedOut);
                self.withdraw_where_presence_is_lost(&agent);
            }
        }
    }

    pub(crate) fn switch(&mut self, agent: &str, channel: &str, on: bool) -> Result<(), Refused> {
        self.known_agent(agent)?;
        self.known_channel(channel)?;
        self.desk.line_mut(agent, channel).is_off = !on;
        self.withdraw_where_presence_is_lost(agent);
        Ok(())
    }

    fn known_channel(&self, id: &str) -> Result<(), Refused> {
        let is_known = self.config.channels.contains_key(id);
        refuse_unless(is_known, || format!("there is no channel {id}"))
    }

    fn withdraw_where_presence_is_lost(&mut self, agent: &str) {
        let is_lost = |item: &&Item| {
            let offer = item.offer().filter(|offer| offer.agent == agent);
            offer.is_some_and(|offer| self.presence_is_lost(item, offer))
        };
        let lost: Vec<String> = self
            .items
            .iter()
            .filter(is_lost)
            .map(|item| item.id().into())
            .collect();
        for id in lost {
            self.offer_fails(&id, OfferEnd::Withdrawn, None);
        }
    }

    pub(crate) fn presence_is_lost(&self, item: &Item, offer: &Offer) -> bool {
        let keeps = |rule: &AssignmentRule| rule.on_presence_lost == OnPresenceLost::Keep;
        let is_kept = self.rule_of(offer).is_some_and(keeps);
        !is_kept && !self.is_present(&offer.agent, item.channel())
    }

    pub(crate) fn is_present(&self, agent: &str, channel: &str) -> bool {
        self.desk.is_present(&self.config, agent, channel)
    }

    pub(crate) fn set_capacity(
        &mut self,
        agent: &str,
        channel: Option<&str>,
        capacity: Option<Capacity>,
        until: Option<u64>,
    ) -> Result<(), Refused> {
        self.known_agent(agent)?;
        channel.map_or(Ok(()), |channel| self.known_channel(channel))?;
        let is_this =
            |setting: &Setting| setting.agent == agent && setting.channel.as_deref() == channel;
        let Some(capacity) = capacity else {
            self.settings.retain(|setting| !is_this(setting));
            return Ok(());
        };
        let is_ahead = until.is_none_or(|until| until > self.now);
        refuse_unless(is_ahead, || format!("{until:?} is not ahead"))?;
        self.settings
            .retain(|setting| !is_this(setting) || setting.until.is_some() != until.is_some());
        let (agent, channel) = (agent.into(), channel.map(Into::into));
        self.settings.push(Setting {
            agent,
            channel,
            capacity,
            until,
        });
        Ok(())
    }

    /// The agents as they stand: what is remembered of them, the capacities set, and what they hold.
    pub(crate) fn desk(&self) -> Desk {
        let mut desk = self.desk.clone();
        for is_temporary in [false, true] {
            for setting in self
                .settings
                .iter()
                .filter(|setting| setting.until.is_some() == is_temporary)
            {
                let capacity = match &setting.channel {
                    Some(channel) => &mut desk.line_mut(&setting.agent, channel).capacity,
                    None => &mut desk.seat_mut(&setting.agent).universal_capacity,
                };
                *capacity = Some(setting.capacity);
            }
        }
        for item in &self.items {
            let size = u64::from(item.size);
            if let Some(agent) = item.holder() {
                let line = desk.line_mut(agent, item.channel());
                line.items += 1;
                line.load += if self.counts_as_load(item) { size } else { 0 };
            }
            if let Some(offer) = item.offer() {
                let line = desk.line_mut(&offer.agent, item.channel());
                line.items += 1;
                line.load += size;
                line.handled += 1;
            }
        }
        desk
    }

    /// What is wrapped up counts; what is accepted as the channel says, or if it has none of the facts that count.
    fn counts_as_load(&self, item: &Item) -> bool {
        let utilization = &self
            .config
            .channels
            .get(item.channel())
            .unwrap()
            .utilization;
        let mut fields = BTreeSet::new();
        add_fields(utilization, &mut fields);
        matches!(item.state, State::WrappingUp { .. })
            || utilization.holds(&item.work.facts)
            || !fields
                .iter()
                .any(|field| item.work.facts.contains_key(*field))
    }

    pub(crate) fn look_at_hands(&mut self, agents: Vec<String>) {
        for agent in agents {
            if !self.items.iter().any(|item| item.hands().contains(&agent)) {
                self.desk.seat_mut(&agent).idle_since = self.now;
            }
        }
    }
}

/// The fields that a condition names.
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
        other => panic!("{other:?} is new"),
    }
}
