//! JSON in tests: merged objects, and outputs as one line of text.

use handover::Output;
use serde_json::Value;

/// Merges `changes` into `value`. Objects are merged field by field, null removes a field, and any other value replaces.
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

/// Returns the name and the fields of an output, such as `closed agent=asha item=c1`.
pub(crate) fn output_text(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
    let fields = fields.as_object().unwrap().iter();
    let words = fields.map(|(field, value)| match value {
        Value::String(text) => format!(" {field}={text}"),
        Value::Object(variant) => {
            let (kind, id) = variant.iter().next().unwrap();
            format!(" {field}={kind}:{}", id.as_str().unwrap())
        }
        other => format!(" {field}={other}"),
    });
    name.clone() + &words.collect::<String>()
}

/// Returns the name of an output and its reason, such as `offer_ended timed_out`.
pub(crate) fn output_kind(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let (name, fields) = value.as_object().unwrap().iter().next().unwrap();
    let mut reasons = ["why", "by", "reason"].into_iter();
    match reasons.find_map(|field| fields.get(field)) {
        Some(reason) => format!("{name} {}", name_and_value(reason).0),
        None => name.clone(),
    }
}

/// Returns the name of an enum variant, and its content, or null if it has none.
pub(crate) fn name_and_value(value: &Value) -> (&str, &Value) {
    match value {
        Value::String(name) => (name, &Value::Null),
        other => {
            let (name, value) = other.as_object().unwrap().iter().next().unwrap();
            (name, value)
        }
    }
}
