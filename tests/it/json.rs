//! The JSON forms, held still: what is written, what may be left out, what reads as the same.

use handover::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::wild;

/// Every field of every value, in no alphabetical order, as it is written.
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

/// The two values are one, and are written as the second is.
#[track_caller]
fn same<T>(read: Value, written: Value)
where
    T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let value: T = serde_json::from_value(read).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), written);
    assert_eq!(serde_json::from_value::<T>(written).unwrap(), value);
}

#[test]
fn a_whole_configuration_is_written_as_it_was_read() {
    let config: Config = serde_json::from_str(WHOLE).unwrap();
    assert_eq!(
        serde_json::to_string(&config).unwrap(),
        without_spaces(WHOLE)
    );
    let agents: Vec<_> = config.agents.keys().map(AgentId::as_str).collect();
    assert_eq!(agents, ["zoe", "asha"]);
}

#[test]
fn an_empty_configuration_is_an_empty_object() {
    same::<Config>(
        json!({}),
        json!({
            "channels": {}, "queues": {}, "rules": {}, "presence_states": {}, "groups": {}, "agents": {},
            "reject_reasons": {},
        }),
    );
    assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::new());
}

#[test]
fn what_may_be_left_out_has_the_default_of_the_constructor() {
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
fn each_default_is_the_one_promised() {
    same::<ServiceChannel>(
        json!({}),
        json!({
            "active": false, "kind": "other", "condition": "always", "default_size": 1, "default_capacity": 1,
            "sizes": [], "skills": [], "utilization": "always", "wrap_up_secs": 0,
        }),
    );
    same::<Queue>(
        json!({"channel": "phone"}),
        json!({
            "active": false, "channel": "phone", "order": 100, "routing": "manual", "eligibility": [], "sort": [],
            "affinity": [], "when_exhausted": "wait", "triggers": [],
        }),
    );
    same::<EligibilityPool>(
        json!({"groups": ["desk"], "rule": "fair"}),
        json!({"groups": ["desk"], "rule": "fair", "eligible_at_secs": 0}),
    );
    same::<AssignmentRule>(
        json!({}),
        json!({
            "assign_by": ["last_assigned"], "offer": {"ask": {"rejectable": true}}, "skills": "ignore", "gates": [],
            "include_ai": false, "on_presence_lost": "withdraw",
        }),
    );
    same::<PresenceState>(
        json!({}),
        json!({"active": true, "takes_work": false, "order": 0, "channels": [], "groups": "all"}),
    );
    same::<AgentGroup>(json!({}), json!({"members": [], "queue_order": {}}));
    same::<Agent>(
        json!({}),
        json!({"kind": "human", "skills": {}, "capacity": {}}),
    );
    same::<RejectReason>(json!({}), json!({"selectable": true, "channels": "all"}));
    same::<SkillRule>(
        json!({"when": "always", "skill": "spanish"}),
        json!({"when": "always", "skill": "spanish", "level": 1, "mandatory": false}),
    );
}

#[test]
fn a_group_orders_at_100_what_it_says_nothing_about() {
    let group = AgentGroup::default().queue_order("front", 1);
    assert_eq!(group.order_of(&"front".into()), 1);
    assert_eq!(group.order_of(&"back".into()), 100);
}

#[test]
fn each_value_that_is_a_word_or_an_object_is_written_as_it_was_read() {
    fn still<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
        forms: impl IntoIterator<Item = Value>,
    ) {
        for form in forms {
            same::<T>(form.clone(), form);
        }
    }
    still::<ChannelKind>(["chat", "phone", "messaging", "other"].map(Value::from));
    still::<AgentKind>(["human", "ai"].map(Value::from));
    still::<Affinity>(["last_agent", "preferred"].map(Value::from));
    still::<Direction>(["ascending", "descending"].map(Value::from));
    still::<OnPresenceLost>(["withdraw", "keep"].map(Value::from));
    still::<SkillMode>(
        [
            "ignore",
            "prefer",
            "require",
            "prefer_levels",
            "require_levels",
        ]
        .map(Value::from),
    );
    still::<Capacity>([json!(0), json!(4_294_967_295_u32), json!("unlimited")]);
    still::<Scope<ChannelId>>([json!("all"), json!([]), json!(["all"])]);
    still::<WhenExhausted>([json!("wait"), json!({"start_over_secs": 60})]);
    still::<Offer>([json!("auto_accept"), json!({"ask": {"rejectable": true}})]);
    still::<AssignBy>([json!("in_order"), json!({"custom": "nearest"})]);
    still::<SizeRule>([
        json!({"when": "always", "size": 2}),
        json!({"custom": "by-length"}),
    ]);
    still::<Routing>([
        json!("always"),
        json!("manual"),
        json!({"custom": "night"}),
        json!({"any": []}),
    ]);
    still::<Condition>([
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
fn a_comparison_may_stand_before_its_field() {
    same::<Condition>(
        serde_json::from_str(r#"{"is": 1, "field": "x"}"#).unwrap(),
        json!({"field": "x", "is": 1}),
    );
}

#[test]
fn a_single_custom_sizing_may_stand_without_its_list() {
    let channel: ServiceChannel =
        serde_json::from_value(json!({"sizes": {"custom": "by-length"}})).unwrap();
    assert_eq!(channel.sizes, [SizeRule::custom("by-length")]);
}

#[test]
fn a_work_item_is_written_as_it_was_read() {
    let text = r#"{"id":"conv-1","channel":"whatsapp","facts":{"vip":true,"age":-3,"language":"es","tags":["b",1,false]},"skills":[{"skill":"spanish","level":2,"mandatory":true}],"priority":-5,"requester":"+49 17","preferred_agents":["zoe","asha"],"size":2}"#;
    let item: WorkItem = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&item).unwrap(), text);
    same::<WorkItem>(
        json!({"id": "conv-1", "channel": "whatsapp"}),
        json!({
            "id": "conv-1", "channel": "whatsapp", "facts": {}, "skills": [], "priority": 0, "preferred_agents": [],
        }),
    );
}

#[test]
fn a_moment_is_a_number_of_milliseconds_up_to_the_year_9999() {
    same::<Timestamp>(json!(0), json!(0));
    same::<Timestamp>(
        json!(253_402_300_799_999_u64),
        json!(253_402_300_799_999_u64),
    );
}

#[test]
fn two_maps_in_different_orders_are_different() {
    let config = |ids: [&str; 2]| {
        Config::new()
            .agent(ids[0], Agent::new())
            .agent(ids[1], Agent::new())
    };
    assert_ne!(config(["asha", "ben"]), config(["ben", "asha"]));
}

proptest! {
    #[test]
    fn any_configuration_survives_json(config in wild::config()) {
        let json = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(serde_json::from_str::<Config>(&json).unwrap(), config);
    }

    #[test]
    fn any_work_item_survives_json(item in wild::work_item()) {
        let json = serde_json::to_string(&item).unwrap();
        prop_assert_eq!(serde_json::from_str::<WorkItem>(&json).unwrap(), item);
    }

    #[test]
    fn any_condition_survives_json(condition in wild::condition()) {
        let json = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition);
    }
}

#[test]
fn what_an_input_leaves_out_or_says_twice_is_refused() {
    let refused = |text: &str| serde_json::from_str::<Input>(text).unwrap_err().to_string();
    // To leave these out would take a presence, a capacity or a whole agent away.
    for (text, field) in [
        (r#"{"set_presence": {"agent": "asha"}}"#, "state"),
        (r#"{"set_capacity": {"agent": "asha"}}"#, "capacity"),
        (r#"{"set_agent": {"agent": "asha"}}"#, "value"),
    ] {
        let error = refused(text);
        assert!(
            error.contains(&format!(": missing field `{field}`")),
            "{error}"
        );
    }
    let error = refused(r#"{"set_agent": {"agent": "asha", "value": {"skills": {"es": "good"}}}}"#);
    assert!(error.starts_with("set_agent.value.skills.es: "), "{error}");
    let error = refused(r#"{"update": {"item": "conv-1", "facts": {"x": 1, "x": null}}}"#);
    assert!(
        error.starts_with("update.facts.x: the key is given twice"),
        "{error}"
    );
    for text in [
        r#"{"cancel": {"item": "conv-1", "note": null}}"#,
        r#"{"transfer": {"item": "conv-1", "to_queue": null, "to_agent": "ben", "mode": "warm"}}"#,
        r#"{"set_capacity": {"agent": "asha", "capacity": 1, "until_ms": null}}"#,
    ] {
        assert!(
            refused(text).contains(": invalid type: null"),
            "{}",
            refused(text)
        );
    }
}
