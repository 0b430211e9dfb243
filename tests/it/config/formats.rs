//! Reading in other formats than JSON text: errors with a short text and one path in CBOR, in MessagePack, and under a reader that
//! adds paths of its own.

use std::fmt::Debug;

use handover::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::generators::arbitrary;

/// The maximum number of characters of an error: 200 for a path, 400 for the text, 200 for what the formats add.
const ERROR_MAX: usize = 800;

/// A format, or a way to read one.
#[derive(Clone, Copy, Debug)]
enum Format {
    Json,
    JsonWithPaths,
    Cbor,
    MessagePack,
}

const FORMATS: [Format; 4] = [
    Format::Json,
    Format::JsonWithPaths,
    Format::Cbor,
    Format::MessagePack,
];

impl Format {
    fn write(self, value: &impl Serialize) -> Vec<u8> {
        match self {
            Self::Json | Self::JsonWithPaths => serde_json::to_vec(value).unwrap(),
            Self::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).unwrap();
                bytes
            }
            Self::MessagePack => rmp_serde::to_vec_named(value).unwrap(),
        }
    }

    fn read<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, String> {
        match self {
            Self::Json => serde_json::from_slice(bytes).map_err(|error| error.to_string()),
            Self::JsonWithPaths => {
                let mut json = serde_json::Deserializer::from_slice(bytes);
                serde_path_to_error::deserialize(&mut json).map_err(|error| error.to_string())
            }
            Self::Cbor => ciborium::from_reader(bytes).map_err(|error| error.to_string()),
            Self::MessagePack => rmp_serde::from_slice(bytes).map_err(|error| error.to_string()),
        }
    }

    /// Returns the error of a value in this format.
    #[track_caller]
    fn error<T: DeserializeOwned + Debug>(self, value: &Value) -> String {
        let error = self.read::<T>(&self.write(value)).unwrap_err();
        let characters = error.chars().count();
        // The path of the crate has whole keys.
        let is_limited = !matches!(self, Self::JsonWithPaths);
        assert!(
            !is_limited || characters <= ERROR_MAX,
            "{self:?}: {characters}: {error}"
        );
        error
    }
}

/// Returns the error of a value in each format.
#[track_caller]
fn errors<T: DeserializeOwned + Debug>(value: &Value) -> [String; 4] {
    FORMATS.map(|format| format.error::<T>(value))
}

/// Wraps a condition into a number of `all`.
fn nested(levels: usize, innermost: Value) -> Value {
    (0..levels).fold(innermost, |part, _| json!({"all": [part]}))
}

#[test]
fn error_text_does_not_grow_with_the_depth() {
    for levels in [0, 1, 5, 31] {
        // Longer paths are cut in the middle.
        let cut = levels.min(18);
        let end = format!("{}: ", vec!["all[0]"; cut].join("."));
        for error in errors::<Condition>(&nested(levels, json!({"field": "x", "iz": 1}))) {
            assert_eq!(
                error.matches("unknown field `iz`, expected").count(),
                1,
                "{error}"
            );
            assert!(levels == 0 || error.matches(&end).count() == 1, "{error}");
        }
    }
}

/// A host's own type that contains a work item.
#[derive(Debug, serde::Deserialize)]
struct HostRequest {
    #[expect(dead_code, reason = "never read")]
    item: WorkItem,
}

#[test]
fn error_names_its_path_once_in_every_format() {
    let accept = json!({"accept": {"item": "conv-1", "agent": 7}});
    let queue = json!({"queues": {"billing": {"channel": "w", "eligibility": [{"groups": [], "rul": "fair"}]}}});
    let reconfigure = json!({"reconfigure": {"config": {"agents": {"asha": {"kind": "robot"}}}}});
    let cases = [
        (errors::<Input>(&accept), "accept.agent: "),
        (errors::<Config>(&queue), "queues.billing.eligibility[0]: "),
        (
            errors::<Input>(&json!({"route": {"item": queue}})),
            "route.item: ",
        ),
        (errors::<Input>(&reconfigure), "agents.asha.kind: "),
    ];
    for (errors, path) in cases {
        for error in errors {
            assert_eq!(error.matches(path).count(), 1, "{path}{error}");
        }
    }
    let request = json!({"item": {"id": "c", "channel": "w", "facts": {"x": null}}});
    for error in errors::<HostRequest>(&request) {
        assert_eq!(error.matches("facts.x").count(), 1, "{error}");
    }
}

#[test]
fn unknown_word_is_reported_as_such_in_every_format() {
    for error in errors::<Input>(&json!("tock")) {
        assert!(
            error.contains("unknown name `tock`, expected one of"),
            "{error}"
        );
    }
    for error in errors::<Input>(&json!("accept")) {
        assert!(error.contains("`accept` needs a value"), "{error}");
    }
}

#[test]
fn error_about_a_megabyte_is_short() {
    // Text without escapes, text with escapes, and multi-byte text.
    for character in ["x", "é", "."] {
        let text = character.repeat(1_000_000);
        let as_key = json!({text.clone(): {}});
        for value in [json!(text), as_key.clone(), json!([text])] {
            errors::<Config>(&value);
            errors::<WorkItem>(&value);
            errors::<Input>(&value);
            errors::<Condition>(&value);
            errors::<Routing>(&value);
            errors::<SavedRouter>(&value);
            errors::<Timestamp>(&value);
        }
        let field = json!({text.clone(): 1});
        let facts = json!({text.clone(): null});
        let agents = json!({"agents": as_key});
        for error in errors::<Config>(&agents) {
            assert!(error.contains("an id has"), "{error}");
        }
        errors::<Config>(&json!({"agents": {"asha": {"kind": text}}}));
        errors::<Config>(&json!({"queues": {"x": {"channel": "w", "routing": field}}}));
        errors::<WorkItem>(&json!({"id": "c", "channel": "w", "facts": facts}));
        errors::<WorkItem>(&json!({"id": "c", "channel": "w", "priority": text}));
        for item in [
            json!({text.clone(): 1, "id": "c"}),
            json!(text),
            json!({"id": text}),
        ] {
            for error in errors::<Input>(&json!({"route": {"item": item}})) {
                assert!(error.contains("route.item"), "{error}");
            }
        }
    }
}

/// Returns a mutable reference to the value that is `place` steps into a walk over all values.
fn at<'a>(value: &'a mut Value, place: &mut usize) -> Option<&'a mut Value> {
    if *place == 0 {
        return Some(value);
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| at(item, place)),
        Value::Object(entries) => entries.values_mut().find_map(|entry| at(entry, place)),
        _ => None,
    }
}

/// Returns the number of values in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// Returns a value that is wrong in most places.
fn wrong() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(-1)),
        Just(json!([])),
        Just(json!([[1.5]])),
        Just(json!({"all": [{"any": 1}]})),
        "[a-z\"\\\\.é]{1,4}".prop_map(|text| json!(text.repeat(1000))),
        "[a-z]{1,4}".prop_map(|name| json!({name.repeat(1000): 1})),
    ]
}

/// Asserts that all formats read the same value, or that each returns a short error with the same path exactly once.
fn assert_agreement<T>(value: &Value) -> Result<(), TestCaseError>
where
    T: DeserializeOwned + PartialEq + Debug,
{
    let json = Format::Json.read::<T>(&Format::Json.write(value));
    for format in FORMATS {
        let read = format.read::<T>(&format.write(value));
        let (json, error) = match (&json, &read) {
            (Ok(expected), Ok(read)) => {
                prop_assert_eq!(expected, read);
                continue;
            }
            (Err(json), Err(error)) => (json, error),
            _ => {
                return Err(TestCaseError::fail(format!(
                    "{format:?}: {json:?}, {read:?}"
                )));
            }
        };
        // Quotes within a text are escaped by CBOR.
        prop_assert!(
            error.chars().count() <= 2 * ERROR_MAX,
            "{format:?}: {error}"
        );
        let Some((path, _)) = json.split_once(": ") else {
            continue;
        };
        // The path of the crate leaves nothing out.
        if path.contains(['.', '[']) && !path.contains([' ', '`', '…']) {
            prop_assert_eq!(error.matches(&format!("{path}: ")).count(), 1, "{}", error);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn value_with_one_wrong_place_is_read_or_refused_alike_in_every_format(
        config in arbitrary::config(),
        index in any::<proptest::sample::Index>(),
        wrong in wrong(),
    ) {
        let mut value = serde_json::to_value(&config).unwrap();
        let mut place = index.index(count(&value));
        *at(&mut value, &mut place).unwrap() = wrong;
        assert_agreement::<Config>(&value)?;
        assert_agreement::<Input>(&json!({"reconfigure": {"config": value}}))?;
    }

    #[test]
    fn configuration_round_trips_in_every_format(config in arbitrary::config()) {
        for format in FORMATS {
            prop_assert_eq!(&format.read::<Config>(&format.write(&config)).unwrap(), &config);
        }
    }

    #[test]
    fn changed_bytes_are_read_or_refused_with_a_short_text(
        config in arbitrary::config(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        for format in FORMATS {
            let mut bytes = format.write(&config);
            for (index, byte) in &changes {
                let index = index.index(bytes.len());
                bytes[index] = *byte;
            }
            if let Err(error) = format.read::<Config>(&bytes) {
                prop_assert!(error.chars().count() <= 6 * ERROR_MAX, "{format:?}: {error}");
            }
        }
    }

    #[test]
    fn random_bytes_are_refused_in_every_format(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        for format in FORMATS {
            prop_assert!(format.read::<Input>(&bytes).is_err());
            prop_assert!(format.read::<WorkItem>(&bytes).is_err());
        }
    }
}
