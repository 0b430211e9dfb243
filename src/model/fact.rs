//! Facts about the documents behind work items.
//!
//! A fact is a small value that conditions compare and queues sort by. There are no fractions: `0.1 + 0.2` would make
//! decisions depend on rounding. There are no nested objects: a host flattens its document into the facts that its
//! configuration reads.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};

use crate::base::map::Map;

/// The maximum number of facts of a work item.
///
/// Work items may come from strangers, who choose the names of the facts. The limit bounds the cost of reading and looking up
/// facts, also on a platform without random addresses, where names can be chosen that collide in the map.
pub const FACTS_MAX: usize = 1024;

/// The facts of a work item, by name.
///
/// # Examples
///
/// ```
/// use handover::{Fact, Facts};
///
/// let facts: Facts = [("language", Fact::from("es")), ("visits", Fact::from(3))].into();
/// assert_eq!(facts.get("visits"), Some(&Fact::from(3)));
/// ```
pub type Facts = Map<String, Fact>;

/// A scalar: one boolean, integer or text.
///
/// Scalars of different types are never equal. In sort order, booleans come first, then integers, then texts, compared by
/// code point.
///
/// # Examples
///
/// ```
/// use handover::Scalar;
///
/// assert_ne!(Scalar::from(1), Scalar::from("1"));
/// assert!(Scalar::from(true) < Scalar::from(-5) && Scalar::from(-5) < Scalar::from("a"));
/// // `Display` escapes control characters, so that an untrusted text cannot start a new line in a log.
/// assert_eq!(Scalar::from("a\nb").to_string(), r#""a\nb""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
#[expect(
    clippy::exhaustive_enums,
    reason = "code that matches on facts must know all types"
)]
pub enum Scalar {
    /// A boolean. `false` comes before `true`.
    Boolean(bool),
    /// A signed 64-bit integer.
    Integer(i64),
    /// A text.
    Text(String),
}

/// A fact: a boolean, an integer, a text, or a list of these. Lists do not nest.
///
/// # Examples
///
/// ```
/// use handover::{Fact, Scalar};
///
/// assert_eq!(Fact::from("es"), Fact::One(Scalar::Text("es".into())));
/// assert_ne!(Fact::from(1), Fact::from(true));
/// assert!(Fact::from("z") < Fact::from(["a", "b"]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
#[expect(
    clippy::exhaustive_enums,
    reason = "code that matches on facts must know all types"
)]
pub enum Fact {
    /// A single value.
    One(Scalar),
    /// A list. Lists come after all single values and are compared element by element; a prefix of a list comes before it.
    List(Vec<Scalar>),
}

/// Implements the conversion of a type into a scalar and into a fact.
macro_rules! scalar_from {
    ($($type:ty => $variant:ident;)*) => {$(
        impl From<$type> for Scalar {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }

        impl From<$type> for Fact {
            fn from(value: $type) -> Self {
                Self::One(value.into())
            }
        }
    )*};
}

scalar_from! {
    bool => Boolean;
    i64 => Integer;
    // The type of a literal without a suffix.
    i32 => Integer;
    u32 => Integer;
    &str => Text;
    String => Text;
}

impl From<Scalar> for Fact {
    fn from(value: Scalar) -> Self {
        Self::One(value)
    }
}

impl<T: Into<Scalar>> From<Vec<T>> for Fact {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Scalar>, const N: usize> From<[T; N]> for Fact {
    fn from(values: [T; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Scalar {
    /// Writes the value as JSON, except that texts are escaped as in Rust.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            // Escaped: facts come from strangers, and a line break in one must not look like the next line of a report.
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

/// Implements `Deserialize` for a scalar, and, with a reader of lists, for a fact.
// By hand: a derived untagged enum reports neither the path of an error nor its cause.
macro_rules! deserialize_scalars {
    ($type:ident, $expected:literal $(, $visit_seq:item)?) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Scalars;

                impl<'de> Visitor<'de> for Scalars {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_bool<E: Error>(self, value: bool) -> Result<$type, E> {
                        Ok(value.into())
                    }

                    fn visit_i64<E: Error>(self, value: i64) -> Result<$type, E> {
                        Ok(value.into())
                    }

                    // JSON formats report every number from 0 as unsigned.
                    fn visit_u64<E: Error>(self, value: u64) -> Result<$type, E> {
                        match i64::try_from(value) {
                            Ok(value) => Ok(value.into()),
                            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
                        }
                    }

                    fn visit_str<E: Error>(self, value: &str) -> Result<$type, E> {
                        Ok(value.into())
                    }

                    // Takes over a text that the format has allocated.
                    fn visit_string<E: Error>(self, value: String) -> Result<$type, E> {
                        Ok(value.into())
                    }

                    $($visit_seq)?
                }

                deserializer.deserialize_any(Scalars)
            }
        }
    };
}

deserialize_scalars!(Scalar, "a boolean, a whole number of 64 bits or a text");

deserialize_scalars!(
    Fact,
    "a boolean, a whole number of 64 bits, a text, or a list of these",
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Fact, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Fact::List)
    }
);
