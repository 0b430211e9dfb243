//! A way to tell what happens: inputs as JSON, outputs as words.

use handover::{Config, Input, Output, Router};
use serde_json::{Value, json};

use crate::model::Model;
use crate::oracle::conversion::plan;
use crate::router::differential::comparison::Machine;

/// A model that is told what happens, and a router that has to say the same.
pub(crate) struct Story {
    pub(crate) model: Model,
    router: Router,
}

impl Story {
    /// Begins with a configuration in which everybody of `red` is there for `chat` and asked for thirty seconds; what is
    /// given besides is merged into it.
    pub(crate) fn with(changes: &Value) -> Self {
        let config = config(changes);
        let mut story = Self {
            model: Model::new(&config),
            router: Router::new(&plan(&config)),
        };
        let agents: Vec<String> = story
            .model
            .config()
            .agents
            .keys()
            .map(|id| id.as_str().into())
            .collect();
        for agent in agents {
            story.at(
                0,
                json!({"set_presence": {"agent": agent, "state": "here"}}),
            );
        }
        story
    }

    /// What follows from an input at a moment in milliseconds.
    #[track_caller]
    pub(crate) fn at(&mut self, now: u64, input: Value) -> Vec<String> {
        let (taken, outputs) = self.tell(now, input);
        taken.unwrap();
        outputs
    }

    /// What follows although the input is refused.
    #[track_caller]
    pub(crate) fn refused(&mut self, now: u64, input: Value) -> Vec<String> {
        let (taken, outputs) = self.tell(now, input);
        taken.unwrap_err();
        outputs
    }

    /// Why an input is refused, in the router's words.
    #[track_caller]
    pub(crate) fn refusal(&mut self, now: u64, input: Value) -> String {
        let (taken, outputs) = self.tell(now, input);
        assert!(outputs.is_empty(), "{outputs:?}");
        taken.unwrap_err()
    }

    /// Tells both, which have to say the same and to be where the other is.
    #[track_caller]
    pub(crate) fn tell(&mut self, now: u64, input: Value) -> (Result<(), String>, Vec<String>) {
        let input = read(input);
        let expected = self.model.handle(now, &input);
        let taken = Machine::handle(&mut self.router, now, &input);
        assert_eq!(taken.is_ok(), expected.is_ok(), "{taken:?}, {expected:?}");
        let outputs: Vec<String> = self.model.take_outputs().iter().map(told).collect();
        let found = self.router.take_outputs();
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), outputs);
        assert_eq!(self.router.standings(), self.model.standings());
        self.router.check().unwrap();
        (taken, outputs)
    }

    /// An item with nothing but its id comes in.
    #[track_caller]
    pub(crate) fn route(&mut self, now: u64, id: &str) -> Vec<String> {
        self.at(
            now,
            json!({"route": {"item": {"id": id, "channel": "chat"}}}),
        )
    }

    #[track_caller]
    pub(crate) fn accept(&mut self, now: u64, id: &str, agent: &str) -> Vec<String> {
        self.at(now, json!({"accept": {"item": id, "agent": agent}}))
    }

    #[track_caller]
    pub(crate) fn tick(&mut self, now: u64) -> Vec<String> {
        self.at(now, json!("tick"))
    }
}

fn read(input: Value) -> Input {
    serde_json::from_value(input).unwrap()
}

/// One queue, `chat`, whose pool is the group `red` of asha and ben.
pub(crate) fn config(changes: &Value) -> Config {
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

/// Objects are merged, null removes, anything else replaces.
pub(crate) fn merge(value: &mut Value, changes: &Value) {
    match (value, changes) {
        (Value::Object(value), Value::Object(changes)) => {
            for (key, change) in changes {
                if change.is_null() {
                    value.remove(key);
                } else {
                    merge(value.entry(key).or_insert(Value::Null), change);
                }
            }
        }
        (value, change) => *value = change.clone(),
    }
}

/// An output as its name and its fields, such as `closed agent=asha item=c1`.
pub(crate) fn told(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
    let fields = fields.as_object().unwrap().iter();
    let words = fields.map(|(field, value)| match value {
        Value::String(text) => format!(" {field}={text}"),
        Value::Object(one) => {
            let (kind, who) = one.iter().next().unwrap();
            format!(" {field}={kind}:{}", who.as_str().unwrap())
        }
        other => format!(" {field}={other}"),
    });
    name.clone() + &words.collect::<String>()
}
