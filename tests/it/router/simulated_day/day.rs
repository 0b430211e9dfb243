//! A day from morning until the quiet hour is over.

use std::collections::{BTreeMap, BTreeSet};

use handover::{
    Decision, Gate, Input, ItemState, Output, PresenceWhy, Router, SavedRouter, Timestamp,
};
use serde_json::Value;

use super::Tally;
use super::actions::{self, Deed};
use super::configuration::{agents, changed_town, town};
use crate::oracle::conversion::{at, plan};
use crate::support::random::Dice;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
pub(super) const NOON: u64 = 4 * HOUR;
const EVENING: u64 = 8 * HOUR;
const END: u64 = EVENING + HOUR;

/// A day, and what is going to happen on it.
pub(super) struct Day {
    pub(super) router: Router,
    /// One that was stored and restored on the way.
    twin: Option<Router>,
    dice: Dice,
    now: u64,
    deeds: BTreeMap<(u64, u64), Deed>,
    plans: u64,
    came: BTreeSet<String>,
    /// What has ended, or was not kept.
    ended: BTreeSet<String>,
    pub(super) tally: Tally,
}

impl Day {
    /// Lives through the day of a seed; at some moment the router may be stored and restored.
    pub(super) fn lived(seed: u64, restart: Option<u64>) -> Self {
        let mut day = Self {
            router: Router::new(&plan(&town())),
            twin: None,
            dice: Dice(seed),
            now: 0,
            deeds: BTreeMap::new(),
            plans: 0,
            came: BTreeSet::new(),
            ended: BTreeSet::new(),
            tally: Tally::new(),
        };
        day.begin();
        day.go_on_until(restart.unwrap_or(NOON));
        if restart.is_some() {
            let stored = serde_json::to_string(&day.router.snapshot()).unwrap();
            let saved: SavedRouter = serde_json::from_str(&stored).unwrap();
            day.twin = Some(Router::restore(day.router.plan(), saved).unwrap());
        }
        day.go_on_until(EVENING);
        day.become_quiet();
        day.go_on_until(END);
        if let Some(twin) = &day.twin {
            assert_eq!(twin.digest(), day.router.digest());
            assert_eq!(twin.check_invariants(), Ok(()));
        }
        day
    }

    fn begin(&mut self) {
        for agent in agents() {
            let start = self.up_to(10 * MINUTE);
            self.plan(
                start,
                Deed::Be {
                    agent,
                    state: "here",
                },
            );
        }
        self.plan(0, Deed::Arrive);
        self.plan(5 * MINUTE, Deed::Meddle);
        self.plan(HOUR, Deed::Change { back: false });
        self.plan(30 * MINUTE, Deed::Check);
    }

    /// Everything is as it should be, and everybody works.
    fn become_quiet(&mut self) {
        self.now = EVENING;
        let config = Box::new(town());
        self.give(Input::Reconfigure { config });
        for agent in agents() {
            self.plan(
                0,
                Deed::Be {
                    agent: agent.clone(),
                    state: "here",
                },
            );
            for channel in super::configuration::CHANNELS {
                self.give(Input::SetChannel {
                    agent: agent.as_str().into(),
                    channel: channel.into(),
                    on: true,
                });
            }
        }
    }

    fn is_quiet(&self) -> bool {
        self.now >= EVENING
    }

    fn up_to(&mut self, millis: u64) -> u64 {
        self.dice.roll() % millis + 1
    }

    fn plan(&mut self, ahead: u64, deed: Deed) {
        self.plans += 1;
        self.deeds.insert((self.now + ahead, self.plans), deed);
    }

    /// Does what is planned, and wakes up whenever the router wants to be.
    fn go_on_until(&mut self, end: u64) {
        loop {
            let planned = self.deeds.first_key_value().map(|((moment, _), _)| *moment);
            let wake = self.router.poll_timeout().map(Timestamp::as_millis);
            let next = planned.into_iter().chain(wake).min();
            let Some(next) = next.filter(|next| *next < end) else {
                return;
            };
            assert!(next >= self.now);
            self.now = next;
            if planned == Some(next) {
                let (_, deed) = self.deeds.pop_first().unwrap();
                self.do_it(deed);
            } else {
                self.give(Input::Tick);
            }
        }
    }

    fn do_it(&mut self, deed: Deed) {
        match deed {
            Deed::Arrive
            | Deed::Meddle
            | Deed::Change { .. }
            | Deed::Cancel { .. }
            | Deed::Learn { .. }
                if self.is_quiet() => {}
            Deed::Arrive => self.arrive(),
            Deed::Accept { item, agent } => self.give(Input::Accept {
                item: item.into(),
                agent: agent.into(),
            }),
            Deed::Reject { item, agent } => {
                let reason = if self.dice.one_in(4) {
                    "not_mine"
                } else {
                    "busy"
                };
                self.give(Input::Reject {
                    item: item.into(),
                    agent: agent.into(),
                    reason: reason.into(),
                });
            }
            Deed::Work { item, agent } => self.work(item, agent),
            Deed::Be { agent, state } => self.be(agent, state),
            Deed::Wake { agent } => self.give(Input::SetPresence {
                agent: agent.into(),
                state: Some("here".into()),
            }),
            Deed::Meddle => {
                let waiting = self
                    .router
                    .items()
                    .find(|item| item.wait_millis().is_some());
                let waiting = waiting.map(|item| item.work_item().id.as_str().into());
                let input = actions::meddling(self.now, waiting, &mut self.dice);
                self.give(input);
                let ahead = self.up_to(10 * MINUTE);
                self.plan(ahead, Deed::Meddle);
            }
            Deed::Change { back } => self.change(back),
            Deed::Cancel { item } => self.give(Input::Cancel {
                item: item.into(),
                note: Some("gone".into()),
            }),
            Deed::Learn { item } => {
                let input = actions::news(&item, &mut self.dice);
                self.give(input);
            }
            Deed::Check => {
                assert_eq!(self.router.check_invariants(), Ok(()), "at {}", self.now);
                self.plan(30 * MINUTE, Deed::Check);
            }
        }
    }

    fn arrive(&mut self) {
        let item = actions::newcomer(self.came.len(), &mut self.dice);
        let id = String::from(item.id.as_str());
        self.came.insert(id.clone());
        *self.tally.entry("came".into()).or_default() += 1;
        self.give(Input::Route { item, queue: None });
        if self.dice.one_in(30) {
            let ahead = self.up_to(20 * MINUTE);
            self.plan(ahead, Deed::Cancel { item: id.clone() });
        }
        if self.dice.one_in(4) {
            let ahead = self.up_to(5 * MINUTE);
            self.plan(ahead, Deed::Learn { item: id });
        }
        // Twice an hour many come at once.
        let rush = self.now % (30 * MINUTE) < 4 * MINUTE;
        let ahead = self.up_to(if rush { 4 * SECOND } else { 20 * SECOND });
        self.plan(ahead, Deed::Arrive);
    }

    fn work(&mut self, item: String, agent: String) {
        let found = self.router.item(&item);
        let has_it = found.is_some_and(|found| {
            found.state() == ItemState::Accepted
                && found
                    .holder()
                    .is_some_and(|holder| holder.as_str() == agent)
        });
        if !has_it {
            return;
        }
        if self.is_quiet() || !self.dice.one_in(8) {
            self.give(Input::Complete { item: item.into() });
        } else {
            let input = actions::other_work(&item, &agents(), &mut self.dice);
            self.give(input);
            // It may still have it.
            self.plan(MINUTE, Deed::Work { item, agent });
        }
    }

    fn be(&mut self, agent: String, state: &'static str) {
        let state = if self.is_quiet() { "here" } else { state };
        self.give(Input::SetPresence {
            agent: agent.as_str().into(),
            state: Some(state.into()),
        });
        let (ahead, next) = match (state, self.dice.below(4)) {
            ("here", 0) => (HOUR, "writing"),
            ("here", _) => (2 * HOUR, "away"),
            _ => (15 * MINUTE, "here"),
        };
        let ahead = self.up_to(ahead);
        self.plan(ahead, Deed::Be { agent, state: next });
    }

    /// For a quarter of an hour something is different.
    fn change(&mut self, back: bool) {
        let config = if back {
            town()
        } else {
            changed_town(&mut self.dice)
        };
        let config = Box::new(config);
        self.give(Input::Reconfigure { config });
        self.plan(
            if back { 45 * MINUTE } else { 15 * MINUTE },
            Deed::Change { back: !back },
        );
    }

    /// Gives the router an input. What comes too late is refused.
    fn give(&mut self, input: Input) {
        let taken = self.router.handle(at(self.now), input.clone());
        let outputs: Vec<Output> = std::iter::from_fn(|| self.router.poll_output()).collect();
        if let Some(twin) = &mut self.twin {
            assert_eq!(twin.handle(at(self.now), input), taken);
            let said: Vec<Output> = std::iter::from_fn(|| twin.poll_output()).collect();
            assert_eq!(said, outputs);
            assert_eq!(twin.poll_timeout(), self.router.poll_timeout());
        }
        for output in &outputs {
            self.see(output);
        }
    }

    /// Agents see what the router says, and plan what they do about it.
    fn see(&mut self, output: &Output) {
        *self.tally.entry(kind(output)).or_default() += 1;
        match output {
            Output::Offered { item, agent, .. } => {
                let (item, agent) = (item.as_str().into(), agent.as_str().into());
                let ahead = self.up_to(10 * SECOND);
                match self.dice.below(20) {
                    0 if !self.is_quiet() => {}
                    1 | 2 if !self.is_quiet() => self.plan(ahead, Deed::Reject { item, agent }),
                    _ => self.plan(ahead, Deed::Accept { item, agent }),
                }
            }
            Output::Accepted { item, agent, .. } => {
                let (item, agent) = (item.as_str().into(), agent.as_str().into());
                let longest = if self.is_quiet() {
                    2 * MINUTE
                } else {
                    8 * MINUTE
                };
                let ahead = self.up_to(longest);
                self.plan(ahead, Deed::Work { item, agent });
            }
            Output::PresenceSet {
                agent,
                why: PresenceWhy::TimedOut | PresenceWhy::Reconfigured,
                ..
            } => {
                let ahead = self.up_to(10 * MINUTE);
                let agent = agent.as_str().into();
                self.plan(ahead, Deed::Wake { agent });
            }
            Output::Closed { item, .. }
            | Output::Canceled { item, .. }
            | Output::Unroutable { item, .. } => {
                assert!(self.ended.insert(item.as_str().into()), "{item} ends twice");
            }
            _ => {}
        }
    }

    /// Whatever came has ended, or waits and the router says why.
    pub(super) fn everything_has_an_end(&mut self) {
        assert_eq!(self.router.check_invariants(), Ok(()));
        let left: BTreeSet<String> = self.came.difference(&self.ended).cloned().collect();
        let known = self
            .router
            .items()
            .map(|item| String::from(item.work_item().id.as_str()));
        assert_eq!(left, known.collect());
        for id in left {
            let item = self.router.item(&id).unwrap();
            assert_eq!(
                item.state(),
                ItemState::Queued,
                "{id} of seed {:?}",
                self.dice
            );
            let why = self.router.explain(&id).unwrap();
            assert!(matches!(why.decision(), Decision::Wait(_)), "{why}");
            // The only ones who are still there ask for what nobody can.
            assert!(
                item.work_item()
                    .skills
                    .iter()
                    .any(|asked| asked.skill.as_str() == "latin"),
                "{why}"
            );
            assert!(
                why.stopped().iter().any(|(gate, _)| *gate == Gate::Skills),
                "{why}"
            );
            *self.tally.entry("waits at the end".into()).or_default() += 1;
        }
    }
}

/// What an output is called, with its reason if it has one.
fn kind(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
    let why = fields
        .get("why")
        .or_else(|| fields.get("reason"))
        .and_then(Value::as_str);
    why.map_or_else(|| name.clone(), |why| format!("{name} {why}"))
}
