//! Random changes of a roster and of its model, which must agree after each change.

use handover::{Assignment, Capacity, CommitError, Decision, Plan, Roster, assign};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use super::comparison::assert_agrees;
use super::invalid_calls::assert_invalid_calls_are_refused;
use crate::generators::fixture::{Fixture, NOW, capacity, fixture};
use crate::oracle::conversion::{roster, routed};
use crate::oracle::{AgentModel, applies_to};
use crate::support::plans::{at, plan};

/// A step of a roster and its model.
#[derive(Clone, Debug)]
enum RosterStep {
    /// Assigns an item.
    Assign(Index),
    /// Changes an agent on a channel. Some changes ignore the channel.
    Change(Index, Index, AgentChange),
    /// Sets the cursor of a queue's pool to an agent.
    SetCursor(Index, Index, Index),
    AdvanceTime(u64),
}

#[derive(Clone, Debug)]
enum AgentChange {
    SetPresence(Index),
    ClearPresence,
    SetChannel(bool),
    Release(u32),
    Withdraw(u32),
    Give(u32),
    SetLoad(u64),
    SetCapacity(Option<Capacity>),
    SetUniversalCapacity(Option<Capacity>),
}

fn step() -> impl Strategy<Value = RosterStep> {
    let index = any::<Index>;
    prop_oneof![
        8 => index().prop_map(RosterStep::Assign),
        18 => (index(), index(), change()).prop_map(|(agent, channel, change)| RosterStep::Change(agent, channel, change)),
        1 => (index(), index(), index()).prop_map(|(queue, pool, agent)| RosterStep::SetCursor(queue, pool, agent)),
        2 => (0..=40_000_u64).prop_map(RosterStep::AdvanceTime),
    ]
}

fn change() -> impl Strategy<Value = AgentChange> {
    let capacity = || option::of(capacity());
    prop_oneof![
        3 => any::<Index>().prop_map(AgentChange::SetPresence),
        1 => Just(AgentChange::ClearPresence),
        2 => any::<bool>().prop_map(AgentChange::SetChannel),
        3 => (0..=3_u32).prop_map(AgentChange::Release),
        2 => (0..=3_u32).prop_map(AgentChange::Withdraw),
        2 => (0..=3_u32).prop_map(AgentChange::Give),
        2 => (0..=40_u64).prop_map(AgentChange::SetLoad),
        2 => capacity().prop_map(AgentChange::SetCapacity),
        1 => capacity().prop_map(AgentChange::SetUniversalCapacity),
    ]
}

fn names<'a, I: AsRef<str> + 'a>(ids: impl Iterator<Item = &'a I>) -> Vec<String> {
    ids.map(|id| id.as_ref().to_owned()).collect()
}

/// Returns the units of a capacity. Unlimited is `u64::MAX`.
fn units(capacity: Capacity) -> u64 {
    match capacity {
        Capacity::Units(units) => units.into(),
        Capacity::Unlimited => u64::MAX,
    }
}

/// A roster and its model, to which the same steps are applied.
struct RosterPair {
    fixture: Fixture,
    plan: Plan,
    roster: Roster,
    now: u64,
}

impl RosterPair {
    fn new(fixture: Fixture) -> Self {
        let plan = plan(&fixture.config);
        let roster = roster(&plan, &fixture.roster);
        Self {
            fixture,
            plan,
            roster,
            now: NOW,
        }
    }

    /// Applies a step to both sides. Asserts that a refused step leaves the roster unchanged.
    fn step(&mut self, step: &RosterStep) {
        let before = format!("{:?}", self.roster);
        if !self.try_step(step) {
            assert_eq!(format!("{:?}", self.roster), before, "{step:?} was refused");
        }
        self.roster.check_invariants().unwrap();
    }

    /// Applies a step to both sides. Returns `true` if it is allowed. Both sides must agree on this.
    fn try_step(&mut self, step: &RosterStep) -> bool {
        let Fixture { config, items, .. } = &self.fixture;
        let agents: Vec<String> = names(config.agents.keys());
        match step {
            RosterStep::AdvanceTime(millis) => self.now += millis,
            RosterStep::Assign(item) => {
                let item = item.get(items);
                let oracle = self.fixture.oracle(item, self.now);
                if let Decision::Assign(assignment) =
                    assert_agrees(&self.plan, &self.roster, &oracle)
                {
                    self.roster.commit(&assignment).unwrap();
                    let agent = assignment.agent(&self.plan).unwrap().as_str();
                    let cursor = (item.queue.clone(), assignment.pool(&self.plan).unwrap());
                    let channel = item.work_item.channel.clone();
                    let size = item.size(config).into();
                    let model = &mut self.fixture.roster;
                    model.cursors.insert(cursor, agent.into());
                    model.give(agent, channel.as_str(), size);
                }
            }
            _ if agents.is_empty() => {}
            RosterStep::Change(agent, channel, change) => {
                let channels = names(config.channels.keys());
                let (agent, channel): (&String, &String) =
                    (agent.get(&agents), channel.get(&channels));
                return self.change(agent, channel, change);
            }
            RosterStep::SetCursor(queue, pool, agent) => {
                let agent = agent.get(&agents);
                let queues: Vec<_> = config.queues.iter().collect();
                let (name, queue) = queue.get(&queues);
                if !queue.eligibility.is_empty() {
                    let pool = pool.index(queue.eligibility.len());
                    self.roster
                        .set_cursor(name.as_str(), pool, agent.as_str())
                        .unwrap();
                    let cursor = (name.as_str().into(), pool);
                    self.fixture.roster.cursors.insert(cursor, agent.clone());
                }
            }
        }
        true
    }

    /// Changes an agent on both sides. Returns `true` if the change is allowed.
    fn change(&mut self, agent: &str, channel: &str, change: &AgentChange) -> bool {
        let now = self.now;
        let Fixture {
            config,
            roster: model,
            ..
        } = &mut self.fixture;
        let roster = &mut self.roster;
        let record = model.channel(agent, channel);
        let holds_units = |size: u32| record.items > 0 && record.load >= u64::from(size);
        let (result, is_allowed) = match change {
            AgentChange::SetPresence(state) => {
                let states: Vec<_> = config.presence_states.iter().collect();
                let (name, state) = state.get(&states);
                let is_allowed = state.active && applies_to(config, &state.groups, agent);
                if is_allowed {
                    model.set_presence(config, agent, Some(name.as_str()), now);
                }
                (
                    roster.set_presence(agent, name.as_str(), at(now)),
                    is_allowed,
                )
            }
            AgentChange::ClearPresence => {
                model.set_presence(config, agent, None, now);
                (roster.clear_presence(agent, at(now)), true)
            }
            AgentChange::SetChannel(on) => {
                model.channel_mut(agent, channel).is_off = !on;
                (roster.set_channel(agent, channel, *on), true)
            }
            AgentChange::Release(size) => {
                if holds_units(*size) {
                    model.release(agent, channel, u64::from(*size), now);
                }
                (
                    roster.release(agent, channel, *size, at(now)),
                    holds_units(*size),
                )
            }
            AgentChange::Withdraw(size) => {
                if holds_units(*size) {
                    model.release(agent, channel, u64::from(*size), now);
                    model.channel_mut(agent, channel).handled -= 1;
                }
                (
                    roster.withdraw(agent, channel, *size, at(now)),
                    holds_units(*size),
                )
            }
            AgentChange::Give(size) => {
                model.give(agent, channel, u64::from(*size));
                (roster.give(agent, channel, *size), true)
            }
            AgentChange::SetLoad(load) => {
                model.channel_mut(agent, channel).load = *load;
                (roster.set_load(agent, channel, *load), true)
            }
            AgentChange::SetCapacity(capacity) => {
                model.channel_mut(agent, channel).capacity = *capacity;
                (roster.set_capacity(agent, channel, *capacity), true)
            }
            AgentChange::SetUniversalCapacity(capacity) => {
                model.agent_mut(agent).universal_capacity = *capacity;
                (roster.set_universal_capacity(agent, *capacity), true)
            }
        };
        assert_eq!(result.is_ok(), is_allowed, "{result:?}");
        is_allowed
    }

    /// Decides on all items. Returns the index, the agent and the assignment of each item that can be assigned.
    fn decide(&self) -> Vec<(usize, String, Assignment)> {
        let items = self.fixture.items.iter().enumerate();
        let decide = |(index, item)| {
            let decision = assign(&self.roster, &routed(&self.plan, item), at(self.now)).unwrap();
            let assignment = decision.assignment()?;
            Some((
                index,
                assignment.agent(&self.plan).unwrap().as_str().into(),
                assignment,
            ))
        };
        items.filter_map(decide).collect()
    }

    /// Returns the agent whom a step has changed. An assignment has changed the agent with the last assignment.
    fn changed_agent(&self, step: &RosterStep) -> Option<String> {
        match step {
            RosterStep::Change(agent, ..) => {
                Some(agent.get(&names(self.fixture.config.agents.keys())).clone())
            }
            RosterStep::Assign(_) => {
                let model = &self.fixture.roster;
                let is_last = |agent: &AgentModel| {
                    let mut channels = agent.channels.values();
                    channels.any(|channel| channel.assigned_seq == model.last_seq)
                };
                let mut agents = model.agents.iter();
                agents
                    .find(|(_, agent)| is_last(agent))
                    .map(|(id, _)| id.clone())
            }
            RosterStep::SetCursor(..) | RosterStep::AdvanceTime(_) => None,
        }
    }

    /// Rebuilds the roster from rows with its current state, as from a database.
    fn reload(&mut self) {
        self.fixture.roster.set_times_from_seqs();
        self.roster = roster(&self.plan, &self.fixture.roster);
    }

    /// Asserts that the decisions on all items agree with the oracle.
    fn assert_decisions_agree(&self) {
        for item in &self.fixture.items {
            let oracle = self.fixture.oracle(item, self.now);
            assert_agrees(&self.plan, &self.roster, &oracle);
        }
    }

    /// Asserts that the getters of all agents agree with the model.
    fn assert_states_agree(&self) {
        let Fixture {
            config,
            roster: model,
            ..
        } = &self.fixture;
        for id in config.agents.keys().map(handover::AgentId::as_str) {
            let status = self.roster.agent(id).unwrap();
            let mut total_load = 0;
            for channel in config.channels.keys().map(handover::ChannelId::as_str) {
                let record = model.channel(id, channel);
                total_load += record.load;
                assert_eq!(status.is_on(channel), Some(!record.is_off));
                assert_eq!(status.load(channel), Some(record.load));
                assert_eq!(status.items_in_hand(channel), Some(record.items));
                assert_eq!(status.handled(channel), Some(record.handled));
                assert_eq!(
                    status.capacity(channel),
                    Some(model.capacity(config, id, channel))
                );
                assert_eq!(
                    status.is_present(channel),
                    Some(model.is_present(config, id, channel))
                );
                assert_eq!(
                    units(status.spare(channel).unwrap()),
                    model.spare(config, id, channel)
                );
            }
            assert_eq!(status.universal_load(), total_load);
            assert_eq!(
                status.presence().map(handover::PresenceStateId::as_str),
                model
                    .agents
                    .get(id)
                    .and_then(|agent| agent.presence.as_deref())
            );
            assert_eq!(status.idle_since(), at(model.idle_since(id)));
        }
    }
}

proptest! {
    #[test]
    fn roster_agrees_with_its_model_after_every_step(
        fixture in fixture(),
        steps in vec(step(), 1..40),
    ) {
        let mut pair = RosterPair::new(fixture);
        for step in &steps {
            pair.step(step);
            pair.assert_decisions_agree();
        }
        pair.assert_states_agree();
        pair.reload();
        pair.assert_decisions_agree();
        pair.assert_states_agree();
    }

    #[test]
    fn assignment_is_stale_only_if_its_agent_has_changed(
        fixture in fixture(),
        steps in vec(step(), 1..20),
    ) {
        let mut pair = RosterPair::new(fixture);
        for step in &steps {
            let assignments = pair.decide();
            pair.step(step);
            for (index, agent, assignment) in assignments {
                let mut roster = pair.roster.clone();
                match roster.commit(&assignment) {
                    Ok(()) => {
                        let oracle = pair.fixture.oracle(&pair.fixture.items[index], pair.now);
                        let pool = assignment.pool(&pair.plan).unwrap();
                        prop_assert_eq!(oracle.failed_gate(pool, &agent), None, "after {:?}", step);
                        roster.check_invariants().unwrap();
                    }
                    Err(error) => {
                        prop_assert_eq!(error, CommitError::Stale { agent: Some(agent.as_str().into()) });
                        prop_assert_eq!(format!("{roster:?}"), format!("{:?}", pair.roster));
                        let changed = pair.changed_agent(step);
                        prop_assert_eq!(changed, Some(agent), "after {:?}", step);
                    }
                }
            }
        }
    }

    #[test]
    fn refused_call_leaves_the_roster_unchanged(fixture in fixture(), steps in vec(step(), 1..10)) {
        let mut pair = RosterPair::new(fixture);
        for step in &steps {
            pair.step(step);
        }
        assert_invalid_calls_are_refused(&pair.plan, &mut pair.roster);
        pair.assert_decisions_agree();
    }
}
