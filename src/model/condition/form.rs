//! The JSON form of conditions.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Unexpected, Visitor,
};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::model::condition::{Comparison, Condition, NESTING_MAX};
use crate::model::read;
use crate::model::read::{ListOf, value, value_with};

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::Always {
            return serializer.serialize_str("always");
        }
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Always => {}
            Self::All(parts) => map.serialize_entry("all", parts)?,
            Self::Any(parts) => map.serialize_entry("any", parts)?,
            Self::Not(part) => map.serialize_entry("not", part)?,
            Self::Field { field, comparison } => {
                map.serialize_entry("field", field)?;
                let name = comparison.name();
                match comparison {
                    Comparison::Is(value) | Comparison::IsNot(value) => {
                        map.serialize_entry(name, value)?;
                    }
                    Comparison::In(values) | Comparison::NotIn(values) => {
                        map.serialize_entry(name, values)?;
                    }
                    Comparison::LessThan(value)
                    | Comparison::AtMost(value)
                    | Comparison::MoreThan(value)
                    | Comparison::AtLeast(value)
                    | Comparison::Contains(value) => map.serialize_entry(name, value)?,
                    Comparison::StartsWith(start) => map.serialize_entry(name, start)?,
                    Comparison::Exists(there) => map.serialize_entry(name, there)?,
                }
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Nested { left: NESTING_MAX }.deserialize(deserializer)
    }
}

/// Reads a condition that may be nested so much deeper.
#[derive(Clone, Copy)]
pub(crate) struct Nested {
    left: usize,
}

impl Nested {
    const FIELDS: &'static [&'static str] = &[
        "all",
        "any",
        "not",
        "field",
        "is",
        "is_not",
        "in",
        "not_in",
        "less_than",
        "at_most",
        "more_than",
        "at_least",
        "starts_with",
        "contains",
        "exists",
    ];

    pub(crate) const fn outermost() -> Self {
        Self { left: NESTING_MAX }
    }

    /// Reads a condition whose first key has been read already.
    pub(crate) fn rest_of_object<'de, A: MapAccess<'de>>(
        self,
        first: String,
        map: &mut A,
    ) -> Result<Condition, A::Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Err(A::Error::custom(format_args!(
                "conditions stand in one another more than {NESTING_MAX} deep"
            )));
        };
        let inside = Self { left };
        let mut parts = ConditionParts::default();
        let mut next = Some(first);
        while let Some(key) = next {
            parts.read(&key, inside, map)?;
            next = map.next_key()?;
        }
        parts.into_condition()
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Condition;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Condition, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a condition: \"always\", or an object with all, any, not, or field and one comparison",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Condition, E> {
        if text != "always" {
            Err(E::invalid_value(Unexpected::Str(text), &self))
        } else if self.left == 0 {
            Err(E::custom(format_args!(
                "conditions stand in one another more than {NESTING_MAX} deep"
            )))
        } else {
            Ok(Condition::Always)
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        match map.next_key()? {
            Some(first) => self.rest_of_object(first, &mut map),
            None => Err(A::Error::custom(
                "an empty condition, expected all, any, not, or field and one comparison",
            )),
        }
    }
}

/// What has been read of a condition so far.
#[derive(Default)]
struct ConditionParts {
    whole: Option<Condition>,
    field: Option<String>,
    comparison: Option<Comparison>,
}

impl ConditionParts {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        inside: Nested,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "all" => self.whole(key, value_with("all", map, ListOf(inside))?, Condition::All),
            "any" => self.whole(key, value_with("any", map, ListOf(inside))?, Condition::Any),
            "not" => self.whole(key, value_with("not", map, inside)?, |part| {
                Condition::Not(Box::new(part))
            }),
            "field" => read::field(&mut self.field, "field", map),
            "is" => self.comparison(key, value("is", map)?, Comparison::Is),
            "is_not" => self.comparison(key, value("is_not", map)?, Comparison::IsNot),
            "in" => self.comparison(key, value::<read::List<_>, A>("in", map)?.0, Comparison::In),
            "not_in" => self.comparison(
                key,
                value::<read::List<_>, A>("not_in", map)?.0,
                Comparison::NotIn,
            ),
            "less_than" => self.comparison(key, value("less_than", map)?, Comparison::LessThan),
            "at_most" => self.comparison(key, value("at_most", map)?, Comparison::AtMost),
            "more_than" => self.comparison(key, value("more_than", map)?, Comparison::MoreThan),
            "at_least" => self.comparison(key, value("at_least", map)?, Comparison::AtLeast),
            "starts_with" => {
                self.comparison(key, value("starts_with", map)?, Comparison::StartsWith)
            }
            "contains" => self.comparison(key, value("contains", map)?, Comparison::Contains),
            "exists" => self.comparison(key, value("exists", map)?, Comparison::Exists),
            other => Err(A::Error::unknown_field(other, Nested::FIELDS)),
        }
    }

    fn whole<T, E: Error>(
        &mut self,
        key: &str,
        parts: T,
        make: impl FnOnce(T) -> Condition,
    ) -> Result<(), E> {
        match self.whole.replace(make(parts)) {
            None => Ok(()),
            Some(_) => Err(E::custom(format_args!(
                "`{key}` beside another all, any or not, expected one of them"
            ))),
        }
    }

    fn comparison<T, E: Error>(
        &mut self,
        key: &str,
        value: T,
        make: impl FnOnce(T) -> Comparison,
    ) -> Result<(), E> {
        match self.comparison.replace(make(value)) {
            None => Ok(()),
            Some(other) => Err(E::custom(format_args!(
                "`{key}` beside `{}`, expected one comparison",
                other.name()
            ))),
        }
    }

    fn into_condition<E: Error>(self) -> Result<Condition, E> {
        match (self.whole, self.field, self.comparison) {
            (Some(whole), None, None) => Ok(whole),
            (None, Some(field), Some(comparison)) => Ok(Condition::Field { field, comparison }),
            (None, Some(field), None) => Err(E::custom(format_args!(
                "field `{field}` without a comparison"
            ))),
            (None, None, _) => Err(E::missing_field("field")),
            (Some(_), ..) => Err(E::custom(
                "all, any or not beside a field, expected one of them",
            )),
        }
    }
}
