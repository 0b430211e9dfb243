//! Strict deserialization: one form for each value, and a path in each error.
//!
//! A derived `Deserialize` also accepts a list for an object (`["conv-1", "asha"]`), an object for a word
//! (`{"auto_accept": null}`) and null for an absent field, and its errors have no path. The values that are read as whole
//! documents (`strict!`) therefore run their derived reader on a [`Strict`] deserializer. It refuses these forms, puts
//! the path in front of errors (``queues.billing.eligibility[1]: unknown field `rul`, expected one of …``), limits the
//! depth of nesting, so that no input overflows the stack, and limits the length of errors.
//!
//! | JSON | error |
//! |---|---|
//! | `{"accept": ["conv-1", "asha"]}` | `accept: invalid type: sequence, expected an object` |
//! | `{"agents": {"x": {"kind": {"ai": null}}}}` | `agents.x.kind.ai: unexpected value, expected the name alone …` |
//! | `{"id": "c", "channel": "w", "size": null}` | `size: invalid type: null, expected a whole number …` |
//! | `{"channels": {}, "channels": {}}` | ``duplicate field `channels` `` |
//!
//! The crate `serde_path_to_error` adds paths too, but needs `std` and refuses none of these forms.

mod deserializer;
pub(crate) mod error_path;

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error};

pub(crate) use deserializer::{AfterKey, Nulls, Strict};
pub(crate) use error_path::{ErrorPath, in_plain_words};

/// The name by which a strict deserializer recognizes a type that is read as a whole document.
///
/// A type calls `deserialize_newtype_struct` with this name. [`Strict`] recognizes it and calls `visit_some`; any other
/// deserializer calls `visit_newtype_struct`. Without this, a work item within an input would be read by a strict deserializer
/// within a strict one, which names the path twice.
pub(crate) const STRICT: &str = "$handover::strict";

/// Implements `Deserialize` for a type that is read as a whole document, by a reader that accepts any deserializer.
///
/// `strict!(Type, reader, nulls)`: the variant of [`Nulls`] applies unless the value is within another such value.
macro_rules! strict {
    ($type:ty, $read:expr, $nulls:ident) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use $crate::base::strict::{ErrorPath, Nulls, STRICT, Strict};

                struct Reader;

                impl<'de> serde::de::Visitor<'de> for Reader {
                    type Value = $type;

                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("a self-describing format")
                    }

                    fn visit_newtype_struct<D: serde::Deserializer<'de>>(
                        self,
                        deserializer: D,
                    ) -> Result<$type, D::Error> {
                        let path = ErrorPath::default();
                        let strict = Strict::new(deserializer, Nulls::$nulls, &path);
                        $read(strict).map_err(|error| path.into_error::<D, D::Error>(&error))
                    }

                    // A deserializer without support for newtypes, such as one of `serde`'s own over a map.
                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        map: A,
                    ) -> Result<$type, A::Error> {
                        self.visit_newtype_struct(serde::de::value::MapAccessDeserializer::new(map))
                    }

                    fn visit_some<D: serde::Deserializer<'de>>(
                        self,
                        strict: D,
                    ) -> Result<$type, D::Error> {
                        $read(strict)
                    }
                }

                deserializer.deserialize_newtype_struct(STRICT, Reader)
            }
        }
    };
}

/// Defines a type that is read as a whole document, with a derived reader.
///
/// The derived reader is not strict. It therefore belongs to a private form, which has the same variants or fields. The usual
/// `#[serde(remote = "Self")]` needs no second type, but it makes the derived reader an inherent `deserialize` with the
/// visibility of the type: a caller of `Item::deserialize` would get the reader that is not strict.
///
/// After the type come the attributes and the name of the form, and the variant of [`Nulls`] as in `strict!`:
///
/// ```text
/// strict_type! {
///     #[derive(Serialize)]
///     pub struct Item { pub id: ItemId }
///
///     #[serde(remote = "Item", deny_unknown_fields)]
///     ItemForm, Refused
/// }
/// ```
macro_rules! strict_type {
    (
        $(#[$meta:meta])* pub $kind:ident $name:ident { $($body:tt)* }
        $(#[$form_meta:meta])* $form:ident, $nulls:ident
    ) => {
        $(#[$meta])*
        pub $kind $name { $($body)* }

        #[derive(serde::Deserialize)]
        $(#[$form_meta])*
        $kind $form { $($body)* }

        strict!($name, $form::deserialize, $nulls);
    };
}

/// Reads a field that may be null but not absent: `#[serde(deserialize_with = "nullable")]`. Other `Option` fields may only
/// be absent.
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Nullable::deserialize(deserializer).map(|Nullable(value)| value)
}

/// A value that may be null. Derived as a newtype struct, by which a strict deserializer recognizes it.
#[derive(serde::Deserialize)]
pub(crate) struct Nullable<T>(pub(crate) Option<T>);

/// Returns the error for two fields of which exactly one must be present, and both are.
pub(crate) fn has_both<E: Error>(value: &str, [first, second]: [&str; 2]) -> E {
    E::custom(format_args!(
        "{value} has both `{first}` and `{second}`, expected one of them"
    ))
}

/// Returns the error for a key that an object has twice.
pub(crate) fn given_twice<E: Error>(key: impl fmt::Display) -> E {
    E::custom(format_args!("the key `{key}` is given twice"))
}

/// Returns the error for two fields of which exactly one must be present, and neither is.
pub(crate) fn has_neither<E: Error>(value: &str, [first, second]: [&str; 2]) -> E {
    E::custom(format_args!(
        "{value} has neither `{first}` nor `{second}`, expected one of them"
    ))
}
