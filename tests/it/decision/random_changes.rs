//! Random changes, made to the roster and to the tests' own state side by side.

use handover::{Assignment, Capacity, CommitError, Decision, Plan, Roster, assign};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::generators::fixture::{self, NOW, World};
use crate::oracle::conversion::{agreed, at, plan, roster, routed};
use crate::oracle::gates::Case;
use crate::oracle::roster_model::{Seat, applies};

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Assign(Index),
    /// To an agent, on a channel where it is about one.
    Change(Index, Index, Change),
    SetCursor(Index, Index, Index),
    Pass(u64),
}

/// What is changed of an agent.
#[derive(Clone, Debug)]
enum Change {
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

fn step() -> impl Strategy<Value = Step> {
    let one = any::<Index>;
    prop_oneof![
        8 => one().prop_map(Step::Assign),
        18 => (one(), one(), change()).prop_map(|(agent, channel, change)| Step::Change(agent, channel, change)),
        1 => (one(), one(), one()).prop_map(|(queue, pool, agent)| Step::SetCursor(queue, pool, agent)),
        2 => (0..=40_000_u64).prop_map(Step::Pass),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let capacity = || option::of(fixture::capacity());
    prop_oneof![
        3 => any::<Index>().prop_map(Change::SetPresence),
        1 => Just(Change::ClearPresence),
        2 => any::<bool>().prop_map(Change::SetChannel),
        3 => (0..=3_u32).prop_map(Change::Release),
        2 => (0..=3_u32).prop_map(Change::Withdraw),
        2 => (0..=3_u32).prop_map(Change::Give),
        2 => (0..=40_u64).prop_map(Change::SetLoad),
        2 => capacity().prop_map(Change::SetCapacity),
        1 => capacity().prop_map(Change::SetUniversalCapacity),
    ]
}

fn names<'a, I: AsRef<str> + 'a>(ids: impl Iterator<Item = &'a I>) -> Vec<String> {
    ids.map(|id| id.as_ref().to_owned()).collect()
}

/// Units as the tests count them: no limit is the largest number.
fn units(capacity: Capacity) -> u64 {
    match capacity {
        Capacity::Units(units) => units.into(),
        Capacity::Unlimited => u64::MAX,
    }
}

/// A world that goes on.
struct Running {
    world: World,
    plan: Plan,
    roster: Roster,
    now: u64,
}

impl Running {
    fn new(world: World) -> Self {
        let plan = plan(&world.config);
        let roster = roster(&plan, &world.desk);
        Self {
            world,
            plan,
            roster,
            now: NOW,
        }
    }

    /// Takes one step on both sides; what the rules refuse must leave the roster as it was.
    fn take(&mut self, step: &Step) {
        let before = format!("{:?}", self.roster);
        if !self.try_to_take(step) {
            assert_eq!(format!("{:?}", self.roster), before, "{step:?} was refused");
        }
        self.roster.check_invariants().unwrap();
    }

    /// Says whether the step was taken; the roster must see it in the same way.
    fn try_to_take(&mut self, step: &Step) -> bool {
        let World {
            config,
            desk,
            questions,
        } = &mut self.world;
        let agents: Vec<String> = names(config.agents.keys());
        match step {
            Step::Pass(millis) => self.now += millis,
            Step::Assign(question) => {
                let question = question.get(questions);
                let case = Case {
                    config,
                    desk,
                    question,
                    now: self.now,
                };
                if let Decision::Assign(assignment) = agreed(&self.plan, &self.roster, &case) {
                    self.roster.commit(&assignment).unwrap();
                    let agent = assignment.agent(&self.plan).unwrap().as_str();
                    let pool = assignment.pool(&self.plan).unwrap();
                    desk.cursors
                        .insert((question.queue.clone(), pool), agent.into());
                    let size = question.size(config).into();
                    desk.give(agent, question.item.channel.as_str(), size);
                }
            }
            _ if agents.is_empty() => {}
            Step::Change(agent, channel, change) => {
                let channels = names(config.channels.keys());
                let (agent, channel): (&String, &String) =
                    (agent.get(&agents), channel.get(&channels));
                return self.change(agent, channel, change);
            }
            Step::SetCursor(queue, pool, agent) => {
                let agent = agent.get(&agents);
                let queues: Vec<_> = config.queues.iter().collect();
                let (name, queue) = queue.get(&queues);
                if !queue.eligibility.is_empty() {
                    let pool = pool.index(queue.eligibility.len());
                    self.roster
                        .set_cursor(name.as_str(), pool, agent.as_str())
                        .unwrap();
                    desk.cursors
                        .insert((name.as_str().into(), pool), agent.clone());
                }
            }
        }
        true
    }

    /// Changes one agent on both sides; says whether that was possible.
    fn change(&mut self, agent: &str, channel: &str, change: &Change) -> bool {
        let now = self.now;
        let World { config, desk, .. } = &mut self.world;
        let roster = &mut self.roster;
        let line = desk.line(agent, channel);
        let holds = |size: u32| line.items > 0 && line.load >= u64::from(size);
        let (result, is_allowed) = match change {
            Change::SetPresence(state) => {
                let states: Vec<_> = config.presence_states.iter().collect();
                let (name, state) = state.get(&states);
                let is_allowed = state.active && applies(config, &state.groups, agent);
                if is_allowed {
                    desk.set_presence(config, agent, Some(name.as_str()), now);
                }
                (
                    roster.set_presence(agent, name.as_str(), at(now)),
                    is_allowed,
                )
            }
            Change::ClearPresence => {
                desk.set_presence(config, agent, None, now);
                (roster.clear_presence(agent, at(now)), true)
            }
            Change::SetChannel(on) => {
                desk.line_mut(agent, channel).is_off = !on;
                (roster.set_channel(agent, channel, *on), true)
            }
            Change::Release(size) => {
                if holds(*size) {
                    desk.release(agent, channel, u64::from(*size), now);
                }
                (roster.release(agent, channel, *size, at(now)), holds(*size))
            }
            Change::Withdraw(size) => {
                if holds(*size) {
                    desk.release(agent, channel, u64::from(*size), now);
                    desk.line_mut(agent, channel).handled -= 1;
                }
                (
                    roster.withdraw(agent, channel, *size, at(now)),
                    holds(*size),
                )
            }
            Change::Give(size) => {
                desk.give(agent, channel, u64::from(*size));
                (roster.give(agent, channel, *size), true)
            }
            Change::SetLoad(load) => {
                desk.line_mut(agent, channel).load = *load;
                (roster.set_load(agent, channel, *load), true)
            }
            Change::SetCapacity(capacity) => {
                desk.line_mut(agent, channel).capacity = *capacity;
                (roster.set_capacity(agent, channel, *capacity), true)
            }
            Change::SetUniversalCapacity(capacity) => {
                desk.seat_mut(agent).universal_capacity = *capacity;
                (roster.set_universal_capacity(agent, *capacity), true)
            }
        };
        assert_eq!(result.is_ok(), is_allowed, "{result:?}");
        is_allowed
    }

    /// For every question that has an answer: its place, who should have it, and the assignment.
    fn decide(&self) -> Vec<(usize, String, Assignment)> {
        let questions = self.world.questions.iter().enumerate();
        let decide = |(place, question)| {
            let decision =
                assign(&self.roster, &routed(&self.plan, question), at(self.now)).unwrap();
            let assignment = decision.assignment()?;
            Some((
                place,
                assignment.agent(&self.plan).unwrap().as_str().into(),
                assignment,
            ))
        };
        questions.filter_map(decide).collect()
    }

    /// Whom a step is about. Whom an assignment was given to is who was given something last.
    fn touched_by(&self, step: &Step) -> Option<String> {
        match step {
            Step::Change(agent, ..) => {
                Some(agent.get(&names(self.world.config.agents.keys())).clone())
            }
            Step::Assign(_) => {
                let desk = &self.world.desk;
                let is_last =
                    |seat: &Seat| seat.lines.values().any(|line| line.given == desk.given);
                let mut seats = desk.seats.iter();
                seats
                    .find(|(_, seat)| is_last(seat))
                    .map(|(id, _)| id.clone())
            }
            Step::SetCursor(..) | Step::Pass(_) => None,
        }
    }

    /// The same world once more, from rows as a database would hold them now.
    fn reload(&mut self) {
        self.world.desk.stamps_become_times();
        self.roster = roster(&self.plan, &self.world.desk);
    }

    /// Every question, now.
    fn ask_everything(&self) {
        let World {
            config,
            desk,
            questions,
        } = &self.world;
        for question in questions {
            agreed(
                &self.plan,
                &self.roster,
                &Case {
                    config,
                    desk,
                    question,
                    now: self.now,
                },
            );
        }
    }

    /// What the getters say of every agent.
    fn look_at_everyone(&self) {
        let World { config, desk, .. } = &self.world;
        for id in config.agents.keys().map(handover::AgentId::as_str) {
            let status = self.roster.agent(id).unwrap();
            let mut all = 0;
            for channel in config.channels.keys().map(handover::ChannelId::as_str) {
                let line = desk.line(id, channel);
                all += line.load;
                assert_eq!(status.is_on(channel), Some(!line.is_off));
                assert_eq!(status.load(channel), Some(line.load));
                assert_eq!(status.items_in_hand(channel), Some(line.items));
                assert_eq!(status.handled(channel), Some(line.handled));
                assert_eq!(
                    status.capacity(channel),
                    Some(desk.capacity(config, id, channel))
                );
                assert_eq!(
                    status.is_present(channel),
                    Some(desk.is_present(config, id, channel))
                );
                assert_eq!(
                    units(status.spare(channel).unwrap()),
                    desk.spare(config, id, channel)
                );
            }
            assert_eq!(status.universal_load(), all);
            assert_eq!(
                status.presence().map(handover::PresenceStateId::as_str),
                desk.seats.get(id).and_then(|seat| seat.presence.as_deref())
            );
            assert_eq!(status.idle_since(), at(desk.idle_since(id)));
        }
    }
}

proptest! {
    #[test]
    fn after_every_step_the_answer_agrees_with_the_oracle(
        world in fixture::world(),
        steps in vec(step(), 1..40),
    ) {
        let mut running = Running::new(world);
        for step in &steps {
            running.take(step);
            running.ask_everything();
        }
        running.look_at_everyone();
        running.reload();
        running.ask_everything();
        running.look_at_everyone();
    }

    #[test]
    fn what_happens_to_an_agent_makes_an_assignment_stale(
        world in fixture::world(),
        steps in vec(step(), 1..20),
    ) {
        let mut running = Running::new(world);
        for step in &steps {
            let decided = running.decide();
            running.take(step);
            for (place, agent, assignment) in decided {
                let mut roster = running.roster.clone();
                let World { config, desk, questions } = &running.world;
                match roster.commit(&assignment) {
                    Ok(()) => {
                        let case = Case { config, desk, question: &questions[place], now: running.now };
                        let pool = assignment.pool(&running.plan).unwrap();
                        prop_assert_eq!(case.stop(pool, &agent), None, "after {:?}", step);
                        roster.check_invariants().unwrap();
                    }
                    Err(error) => {
                        prop_assert_eq!(error, CommitError::Stale { agent: Some(agent.as_str().into()) });
                        prop_assert_eq!(format!("{roster:?}"), format!("{:?}", running.roster));
                        let touched = running.touched_by(step);
                        prop_assert_eq!(touched, Some(agent), "after {:?}", step);
                    }
                }
            }
        }
    }

    #[test]
    fn a_refused_call_leaves_the_roster_as_it_was(world in fixture::world(), steps in vec(step(), 1..10)) {
        let mut running = Running::new(world);
        for step in &steps {
            running.take(step);
        }
        crate::decision::invalid_calls::every_wrong_call(&running.plan, &mut running.roster);
        running.ask_everything();
    }
}
