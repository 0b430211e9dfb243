//! The JSON forms: what is written, which fields are optional, and which forms are equivalent.

use handover::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::generators::arbitrary;

/// A configuration with every field of every value, in the order in which fields are written.
const WHOLE: &str = r#"{
  "channels": {
    "whatsapp": {
      "name": "WhatsApp",
      "active": true,
      "kind": "messaging",
      "condition": {"field": "subtype", "is": "whatsapp"},
      "default_size": 1,
      "default_capacity": 4,
      "sizes": [{"when": {"field": "vip", "is": true}, "size": 2}, {"custom": "by-length"}],
      "skills": [{"when": {"field": "language", "is": "es"}, "skill": "spanish", "level": 2, "mandatory": true}],
      "utilization": {"field": "state", "in": ["new", "work_in_progress"]},
      "wrap_up_secs": 30
    },
    "cases": {
      "active": false, "kind": "other", "condition": "always", "default_size": 3, "default_capacity": "unlimited",
      "sizes": [], "skills": [], "utilization": "always", "wrap_up_secs": 0
    }
  },
  "queues": {
    "agent-whatsapp": {
      "name": "Agent WhatsApp Queue",
      "active": true,
      "channel": "whatsapp",
      "order": 100,
      "routing": "always",
      "eligibility": [
        {"groups": ["agent-whatsapp"], "rule": "whatsapp-most-capacity", "eligible_at_secs": 0},
        {"groups": ["back-office", "agent-whatsapp"], "rule": "last-assigned", "eligible_at_secs": 60}
      ],
      "sort": [{"field": "severity", "direction": "ascending"}, {"field": "age", "direction": "descending"}],
      "affinity": ["last_agent", "preferred"],
      "when_exhausted": {"start_over_secs": 60},
      "target_wait_secs": 60,
      "max_wait_secs": 600,
      "max_length": 1000,
      "triggers": [{"at_secs": 30, "name": "please-hold"}]
    },
    "a-custom-one": {
      "active": false, "channel": "cases", "order": -1, "routing": {"custom": "night"}, "eligibility": [], "sort": [],
      "affinity": [], "when_exhausted": "wait", "triggers": []
    }
  },
  "rules": {
    "whatsapp-most-capacity": {
      "name": "WhatsApp - Most Capacity",
      "assign_by": [
        "most_capacity", "last_assigned", "longest_idle", "fewest_items", "lowest_utilization", "round_robin",
        "in_order", "fewest_handled", "specialists_first", {"custom": "nearest"}
      ],
      "offer": {"ask": {"rejectable": false, "timeout_secs": 30, "timeout_presence": "away"}},
      "skills": "require_levels",
      "gates": ["calm", "awake"],
      "include_ai": true,
      "on_presence_lost": "keep"
    },
    "last-assigned": {
      "assign_by": ["last_assigned"], "offer": "auto_accept", "skills": "ignore", "gates": [], "include_ai": false,
      "on_presence_lost": "withdraw"
    }
  },
  "presence_states": {
    "available": {
      "name": "Available", "active": true, "takes_work": true, "order": 1,
      "channels": ["whatsapp"], "groups": ["agent-whatsapp"]
    },
    "all": {"active": false, "takes_work": false, "order": 0, "channels": "all", "groups": "all"}
  },
  "groups": {
    "agent-whatsapp": {
      "name": "Agent WhatsApp Group",
      "members": ["asha", "ben"],
      "queue_order": {"agent-whatsapp": 100, "a-custom-one": -5}
    }
  },
  "agents": {
    "zoe": {
      "name": "Zoe", "kind": "ai", "skills": {"spanish": 2, "english": 1},
      "capacity": {"whatsapp": 3, "cases": "unlimited"}, "universal_capacity": 6
    },
    "asha": {"kind": "human", "skills": {}, "capacity": {}}
  },
  "reject_reasons": {
    "busy": {"name": "Busy", "selectable": false, "channels": ["whatsapp"], "reassignable_after_secs": 120},
    "away": {"selectable": true, "channels": "all"}
  }
}"#;

fn without_spaces(json: &str) -> String {
    let mut in_text = false;
    json.chars()
        .filter(|character| {
            in_text ^= *character == '"';
            in_text || !character.is_whitespace()
        })
        .collect()
}

/// Asserts that both forms read as the same value, which is written as the second.
#[track_caller]
fn assert_same<T>(read: Value, written: Value)
where
    T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let value: T = serde_json::from_value(read).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), written);
    assert_eq!(serde_json::from_value::<T>(written).unwrap(), value);
}

#[test]
fn configuration_is_written_as_it_was_read() {
    let config: Config = serde_json::from_str(WHOLE).unwrap();
    assert_eq!(
        serde_json::to_string(&config).unwrap(),
        without_spaces(WHOLE)
    );
    let agents: Vec<_> = config.agents.keys().map(AgentId::as_str).collect();
    assert_eq!(agents, ["zoe", "asha"]);
}

#[test]
fn empty_object_is_an_empty_configuration() {
    assert_same::<Config>(
        json!({}),
        json!({
            "channels": {}, "queues": {}, "rules": {}, "presence_states": {}, "groups": {}, "agents": {},
            "reject_reasons": {},
        }),
    );
    assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::new());
}

#[test]
fn missing_fields_have_the_defaults_of_the_constructor() {
    fn reads<T: DeserializeOwned + PartialEq + std::fmt::Debug>(json: Value, value: &T) {
        assert_eq!(&serde_json::from_value::<T>(json).unwrap(), value);
    }
    reads(json!({}), &ServiceChannel::new());
    reads(json!({"channel": "phone"}), &Queue::new("phone"));
    reads(json!({}), &AssignmentRule::new());
    reads(json!({}), &PresenceState::new());
    reads(json!({}), &AgentGroup::default());
    reads(json!({}), &Agent::new());
    reads(json!({}), &RejectReason::new());
    reads(json!({}), &Ask::new());
    reads(
        json!({"groups": ["desk"], "rule": "fair"}),
        &EligibilityPool::new(["desk"], "fair"),
    );
    reads(
        json!({"when": "always", "skill": "spanish"}),
        &SkillRule::when(Condition::Always, "spanish"),
    );
    reads(json!({"skill": "spanish"}), &SkillRequest::new("spanish"));
    reads(
        json!({"id": "conv-1", "channel": "phone"}),
        &WorkItem::new("conv-1", "phone"),
    );
}

#[test]
fn defaults_are_the_documented_ones() {
    assert_same::<ServiceChannel>(
        json!({}),
        json!({
            "active": false, "kind": "other", "condition": "always", "default_size": 1, "default_capacity": 1,
            "sizes": [], "skills": [], "utilization": "always", "wrap_up_secs": 0,
        }),
    );
    assert_same::<Queue>(
        json!({"channel": "phone"}),
        json!({
            "active": false, "channel": "phone", "order": 100, "routing": "manual", "eligibility": [], "sort": [],
            "affinity": [], "when_exhausted": "wait", "triggers": [],
        }),
    );
    assert_same::<EligibilityPool>(
        json!({"groups": ["desk"], "rule": "fair"}),
        json!({"groups": ["desk"], "rule": "fair", "eligible_at_secs": 0}),
    );
    assert_same::<AssignmentRule>(
        json!({}),
        json!({
            "assign_by": ["last_assigned"], "offer": {"ask": {"rejectable": true}}, "skills": "ignore", "gates": [],
            "include_ai": false, "on_presence_lost": "withdraw",
        }),
    );
    assert_same::<PresenceState>(
        json!({}),
        json!({"active": true, "takes_work": false, "order": 0, "channels": [], "groups": "all"}),
    );
    assert_same::<AgentGroup>(json!({}), json!({"members": [], "queue_order": {}}));
    assert_same::<Agent>(
        json!({}),
        json!({"kind": "human", "skills": {}, "capacity": {}}),
    );
    assert_same::<RejectReason>(json!({}), json!({"selectable": true, "channels": "all"}));
    assert_same::<SkillRule>(
        json!({"when": "always", "skill": "spanish"}),
        json!({"when": "always", "skill": "spanish", "level": 1, "mandatory": false}),
    );
}

#[test]
fn default_queue_order_is_100() {
    let group = AgentGroup::default().queue_order("front", 1);
    assert_eq!(group.order_of(&"front".into()), 1);
    assert_eq!(group.order_of(&"back".into()), 100);
}

#[test]
fn enum_forms_are_written_as_they_were_read() {
    fn assert_forms<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
        forms: impl IntoIterator<Item = Value>,
    ) {
        for form in forms {
            assert_same::<T>(form.clone(), form);
        }
    }
    assert_forms::<ChannelKind>(["chat", "phone", "messaging", "other"].map(Value::from));
    assert_forms::<AgentKind>(["human", "ai"].map(Value::from));
    assert_forms::<Affinity>(["last_agent", "preferred"].map(Value::from));
    assert_forms::<Affinity>([json!({"last_agent": {"within_days": 7}})]);
    // The number of days that the word means is written as the word.
    let in_full = json!({"last_agent": {"within_days": 30}});
    assert_same::<Affinity>(in_full, json!("last_agent"));
    assert_forms::<Direction>(["ascending", "descending"].map(Value::from));
    assert_forms::<OnPresenceLost>(["withdraw", "keep"].map(Value::from));
    assert_forms::<SkillMode>(
        [
            "ignore",
            "prefer",
            "require",
            "prefer_levels",
            "require_levels",
        ]
        .map(Value::from),
    );
    assert_forms::<Capacity>([json!(0), json!(4_294_967_295_u32), json!("unlimited")]);
    assert_forms::<Scope<ChannelId>>([json!("all"), json!([]), json!(["all"])]);
    assert_forms::<WhenExhausted>([json!("wait"), json!({"start_over_secs": 60})]);
    assert_forms::<Offer>([json!("auto_accept"), json!({"ask": {"rejectable": true}})]);
    assert_forms::<AssignBy>([json!("in_order"), json!({"custom": "nearest"})]);
    assert_forms::<SizeRule>([
        json!({"when": "always", "size": 2}),
        json!({"custom": "by-length"}),
    ]);
    assert_forms::<Routing>([
        json!("always"),
        json!("manual"),
        json!({"custom": "night"}),
        json!({"any": []}),
    ]);
    assert_forms::<Condition>([
        json!("always"),
        json!({"all": ["always", {"any": []}]}),
        json!({"not": {"field": "x", "exists": true}}),
        json!({"field": "x", "is": ["es", 1, true]}),
        json!({"field": "x", "is_not": false}),
        json!({"field": "x", "in": ["es", ["es", "ca"]]}),
        json!({"field": "x", "not_in": []}),
        json!({"field": "x", "less_than": i64::MIN}),
        json!({"field": "x", "at_most": i64::MAX}),
        json!({"field": "x", "more_than": "a"}),
        json!({"field": "x", "at_least": true}),
        json!({"field": "x", "starts_with": ""}),
        json!({"field": "x", "contains": 1}),
        json!({"field": "", "exists": false}),
    ]);
}

#[test]
fn comparison_may_come_before_its_field() {
    assert_same::<Condition>(
        serde_json::from_str(r#"{"is": 1, "field": "x"}"#).unwrap(),
        json!({"field": "x", "is": 1}),
    );
}

#[test]
fn single_custom_sizing_may_be_written_without_a_list() {
    let channel: ServiceChannel =
        serde_json::from_value(json!({"sizes": {"custom": "by-length"}})).unwrap();
    assert_eq!(channel.sizes, [SizeRule::custom("by-length")]);
}

#[test]
fn work_item_is_written_as_it_was_read() {
    let text = r#"{"id":"conv-1","channel":"whatsapp","facts":{"vip":true,"age":-3,"language":"es","tags":["b",1,false]},"skills":[{"skill":"spanish","level":2,"mandatory":true}],"priority":-5,"requester":"+49 17","preferred_agents":["zoe","asha"],"size":2}"#;
    let item: WorkItem = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&item).unwrap(), text);
    assert_same::<WorkItem>(
        json!({"id": "conv-1", "channel": "whatsapp"}),
        json!({
            "id": "conv-1", "channel": "whatsapp", "facts": {}, "skills": [], "priority": 0, "preferred_agents": [],
        }),
    );
}

#[test]
fn timestamp_is_a_number_of_milliseconds_up_to_year_9999() {
    assert_same::<Timestamp>(json!(0), json!(0));
    assert_same::<Timestamp>(
        json!(253_402_300_799_999_u64),
        json!(253_402_300_799_999_u64),
    );
}

#[test]
fn maps_in_different_orders_are_different() {
    let config = |ids: [&str; 2]| {
        Config::new()
            .agent(ids[0], Agent::new())
            .agent(ids[1], Agent::new())
    };
    assert_ne!(config(["asha", "ben"]), config(["ben", "asha"]));
}

proptest! {
    #[test]
    fn configuration_round_trips_through_json(config in arbitrary::config()) {
        let json = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(serde_json::from_str::<Config>(&json).unwrap(), config);
    }

    #[test]
    fn work_item_round_trips_through_json(item in arbitrary::work_item()) {
        let json = serde_json::to_string(&item).unwrap();
        prop_assert_eq!(serde_json::from_str::<WorkItem>(&json).unwrap(), item);
    }

    #[test]
    fn condition_round_trips_through_json(condition in arbitrary::condition()) {
        let json = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition);
    }
}

#[test]
fn word_of_an_input_may_be_the_key_of_a_null() {
    let input = |text: &str| serde_json::from_str::<Input>(text).unwrap();
    assert_eq!(input(r#"{"tick": null}"#), Input::Tick);
    let word = r#"{"transfer": {"item": "c", "to_agent": "ben", "mode": "warm"}}"#;
    let key = r#"{"transfer": {"item": "c", "to_agent": "ben", "mode": {"warm": null}}}"#;
    assert_eq!(input(key), input(word));
    // A configuration has one form for each value, also within an input.
    let config = r#"{"reconfigure": {"config": {"agents": {"a": {"kind": {"ai": null}}}}}}"#;
    assert!(serde_json::from_str::<Input>(config).is_err());
}

#[test]
fn input_with_missing_duplicate_or_null_fields_is_refused() {
    let error = |text: &str| serde_json::from_str::<Input>(text).unwrap_err().to_string();
    // Without these fields the input would remove a presence, a capacity or an agent.
    for (text, field) in [
        (r#"{"set_presence": {"agent": "asha"}}"#, "state"),
        (r#"{"set_capacity": {"agent": "asha"}}"#, "capacity"),
        (r#"{"set_agent": {"agent": "asha"}}"#, "value"),
    ] {
        let error_text = error(text);
        assert!(
            error_text.contains(&format!(": missing field `{field}`")),
            "{error_text}"
        );
    }
    let error_text =
        error(r#"{"set_agent": {"agent": "asha", "value": {"skills": {"es": "good"}}}}"#);
    assert!(
        error_text.starts_with("set_agent.value.skills.es: "),
        "{error_text}"
    );
    let error_text = error(r#"{"update": {"item": "conv-1", "facts": {"x": 1, "x": null}}}"#);
    assert!(
        error_text.starts_with("update.facts: the key `x` is given twice"),
        "{error_text}"
    );
    for text in [
        r#"{"cancel": {"item": "conv-1", "note": null}}"#,
        r#"{"transfer": {"item": "conv-1", "to_queue": null, "to_agent": "ben", "mode": "warm"}}"#,
        r#"{"set_capacity": {"agent": "asha", "capacity": 1, "until_ms": null}}"#,
    ] {
        assert!(
            error(text).contains(": invalid type: null"),
            "{}",
            error(text)
        );
    }
}
