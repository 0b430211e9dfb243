//! The strict deserializer, with its visitors, seeds, lists and objects.
//!
//! `serde` reads a value in turns: a deserializer calls a visitor with the value, and for a list or an object the visitor
//! calls back with a seed for each value in it. [`Strict`] wraps every part that takes a turn, so that none escapes:
//!
//! ```text
//!   Strict<deserializer> ── deserialize_struct(Strict<visitor>) ──►  the format
//!   Strict<visitor>      ◄── visit_map(entries) ───────────────────  the format
//!   derived visitor      ◄── visit_map(ObjectEntries)                 records `.key` if the value fails
//!   ObjectEntries        ── next_value_seed(Strict<seed>) ────────►  the format
//!   Strict<seed>         ◄── deserialize(deserializer) ────────────  the format, one level deeper
//! ```

use alloc::string::{String, ToString};
use core::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::base::strict::STRICT;
use crate::base::strict::error_path::ErrorPath;

/// The maximum depth of nested objects and lists.
///
/// The deepest value is a condition of [`NESTING_MAX`](crate::NESTING_MAX) levels, at 2 levels each, within a configuration
/// within an input: 72 levels.
const DEPTH_MAX: usize = 80;

/// The use of null in a document. In addition, the fields that are [`nullable`](crate::base::strict::nullable) accept it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// Refused.
    Refused,
    /// Accepted after the key of a variant without fields, as in `{"tick": null}`.
    AfterWord,
    /// Accepted after such a key, and in place of a field that may be absent.
    Accepted,
}

/// A deserializer, visitor or seed that makes every part strict to which it passes the value on.
///
/// One type for all three, since they differ only in the trait that `T` implements. Each is made of the one before it, and
/// hands down the same settings.
#[derive(Debug)]
pub(crate) struct Strict<'p, T> {
    /// The part of the format, or of the derived reader.
    inner: T,
    /// Whether the value may be null. Set within a newtype, see [`Nullable`](crate::base::strict::Nullable).
    is_nullable: bool,
    /// The use of null in the document, or in the value that is nested in it.
    nulls: Nulls,
    /// The number of levels that may follow.
    depth_left: usize,
    /// The path of the error, once there is one.
    path: &'p ErrorPath,
}

impl<'p, T> Strict<'p, T> {
    /// Makes the deserializer of a whole document, which records the path of an error in `path`.
    pub(crate) fn new(inner: T, nulls: Nulls, path: &'p ErrorPath) -> Self {
        Self {
            inner,
            is_nullable: false,
            nulls,
            depth_left: DEPTH_MAX,
            path,
        }
    }

    /// Wraps the next part, on the same level. A value within a nullable one may not be null itself.
    fn wrap<U>(&self, inner: U) -> Strict<'p, U> {
        Strict {
            inner,
            is_nullable: false,
            nulls: self.nulls,
            depth_left: self.depth_left,
            path: self.path,
        }
    }

    /// Wraps the values of a list or an object, which are one level deeper.
    fn descend<U, E: Error>(&self, inner: U) -> Result<Strict<'p, U>, E> {
        let depth_left = self.depth_left.checked_sub(1);
        let error = || E::custom(format_args!("nested more than {DEPTH_MAX} levels deep"));
        Ok(Strict {
            depth_left: depth_left.ok_or_else(error)?,
            ..self.wrap(inner)
        })
    }
}

// The derived readers call the methods that are written out here. All others go to `deserialize_any`, which suffices for
// self-describing formats.
impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
    type Error = D::Error;

    // Single values, lists, and readers that look at the value before they decide.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        self.inner.deserialize_any(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        // Only a variant without fields reads a unit, if it is given as the key of an object.
        let text = "unexpected value, expected the name alone (a text, not an object)";
        if self.nulls != Nulls::Refused
            && let Ok(unit) = self.inner.deserialize_unit(visitor)
        {
            return Ok(unit);
        }
        Err(D::Error::custom(text))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if self.is_nullable || self.nulls == Nulls::Accepted {
            let visitor = self.wrap(visitor);
            self.inner.deserialize_option(visitor)
        } else {
            // An absent field never gets here. A null fails as a value of the inner type.
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if name == STRICT {
            // A configuration, work item or condition has one form, whatever document it is in.
            self.nulls = Nulls::Refused;
            visitor.visit_some(self)
        } else {
            self.is_nullable = true;
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        // `deserialize_struct` of a format would accept a list for an object.
        self.deserialize_map(visitor)
    }

    // Also for maps, whose keys are ids.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = ObjectVisitor(self.wrap(visitor));
        self.inner.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        // `deserialize_enum` of a format would accept an object for a word.
        self.deserialize_any(EnumVisitor { visitor, variants })
    }

    // The forms do not depend on it, but a type of another crate may ask.
    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

/// Defines methods that pass a single value on as it is.
macro_rules! forward_visits {
    ($($visit:ident($($value:ident: $type:ty)?);)*) => {$(
        fn $visit<E: Error>(self $(, $value: $type)?) -> Result<V::Value, E> {
            self.inner.$visit($($value)?)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<'_, V> {
    type Value = V::Value;

    // A format writes it into errors of its own, such as that of a list where an object is expected.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_expected(f, &self.inner, |f| f.write_str("an object"))
    }

    forward_visits! {
        visit_bool(value: bool);
        visit_i64(value: i64);
        visit_u64(value: u64);
        visit_f64(value: f64);
        visit_str(value: &str);
        visit_string(value: String);
        visit_unit();
        visit_none();
    }

    // The value of a nullable field, if it is not null.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.wrap(deserializer);
        self.inner.visit_some(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        // A list and an object are one level each, whatever is in them.
        let list = self.descend(list)?;
        self.inner.visit_seq(ListItems { list, index: 0 })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let (map, key) = (self.descend(map)?, String::new());
        self.inner.visit_map(ObjectEntries { map, key })
    }
}

/// A visitor of objects only: MessagePack visits a list where a map is asked for, and a derived visitor accepts it.
struct ObjectVisitor<'p, V>(Strict<'p, V>);

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }
}

/// Writes what a derived visitor expects: the text of the attribute `expecting`, or a default, as the visitor's own default is
/// the name of a Rust type.
fn write_expected<'de, V: Visitor<'de>>(
    f: &mut fmt::Formatter<'_>,
    visitor: &V,
    default: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let expected: &dyn Expected = visitor;
    let text = expected.to_string();
    if text.starts_with("struct ") || text.starts_with("enum ") {
        default(f)
    } else {
        f.write_str(&text)
    }
}

/// A visitor of enums: a word for a variant without fields, an object of one key for a variant with fields.
struct EnumVisitor<V> {
    visitor: V,
    /// The names of all variants, for errors.
    variants: &'static [&'static str],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for EnumVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variants.join("`, `");
        write_expected(f, &self.visitor, |f| write!(f, "one of `{names}`"))
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<V::Value, E> {
        let variant: StrDeserializer<'_, E> = word.into_deserializer();
        // A word names a variant without fields. With one that has fields, `serde` reports a type of its own.
        self.visitor.visit_enum(variant).map_err(|error| {
            if !self.variants.contains(&word) {
                return error;
            }
            E::custom(format_args!(
                "`{word}` needs a value: it is written as {{{word:?}: …}}"
            ))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<V::Value, A::Error> {
        // The key is read before the variant, for the errors of an empty object and of a second key.
        let Some(key) = map.next_key::<String>()? else {
            let expected: &dyn Expected = &self;
            let text = format_args!("an empty object, expected {expected}");
            return Err(A::Error::custom(text));
        };
        let entry = MapAccessDeserializer::new(AfterKey {
            key: Some(key.clone()),
            map: &mut map,
        });
        let value = self.visitor.visit_enum(entry)?;
        // The variant has read its value, so that the object must end here.
        match map.next_key::<String>()? {
            None => Ok(value),
            Some(other) => Err(A::Error::custom(format_args!(
                "field `{other}` beside `{key}`, expected only `{key}`"
            ))),
        }
    }
}

/// The items of a list, which record their index in the path of an error.
struct ListItems<'p, A> {
    list: Strict<'p, A>,
    /// The index of the next item.
    index: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for ListItems<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        // The list has been entered already: its items are on the level of `self.list`.
        let seed = self.list.wrap(seed);
        let item = self.list.inner.next_element_seed(seed);
        if item.is_err() {
            self.list.path.add_outer(format_args!("[{}]", self.index));
        }
        self.index += 1;
        item
    }
}

/// The entries of an object, which record their key in the path of an error.
struct ObjectEntries<'p, A> {
    map: Strict<'p, A>,
    /// The key that was read last.
    key: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for ObjectEntries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let Some(key) = self.map.inner.next_key()? else {
            return Ok(None);
        };
        // The key is kept for errors of its value, and the reader of the key gets a copy.
        self.key = key;
        let key = self.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.map.wrap(seed);
        let value = self.map.inner.next_value_seed(seed);
        if value.is_err() {
            self.map.path.add_outer(format_args!(".{}", self.key));
        }
        value
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = self.wrap(deserializer);
        self.inner.deserialize(deserializer)
    }
}

/// An object whose first key has been read.
///
/// Lets a reader look at the first key, and then read the object from its start.
pub(crate) struct AfterKey<A> {
    /// The first key, until it is read again.
    pub(crate) key: Option<String>,
    /// The rest of the object: the value of that key, then the other entries.
    pub(crate) map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for AfterKey<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        match self.key.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
