//! A router and the model that take the same inputs, for examples in JSON.

use handover::{Config, Input, Router, RouterError};
use serde_json::{Value, json};

use crate::router::differential::comparison::System;
use crate::router_model::{Model, ModelAcceptance};
use crate::support::json::{merge, output_text};
use crate::support::plans::{at, plan};

/// A router and the model. Each input asserts that both agree.
pub(super) struct RouterPair {
    pub(super) model: Model,
    pub(super) router: Router,
}

impl RouterPair {
    /// Starts with [`config`] and with every agent present.
    pub(super) fn with(changes: &Value) -> Self {
        let config = config(changes);
        let mut pair = Self {
            model: Model::new(&config),
            router: Router::new(&plan(&config)),
        };
        for agent in config.agents.keys() {
            pair.set_presence(0, agent.as_str(), "here");
        }
        pair
    }

    /// Gives an input at a time in milliseconds, and returns the outputs.
    #[track_caller]
    pub(super) fn at(&mut self, now: u64, input: Value) -> Vec<String> {
        let (result, outputs) = self.handle(now, input);
        result.unwrap();
        outputs
    }

    /// Gives an input that must be refused, and returns the outputs.
    #[track_caller]
    pub(super) fn refused(&mut self, now: u64, input: Value) -> Vec<String> {
        let (result, outputs) = self.handle(now, input);
        result.unwrap_err();
        outputs
    }

    /// Gives an input that must be refused, and returns the router's error.
    #[track_caller]
    pub(super) fn error(&mut self, now: u64, input: Value) -> String {
        let (result, outputs) = self.handle(now, input);
        assert!(outputs.is_empty(), "{outputs:?}");
        result.unwrap_err().to_string()
    }

    /// Gives both an input, and asserts that codes, outputs and items agree.
    #[track_caller]
    pub(super) fn handle(
        &mut self,
        now: u64,
        input: Value,
    ) -> (Result<(), RouterError>, Vec<String>) {
        let input: Input = serde_json::from_value(input).unwrap();
        self.handle_input(now, &input)
    }

    /// Gives both an input that may have no JSON form.
    #[track_caller]
    pub(super) fn handle_input(
        &mut self,
        now: u64,
        input: &Input,
    ) -> (Result<(), RouterError>, Vec<String>) {
        let expected = self.model.handle(now, input);
        let result = self.router.handle(at(now), input.clone());
        assert_eq!(
            result.as_ref().map_err(RouterError::code),
            expected.as_ref().map_err(|code| *code)
        );
        let outputs: Vec<String> = self.model.take_outputs().iter().map(output_text).collect();
        let actual = self.router.take_outputs();
        assert_eq!(actual.iter().map(output_text).collect::<Vec<_>>(), outputs);
        assert_eq!(self.router.item_views(), self.model.item_views());
        self.router.check().unwrap();
        (result, outputs)
    }

    /// Returns the memory of last agents of the router.
    pub(super) fn memory(&self) -> Vec<ModelAcceptance> {
        System::memory(&self.router)
    }

    /// Routes an item with nothing but an id.
    #[track_caller]
    pub(super) fn route(&mut self, now: u64, id: &str) -> Vec<String> {
        self.at(
            now,
            json!({"route": {"item": {"id": id, "channel": "chat"}}}),
        )
    }

    /// Sets the presence state of an agent, or removes it.
    #[track_caller]
    pub(super) fn set_presence<'a>(
        &mut self,
        now: u64,
        agent: &str,
        state: impl Into<Option<&'a str>>,
    ) -> Vec<String> {
        let state = state.into();
        self.at(
            now,
            json!({"set_presence": {"agent": agent, "state": state}}),
        )
    }

    /// Accepts an offer.
    #[track_caller]
    pub(super) fn accept(&mut self, now: u64, id: &str, agent: &str) -> Vec<String> {
        self.at(now, json!({"accept": {"item": id, "agent": agent}}))
    }

    /// Lets time pass.
    #[track_caller]
    pub(super) fn tick(&mut self, now: u64) -> Vec<String> {
        self.at(now, json!("tick"))
    }
}

/// Returns a configuration with `changes` merged into it.
///
/// The queue `chat` has one pool: the group `red` of asha and ben, who are asked for 30 seconds.
pub(super) fn config(changes: &Value) -> Config {
    let mut config = json!({
        "channels": {"chat": {"active": true, "default_capacity": 1}},
        "queues": {"chat": {
            "active": true, "channel": "chat", "routing": "always",
            "eligibility": [{"groups": ["red"], "rule": "ask"}]}},
        "rules": {"ask": {"offer": {"ask": {"timeout_secs": 30}}}},
        "presence_states": {
            "here": {"takes_work": true, "channels": "all"},
            "away": {}},
        "groups": {"red": {"members": ["asha", "ben"]}},
        "agents": {"asha": {}, "ben": {}},
        "reject_reasons": {"busy": {}}
    });
    merge(&mut config, changes);
    serde_json::from_value(config).unwrap()
}
