//! The errors of invalid JSON, with the path to the invalid value.

use std::collections::BTreeMap;

use handover::*;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use serde::{Deserialize, Serialize};

/// Returns the error of a text, without line and column.
#[track_caller]
fn error<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
    let error = serde_json::from_str::<T>(json).unwrap_err().to_string();
    match error.split_once(" at line ") {
        Some((error, _)) => error.into(),
        None => error,
    }
}

#[test]
fn read_errors_name_the_path_and_what_was_expected() {
    let lines = include_str!("refusals.txt").lines();
    let lines: Vec<_> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert!(lines.len() > 200);
    for case in lines.chunks(2) {
        let (kind, json) = case[0].split_once(' ').unwrap_or((case[0], ""));
        let message = match kind {
            "config" => error::<Config>(json),
            "item" => error::<WorkItem>(json),
            "moment" => error::<Timestamp>(json),
            "input" => error::<Input>(json),
            _ => {
                panic!("unknown kind `{kind}`, expected `config`, `item`, `moment` or `input`")
            }
        };
        assert_eq!(format!("    {message}"), case[1], "{}", case[0]);
    }
}

#[test]
fn read_error_ends_with_line_and_column() {
    let json = "{\n  \"agents\": {\"asha\": {\"kind\": \"robot\"}}\n}";
    assert_eq!(
        serde_json::from_str::<Config>(json)
            .unwrap_err()
            .to_string(),
        "agents.asha.kind: unknown name `robot`, expected `human` or `ai` at line 2 column 37"
    );
}

#[test]
fn ids_have_at_most_256_bytes() {
    let agent = |bytes| format!(r#"{{"agents":{{"{}":{{}}}}}}"#, "x".repeat(bytes));
    assert!(serde_json::from_str::<Config>(&agent(256)).is_ok());
    assert_eq!(
        error::<Config>(&agent(257)),
        "agents: an id has 257 bytes, expected 1 to 256"
    );
}

#[test]
fn check_id_refuses_empty_long_and_control_texts() {
    assert_eq!(
        check_id("").unwrap_err().to_string(),
        "an id is empty, expected 1 to 256 bytes"
    );
    assert_eq!(
        check_id(&"é".repeat(129)).unwrap_err().to_string(),
        "an id has 258 bytes, expected 1 to 256"
    );
    assert_eq!(
        check_id("a\tb").unwrap_err().to_string(),
        r#"the id "a\tb" contains a control character"#
    );
    assert_eq!(check_id(&"é".repeat(128)), Ok(()));
}

#[test]
fn conditions_are_at_most_32_deep() {
    let nested = |depth: usize, innermost: &str| {
        format!(
            "{}{innermost}{}",
            r#"{"not":"#.repeat(depth - 1),
            "}".repeat(depth - 1)
        )
    };
    let comparison = r#"{"field":"x","is":1}"#;
    for innermost in [r#""always""#, comparison, r#"{"all":[]}"#] {
        assert!(serde_json::from_str::<Condition>(&nested(32, innermost)).is_ok());
        assert!(serde_json::from_str::<Routing>(&nested(32, innermost)).is_ok());
        let expected = "conditions are nested more than 32 levels deep";
        assert_eq!(error::<Condition>(&nested(33, innermost)), expected);
        assert_eq!(error::<Routing>(&nested(33, innermost)), expected);
    }
    let any = format!(
        "{}{comparison}{}",
        r#"{"any":["#.repeat(32),
        "]}".repeat(32)
    );
    assert_eq!(
        error::<Condition>(&any),
        "conditions are nested more than 32 levels deep"
    );
    // The depth is reported at the outermost condition, not at the one that exceeds it.
    for condition in [nested(33, comparison), any] {
        let queue = format!(r#"{{"channel":"w","routing":{condition}}}"#);
        assert_eq!(
            error::<Config>(&format!(r#"{{"queues":{{"x":{queue}}}}}"#)),
            "queues.x.routing: conditions are nested more than 32 levels deep"
        );
    }
}

#[test]
fn item_has_at_most_32_different_skills() {
    let item = |count: usize, more: &str| {
        let skills: Vec<_> = (0..count)
            .map(|number| format!(r#"{{"skill":"s{number}"}}"#))
            .collect();
        format!(
            r#"{{"id":"c","channel":"w","skills":[{}{more}]}}"#,
            skills.join(",")
        )
    };
    assert!(serde_json::from_str::<WorkItem>(&item(32, "")).is_ok());
    assert!(serde_json::from_str::<WorkItem>(&item(32, r#",{"skill":"s0","level":2}"#)).is_ok());
    assert_eq!(
        error::<WorkItem>(&item(33, "")),
        "skills: 33 skills, expected at most 32"
    );
}

#[test]
fn item_has_at_most_1024_facts() {
    let item = |count: usize| {
        let facts: Vec<_> = (0..count)
            .map(|number| format!(r#""fact-{number}":1"#))
            .collect();
        format!(
            r#"{{"id":"c","channel":"w","facts":{{{}}}}}"#,
            facts.join(",")
        )
    };
    let read = serde_json::from_str::<WorkItem>(&item(FACTS_MAX)).unwrap();
    assert_eq!((FACTS_MAX, read.facts.len()), (1024, 1024));
    assert_eq!(
        error::<WorkItem>(&item(1025)),
        "facts: too many entries, expected at most 1024"
    );
}

#[test]
fn timestamps_built_in_rust_are_checked() {
    assert_eq!(
        Timestamp::try_from(253_402_300_800_000)
            .unwrap_err()
            .to_string(),
        "the timestamp 253402300800000 is after the year 9999, expected at most 253402300799999 milliseconds"
    );
}

/// Returns JSON of any form, with the names of known fields.
fn any_json() -> impl Strategy<Value = String> {
    let names = [
        "channels",
        "queues",
        "rules",
        "groups",
        "agents",
        "id",
        "channel",
        "facts",
        "skills",
        "skill",
        "when",
        "size",
        "sizes",
        "custom",
        "condition",
        "routing",
        "all",
        "any",
        "not",
        "field",
        "is",
        "in",
        "offer",
        "ask",
        "x",
    ];
    let name =
        move || proptest::sample::select(names.to_vec()).prop_map(|name| format!("{name:?}"));
    let leaf = prop_oneof![
        name(),
        proptest::sample::select(vec![
            "null",
            "true",
            "0",
            "1",
            "-1",
            "0.5",
            "1e99",
            "4294967296",
            "\"always\"",
            "[]",
            "{}"
        ])
        .prop_map(String::from),
    ];
    leaf.prop_recursive(6, 48, 4, move |inside| {
        let list = proptest::collection::vec(inside.clone(), 0..4)
            .prop_map(|list| format!("[{}]", list.join(",")));
        let entry = (name(), inside).prop_map(|(name, value)| format!("{name}:{value}"));
        let object = proptest::collection::vec(entry, 0..4)
            .prop_map(|entries| format!("{{{}}}", entries.join(",")));
        prop_oneof![1 => list, 3 => object]
    })
}

/// Asserts that a value that is read is written and read back as an equal one, and that an error has a text.
fn assert_round_trip_or_error<T>(json: &[u8]) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    match serde_json::from_slice::<T>(json) {
        Ok(read) => {
            let written = serde_json::to_vec(&read).unwrap();
            prop_assert_eq!(serde_json::from_slice::<T>(&written).unwrap(), read);
        }
        Err(error) => prop_assert!(!error.to_string().is_empty()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_json_round_trips_or_is_refused_with_a_text(json in any_json()) {
        assert_round_trip_or_error::<Config>(json.as_bytes())?;
        assert_round_trip_or_error::<WorkItem>(json.as_bytes())?;
        assert_round_trip_or_error::<Condition>(json.as_bytes())?;
    }

    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(serde_json::from_slice::<Config>(&bytes).is_err());
        prop_assert!(serde_json::from_slice::<WorkItem>(&bytes).is_err());
    }

    #[test]
    fn configuration_with_one_changed_byte_round_trips_or_is_refused(
        config in crate::generators::arbitrary::config(),
        index in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = serde_json::to_vec(&config).unwrap();
        let index = index.index(bytes.len());
        bytes[index] = byte;
        assert_round_trip_or_error::<Config>(&bytes)?;
    }
}

/// `MapDeserializer` is no format: it does not treat a newtype as a wrapper.
#[test]
fn configuration_is_read_from_a_plain_map() {
    let chat = BTreeMap::from([("chat", BTreeMap::from([("active", true)]))]);
    let map = MapDeserializer::<_, serde::de::value::Error>::new([("channels", chat)].into_iter());
    let config = Config::new().channel("chat", ServiceChannel::new().active(true));
    assert_eq!(Config::deserialize(map).unwrap(), config);
}

/// A derived reader that is public would be called instead of the strict one.
#[test]
fn input_is_read_strictly_if_deserialize_is_called_by_path() {
    let json = r#"{"accept": ["conv-1", "asha"]}"#;
    let error = Input::deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap_err();
    let error = error.to_string();
    assert!(
        error.starts_with("accept: invalid type: sequence, expected an object"),
        "{error}"
    );
}
