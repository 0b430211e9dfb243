//! Strict deserialization: one form for each value, and the place of each error.
//!
//! A derived `Deserialize` also accepts a list for an object (`["conv-1", "asha"]`), an object for a word
//! (`{"auto_accept": null}`) and null for an absent field, and its errors do not name the place. The values that stand alone
//! in a document ([`Outermost`]) therefore run their derived reader on a [`Strict`] deserializer. It refuses these forms, puts
//! the path in front of errors (``queues.billing.eligibility[1]: unknown field `rul`, expected one of …``) and limits the depth
//! of nesting, so that no input overflows the stack.
//!
//! The crate `serde_path_to_error` would name the place, but refuse none of these forms.

mod visit;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

pub(crate) use visit::AfterKey;
use visit::{EnumVisitor, StrictVisitor};

/// The maximum depth of nested objects and lists.
///
/// The deepest value is a condition of [`NESTING_MAX`](crate::NESTING_MAX) levels, at 2 levels each, within a configuration
/// within an input: 72 levels.
const DEPTH_MAX: usize = 80;

/// A value that can stand alone in a document.
pub(crate) trait Outermost<'de>: Sized {
    /// Reads the value within another value. `Deserialize` is [`read_outermost`] instead: a strict deserializer within a
    /// strict deserializer would name each step of the path twice.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<'de, T: Outermost<'de>> Outermost<'de> for Box<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self::new)
    }
}

impl<'de, T: Outermost<'de>> Outermost<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Some)
    }
}

/// Implements [`Outermost`] and `Deserialize` by a reader that accepts any deserializer.
macro_rules! outermost {
    ($type:ty, $read:expr) => {
        impl<'de> $crate::base::strict::Outermost<'de> for $type {
            fn read<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $read(deserializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::base::strict::read_outermost(deserializer)
            }
        }
    };
}

/// Reads a value that stands alone in a document.
pub(crate) fn read_outermost<'de, T: Outermost<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(Strict::new(deserializer, DEPTH_MAX)).map_err(|error| {
        let text = in_plain_words(&error);
        D::Error::custom(text.strip_prefix('.').unwrap_or(&text))
    })
}

/// Reads a field whose type is [`Outermost`]: `#[serde(deserialize_with = "nested")]`.
pub(crate) fn nested<'de, T: Outermost<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// Reads a field that may be null: `#[serde(deserialize_with = "nullable")]`. Other `Option` fields may only be absent.
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Nullable::deserialize(deserializer).map(|Nullable(value)| value)
}

/// A value that may be null.
#[derive(serde::Deserialize)]
pub(crate) struct Nullable<T>(pub(crate) Option<T>);

/// Returns the text of an error with the terms of Rust and `serde` replaced by plain words.
pub(crate) fn in_plain_words(error: &impl Error) -> String {
    const WORDS: [(&str, &str); 5] = [
        (
            "expected u32",
            "expected a whole number from 0 to 4294967295",
        ),
        ("expected u64", "expected a whole number from 0"),
        ("expected i64", "expected a whole number"),
        ("expected a sequence", "expected a list"),
        ("unknown variant", "unknown name"),
    ];
    let words = WORDS.into_iter();
    words.fold(error.to_string(), |text, (term, plain)| {
        text.replace(term, plain)
    })
}

/// Puts a step of the path in front of an error. A path starts with `.` or `[` until it is complete.
fn add_step<E: Error>(step: impl fmt::Display, error: &E) -> E {
    let inner = error.to_string();
    let separator = if inner.starts_with(['.', '[']) {
        ""
    } else {
        ": "
    };
    E::custom(format!("{step}{separator}{inner}"))
}

/// A deserializer that is strict at every level.
#[derive(Debug)]
pub(crate) struct Strict<D> {
    inner: D,
    depth_left: usize,
    /// Whether an `Option` may be null. Set within a newtype, see [`Nullable`].
    is_nullable: bool,
}

impl<D> Strict<D> {
    fn new(inner: D, depth_left: usize) -> Self {
        Self {
            inner,
            depth_left,
            is_nullable: false,
        }
    }

    fn visitor<V>(&self, visitor: V, is_object: bool) -> StrictVisitor<V> {
        StrictVisitor {
            visitor,
            is_object,
            depth_left: self.depth_left,
        }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.visitor(visitor, false);
        self.inner.deserialize_any(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        // Only a variant without fields reads a unit, if it is given as the key of an object.
        let text = "unexpected value, expected the name alone (a text, not an object)";
        Err(D::Error::custom(text))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if self.is_nullable {
            let visitor = self.visitor(visitor, false);
            self.inner.deserialize_option(visitor)
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.is_nullable = true;
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.visitor(visitor, true);
        self.inner.deserialize_map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.visitor(visitor, true);
        self.inner.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.visitor(EnumVisitor { visitor, variants }, false);
        self.inner.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}
