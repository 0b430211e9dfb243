//! Strict deserialization: one form for each value, and a path in each error.
//!
//! A derived `Deserialize` also accepts a list for an object (`["conv-1", "asha"]`), an object for a word
//! (`{"auto_accept": null}`) and null for an absent field, and its errors have no path. The values that stand alone in a
//! document ([`Outermost`]) therefore run their derived reader on a [`Strict`] deserializer. It refuses these forms, puts
//! the path in front of errors (``queues.billing.eligibility[1]: unknown field `rul`, expected one of …``), and limits the
//! depth of nesting, so that no input overflows the stack.
//!
//! The crate `serde_path_to_error` adds paths too, but refuses none of these forms.

mod deserializer;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};

use serde::de::{Deserialize, Deserializer, Error};

pub(crate) use deserializer::AfterKey;
use deserializer::{DEPTH_MAX, Strict};

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

impl<'de, T: Outermost<'de> + Clone> Outermost<'de> for Cow<'_, T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self::Owned)
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

/// Returns the error for two fields of which exactly one must be present.
pub(crate) fn not_one_of<E: Error>(what: &str, [one, other]: [&str; 2], are_present: bool) -> E {
    let (both, and) = if are_present {
        ("both", "and")
    } else {
        ("neither", "nor")
    };
    E::custom(format_args!(
        "{what} has {both} `{one}` {and} `{other}`, expected one of them"
    ))
}
