//! Facts: what is known of the document behind a work item.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::model::Map;
use crate::model::read;

/// The most facts that one work item may have: an item may come from strangers, and its facts are looked up by names that
/// they have chosen.
pub const FACTS_MAX: usize = 1024;

/// The facts of a work item, by the name of their field.
pub type Facts = Map<String, Fact>;

/// One boolean, integer or text.
///
/// Values of different types are never equal. In order, booleans come first, then integers, then texts by code point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new type of value should be seen by everyone who takes facts apart"
)]
pub enum Scalar {
    /// Yes or no; no comes first.
    Boolean(bool),
    /// A whole number of 64 bits, signed.
    Integer(i64),
    /// A text.
    Text(String),
}

/// The value of one field: a boolean, an integer, a text, or a list of these that does not nest.
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new type of value should be seen by everyone who takes facts apart"
)]
pub enum Fact {
    /// A single value.
    One(Scalar),
    /// A list; it comes after all single values, compared element by element, the shorter first.
    List(Vec<Scalar>),
}

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
    /// Writes the value as JSON would, but for the escapes in a text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
        }
    }
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(value) => value.serialize(serializer),
            Self::List(values) => values.serialize(serializer),
        }
    }
}

/// What both readers take alike, each making its own type of it.
macro_rules! visit_scalars {
    ($type:ty) => {
        fn visit_bool<E: Error>(self, value: bool) -> Result<$type, E> {
            Ok(value.into())
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<$type, E> {
            Ok(value.into())
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<$type, E> {
            match i64::try_from(value) {
                Ok(value) => Ok(value.into()),
                Err(_) => Err(E::invalid_value(
                    serde::de::Unexpected::Unsigned(value),
                    &self,
                )),
            }
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<$type, E> {
            Ok(value.into())
        }

        fn visit_string<E: Error>(self, value: String) -> Result<$type, E> {
            Ok(value.into())
        }
    };
}

struct ScalarText;

impl Visitor<'_> for ScalarText {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boolean, a whole number of 64 bits or a text")
    }

    visit_scalars!(Scalar);
}

struct FactText;

impl<'de> Visitor<'de> for FactText {
    type Value = Fact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boolean, a whole number of 64 bits, a text, or a list of these")
    }

    visit_scalars!(Fact);

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Fact, A::Error> {
        read::ListOf(core::marker::PhantomData::<Scalar>)
            .visit_seq(items)
            .map(Fact::List)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarText)
    }
}

impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FactText)
    }
}
