//! Reading conditions from JSON.
//!
//! A condition is the text `"always"` or an object of one of four kinds, which share no tag: `all`, `any`, `not`, or `field`
//! with one comparison. All possible fields are therefore read at first, and [`ConditionFields::into_condition`] checks that
//! those which are present go together. A derived untagged enum would accept the first kind that fits, and report neither the
//! path of an error nor its cause.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};

use crate::model::condition::{Comparison, Condition, NESTING_MAX};
use crate::model::fact::{Fact, Scalar};

strict!(Condition, read_condition, Refused);

/// Reads a condition with at most [`NESTING_MAX`] levels.
pub(crate) fn read_condition<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Condition, D::Error> {
    let Part(condition) = Part::deserialize(deserializer)?;
    if condition.is_too_deep() {
        return Err(D::Error::custom(format_args!(
            "conditions are nested more than {NESTING_MAX} levels deep"
        )));
    }
    Ok(condition)
}

/// A condition whose depth is not checked: a part of another one. The depth is checked once, at the outermost condition.
struct Part(Condition);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AlwaysOrObject;

        impl<'de> Visitor<'de> for AlwaysOrObject {
            type Value = Part;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a condition: \"always\", or an object with all, any, not, or field and one comparison",
                )
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Part, E> {
                match text {
                    "always" => Ok(Part(Condition::Always)),
                    other => Err(E::invalid_value(Unexpected::Str(other), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Part, A::Error> {
                let fields = ConditionFields::deserialize(MapAccessDeserializer::new(map))?;
                fields.into_condition().map(Part)
            }
        }

        deserializer.deserialize_any(AlwaysOrObject)
    }
}

/// The fields of a condition, of which only some go together.
///
/// The derived reader refuses unknown fields and duplicates. The names are those of the variants of [`Condition`] and
/// [`Comparison`].
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionFields {
    all: Option<Vec<Part>>,
    any: Option<Vec<Part>>,
    not: Option<Box<Part>>,
    field: Option<String>,
    is: Option<Fact>,
    is_not: Option<Fact>,
    r#in: Option<Vec<Fact>>,
    not_in: Option<Vec<Fact>>,
    less_than: Option<Scalar>,
    at_most: Option<Scalar>,
    more_than: Option<Scalar>,
    at_least: Option<Scalar>,
    starts_with: Option<String>,
    contains: Option<Scalar>,
    exists: Option<bool>,
}

impl ConditionFields {
    /// Makes a condition of the fields that are present.
    fn into_condition<E: Error>(self) -> Result<Condition, E> {
        let conditions =
            |parts: Vec<Part>| parts.into_iter().map(|part| part.0).collect::<Vec<_>>();
        let combinations = [
            self.all.map(|parts| Condition::all(conditions(parts))),
            self.any.map(|parts| Condition::any(conditions(parts))),
            self.not.map(|part| !part.0),
        ];
        // With the names of the fields, which an error reports.
        let comparisons = [
            ("is", self.is.map(Comparison::Is)),
            ("is_not", self.is_not.map(Comparison::IsNot)),
            ("in", self.r#in.map(Comparison::In)),
            ("not_in", self.not_in.map(Comparison::NotIn)),
            ("less_than", self.less_than.map(Comparison::LessThan)),
            ("at_most", self.at_most.map(Comparison::AtMost)),
            ("more_than", self.more_than.map(Comparison::MoreThan)),
            ("at_least", self.at_least.map(Comparison::AtLeast)),
            ("starts_with", self.starts_with.map(Comparison::StartsWith)),
            ("contains", self.contains.map(Comparison::Contains)),
            ("exists", self.exists.map(Comparison::Exists)),
        ];
        // The first of each kind, and whether a second one follows.
        let mut combinations = combinations.into_iter().flatten();
        let comparisons = comparisons.into_iter();
        let mut comparisons = comparisons.filter_map(|(name, value)| Some((name, value?)));
        let (combination, comparison) = (combinations.next(), comparisons.next());
        if combinations.next().is_some() {
            let text = "more than one of all, any and not, expected one of them";
            return Err(E::custom(text));
        }
        // Two comparisons: the error names the first two.
        if let Some(((one, _), (other, _))) = comparison.as_ref().zip(comparisons.next().as_ref()) {
            return Err(E::custom(format_args!(
                "`{other}` beside `{one}`, expected one comparison"
            )));
        }
        match (combination, self.field, comparison) {
            (Some(combination), None, None) => Ok(combination),
            (None, Some(field), Some((_, comparison))) => {
                Ok(Condition::Field { field, comparison })
            }
            (None, Some(field), None) => Err(E::custom(format_args!(
                "field `{field}` without a comparison"
            ))),
            (None, None, Some(_)) => Err(E::missing_field("field")),
            (None, None, None) => {
                let expected = "expected all, any, not, or field and one comparison";
                Err(E::custom(format_args!("an empty condition, {expected}")))
            }
            (Some(_), ..) => Err(E::custom(
                "all, any or not beside a field, expected one of them",
            )),
        }
    }
}
