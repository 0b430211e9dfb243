//! A simulated day: planned actions, the router's time-outs, and a last hour without new work.

use std::collections::{BTreeMap, BTreeSet};

use handover::{
    Decision, Gate, Input, ItemState, Output, PresenceChangeReason, Router, SavedRouter, Timestamp,
};
use serde_json::Value;

use super::OutputCounts;
use super::actions::{self, Action};
use super::configuration::{CHANNELS, agents, changed_config, config};
use crate::support::plans::{at, plan};
use crate::support::random::Rng;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
pub(super) const NOON: u64 = 4 * HOUR;
const EVENING: u64 = 8 * HOUR;
const END: u64 = EVENING + HOUR;

pub(super) struct SimulatedDay {
    pub(super) router: Router,
    /// A copy that was stored and restored during the day.
    copy: Option<Router>,
    rng: Rng,
    now: u64,
    /// The planned actions by time, then by number.
    actions: BTreeMap<(u64, u64), Action>,
    planned: u64,
    routed: BTreeSet<String>,
    /// The items that are closed, canceled or unroutable.
    ended: BTreeSet<String>,
    pub(super) counts: OutputCounts,
}

impl SimulatedDay {
    /// Runs the day of a seed. At `restart`, the router is stored and restored to a copy that takes the same inputs.
    pub(super) fn run(seed: u64, restart: Option<u64>) -> Self {
        let mut day = Self {
            router: Router::new(&plan(&config())),
            copy: None,
            rng: Rng(seed),
            now: 0,
            actions: BTreeMap::new(),
            planned: 0,
            routed: BTreeSet::new(),
            ended: BTreeSet::new(),
            counts: OutputCounts::new(),
        };
        day.begin();
        day.run_until(restart.unwrap_or(NOON));
        if restart.is_some() {
            let stored = serde_json::to_string(&day.router.snapshot()).unwrap();
            let saved: SavedRouter = serde_json::from_str(&stored).unwrap();
            day.copy = Some(Router::restore(day.router.plan(), saved).unwrap());
        }
        day.run_until(EVENING);
        day.start_last_hour();
        day.run_until(END);
        if let Some(copy) = &day.copy {
            assert_eq!(copy.digest(), day.router.digest());
            assert_eq!(copy.check_invariants(), Ok(()));
        }
        day
    }

    fn begin(&mut self) {
        for agent in agents() {
            let start = self.random_delay(10 * MINUTE);
            self.plan(
                start,
                Action::SetPresence {
                    agent,
                    state: "here",
                },
            );
        }
        self.plan(0, Action::Arrive);
        self.plan(5 * MINUTE, Action::Manage);
        self.plan(HOUR, Action::Reconfigure { restores: false });
        self.plan(30 * MINUTE, Action::Check);
    }

    /// Restores the configuration, and makes every agent present.
    fn start_last_hour(&mut self) {
        self.now = EVENING;
        let config = Box::new(config());
        self.give(Input::Reconfigure { config });
        for agent in agents() {
            self.plan(
                0,
                Action::SetPresence {
                    agent: agent.clone(),
                    state: "here",
                },
            );
            for channel in CHANNELS {
                self.give(Input::SetChannel {
                    agent: agent.as_str().into(),
                    channel: channel.into(),
                    on: true,
                });
            }
        }
    }

    fn is_last_hour(&self) -> bool {
        self.now >= EVENING
    }

    /// Returns a random delay of at most `millis`.
    fn random_delay(&mut self, millis: u64) -> u64 {
        self.rng.next() % millis + 1
    }

    fn plan(&mut self, delay: u64, action: Action) {
        self.planned += 1;
        let key = (self.now + delay, self.planned);
        self.actions.insert(key, action);
    }

    /// Runs the planned actions, and a tick at every time-out of the router.
    fn run_until(&mut self, end: u64) {
        loop {
            let planned = self.actions.first_key_value().map(|((time, _), _)| *time);
            let timeout = self.router.poll_timeout().map(Timestamp::as_millis);
            let next = planned.into_iter().chain(timeout).min();
            let Some(next) = next.filter(|next| *next < end) else {
                return;
            };
            assert!(next >= self.now);
            self.now = next;
            if planned == Some(next) {
                let (_, action) = self.actions.pop_first().unwrap();
                self.run_action(action);
            } else {
                self.give(Input::Tick);
            }
        }
    }

    fn run_action(&mut self, action: Action) {
        match action {
            Action::Arrive
            | Action::Manage
            | Action::Reconfigure { .. }
            | Action::Cancel { .. }
            | Action::Update { .. }
                if self.is_last_hour() => {}
            Action::Arrive => self.arrive(),
            Action::Accept { item, agent } => self.give(Input::Accept {
                item: item.into(),
                agent: agent.into(),
            }),
            Action::Reject { item, agent } => {
                let reason = if self.rng.one_in(4) {
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
            Action::Work { item, agent } => self.work(item, agent),
            Action::SetPresence { agent, state } => self.set_presence(agent, state),
            Action::Return { agent } => self.give(Input::SetPresence {
                agent: agent.into(),
                state: Some("here".into()),
            }),
            Action::Manage => {
                let waiting = self
                    .router
                    .items()
                    .find(|item| item.wait_millis().is_some());
                let waiting = waiting.map(|item| item.work_item().id.as_str().into());
                let input = actions::manager_input(self.now, waiting, &mut self.rng);
                self.give(input);
                let delay = self.random_delay(10 * MINUTE);
                self.plan(delay, Action::Manage);
            }
            Action::Reconfigure { restores } => self.reconfigure(restores),
            Action::Cancel { item } => self.give(Input::Cancel {
                item: item.into(),
                note: Some("gone".into()),
            }),
            Action::Update { item } => {
                let input = actions::new_fact(&item, &mut self.rng);
                self.give(input);
            }
            Action::Check => {
                assert_eq!(self.router.check_invariants(), Ok(()), "at {}", self.now);
                self.plan(30 * MINUTE, Action::Check);
            }
        }
    }

    fn arrive(&mut self) {
        let item = actions::new_item(self.routed.len(), &mut self.rng);
        let id = String::from(item.id.as_str());
        self.routed.insert(id.clone());
        *self.counts.entry("routed".into()).or_default() += 1;
        self.give(Input::Route { item, queue: None });
        if self.rng.one_in(30) {
            let delay = self.random_delay(20 * MINUTE);
            self.plan(delay, Action::Cancel { item: id.clone() });
        }
        if self.rng.one_in(4) {
            let delay = self.random_delay(5 * MINUTE);
            self.plan(delay, Action::Update { item: id });
        }
        // Twice an hour there is a peak.
        let is_peak = self.now % (30 * MINUTE) < 4 * MINUTE;
        let delay = self.random_delay(if is_peak { 4 * SECOND } else { 20 * SECOND });
        self.plan(delay, Action::Arrive);
    }

    fn work(&mut self, item: String, agent: String) {
        let status = self.router.item(&item);
        let is_holder = status.is_some_and(|status| {
            status.state() == ItemState::Accepted
                && status
                    .holder()
                    .is_some_and(|holder| holder.as_str() == agent)
        });
        if !is_holder {
            return;
        }
        if self.is_last_hour() || !self.rng.one_in(8) {
            self.give(Input::Complete {
                item: item.into(),
                by: None,
            });
        } else {
            let input = actions::other_agent_input(&item, &agent, &agents(), &mut self.rng);
            self.give(input);
            // The agent may still have the item.
            self.plan(MINUTE, Action::Work { item, agent });
        }
    }

    fn set_presence(&mut self, agent: String, state: &'static str) {
        let state = if self.is_last_hour() { "here" } else { state };
        self.give(Input::SetPresence {
            agent: agent.as_str().into(),
            state: Some(state.into()),
        });
        let (delay, next) = match (state, self.rng.below(4)) {
            ("here", 0) => (HOUR, "writing"),
            ("here", _) => (2 * HOUR, "away"),
            _ => (15 * MINUTE, "here"),
        };
        let delay = self.random_delay(delay);
        self.plan(delay, Action::SetPresence { agent, state: next });
    }

    /// Changes the configuration for 15 minutes, or restores it.
    fn reconfigure(&mut self, restores: bool) {
        let config = if restores {
            config()
        } else {
            changed_config(&mut self.rng)
        };
        let config = Box::new(config);
        self.give(Input::Reconfigure { config });
        self.plan(
            15 * MINUTE,
            Action::Reconfigure {
                restores: !restores,
            },
        );
    }

    /// Gives the router an input, which may be refused.
    fn give(&mut self, input: Input) {
        let result = self.router.handle(at(self.now), input.clone());
        let outputs: Vec<Output> = std::iter::from_fn(|| self.router.poll_output()).collect();
        if let Some(copy) = &mut self.copy {
            assert_eq!(copy.handle(at(self.now), input), result);
            let copied: Vec<Output> = std::iter::from_fn(|| copy.poll_output()).collect();
            assert_eq!(copied, outputs);
            assert_eq!(copy.poll_timeout(), self.router.poll_timeout());
        }
        for output in &outputs {
            self.react(output);
        }
    }

    /// Counts an output, and plans the reaction of the agents.
    fn react(&mut self, output: &Output) {
        *self.counts.entry(kind(output)).or_default() += 1;
        match output {
            Output::Offered { item, agent, .. } => {
                let (item, agent) = (item.as_str().into(), agent.as_str().into());
                let delay = self.random_delay(10 * SECOND);
                match self.rng.below(20) {
                    0 if !self.is_last_hour() => {}
                    1 | 2 if !self.is_last_hour() => {
                        self.plan(delay, Action::Reject { item, agent });
                    }
                    _ => self.plan(delay, Action::Accept { item, agent }),
                }
            }
            Output::Accepted { item, agent, .. } => {
                let (item, agent) = (item.as_str().into(), agent.as_str().into());
                let work_max = if self.is_last_hour() {
                    2 * MINUTE
                } else {
                    8 * MINUTE
                };
                let delay = self.random_delay(work_max);
                self.plan(delay, Action::Work { item, agent });
            }
            Output::PresenceSet {
                agent,
                why: PresenceChangeReason::TimedOut | PresenceChangeReason::Reconfigured,
                ..
            } => {
                let delay = self.random_delay(10 * MINUTE);
                let agent = agent.as_str().into();
                self.plan(delay, Action::Return { agent });
            }
            Output::Closed { item, .. }
            | Output::Canceled { item, .. }
            | Output::Unroutable { item, .. } => {
                assert!(self.ended.insert(item.as_str().into()), "{item} ends twice");
            }
            _ => {}
        }
    }

    /// Checks that every item has ended, or waits for a skill that no agent has.
    pub(super) fn check_items(&mut self) {
        assert_eq!(self.router.check_invariants(), Ok(()));
        let live: BTreeSet<String> = self.routed.difference(&self.ended).cloned().collect();
        let known = self
            .router
            .items()
            .map(|item| String::from(item.work_item().id.as_str()));
        assert_eq!(live, known.collect());
        for id in live {
            let item = self.router.item(&id).unwrap();
            assert_eq!(
                item.state(),
                ItemState::Queued,
                "{id} of seed {:?}",
                self.rng
            );
            let why = self.router.explain(&id).unwrap();
            assert!(matches!(why.decision(), Decision::Wait(_)), "{why}");
            assert!(
                item.work_item()
                    .skills
                    .iter()
                    .any(|request| request.skill.as_str() == "latin"),
                "{why}"
            );
            assert!(
                why.stopped().iter().any(|(gate, _)| *gate == Gate::Skills),
                "{why}"
            );
            *self.counts.entry("waits at the end".into()).or_default() += 1;
        }
    }
}

/// Returns the name of an output, with its reason.
fn kind(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
    let why = fields
        .get("why")
        .or_else(|| fields.get("reason"))
        .and_then(Value::as_str);
    why.map_or_else(|| name.clone(), |why| format!("{name} {why}"))
}
