//! Reading values: every error names the place, nothing unknown and nothing given twice is let through.
//!
//! An object's fields and a map's entries put `.name` in front of an error from inside, a list puts `[index]`; the
//! outermost value takes the first point away. So an error reads
//! ``queues.agent-whatsapp.eligibility[1]: unknown field `rul`, expected one of …``.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::hash::Hash;
use core::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use crate::model::Map;

/// Puts a step of the path in front of an error.
pub(crate) fn at<E: Error>(step: impl fmt::Display, error: &E) -> E {
    let inner = in_plain_words(error).to_string();
    let joint = if inner.starts_with(['.', '[']) {
        ""
    } else {
        ": "
    };
    E::custom(format!("{step}{joint}{inner}"))
}

/// Says what `serde` calls by Rust's types in the words of whoever writes the value.
pub(crate) fn in_plain_words<E: Error>(error: &E) -> E {
    const WORDS: [(&str, &str); 3] = [
        (
            "expected u32",
            "expected a whole number from 0 to 4294967295",
        ),
        ("expected u64", "expected a whole number from 0"),
        ("expected i64", "expected a whole number"),
    ];
    let words = WORDS.into_iter();
    E::custom(words.fold(error.to_string(), |text, (rust, plain)| {
        text.replace(rust, plain)
    }))
}

/// Takes the point in front of the path away: for the values that stand outermost.
pub(crate) fn outermost<E: Error>(error: E) -> E {
    match error.to_string().strip_prefix('.') {
        Some(path) => E::custom(path),
        None => error,
    }
}

/// Reads one field of an object, once.
pub(crate) fn field<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(value(name, map)?);
    Ok(())
}

/// Reads the value under a key.
pub(crate) fn value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    name: &str,
    map: &mut A,
) -> Result<T, A::Error> {
    value_with(name, map, PhantomData)
}

/// Reads the value under a key, in a way of its own.
pub(crate) fn value_with<'de, S: DeserializeSeed<'de>, A: MapAccess<'de>>(
    name: &str,
    map: &mut A,
    seed: S,
) -> Result<S::Value, A::Error> {
    map.next_value_seed(seed)
        .map_err(|error| at(format_args!(".{name}"), &error))
}

/// Reads a list, each item in the same way.
pub(crate) struct ListOf<S>(pub(crate) S);

impl<'de, S: DeserializeSeed<'de> + Clone> DeserializeSeed<'de> for ListOf<S> {
    type Value = Vec<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, S: DeserializeSeed<'de> + Clone> Visitor<'de> for ListOf<S> {
    type Value = Vec<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let place = list.len();
            match items
                .next_element_seed(self.0.clone())
                .map_err(|error| at(format_args!("[{place}]"), &error))?
            {
                Some(item) => list.push(item),
                None => return Ok(list),
            }
        }
    }
}

/// A list whose errors name the place.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ListOf(PhantomData::<T>).deserialize(deserializer).map(Self)
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Self {
        list.0
    }
}

/// Reads a map of at most so many entries, each key once.
pub(crate) struct EntriesOf<K, V> {
    pub(crate) most: usize,
    pub(crate) of: PhantomData<(K, V)>,
}

impl<'de, K, V> Visitor<'de> for EntriesOf<K, V>
where
    K: Deserialize<'de> + Hash + Eq + fmt::Display,
    V: Deserialize<'de>,
{
    type Value = Map<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a value under each key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<K, V>, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<K>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    ".{key}: the key is given twice"
                )));
            }
            if map.len() == self.most {
                return Err(A::Error::custom(format_args!(
                    "too many entries, expected at most {}",
                    self.most
                )));
            }
            let value = entries
                .next_value()
                .map_err(|error| at(format_args!(".{key}"), &error))?;
            map.insert(key, value);
        }
        Ok(map)
    }
}

impl<'de, K, V> Deserialize<'de> for Map<K, V>
where
    K: Deserialize<'de> + Hash + Eq + fmt::Display,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesOf {
            most: usize::MAX,
            of: PhantomData,
        })
    }
}

/// Reads an object so that an error of one of its fields names it, where the reader of the object does not.
pub(crate) struct NamingFields<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for NamingFields<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Fields(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Fields(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Fields<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Fields<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let name = String::new();
        self.0.visit_map(NamedFields { map, name })
    }
}

struct NamedFields<A> {
    map: A,
    /// The field that is read.
    name: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NamedFields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.map.next_key::<String>()? else {
            return Ok(None);
        };
        let key = seed.deserialize(name.as_str().into_deserializer())?;
        self.name = name;
        Ok(Some(key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        value_with(&self.name, &mut self.map, seed)
    }
}

/// The only key of an object such as `{"custom": "name"}`, and that there is no second one.
pub(crate) fn only_key<'de, A: MapAccess<'de>>(
    map: &mut A,
    expected: &'static [&'static str],
) -> Result<String, A::Error> {
    match map.next_key::<String>()? {
        Some(key) if expected.contains(&key.as_str()) => Ok(key),
        Some(key) => Err(A::Error::unknown_field(&key, expected)),
        None => Err(A::Error::custom(format_args!(
            "an empty object, expected `{}`",
            expected.join("` or `")
        ))),
    }
}

/// That nothing follows what was read of an object.
pub(crate) fn no_more<'de, A: MapAccess<'de>>(map: &mut A, after: &str) -> Result<(), A::Error> {
    match map.next_key::<String>()? {
        None => Ok(()),
        Some(key) => Err(A::Error::custom(format_args!(
            "field `{key}` beside `{after}`, which stands alone"
        ))),
    }
}

/// Writes the reader of an object: the fields by name, each `required`, `optional`, `default(…)`, or a `list` of values
/// that may be absent. A value that stands alone in a document is `outermost`.
macro_rules! read_object {
    ($type:ident, $what:literal, { $($fields:tt)* }) => {
        read_object!(@write $type, $what, core::convert::identity, { $($fields)* });
    };
    ($type:ident, $what:literal, outermost, { $($fields:tt)* }) => {
        read_object!(@write $type, $what, $crate::model::read::outermost, { $($fields)* });
    };
    (@write $type:ident, $what:literal, $error:path, { $($field:ident: $mode:ident $(($default:expr))?,)* }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                const NAMES: &[&str] = &[$(stringify!($field)),*];
                struct Fields;
                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $type;

                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str($what)
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$type, A::Error> {
                        $(let mut $field = None;)*
                        while let Some(name) = map.next_key::<alloc::string::String>()? {
                            match name.as_str() {
                                $(stringify!($field) => {
                                    $crate::model::read::field(&mut $field, stringify!($field), &mut map)?;
                                })*
                                other => return Err(serde::de::Error::unknown_field(other, NAMES)),
                            }
                        }
                        Ok($type { $($field: read_object!(@$mode $field $($default)?),)* })
                    }
                }
                deserializer.deserialize_struct(stringify!($type), NAMES, Fields).map_err($error)
            }
        }
    };
    (@required $field:ident) => {
        $field.ok_or_else(|| serde::de::Error::missing_field(stringify!($field)))?
    };
    (@optional $field:ident) => { $field };
    (@default $field:ident $default:expr) => { $field.unwrap_or_else(|| $default) };
    (@list $field:ident) => { $field.map_or_else(alloc::vec::Vec::new, |list: $crate::model::read::List<_>| list.0) };
    (@sizes $field:ident) => {
        $field.map_or_else(alloc::vec::Vec::new, |rules: $crate::model::channel::SizeRules| rules.0)
    };
    (@assign_by $field:ident) => {
        $field.map_or_else(|| [AssignBy::LastAssigned].into(), |list: $crate::model::read::List<_>| list.0)
    };
    (@skills $field:ident) => {
        $field.map_or_else(alloc::vec::Vec::new, |list: $crate::model::work_item::Skills| list.0)
    };
    (@facts $field:ident) => {
        $field.map_or_else($crate::model::Facts::new, |facts: $crate::model::work_item::ItemFacts| facts.0)
    };
    (@needed_list $field:ident) => {{
        let list: $crate::model::read::List<_> =
            $field.ok_or_else(|| serde::de::Error::missing_field(stringify!($field)))?;
        list.0
    }};
}

/// Writes the reader of a value that is one of some words, or an object with one key in front of something more.
macro_rules! read_words {
    (
        $type:ident, $what:literal, { $($word:literal => $variant:ident,)* }
        $(, keys { $($key:literal => $holder:ident,)* })?
    ) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Words;
                impl<'de> serde::de::Visitor<'de> for Words {
                    type Value = $type;

                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str($what)
                    }

                    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<$type, E> {
                        match word {
                            $($word => Ok($type::$variant),)*
                            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
                        }
                    }

                    $(fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$type, A::Error> {
                        const KEYS: &[&str] = &[$($key),*];
                        let key = $crate::model::read::only_key(&mut map, KEYS)?;
                        let value = match key.as_str() {
                            $($key => $type::$holder($crate::model::read::value($key, &mut map)?),)*
                            other => return Err(serde::de::Error::unknown_field(other, KEYS)),
                        };
                        $crate::model::read::no_more(&mut map, &key)?;
                        Ok(value)
                    })?
                }
                deserializer.deserialize_any(Words)
            }
        }
    };
}
