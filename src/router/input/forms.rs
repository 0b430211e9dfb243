//! Reading an input: an object of one key, or the word `"tick"`. Every error names the place.

use alloc::string::{String, ToString};
use core::fmt;

use serde::de::value::EnumAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::ser::{Serialize, Serializer};

use crate::model::{NamingFields, no_more, outermost, value_with};
use crate::router::input::Input;

impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let input = deserializer.deserialize_any(OneKeyOrTick);
        input.map_err(outermost)
    }
}

struct OneKeyOrTick;

impl<'de> Visitor<'de> for OneKeyOrTick {
    type Value = Input;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of one key, as in {\"complete\": {\"item\": id}}, or \"tick\"")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Input, E> {
        match word {
            "tick" => Ok(Input::Tick),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Input, A::Error> {
        let Some(key) = map.next_key::<String>()? else {
            return Err(A::Error::custom(
                "an empty object, expected one key, such as `complete`",
            ));
        };
        let entry = SingleEntry {
            key: &key,
            map: &mut map,
        };
        let input = Input::deserialize(EnumAccessDeserializer::new(entry))?;
        no_more(&mut map, &key)?;
        Ok(input)
    }
}

/// The entry of an object of one key.
struct SingleEntry<'a, A> {
    key: &'a str,
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for SingleEntry<'_, A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), A::Error> {
        let variant = seed.deserialize(self.key.into_deserializer());
        let variant = variant.map_err(|error: A::Error| {
            let error = error.to_string();
            A::Error::custom(error.replacen("unknown variant", "unknown input", 1))
        });
        Ok((variant?, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for SingleEntry<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        let key = self.key;
        let nothing = self.map.next_value::<()>();
        nothing.map_err(|_| {
            A::Error::custom(format_args!(
                "`{key}` has no fields: it is written as the word \"{key}\""
            ))
        })
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        value_with(self.key, self.map, seed)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.newtype_variant_seed(Object(visitor))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.newtype_variant_seed(Object(visitor))
    }
}

/// Reads the fields of an input.
struct Object<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Object<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        NamingFields(deserializer).deserialize_any(self.0)
    }
}
